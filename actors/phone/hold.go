package phone

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/prosa-chat/prosa/actors/actorpb"
)

// longestReason bounds why a number is held, in letters.
const longestReason = 200

// Hold is how much of what a number sends an administrator holds back.
type Hold int16

// Holds, as the row of the pace has them.
const (
	HoldNone     Hold = iota
	HoldMachines      // what the assistant and broadcasts send; people go on
	HoldAll
)

// HoldOf is what a number holds back.
func HoldOf(n *actorpb.NumberState) Hold {
	switch {
	case n.GetHold() == nil || n.Hold.Rate > 0:
		return HoldNone
	case n.Hold.All:
		return HoldAll
	}
	return HoldMachines
}

// RateOf is how many messages a second a number may send and receive: its own rate, or
// less while an administrator slows it down.
func RateOf(n *actorpb.NumberState) int {
	if slow := n.GetHold().GetRate(); slow > 0 && slow < n.GetRate() {
		return int(slow)
	}
	return int(n.GetRate())
}

// Withhold takes what is held back out of what waits.
func (h Hold) Withhold(waiting *Lanes) {
	first := lastLane + 1
	switch h {
	case HoldAll:
		first = firstLane
	case HoldMachines:
		first = firstSharing
	}
	for lane := first; lane <= lastLane; lane++ {
		waiting[lane] = 0
	}
}

// holdBack takes an order of an administrator. One that is older than what was ordered
// since decides nothing: orders of a long list are carried out late.
func (s *State) holdBack(c *actorpb.HoldNumber, now time.Time) (Event, error) {
	reason := strings.TrimSpace(c.Reason)
	if err := s.mayHold(c.By, c.TenantId); err != nil {
		return nil, err
	}
	switch {
	case reason == "" || utf8.RuneCountInString(reason) > longestReason:
		return nil, refuse(BadRequest, "reason must have 1 to 200 letters")
	case c.Rate < 0 || c.Rate > highestRate:
		return nil, refuse(BadRequest, "rate must be between 1 and 1000 messages a second, or 0")
	case c.All && c.Rate > 0:
		return nil, refuse(BadRequest, "a number that sends nothing has no rate: name one of all and rate")
	case c.OrderedMs < s.HoldOrderedMs:
		return nil, nil
	}
	if loosens(s.Hold, c) {
		return nil, refuse(PausedAlready, "the number holds back more already: resume it first")
	}
	if c.UntilMs != 0 && c.UntilMs <= now.UnixMilli() {
		return nil, nil // carried out so late that it is over
	}
	held := s.Hold != nil && s.Hold.All == c.All && s.Hold.Reason == reason &&
		s.Hold.UntilMs == c.UntilMs && s.Hold.Rate == c.Rate
	if held && c.OrderedMs == s.HoldOrderedMs {
		return nil, nil // the same order once more
	}
	hold := &actorpb.NumberHold{All: c.All, Reason: reason, By: partyOf(c.By), AtMs: now.UnixMilli(), UntilMs: c.UntilMs, Rate: c.Rate}
	if held {
		hold = s.Hold // since when it is held stays
	}
	// An order that changes nothing is an event all the same: one that is older and comes
	// later must not win.
	return &actorpb.NumberHeld{Hold: hold, OrderedMs: c.OrderedMs}, nil
}

// loosens says whether an order would have a paused number send more: nothing that is
// called a pause may do so.
func loosens(held *actorpb.NumberHold, c *actorpb.HoldNumber) bool {
	paused := held != nil && held.Rate == 0
	return paused && (c.Rate > 0 || held.All && !c.All)
}

func (s *State) release(c *actorpb.ReleaseNumber) (Event, error) {
	if err := s.mayHold(c.By, c.TenantId); err != nil {
		return nil, err
	}
	if c.OrderedMs < s.HoldOrderedMs || s.Hold == nil && c.OrderedMs == s.HoldOrderedMs {
		return nil, nil
	}
	if c.Ends && c.UntilMs != 0 && s.Hold != nil && s.Hold.UntilMs != c.UntilMs {
		return nil, nil // the hold that was to end was refused: another one holds
	}
	return &actorpb.NumberReleased{By: partyOf(c.By), OrderedMs: c.OrderedMs}, nil
}

func (s *State) mayHold(by *actorpb.Actor, tenant string) error {
	switch {
	case tenant == "" || by.GetTenantId() != tenant || s.TenantId != "" && s.TenantId != tenant:
		return refuse(NotFound, "there is no such number")
	case by.Role != actorpb.Role_ROLE_ADMIN:
		return refuse(Forbidden, "only an administrator may pause a number")
	}
	return nil
}

func partyOf(by *actorpb.Actor) *actorpb.Party {
	kind := by.Kind
	if kind == actorpb.Party_KIND_NOBODY {
		kind = actorpb.Party_KIND_AGENT
	}
	return &actorpb.Party{Kind: kind, Id: by.AgentId, Name: by.Name}
}
