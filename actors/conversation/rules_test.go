package conversation_test

import (
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/conversation"
	"github.com/prosa-chat/prosa/actors/wa"
)

func TestI02OnceMeansOnce(t *testing.T) {
	t.Parallel()
	t.Run("every kind shares one key space", func(t *testing.T) {
		t.Parallel()
		for _, kind := range []string{"text", "edit", "revoke", "reaction", "system", "unsupported"} {
			w := open()
			c := w.inbound("wamid.2", "x")
			c.Kind = kind
			if got := w.do(c); len(got.decision.Messages) != 1 {
				t.Errorf("%s: first delivery stored %d messages, want 1", kind, len(got.decision.Messages))
			}
			c.Kind = "text"
			if got := w.do(c); !got.outcome.Already || len(got.decision.Events) != 0 {
				t.Errorf("%s: second delivery: %v", kind, eventNames(got.decision.Events))
			}
		}
	})
	t.Run("the decision names the message even if the state has forgotten it", func(t *testing.T) {
		t.Parallel()
		w := open()
		for i := range 40 {
			w.do(w.inbound("wamid.x"+string(rune('0'+i)), "x"))
		}
		version := w.state.Version
		got := w.do(w.inbound("wamid.1", "oi"))
		if !got.duplicate || w.state.Version != version {
			t.Errorf("duplicate=%v version=%d, want the key of the message table to stop it at %d", got.duplicate, w.state.Version, version)
		}
	})
	t.Run("an echo id is one message per agent and conversation", func(t *testing.T) {
		t.Parallel()
		other := wa.ConversationKey{PhoneNumberID: "1002", ContactID: "c1"}
		ids := []wa.MessageID{
			conversation.EchoMessageID(testKey, "ana", "e1"), conversation.EchoMessageID(testKey, "ana", "e2"),
			conversation.EchoMessageID(testKey, "bruno", "e1"), conversation.EchoMessageID(other, "ana", "e1"),
		}
		slices.Sort(ids)
		if len(slices.Compact(ids)) != 4 {
			t.Error("two of four different sends have one id")
		}
		if a, b := conversation.EchoMessageID(testKey, "ana", "e1"), ours("ana", "e1"); a != b {
			t.Errorf("the same send made %s and %s", a, b)
		}
	})
}

// owners are the parties that can hold a conversation, as events make them.
func owners() map[string]*actorpb.Party {
	return map[string]*actorpb.Party{
		"agent":     party("ana"),
		"assistant": {Kind: actorpb.Party_KIND_ASSISTANT, Id: "assistant", Name: "Assistant"},
		"phone":     {Kind: actorpb.Party_KIND_PHONE, Name: "Phone app"},
		"nobody":    {},
	}
}

func ownedBy(owner *actorpb.Party) *world {
	w := newWorld()
	w.do(w.inbound("wamid.1", "oi"))
	w.apply(&actorpb.OwnerChanged{From: &actorpb.Party{}, To: owner, OwnerEpoch: 1, Cause: actorpb.OwnerChanged_CAUSE_ASSIGN})
	return w
}

func TestI03OneOwner(t *testing.T) {
	t.Parallel()
	for name, owner := range owners() {
		w := ownedBy(owner)
		claiming, stale := w.reply("bruno", "b1", "x"), w.reply("bruno", "b2", "x")
		claiming.Claim = true
		stale.DespiteStale, stale.SeenVersion = true, 0
		paths := map[string]conversation.Command{
			"text": w.reply("bruno", "b3", "x"), "template": w.template("bruno", "b4", "UTILITY", ""),
			"claim and reply": claiming, "send anyway": stale, "manager": w.reply("marta", "m1", "x"),
		}
		if name != "nobody" {
			paths["claim"] = &actorpb.Claim{By: seat("bruno")}
			paths["transfer"] = &actorpb.Transfer{By: seat("bruno"), To: party("bruno")}
			paths["release"] = &actorpb.Release{By: seat("bruno")}
			paths["resolve"] = &actorpb.SetPhase{By: seat("bruno"), To: actorpb.Phase_PHASE_RESOLVED}
		} else {
			delete(paths, "claim and reply")
		}
		for path, cmd := range paths {
			got := w.do(cmd)
			if got.refusal == nil {
				t.Errorf("owner %s, %s by another: allowed %s", name, path, eventNames(got.decision.Events))
				continue
			}
			if !proto.Equal(got.outcome.Owner, owner) || got.outcome.OwnerEpoch != 1 {
				t.Errorf("owner %s, %s by another: the answer names %v at epoch %d", name, path, got.outcome.Owner, got.outcome.OwnerEpoch)
			}
		}
	}
}

