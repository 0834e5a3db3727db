package conversation_test

import (
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
)

// A team that is gone leaves its conversations to another: with their owners, for
// whom nothing begins anew, where they may own them there, else to its queue. Whoever
// asks again, or too late, changes nothing.
func TestI12ATeamThatIsGoneLosesNothing(t *testing.T) {
	t.Parallel()
	move := func(keep bool) *actorpb.Transfer {
		return &actorpb.Transfer{By: seat("marta"), TeamId: "billing", OnlyFromTeam: "sales", KeepOwner: keep}
	}
	both, billing := &ledger.Seat{Teams: []wa.TeamID{"billing"}}, wa.TeamID("billing")

	w := open()
	w.seats["ana"] = both
	before := w.state
	owned, epoch, unread := before.OwnedSinceMs, before.TurnEpoch, before.Unread
	w.now = w.now.Add(time.Minute)
	w.do(move(true))
	if w.state.TeamId != string(billing) || w.state.Owner.GetId() != "ana" || w.state.OwnedSinceMs != owned ||
		w.state.TurnEpoch != epoch || w.state.Unread != unread {
		t.Errorf("kept: %v", w.state)
	}
	if r := w.do(move(true)); r.refusal != nil || !r.outcome.Already || len(r.decision.Events) != 0 {
		t.Errorf("a second time: %+v", r)
	}

	w = open()
	w.seats["ana"] = &ledger.Seat{Teams: []wa.TeamID{"sales"}}
	at := snapshot(w.state)
	if r := w.do(move(true)); r.refusal == nil || snapshot(w.state) != at {
		t.Errorf("kept by somebody who does not work there: %v", r.refusal)
	}
	w.do(move(false))
	if w.state.TeamId != "billing" || w.state.Owner.GetKind() != actorpb.Party_KIND_NOBODY || w.state.QueuedSinceMs != w.now.UnixMilli() {
		t.Errorf("to the queue: %v", w.state)
	}

	w = unowned()
	queued := w.state.QueuedSinceMs
	w.now = w.now.Add(time.Minute)
	w.do(move(true))
	if w.state.TeamId != "billing" || w.state.QueuedSinceMs != queued {
		t.Errorf("one that waits: queued since %d, want %d: %v", w.state.QueuedSinceMs, queued, w.state)
	}

	w = open()
	at = snapshot(w.state)
	late := move(true)
	late.OnlyFromTeam = "shipping"
	if r := w.do(late); r.refusal != nil || snapshot(w.state) != at {
		t.Errorf("of another team: %v", r.refusal)
	}
}
