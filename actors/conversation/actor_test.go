package conversation_test

import (
	"testing"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/conversation"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
)

// other is an actor who is no person, of the tenant of every test.
func other(kind actorpb.Party_Kind, id string) *actorpb.Actor {
	return &actorpb.Actor{Kind: kind, AgentId: id, Name: "x", TenantId: "acme", AllTeams: true}
}

// Ids of messages that persons made are those that stand in old journals; whoever has
// the same id and is of another kind makes others.
func TestI02MessageIDsOfKindsNeverMeet(t *testing.T) {
	t.Parallel()
	const old = "343b0207-d931-82b2-9655-a0691f82d8cb"
	ids := map[wa.MessageID]string{}
	for name, by := range map[string]*actorpb.Actor{
		"a person": {Kind: actorpb.Party_KIND_AGENT, AgentId: "ana"}, "an integration": other(actorpb.Party_KIND_INTEGRATION, "ana"),
		"the assistant": other(actorpb.Party_KIND_ASSISTANT, "ana"), "the phone": other(actorpb.Party_KIND_PHONE, "ana"),
		"the system": other(actorpb.Party_KIND_SYSTEM, "ana"), "a person with a strange id": {AgentId: "integration:ana"},
	} {
		id := conversation.OrderMessageID(testKey, by, "e1")
		if ids[id] != "" {
			t.Errorf("%s makes the message of %s", name, ids[id])
		}
		ids[id] = name
	}
	if ids[old] != "a person" || conversation.OrderMessageID(testKey, &actorpb.Actor{AgentId: "ana"}, "e1") != old {
		t.Errorf("%s is not the message of a person: %v", old, ids)
	}
}

func TestI03KindsWithOneIDAreNotOneOwner(t *testing.T) {
	t.Parallel()
	w := open()
	for _, kind := range []actorpb.Party_Kind{
		actorpb.Party_KIND_INTEGRATION, actorpb.Party_KIND_ASSISTANT, actorpb.Party_KIND_PHONE, actorpb.Party_KIND_SYSTEM,
	} {
		cmd := w.reply("ana", "e1", "oi")
		cmd.By = other(kind, "ana")
		if r := w.do(cmd); r.refusal == nil || r.refusal.Code != conversation.NotOwner {
			t.Errorf("%s writes for Ana: %v", kind, r.refusal)
		}
		if r := w.do(&actorpb.Release{By: other(kind, "ana")}); r.refusal == nil {
			t.Errorf("%s releases for Ana", kind)
		}
	}
	if r := w.do(w.reply("ana", "e1", "oi")); r.refusal != nil {
		t.Errorf("Ana herself: %v", r.refusal)
	}
}

// Who is no person owns under an id that bears its kind, needs no account, and loses
// the conversation to a takeover as anybody does.
func TestOwnersWhoAreNoPersons(t *testing.T) {
	t.Parallel()
	for id, by := range map[string]*actorpb.Actor{
		"integration:k1": other(actorpb.Party_KIND_INTEGRATION, "k1"), "assistant:acme": other(actorpb.Party_KIND_ASSISTANT, "acme"),
		"phone:1001": other(actorpb.Party_KIND_PHONE, "1001"),
	} {
		w := unowned()
		if set := w.state.Needs(&actorpb.Claim{By: by}); set != (conversation.FactSet{}) {
			t.Errorf("%s needs %+v", id, set)
		}
		w.do(&actorpb.Claim{By: by})
		if owner := w.state.Owner; owner.GetId() != id || owner.GetKind() != by.Kind {
			t.Errorf("the owner is %v, want %s", owner, id)
		}
		first, waiting := w.reply("ana", "e1", "oi"), w.reply("ana", "e2", "oi")
		first.By, waiting.By = by, by
		for _, cmd := range []conversation.Command{first, waiting} {
			if r := w.do(cmd); r.refusal != nil {
				t.Fatalf("%s: %v", id, r.refusal)
			}
		}
		wantLane := actorpb.MessageClass_MESSAGE_CLASS_AGENT
		if by.Kind == actorpb.Party_KIND_ASSISTANT {
			wantLane = actorpb.MessageClass_MESSAGE_CLASS_ASSISTANT
		}
		if lane := w.state.Sends[0].Class; lane != wantLane {
			t.Errorf("%s writes in the lane %s", id, lane)
		}
		if r := w.do(&actorpb.TakeOver{By: seat("ana"), Reason: "mine"}); r.refusal != nil || len(w.state.Sends) == 2 {
			t.Errorf("taken from %s: %v, sends %v", id, r.refusal, w.state.Sends)
		}
		if snapshot(w.replayed()) != snapshot(w.state) {
			t.Errorf("%s: the journal makes another state", id)
		}
	}
}