// assistantTalking is a conversation of the assistant with one send in the
// queued and one waiting.
func assistantTalking() *world {
	w := ownedBy(owners()["assistant"])
	for _, id := range []string{"a1", "a2"} {
		w.apply(&actorpb.SendRequested{
			MessageId: id, Kind: "text", Author: owners()["assistant"], OwnerEpoch: 1,
			Class: actorpb.MessageClass_MESSAGE_CLASS_ASSISTANT,
		})
	}
	queued := &actorpb.SendQueued{MessageId: "a1", Attempt: 1, NotBeforeMs: w.now.UnixMilli()}
	w.apply(queued)
	w.storeEffects(w.state.Effects([]conversation.Event{queued}, w.now))
	return w
}

func TestI04NoWordAfterTakeover(t *testing.T) {
	t.Parallel()
	changes := map[string]conversation.Command{
		"takeover": &actorpb.TakeOver{By: seat("ana"), Reason: "quer falar com gente"},
		"assign":   &actorpb.Assign{By: seat("marta"), To: party("ana")},
		"transfer": &actorpb.Transfer{By: seat("marta"), To: party("ana")},
		"release":  &actorpb.Release{By: seat("marta")},
	}
	for name, cmd := range changes {
		for _, claimed := range []bool{false, true} {
			w := assistantTalking()
			a1 := sendRef("a1", 1)
			w.sends[a1].claimed = claimed
			got := w.do(cmd)
			if got.refusal != nil {
				t.Fatalf("%s: %v", name, got.refusal)
			}
			if claimed != slices.Equal(got.outcome.Leaving, []string{"a1"}) || claimed == w.sends[a1].withdrawn {
				t.Errorf("%s, claimed=%v: leaving %v, row withdrawn=%v", name, claimed, got.outcome.Leaving, w.sends[a1].withdrawn)
			}
			var after []conversation.Event
			if claimed { // it failed: the retry would be a word after the takeover
				after = w.do(&actorpb.RecordRejected{MessageId: "a1", Attempt: 1, Code: 131000, Retry: true}).decision.Events
			} else {
				after = w.do(&actorpb.RecordWithdrawn{MessageId: "a1", Attempt: 1, Reason: "superseded"}).decision.Events
			}
			for _, ev := range after {
				if _, queued := ev.(*actorpb.SendQueued); queued {
					t.Errorf("%s, claimed=%v: queued after the takeover: %s", name, claimed, eventNames(after))
				}
			}
			if len(w.state.Sends) != 0 || len(w.sends) != 0 {
				t.Errorf("%s, claimed=%v: left over: %v, %d rows", name, claimed, w.state.Sends, len(w.sends))
			}
		}
	}
}

func TestI04WhatAnAgentSentBeforeATransferStaysSent(t *testing.T) {
	t.Parallel()
	w := open()
	w.do(w.reply("ana", "e1", "um"))
	w.do(w.reply("ana", "e2", "dois"))
	got := w.do(&actorpb.Transfer{By: seat("ana"), To: party("bruno")})
	if got.decision.Withdraw != nil || eventNames(got.decision.Events) != "OwnerChanged" {
		t.Errorf("transfer: %s, withdraw %v", eventNames(got.decision.Events), got.decision.Withdraw)
	}
	got = w.do(&actorpb.RecordRejected{MessageId: string(ours("ana", "e1")), Attempt: 1, Retry: true})
	if names := eventNames(got.decision.Events); names != "SendRejected SendQueued" {
		t.Errorf("rejected after a transfer: %s, want another attempt", names)
	}
}

func TestI05WindowIsLaw(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for _, test := range []struct {
		name     string
		after    time.Duration
		template bool
		want     string
	}{
		{"at once", 0, false, ""},
		{"just before the margin", day - 120*time.Second - time.Millisecond, false, ""},
		{"at the margin", day - 120*time.Second, false, conversation.WindowClosed},
		{"closed", day, false, conversation.WindowClosed},
		{"template at the margin", day - 120*time.Second, true, ""},
		{"template next year", 365 * day, true, ""},
	} {
		w := open()
		w.now = start.Add(test.after)
		cmd := w.reply("ana", "e1", "x")
		if test.template {
			cmd = w.template("ana", "e1", "UTILITY", "")
		}
		got := ""
		if r := w.do(cmd); r.refusal != nil {
			got = r.refusal.Code
		}
		if got != test.want {
			t.Errorf("%s: refused %q, want %q", test.name, got, test.want)
		}
	}
}

