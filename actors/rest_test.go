package actors_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/prosa-chat/prosa/actors"
	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/journal"
)

// loads is a journal that counts who loads, and can fail an append.
type loads struct {
	*journal.Journal
	count atomic.Int32
	fail  atomic.Bool
}

func (l *loads) Load(ctx context.Context, key wa.ConversationKey) (ledger.Loaded, error) {
	l.count.Add(1)
	return l.Journal.Load(ctx, key)
}

func (l *loads) Append(ctx context.Context, a *ledger.Append) (ledger.Appended, error) {
	if l.fail.Load() {
		return ledger.Appended{}, errors.New("no answer")
	}
	return l.Journal.Append(ctx, a)
}

func newLoads(t *testing.T) (*loads, *member) {
	t.Helper()
	j := &loads{Journal: journal.New(office(t), journal.Config{})}
	t.Cleanup(j.Close)
	return j, &member{live: make(map[string]*mailbox), make: actors.Conversations(actors.Config{Journal: j})}
}

// What a grain keeps between two commands is what the store has: it loads once, and
// again when it does not know what is stored.
func TestGrainAtRestKnowsWhatIsStored(t *testing.T) {
	t.Parallel()
	j, m := newLoads(t)
	m.must(t, hello("wamid.1"))
	m.must(t, &actorpb.Claim{By: ana})
	if o := m.must(t, &actorpb.AddNote{By: ana, EchoId: "n1"}); o.Refusal == "" { // decides nothing
		t.Fatalf("an empty note was taken: %v", o)
	}
	m.must(t, reply(ana, "e1", 99))
	if n := j.count.Load(); n != 1 {
		t.Errorf("%d loads for four commands to one grain", n)
	}
	j.fail.Store(true)
	if _, err := m.ask(t.Context(), conversationKey, hello("wamid.2")); err == nil {
		t.Fatal("an append that failed was answered")
	}
	j.fail.Store(false)
	before := j.count.Load()
	if o := m.must(t, hello("wamid.2")); o.Already || o.Refusal != "" {
		t.Errorf("after the failure: %v", o)
	}
	if n := j.count.Load() - before; n != 1 {
		t.Errorf("%d loads after an unknown outcome, want one", n)
	}
}

// A conversation that leaves memory loses nothing: with an alarm that is due, with a
// send under way and with unread messages it decides like one that stayed.
func TestPassivationLosesNothing(t *testing.T) {
	t.Parallel()
	stays, leaves := conversationKey, "100:c2"
	j, _ := newLoads(t)
	now := time.Now().Truncate(time.Second)
	m := &member{live: make(map[string]*mailbox), make: actors.Conversations(actors.Config{
		Journal: j, Now: func() time.Time { return now },
	})}
	outcomes := make(map[string][]*actorpb.Outcome)
	for _, key := range []string{stays, leaves} {
		step := func(cmd proto.Message) *actorpb.Outcome {
			o, err := m.ask(t.Context(), key, cmd)
			if err != nil {
				t.Fatalf("%s: %T: %v", key, cmd, err)
			}
			if key == leaves {
				m.live[key].grain.Passivate()
			}
			outcomes[key] = append(outcomes[key], o)
			return o
		}
		in := func(id string) *actorpb.ReceiveInbound {
			c := hello(id + key)
			c.SentAtMs, c.ReceivedAtMs = now.UnixMilli(), now.UnixMilli()
			return c
		}
		began, hour := now, now.Add(time.Hour)
		step(in("wamid.1"))
		step(&actorpb.Claim{By: ana})
		sent := step(reply(ana, "e1", 99))
		step(&actorpb.SetPhase{By: ana, To: actorpb.Phase_PHASE_SNOOZED, UntilMs: hour.UnixMilli()})
		if early := step(&actorpb.AlarmDue{NowMs: now.UnixMilli()}); early.Phase != actorpb.Phase_PHASE_SNOOZED || early.NextAlarmMs != hour.UnixMilli() {
			t.Errorf("%s: an alarm that rings early: %v", key, early)
		}
		step(&actorpb.RecordAccepted{MessageId: sent.MessageId, Wamid: "wamid.out" + key})
		step(&actorpb.RecordStatus{MessageId: sent.MessageId, Wamid: "wamid.out" + key, Status: "read", AtMs: now.UnixMilli()})
		now = hour
		if due := step(&actorpb.AlarmDue{NowMs: now.UnixMilli()}); due.Phase != actorpb.Phase_PHASE_OPEN {
			t.Errorf("%s: the alarm woke nothing: %v", key, due)
		}
		if again := step(in("wamid.1")); !again.Already {
			t.Errorf("%s: a message that was known is new: %v", key, again)
		}
		now = began
	}
	same := cmp.Options{protocmp.Transform(), protocmp.IgnoreFields(&actorpb.Outcome{}, "message_id")}
	if diff := cmp.Diff(outcomes[stays], outcomes[leaves], same); diff != "" {
		t.Errorf("stayed (-), left (+):\n%s", diff)
	}
}