func TestWhoGivesNoOrders(t *testing.T) {
	t.Parallel()
	stranger := other(actorpb.Party_KIND_INTEGRATION, "k1")
	stranger.TenantId = "other"
	elsewhere := other(actorpb.Party_KIND_INTEGRATION, "k1")
	elsewhere.AllTeams, elsewhere.Teams = false, []string{"billing"}
	for name, test := range map[string]struct {
		by   *actorpb.Actor
		want string
	}{
		"a customer":                {other(actorpb.Party_KIND_CONTACT, "c1"), conversation.BadRequest},
		"a kind that nobody knows":  {other(99, "c1"), conversation.BadRequest},
		"the engine for itself":     {other(actorpb.Party_KIND_SYSTEM, "x"), conversation.Forbidden},
		"a program of another":      {stranger, conversation.NotFound},
		"a program of another team": {elsewhere, conversation.NotFound},
	} {
		w := unowned()
		send := w.reply("ana", "e1", "oi")
		send.By, send.Claim = test.by, true
		for _, cmd := range []conversation.Command{&actorpb.Claim{By: test.by}, &actorpb.TakeOver{By: test.by, Reason: "x"}, send} {
			if r := w.do(cmd); r.refusal == nil || r.refusal.Code != test.want {
				t.Errorf("%s, %s: %v, want %s", name, describeCommand(cmd), r.refusal, test.want)
			}
		}
	}
}

// A key that writes through goes where nobody owns, and leaves it so.
func TestThroughKeyOwnsNothing(t *testing.T) {
	t.Parallel()
	key := other(actorpb.Party_KIND_INTEGRATION, "k1")
	key.Through = true
	w := unowned()
	send := w.reply("ana", "e1", "seu pedido saiu")
	send.By = key
	if r := w.do(send); r.refusal != nil || w.state.Owner.GetKind() != actorpb.Party_KIND_NOBODY {
		t.Fatalf("sent through: %v, owner %v", r.refusal, w.state.Owner)
	}
	claims := w.reply("ana", "e2", "seu pedido saiu")
	claims.By, claims.Claim = key, true
	for name, cmd := range map[string]conversation.Command{"claim": &actorpb.Claim{By: key}, "send and claim": claims, "take over": &actorpb.TakeOver{By: key, Reason: "because"}} {
		if r := w.do(cmd); r.refusal == nil || w.state.Owner.GetKind() != actorpb.Party_KIND_NOBODY {
			t.Errorf("%s: %v, owner %v", name, r.refusal, w.state.Owner)
		}
	}
	owned := open()
	send = owned.reply("ana", "e3", "seu pedido saiu")
	send.By = key
	if r := owned.do(send); r.refusal == nil || r.refusal.Code != conversation.NotOwner {
		t.Errorf("wrote through Ana's conversation: %v", r.refusal)
	}
}

// What a program owns is anybody's: an agent takes it without a reason, and the
// customer's next words free it, once.
func TestProgramHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	own := func() *world {
		w := unowned()
		send := w.reply("ana", "e1", "seu pedido saiu")
		send.By, send.Claim = other(actorpb.Party_KIND_INTEGRATION, "k1"), true
		if r := w.do(send); r.refusal != nil || w.state.Owner.GetId() != "integration:k1" {
			t.Fatalf("claimed with the send: %v, owner %v", r.refusal, w.state.Owner)
		}
		return w
	}
	w := own()
	if r := w.do(w.inbound("wamid.9", "cadê?")); r.refusal != nil || w.state.Owner.GetKind() != actorpb.Party_KIND_NOBODY {
		t.Errorf("after the answer: %v, owner %v", r.refusal, w.state.Owner)
	}
	epoch := w.state.OwnerEpoch
	if r := w.do(w.inbound("wamid.9", "cadê?")); r.refusal != nil || w.state.OwnerEpoch != epoch {
		t.Errorf("the same again: %v, epoch %d, was %d", r.refusal, w.state.OwnerEpoch, epoch)
	}
	w = own()
	take := &actorpb.TakeOver{By: w.reply("ana", "", "").By}
	if r := w.do(take); r.refusal != nil || w.state.Owner.GetId() != "ana" {
		t.Errorf("taken without a reason: %v, owner %v", r.refusal, w.state.Owner)
	}
}

// A notice through to somebody new owns nothing and calls nobody: it waits, put away, for
// the answer, which is anybody's.
func TestThroughStartsWhatIsPutAway(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.templates["ready"] = &ledger.Template{Read: true, Name: "ready", Language: "pt_BR", Category: "UTILITY", Status: "APPROVED", Components: []byte(`[{"type":"BODY","text":"Saiu"}]`)}
	by := other(actorpb.Party_KIND_INTEGRATION, "k1")
	by.Through, by.AllTeams = true, true
	r := w.do(&actorpb.SendMessage{
		By: by, EchoId: "e1", Kind: "template", Template: &actorpb.TemplateOrder{Name: "ready", Language: "pt_BR"},
		Start: &actorpb.Start{TenantId: "acme", TeamId: "sales", ContactName: "Carla"},
	})
	if r.refusal != nil || w.state.Phase != actorpb.Phase_PHASE_RESOLVED || w.state.Owner.GetId() != "" || len(w.state.Sends) != 1 {
		t.Fatalf("%v; %v owned by %v", r.refusal, w.state.Phase, w.state.Owner)
	}
	w.do(w.inbound("wamid.1", "obrigada"))
	if w.state.Phase != actorpb.Phase_PHASE_OPEN || w.state.Owner.GetId() != "" || w.state.QueuedSinceMs == 0 {
		t.Errorf("answered: %v owned by %v, queued %d", w.state.Phase, w.state.Owner, w.state.QueuedSinceMs)
	}
}