func TestI05WhatOpensTheWindow(t *testing.T) {
	t.Parallel()
	for kind, opens := range map[string]bool{
		"text": true, "media": true, "location": true, "contacts": true, "interactive": true, "order": true,
		"unsupported": true, "reaction": false, "edit": false, "revoke": false, "system": false,
	} {
		w := newWorld()
		c := w.inbound("wamid.1", "x")
		c.Kind = kind
		w.do(c)
		w.do(&actorpb.Claim{By: seat("ana")})
		r := w.do(w.reply("ana", "e1", "x"))
		if (r.refusal == nil) != opens {
			t.Errorf("%s: reply refused %v, want window open %v", kind, r.refusal, opens)
		}
	}
}

func TestI05MissingTimesDoNotCloseTheWindow(t *testing.T) {
	t.Parallel()
	w := newWorld()
	c := w.inbound("wamid.1", "x")
	c.SentAtMs, c.ReceivedAtMs = 0, 0
	w.do(c)
	if got, want := w.state.WindowClosesAtMs, start.Add(24*time.Hour).UnixMilli(); got != want {
		t.Errorf("window closes at %d, want %d", got, want)
	}
}

// Words behind one whose fate is unknown wait half a minute, also those that are
// written meanwhile; then they go without it.
func TestAnAmbiguousSendHoldsTheNextBack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		after time.Duration
		queue int
	}{{0, 0}, {29_999 * time.Millisecond, 0}, {30 * time.Second, 1}} {
		w := open()
		w.do(w.reply("ana", "e1", "um"))
		w.do(&actorpb.RecordAmbiguous{MessageId: string(ours("ana", "e1")), Attempt: 1})
		w.now = w.now.Add(c.after)
		if fx := w.do(w.reply("ana", "e2", "dois")).effects; len(fx.New) != c.queue {
			t.Errorf("%v later %d sends are queued, want %d", c.after, len(fx.New), c.queue)
		}
	}
}

// An ambiguous send leaves again only when a person says so.
func TestI07AmbiguousIsNotFailed(t *testing.T) {
	t.Parallel()
	w := open()
	id := string(ours("ana", "e1"))
	w.do(w.reply("ana", "e1", "um"))
	w.do(&actorpb.RecordAmbiguous{MessageId: id, Attempt: 1})
	for i := range 100 {
		w.now = w.now.Add(10 * time.Minute)
		for _, cmd := range []conversation.Command{
			w.ring(), &actorpb.RecordAmbiguous{MessageId: id, Attempt: 1},
			&actorpb.RecordRejected{MessageId: id, Attempt: 1, Retry: true}, &actorpb.RecordWithdrawn{MessageId: id, Attempt: 1},
			&actorpb.Transfer{By: seat("marta"), To: party([]string{"ana", "bruno"}[i%2])},
		} {
			if fx := w.do(cmd).effects; len(fx.New) != 0 {
				t.Fatalf("%s sent it again", describeCommand(cmd))
			}
		}
	}
	got := w.do(w.status(ours("ana", "e1"), wa.StatusRead, w.now))
	if names := eventNames(got.decision.Events); names != "SendAccepted StatusReceived" {
		t.Errorf("evidence came: %s", names)
	}
}

func TestI12NothingIsUnownedAndUnqueued(t *testing.T) {
	t.Parallel()
	w := newWorld()
	steps := []struct {
		cmd    conversation.Command
		queued bool
	}{
		{w.inbound("wamid.1", "oi"), true},
		{&actorpb.Claim{By: seat("ana")}, false},
		{&actorpb.Transfer{By: seat("ana"), TeamId: "billing"}, true},
		{&actorpb.SetPhase{By: seat("bruno"), To: actorpb.Phase_PHASE_RESOLVED}, false},
		{w.inbound("wamid.2", "oi"), true},
		{&actorpb.TakeOver{By: seat("ana")}, false},
		{&actorpb.Release{By: seat("ana")}, true},
		{&actorpb.SetPhase{By: seat("bruno"), To: actorpb.Phase_PHASE_PENDING}, true},
		{&actorpb.Assign{By: seat("marta"), To: party("ana")}, false},
	}
	for i, step := range steps {
		w.now = w.now.Add(time.Minute)
		if r := w.do(step.cmd); r.refusal != nil {
			t.Fatalf("step %d: %v", i, r.refusal)
		}
		row := rowOf(w.state)
		if (row.QueuedSinceMs != 0) != step.queued {
			t.Errorf("step %d, %s: queued since %d, want queued %v", i, describeCommand(step.cmd), row.QueuedSinceMs, step.queued)
		}
	}
}

