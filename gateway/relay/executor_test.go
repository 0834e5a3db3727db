package relay

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/gateway/background"
	"github.com/prosa-chat/prosa/gateway/relaytest"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/journal"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// A kind of effect that the engine does not have: this file is all that it takes,
// with the line that registers it, benchOptions.executors.
const kindWish ledger.EffectKind = 99

// wishes is its executor: what each attempt does is up to the test.
type wishes struct {
	mu   sync.Mutex
	seen []string // attempts, in the order in which they began
	do   func(ctx context.Context, id string, attempt int32) error
}

func (w *wishes) executor() executor {
	return executor{kind: kindWish, name: "wish", slots: 4, share: 2, lease: time.Minute, run: w.run}
}

func (w *wishes) run(ctx context.Context, c *effects.Claimed) (proto.Message, error) {
	w.mu.Lock()
	w.seen = append(w.seen, fmt.Sprint(c.ID, "#", c.Attempt))
	w.mu.Unlock()
	if w.do != nil {
		if err := w.do(ctx, c.ID, c.Attempt); err != nil {
			return nil, err
		}
	}
	return &actorpb.AddNote{EchoId: c.ID, Text: string(c.Body)}, nil // any command will do
}

func (w *wishes) attempts() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.seen)
}

// wish appends to a conversation with effects of the kind.
func (b *bench) wish(ids ...string) {
	b.T.Helper()
	j := journal.New(b.Pool, journal.Config{})
	defer j.Close()
	a := storetest.Inbound(wa.ConversationKey{PhoneNumberID: relaytest.NumberID, ContactID: "c1"}, 0, "wamid.1")
	for _, id := range ids {
		ref := ledger.EffectRef{Kind: kindWish, Scope: string(relaytest.NumberID), ID: id, Attempt: 1}
		a.Effects = append(a.Effects, ledger.Effect{EffectRef: ref, NotBefore: time.Now().Add(-time.Second), Body: []byte("of " + id)})
	}
	if _, err := j.Append(b.T.Context(), a); err != nil {
		b.T.Fatal(err)
	}
}

// records makes the grains do what one does with an outcome: its append removes the
// effect, once. Before that they answer what fail says.
func (b *bench) records(fail func(id string) error) {
	b.Grains.Answers(func(ctx context.Context, _ string, message proto.Message) (proto.Message, error) {
		note, ok := message.(*actorpb.AddNote)
		if !ok {
			return &actorpb.Outcome{}, nil
		}
		if fail != nil {
			if err := fail(note.EchoId); err != nil {
				return nil, err
			}
		}
		tag, err := b.Pool.Exec(ctx, `DELETE FROM effect WHERE kind = 99 AND id = $1`, note.EchoId)
		return &actorpb.Outcome{Already: tag.RowsAffected() == 0}, err
	})
}

func (b *bench) wishesLeft() int { return b.Count(`SELECT count(*) FROM effect WHERE kind = 99`) }

// Two members claim each effect once, and its grain is told until it has recorded it.
func TestAnyKindOfEffect(t *testing.T) {
	t.Parallel()
	pool, w := pgtest.Pool(t), &wishes{}
	first := newBench(t, pool, benchOptions{executors: []executor{w.executor()}})
	second := newBench(t, pool, benchOptions{executors: []executor{w.executor()}, member: "member-2"})
	var mu sync.Mutex
	deaf := map[string]int{}
	for _, b := range []*bench{first, second} {
		b.records(func(id string) error {
			mu.Lock()
			defer mu.Unlock()
			if deaf[id]++; deaf[id] < 3 {
				return errors.New("not reached")
			}
			return nil
		})
	}
	var ids, want []string
	for n := range 20 {
		ids, want = append(ids, fmt.Sprintf("w%02d", n)), append(want, fmt.Sprintf("w%02d#1", n))
	}
	first.wish(ids...)
	first.relay.Queued(kindWish, string(relaytest.NumberID))
	first.Eventually("all are recorded", func() bool {
		first.Exec(`UPDATE effect SET changed_at = changed_at - interval '3 s' WHERE state > 1`)
		return first.wishesLeft() == 0
	})
	seen := w.attempts()
	slices.Sort(seen)
	if !slices.Equal(seen, want) {
		t.Errorf("attempts %v, want each once", seen)
	}
	orders := append(first.Grains.Got(), second.Grains.Got()...)
	for _, o := range orders {
		if note, ok := o.Message.(*actorpb.AddNote); ok && (o.Key != "100200300:c1" || note.Text != "of "+note.EchoId) {
			t.Errorf("told %s %v", o.Key, note)
		}
	}
}

