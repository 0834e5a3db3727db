// Package refusal is the ordinary answer of a machine to what a rule forbids.
package refusal

import (
	"errors"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
)

// Refusal is an ordinary answer: a rule forbids the command. Code is one of package code,
// stable and translated by the screens, Detail is for people, Field names what is to be
// corrected, if one field is, and Reason, as stable as Code, the rule that a content or a
// template breaks.
type Refusal struct {
	Code   string
	Detail string
	Field  string
	Reason string
	// Unless names the message that the command would have made. Is it stored, then
	// the command was carried out before, however long ago, and is to be answered
	// so. The state forgets messages, the message table does not: the caller looks
	// there, once, and only because of the refusal.
	Unless wa.MessageID
}

func (r *Refusal) Error() string { return r.Code + ": " + r.Detail }

// Of refuses by a code.
func Of(code, detail string) *Refusal { return &Refusal{Code: code, Detail: detail} }

// Field refuses what has no shape that is understood.
func Field(field, detail string) *Refusal {
	return &Refusal{Code: code.BadRequest, Detail: detail, Field: field}
}

// Content refuses what cannot be sent, by the rule that it breaks. A limit names its field
// itself.
func Content(field string, err error) *Refusal {
	if limit, ok := errors.AsType[*wa.LimitError](err); ok {
		field = limit.Field
	}
	return &Refusal{Code: code.BadContent, Detail: err.Error(), Field: field, Reason: wa.RuleOf(err)}
}

// Unless adds to a refusal the message that lifts it.
func Unless(id wa.MessageID, err error) error {
	if r, ok := errors.AsType[*Refusal](err); ok {
		r.Unless = id
	}
	return err
}