func TestBadCommands(t *testing.T) {
	t.Parallel()
	long := make([]rune, wa.MaxTextLength+1)
	for i := range long {
		long[i] = 'ã'
	}
	w := open()
	noEcho, wrongKind, broken := w.reply("ana", "", "x"), w.reply("ana", "e1", "x"), w.reply("ana", "e1", "x")
	wrongKind.Kind, broken.Content = "template", []byte("{")
	note := w.reply("ana", "e1", "x")
	note.Kind, note.Content = "note", encoded(wa.Content{Kind: wa.KindNote, Text: &wa.Text{Body: "x"}})
	for name, test := range map[string]struct {
		cmd  conversation.Command
		want string
	}{
		"no id":            {&actorpb.ReceiveInbound{TenantId: "acme"}, conversation.BadRequest},
		"no echo id":       {noEcho, conversation.BadRequest},
		"kind and content": {wrongKind, conversation.BadContent},
		"broken content":   {broken, conversation.BadContent},
		"empty text":       {w.reply("ana", "e1", ""), conversation.BadContent},
		"long text":        {w.reply("ana", "e1", string(long)), conversation.BadContent},
		"not sendable":     {note, conversation.BadContent},
		"no seat":          {&actorpb.Claim{}, conversation.NotFound},
		"nameless seat":    {&actorpb.Claim{By: &actorpb.Actor{TenantId: "acme"}}, conversation.BadRequest},
		"assign nobody":    {&actorpb.Assign{By: seat("marta")}, conversation.BadRequest},
		"to the assistant": {&actorpb.Transfer{By: seat("ana"), To: &actorpb.Party{Kind: actorpb.Party_KIND_ASSISTANT}}, conversation.BadRequest},
		"no phase":         {&actorpb.SetPhase{By: seat("ana")}, conversation.BadRequest},
		"unknown phase":    {&actorpb.SetPhase{By: seat("ana"), To: 9}, conversation.BadRequest},
		"snooze past":      {&actorpb.SetPhase{By: seat("ana"), To: actorpb.Phase_PHASE_SNOOZED, UntilMs: 1}, conversation.BadRequest},
		"empty note":       {&actorpb.AddNote{By: seat("ana"), EchoId: "n", Text: " "}, conversation.BadContent},
		"nameless note":    {&actorpb.AddNote{By: seat("ana"), Text: "x"}, conversation.BadRequest},
		"unknown status":   {&actorpb.RecordStatus{MessageId: "x", Status: "deleted"}, conversation.BadRequest},
	} {
		r := w.do(test.cmd)
		if r.refusal == nil || r.refusal.Code != test.want {
			t.Errorf("%s: %v, want %s", name, r.refusal, test.want)
		}
	}
	if _, err := w.state.Decide(&actorpb.Outcome{}, conversation.Facts{}, w.now); err == nil {
		t.Error("a message that is no command was decided")
	}
	if r := newWorld().do(&actorpb.ReceiveInbound{MessageId: "wamid.1"}); r.refusal == nil {
		t.Error("a conversation without a tenant started")
	}
}

// A phase that is not snoozed has no end, whatever the command says.
func TestOnlySnoozedHasAnEnd(t *testing.T) {
	t.Parallel()
	w := open()
	w.do(&actorpb.SetPhase{By: seat("ana"), To: actorpb.Phase_PHASE_PENDING, UntilMs: w.now.Add(time.Hour).UnixMilli()})
	if row := rowOf(w.state); row.SnoozedUntilMs != 0 || row.Phase != actorpb.Phase_PHASE_PENDING {
		t.Errorf("row: %v", row)
	}
}

func TestTooManyOpen(t *testing.T) {
	t.Parallel()
	w := open()
	for i := range 64 {
		if r := w.do(w.reply("ana", "e"+string(rune('A'+i)), "x")); r.refusal != nil {
			t.Fatalf("send %d: %v", i, r.refusal)
		}
	}
	if r := w.do(w.reply("ana", "last", "x")); r.refusal == nil || r.refusal.Code != conversation.TooManyOpen {
		t.Errorf("send 65: %v", r.refusal)
	}
}
