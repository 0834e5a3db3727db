package actorpb

import (
	"slices"

	"github.com/prosa-chat/prosa/actors/wa"
)

// View names a list of conversations.
type View string

// The views. Mine and unclaimed show what is open or waits for the customer.
const (
	ViewMine      View = "mine"
	ViewUnclaimed View = "unclaimed"
	ViewAll       View = "all" // of whatever phase but resolved
	ViewSnoozed   View = "snoozed"
	ViewResolved  View = "resolved"
)

// ViewOwner says whose conversations a view shows.
type ViewOwner string

// Owners of a view.
const (
	OwnedByAnybody ViewOwner = ""
	OwnedByMe      ViewOwner = "me" // whoever looks
	OwnedByNobody  ViewOwner = "nobody"
)

// ViewRule says what stands in a view. The lists' SQL and the page, for which
// deploy/tools/openapi writes the rules down, both go by it: a row that changes is
// in the page's list exactly if it is in the server's.
type ViewRule struct {
	View   View
	Phases []Phase
	Owner  ViewOwner
}

// Views are the rules of all views, in the order in which people see them.
func Views() []ViewRule {
	active := []Phase{Phase_PHASE_OPEN, Phase_PHASE_PENDING}
	return []ViewRule{
		{ViewMine, active, OwnedByMe},
		{ViewUnclaimed, active, OwnedByNobody},
		{ViewAll, append(slices.Clone(active), Phase_PHASE_SNOOZED), OwnedByAnybody},
		{ViewSnoozed, []Phase{Phase_PHASE_SNOOZED}, OwnedByAnybody},
		{ViewResolved, []Phase{Phase_PHASE_RESOLVED}, OwnedByAnybody},
	}
}

// Rule is the view's rule; false: there is no such view.
func (v View) Rule() (ViewRule, bool) {
	for _, rule := range Views() {
		if rule.View == v {
			return rule, true
		}
	}
	return ViewRule{}, false
}

// Known says whether there is such a view.
func (v View) Known() bool {
	_, known := v.Rule()
	return known
}

// Phases are those of the view, as they are stored; none when there is no such view.
func (v View) Phases() []int16 {
	rule, _ := v.Rule()
	phases := make([]int16, len(rule.Phases))
	for n, phase := range rule.Phases {
		phases[n] = int16(phase)
	}
	return phases
}

// Holds says whether a conversation of a phase and an owner ("": nobody) stands in
// the view of a person.
func (r *ViewRule) Holds(phase Phase, owner string, me wa.AgentID) bool {
	switch {
	case !slices.Contains(r.Phases, phase):
		return false
	case r.Owner == OwnedByMe:
		return me != "" && owner == string(me)
	case r.Owner == OwnedByNobody:
		return owner == ""
	}
	return true
}

// Turn says who has to do something next.
type Turn string

// The turns. TurnUs: the customer waits. TurnCustomer: what we said last is on its
// way to him or has arrived.
const (
	TurnUs       Turn = "us"
	TurnCustomer Turn = "customer"
)

// LastWithdrawn is what LastStatus says of a message of ours that never left.
const LastWithdrawn = "withdrawn"

// Turn is whose turn it is by the message that stands last. One of ours that was
// refused or withdrawn answers nobody: the customer waits on, and somebody must see
// to it that something else reaches him. One whose outcome is not known may have
// reached him, and counts as said.
func (x *ConversationSnapshot) Turn() Turn {
	if x.GetLastOutbound() && x.GetLastStatus() != string(wa.StatusFailed) && x.GetLastStatus() != LastWithdrawn {
		return TurnCustomer
	}
	return TurnUs
}
