package conversation_test

import (
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/conversation"
	"github.com/prosa-chat/prosa/actors/ledger"
)

// An auditor orders nothing, whoever let the order through, and gets nothing.
func TestAuditorsOnlyRead(t *testing.T) {
	t.Parallel()
	by := seat("aud")
	by.Role = actorpb.Role_ROLE_AUDITOR
	for _, w := range []*world{open(), unowned()} {
		before := snapshot(w.state)
		send := w.reply("aud", "e1", "oi")
		send.By, send.Claim = by, true
		for _, cmd := range []conversation.Command{
			send, &actorpb.Claim{By: by}, &actorpb.TakeOver{By: by, Reason: "x"}, &actorpb.Release{By: by}, &actorpb.MarkRead{By: by},
			&actorpb.AddNote{By: by, EchoId: "n1", Text: "x"}, &actorpb.Transfer{By: by, To: party("bia")}, &actorpb.Assign{By: by, To: party("bia")},
			&actorpb.SetPhase{By: by, To: actorpb.Phase_PHASE_RESOLVED}, &actorpb.ResolveAmbiguous{By: by, MessageId: "m1"},
		} {
			if r := w.do(cmd); r.refusal == nil || r.refusal.Code != conversation.Forbidden || snapshot(w.state) != before {
				t.Errorf("%s: %v", describeCommand(cmd), r.refusal)
			}
		}
	}
	w := open()
	w.seats["aud"] = &ledger.Seat{Auditor: true, AllTeams: true}
	if r := w.do(&actorpb.Transfer{By: seat("ana"), To: party("aud")}); r.refusal == nil || r.refusal.Code != conversation.SeatClosed {
		t.Errorf("passed to an auditor: %v", r.refusal)
	}
}

// Administrators read of each takeover who took from whom, and from where; of a claim
// they read nothing.
func TestTakeoversAreAudited(t *testing.T) {
	t.Parallel()
	by := seat("bia")
	by.Name, by.Address, by.Client = "Bia", "192.0.2.7", "Browser/1"
	w := open()
	got := w.do(&actorpb.TakeOver{By: by, Reason: "a secret reason"})
	if len(got.decision.Audit) != 1 {
		t.Fatalf("lines: %+v", got.decision.Audit)
	}
	l := got.decision.Audit[0]
	if l.ByKind != "agent" || l.ByID != "bia" || l.ByName != "Bia" || l.Address != "192.0.2.7" || l.Client != "Browser/1" || l.ObjectID != testKey.String() {
		t.Errorf("line: %+v", l)
	}
	if strings.Contains(string(l.Before)+string(l.After), "secret") || string(l.After) != `{"owner":"Bia"}` {
		t.Errorf("values: %s, %s", l.Before, l.After)
	}
	if again := w.do(&actorpb.TakeOver{By: by, Reason: "x"}); len(again.decision.Audit) != 0 {
		t.Errorf("taken from oneself: %+v", again.decision.Audit)
	}
	if free := unowned().do(&actorpb.TakeOver{By: by}); free.refusal != nil || len(free.decision.Audit) != 0 {
		t.Errorf("taken from nobody: %v, %+v", free.refusal, free.decision.Audit)
	}
}
