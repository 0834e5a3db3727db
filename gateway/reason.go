package gateway

import (
	"errors"

	"github.com/prosa-chat/prosa/actors/wa"
)

// reasons are the rules of a content that a send can break, by the words that the
// core has for them. They are stable: pages say each in their own language.
func reasons() []struct {
	err  error
	name string
} {
	return []struct {
		err  error
		name string
	}{
		{wa.ErrEmptyText, "empty"},
		{wa.ErrTextTooLong, "too_long"},
		{wa.ErrNotSendable, "kind"},
		{wa.ErrTemplate, "template_unnamed"},
		{wa.ErrTemplateUnfilled, string(wa.RuleValueMissing)},
		{wa.ErrTemplateValue, "template_values"},
	}
}

// reasonOf names the rule that an error tells of, "" when it is none of them.
func reasonOf(err error) string {
	if wrong, ok := errors.AsType[*wa.TemplateValueError](err); ok {
		return string(wrong.Rule)
	}
	for _, r := range reasons() {
		if errors.Is(err, r.err) {
			return r.name
		}
	}
	return ""
}

// reasonIn is reasonOf for what comes from a conversation, in words.
func reasonIn(detail string) string {
	for _, r := range reasons() {
		if r.err.Error() == detail {
			return r.name
		}
	}
	return ""
}

// badContent refuses what cannot be sent, by the rule that it breaks.
func badContent(field string, err error) *Problem {
	p := problem("bad_content", err.Error())
	p.Field, p.Reason = field, reasonOf(err)
	return p
}
