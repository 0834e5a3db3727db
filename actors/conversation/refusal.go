package conversation

import (
	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/refusal"
)

// Refusal is what Decide answers to what a rule forbids.
type Refusal = refusal.Refusal

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