// What a member was at that died is another's, as the next attempt; so is what
// failed or panicked.
func TestAnyKindSurvivesDeathsAndPanics(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	began, release := make(chan struct{}, 1), make(chan struct{})
	stuck := &wishes{do: func(context.Context, string, int32) error {
		began <- struct{}{}
		<-release
		return errors.New("too late")
	}}
	dead := newBench(t, pool, benchOptions{executors: []executor{stuck.executor()}, member: "dead"})
	t.Cleanup(func() { close(release) })
	dead.wish("w1")
	<-began
	pgtest.EndMember(t, pool, "dead")
	w := &wishes{do: func(_ context.Context, _ string, attempt int32) error {
		switch attempt {
		case 2:
			panic("struck")
		case 3:
			return errors.New("not now")
		case 4:
			return &later{0, errors.New("at once")}
		}
		return nil
	}}
	successor := newBench(t, pool, benchOptions{executors: []executor{w.executor()}})
	successor.records(nil)
	successor.Eventually("it is recorded", func() bool {
		successor.Exec(`UPDATE effect SET not_before = now() WHERE state = 0`)
		return successor.wishesLeft() == 0
	})
	if got, want := w.attempts(), []string{"w1#2", "w1#3", "w1#4", "w1#5"}; !slices.Equal(got, want) {
		t.Errorf("attempts %v, want %v", got, want)
	}
	if n := len(relaytest.Of[*actorpb.AddNote](successor.Grains)); n != 1 {
		t.Errorf("told %d times", n)
	}
}

// What a grain cannot record is told ever more rarely and then stands in the list of
// problems, where people have it told again. It holds up no other.
func TestARefusedTellingIsForPeople(t *testing.T) {
	t.Parallel()
	w := &wishes{}
	b := newBench(t, pgtest.Pool(t), benchOptions{executors: []executor{w.executor()}})
	var mu sync.Mutex
	refuses := true
	told := 0
	b.records(func(id string) error {
		mu.Lock()
		defer mu.Unlock()
		if id != "bad" || !refuses {
			return nil
		}
		told++
		return &cluster.Error{Code: background.CodeRefused, Text: "no such column"}
	})
	b.wish("bad", "good")
	b.Eventually("it stands in the list", func() bool {
		b.Exec(`UPDATE effect SET changed_at = now() - interval '3 s' WHERE state > 1 AND changed_at < 'infinity'`)
		return b.Count(`SELECT count(*) FROM effect WHERE changed_at = 'infinity'`) == 1
	})
	mu.Lock()
	if told != tellTries {
		t.Errorf("told %d times, want %d", told, tellTries)
	}
	refuses = false
	mu.Unlock()
	var id int64
	if err := b.Pool.QueryRow(t.Context(), `SELECT id FROM intake_problem
		WHERE (state, kind, source, tenant_id) = ('failed', 'AddNote', 0, (SELECT tenant_id FROM phone_number LIMIT 1))
			AND reason LIKE '%no such column%' AND conversation IS NULL`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	if err := b.relay.Intake().Replay(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if n := b.wishesLeft(); n != 0 {
		t.Errorf("%d are left after the replay", n)
	}
	if n := b.Count(`SELECT count(*) FROM intake_problem WHERE state = 'replayed'`); n != 1 {
		t.Error("the problem has not ended")
	}
}

// A claim that the database carries out for nobody is said on readiness, until it is
// mended.
func TestABrokenClaimIsLoud(t *testing.T) {
	t.Parallel()
	w := &wishes{}
	b := newBench(t, pgtest.Pool(t), benchOptions{executors: []executor{w.executor()}})
	b.records(nil)
	b.Exec(`ALTER TABLE effect_rest RENAME TO away`)
	b.Eventually("it is said", func() bool { return b.relay.Trouble() != nil })
	b.Exec(`ALTER TABLE away RENAME TO effect_rest`)
	b.wish("w1")
	b.Eventually("it goes on", func() bool { return b.wishesLeft() == 0 })
	b.Eventually("nothing is said any more", func() bool { return b.relay.Trouble() == nil })
}
