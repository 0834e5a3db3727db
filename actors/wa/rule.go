package wa

import "errors"

// rules names the rules that a content can break, by the errors that tell of them.
func rules() []struct {
	err  error
	name string
} {
	return []struct {
		err  error
		name string
	}{
		{ErrEmptyText, "empty"},
		{ErrTextTooLong, "too_long"},
		{ErrNotSendable, "kind"},
		{ErrTemplate, "template_unnamed"},
		{ErrTemplateUnfilled, string(RuleValueMissing)},
		{ErrTemplateValue, string(RuleTemplateUnread)},
	}
}

// RuleOf names the rule of a content that an error of this package tells of, "" when
// it is none of them. Names are stable: screens have words of their own for each.
func RuleOf(err error) string {
	if wrong, ok := errors.AsType[*TemplateValueError](err); ok {
		return string(wrong.Rule)
	}
	if limit, ok := errors.AsType[*LimitError](err); ok {
		return limit.Rule
	}
	for _, rule := range rules() {
		if errors.Is(err, rule.err) {
			return rule.name
		}
	}
	return ""
}
