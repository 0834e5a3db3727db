package actors_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors"
	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/journal"
)

// looks is a journal that counts who looks for a message, and can fail at it.
type looks struct {
	*journal.Journal
	count atomic.Int32
	fail  atomic.Bool
}

func (l *looks) Stored(ctx context.Context, key wa.ConversationKey, id wa.MessageID) (bool, error) {
	l.count.Add(1)
	if l.fail.Load() {
		return false, errors.New("no answer")
	}
	return l.Journal.Stored(ctx, key, id)
}

// What has left long ago is answered "already", whatever rule would refuse it
// today; what has never been sent is refused. Only refusals look into the store.
func TestI02RepeatedSendsAreRepeatedWhateverTheRulesSay(t *testing.T) {
	t.Parallel()
	pool := office(t)
	journal := &looks{Journal: journal.New(pool, journal.Config{})}
	t.Cleanup(journal.Close)
	now := time.Now()
	m := &member{live: make(map[string]*mailbox), make: actors.Conversations(actors.Config{
		Journal: journal, Now: func() time.Time { return now },
	})}
	m.must(t, hello("wamid.1"))
	m.must(t, &actorpb.Claim{By: ana})
	sent := m.must(t, reply(ana, "e1", 99))
	noted := m.must(t, &actorpb.AddNote{By: ana, EchoId: "n1", Text: "a note"})
	m.must(t, &actorpb.RecordAccepted{MessageId: sent.MessageId, Wamid: "wamid.out"})
	m.must(t, &actorpb.RecordStatus{MessageId: sent.MessageId, Wamid: "wamid.out", Status: "read", AtMs: now.UnixMilli()})
	if n := journal.count.Load(); n != 0 {
		t.Fatalf("%d looks for messages before anything was refused", n)
	}

	send := func(change func(*actorpb.SendMessage)) func(string) proto.Message {
		return func(echo string) proto.Message {
			c := reply(ana, echo, 99)
			change(c)
			return c
		}
	}
	plain := send(func(*actorpb.SendMessage) {})
	for _, test := range []struct {
		refusal string
		before  []proto.Message
		ask     func(echo string) proto.Message
	}{
		{"stale", []proto.Message{hello("wamid.2")}, send(func(c *actorpb.SendMessage) { c.SeenVersion = 1 })},
		{"epoch", nil, send(func(c *actorpb.SendMessage) { c.OwnerEpoch = 99 })},
		{"bad_content", nil, send(func(c *actorpb.SendMessage) { c.Content = []byte("{") })},
		{"bad_content", nil, send(func(c *actorpb.SendMessage) { c.Kind = "media" })},
		{"bad_request", nil, send(func(c *actorpb.SendMessage) { c.Then = actorpb.Phase_PHASE_PENDING })},
		{"bad_request", nil, send(func(c *actorpb.SendMessage) { c.Then, c.UntilMs = actorpb.Phase_PHASE_SNOOZED, 1 })},
		{"too_many_open", manySends(), plain},
		{"not_owner", []proto.Message{&actorpb.TakeOver{By: bruno, Reason: "shift"}}, plain},
		{"unclaimed", []proto.Message{&actorpb.Release{By: bruno}}, plain},
		{"unclaimed", []proto.Message{&actorpb.SetPhase{By: bruno, To: actorpb.Phase_PHASE_RESOLVED}}, plain},
		{"window_closed", []proto.Message{&actorpb.Claim{By: ana}}, func(echo string) proto.Message {
			now = now.Add(48 * time.Hour)
			return plain(echo)
		}},
	} {
		for _, cmd := range test.before {
			if o := m.must(t, cmd); o.Refusal != "" {
				t.Fatalf("%s: %T: %v", test.refusal, cmd, o)
			}
		}
		if o := m.must(t, test.ask("e1")); !o.Already || o.MessageId != sent.MessageId || o.Refusal != "" {
			t.Errorf("%s: sent again = %v; want already %s", test.refusal, o, sent.MessageId)
		}
		if o := m.must(t, test.ask("never sent")); o.Refusal != test.refusal {
			t.Errorf("a new send = %v; want %s", o, test.refusal)
		}
		journal.fail.Store(true)
		_, err := m.ask(t.Context(), conversationKey, test.ask("e1"))
		if !errors.Is(err, &cluster.Error{Code: actors.CodeUnavailable}) {
			t.Errorf("%s, and the store does not answer: %v; want unavailable", test.refusal, err)
		}
		journal.fail.Store(false)
	}
	for _, text := range []string{"a note", " "} {
		if o := m.must(t, &actorpb.AddNote{By: ana, EchoId: "n1", Text: text}); !o.Already || o.MessageId != noted.MessageId {
			t.Errorf("note %q again = %v; want already %s", text, o, noted.MessageId)
		}
	}
	if n := count(t, pool, `SELECT count(*) FROM message WHERE direction = 1`); n != 65 {
		t.Errorf("%d messages sent, want 65", n)
	}
}

// manySends is as many as may wait.
func manySends() (list []proto.Message) {
	for n := range 64 {
		list = append(list, reply(ana, fmt.Sprint("many", n), 99))
	}
	return list
}

// hasty is a journal whose appends nobody began in time.
type hasty struct{ *journal.Journal }

func (hasty) Append(context.Context, *ledger.Append) (ledger.Appended, error) {
	return ledger.Appended{}, fmt.Errorf("append: %w", persistence.ErrNotBegun)
}

// What was never begun did not happen, and is not called unknown.
func TestWhatWasNotBegunDidNotHappen(t *testing.T) {
	t.Parallel()
	journal := journal.New(office(t), journal.Config{})
	t.Cleanup(journal.Close)
	m := &member{live: make(map[string]*mailbox), make: actors.Conversations(actors.Config{Journal: hasty{journal}})}
	if _, err := m.ask(t.Context(), conversationKey, hello("wamid.1")); !errors.Is(err, &cluster.Error{Code: actors.CodeUnavailable}) {
		t.Errorf("answered %v, want unavailable", err)
	}
}
