package problem

import (
	"errors"

	"github.com/prosa-chat/prosa/actors/wa"
)

// reason names a rule.
type reason struct {
	err  error
	Name string
}

// Reasons are the rules of a content that a send can break, by the words that the
// core has for them. They are stable: pages say each in their own language.
func Reasons() []reason {
	return []reason{
		{wa.ErrEmptyText, "empty"},
		{wa.ErrTextTooLong, "too_long"},
		{wa.ErrNotSendable, "kind"},
		{wa.ErrTemplate, "template_unnamed"},
		{wa.ErrTemplateUnfilled, string(wa.RuleValueMissing)},
		{wa.ErrTemplateValue, "template_values"},
	}
}

// ReasonOf names the rule that an error tells of, "" when it is none of them.
func ReasonOf(err error) string {
	if wrong, ok := errors.AsType[*wa.TemplateValueError](err); ok {
		return string(wrong.Rule)
	}
	for _, r := range Reasons() {
		if errors.Is(err, r.err) {
			return r.Name
		}
	}
	return ""
}

// reasonIn is reasonOf for what comes from a conversation, in words.
func reasonIn(detail string) string {
	for _, r := range Reasons() {
		if r.err.Error() == detail {
			return r.Name
		}
	}
	return ""
}

// Content refuses what cannot be sent, by the rule that it breaks.
func Content(field string, err error) *Problem {
	p := New("bad_content", err.Error())
	p.Field, p.Reason = field, ReasonOf(err)
	return p
}
