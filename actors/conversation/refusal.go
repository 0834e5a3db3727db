package conversation

import (
	"errors"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
)

// Refusal is an ordinary answer: a rule forbids the command. Code is stable and
// translated by the screens, Detail is for people, Field names what is to be
// corrected, if one field is, and Reason, as stable as Code, the rule that a content
// or a template breaks.
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

// Codes of refusals, of the one list.
const (
	NotFound     = code.NotFound
	NotOwner     = code.NotOwner     // somebody else owns it
	Unclaimed    = code.Unclaimed    // nobody owns it: claim first
	AlreadyOwned = code.AlreadyOwned // a claim came too late
	StaleEpoch   = code.StaleEpoch   // decided on an older ownership
	Stale        = code.Stale        // something arrived that the composer had not seen
	WindowClosed = code.WindowClosed
	TooManyOpen  = code.TooManyOpen
	BadContent   = code.BadContent
	BadRequest   = code.BadRequest
	Forbidden    = code.Forbidden
	SeatClosed   = code.SeatClosed   // who would own it has a disabled account
	NotInTeam    = code.NotInTeam    // who would own it does not work for its team
	NotForNumber = code.NotForNumber // who would own it does not work with its number
	NoTemplate   = code.NoTemplate   // not one that can be sent, whatever it is filled with
	MonthSpent   = code.MonthSpent   // the tenant has sent what it may in this month
)

func (r *Refusal) Error() string { return r.Code + ": " + r.Detail }

// unless adds to a refusal the message that lifts it.
func unless(id wa.MessageID, err error) error {
	if r, ok := errors.AsType[*Refusal](err); ok {
		r.Unless = id
	}
	return err
}

// badContent refuses what cannot be sent, by the rule that it breaks.
func badContent(field string, err error) *Refusal {
	if limit, ok := errors.AsType[*wa.LimitError](err); ok {
		field = limit.Field
	}
	return &Refusal{Code: BadContent, Detail: err.Error(), Field: field, Reason: wa.RuleOf(err)}
}

func refuse(code, detail string) *Refusal { return &Refusal{Code: code, Detail: detail} }
