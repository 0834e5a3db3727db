package conversation

import (
	"errors"

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

// Codes of refusals.
const (
	NotFound     = "not_found"
	NotOwner     = "not_owner"     // somebody else owns it
	Unclaimed    = "unclaimed"     // nobody owns it: claim first
	AlreadyOwned = "already_owned" // a claim came too late
	StaleEpoch   = "epoch"         // decided on an older ownership
	Stale        = "stale"         // something arrived that the composer had not seen
	WindowClosed = "window_closed"
	TooManyOpen  = "too_many_open"
	BadContent   = "bad_content"
	BadRequest   = "bad_request"
	Forbidden    = "forbidden"
	SeatClosed   = "seat_closed" // who would own it has a disabled account
	NotInTeam    = "not_in_team" // who would own it does not work for its team
	NoTemplate   = "no_template" // not one that can be sent, whatever it is filled with
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
	return &Refusal{Code: BadContent, Detail: err.Error(), Field: field, Reason: wa.RuleOf(err)}
}

func refuse(code, detail string) *Refusal { return &Refusal{Code: code, Detail: detail} }
