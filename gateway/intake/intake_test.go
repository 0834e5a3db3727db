package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/gateway/background"
	"github.com/prosa-chat/prosa/gateway/relaytest"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

func TestMessageBecomesACommand(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	row := b.Post(relaytest.Envelope(relaytest.NumberID, `"contacts":[{"profile":{"name":"Ana","username":"ana"},"user_id":"BR.x1"}],
		"messages":[{"from_user_id":"BR.x1","id":"wamid.1","timestamp":"1790000000","type":"reaction","reaction":{"message_id":"wamid.0","emoji":"+"}}]`))
	b.AllDone(row)
	got := b.Grains.Got()
	if len(got) != 1 {
		t.Fatalf("%d commands", len(got))
	}
	m := got[0].Message.(*actorpb.ReceiveInbound)
	want := &actorpb.ReceiveInbound{
		MessageId: "wamid.1", SentAtMs: 1_790_000_000_000, ReceivedAtMs: row.ReceivedAt.UnixMilli(), Kind: "reaction",
		Content: m.Content, Preview: "+", Target: "wamid.0", TenantId: "acme", TeamId: "sales", ContactName: "Ana", ContactAddress: "ana",
	}
	if !proto.Equal(m, want) {
		t.Errorf("command %v\nwant %v", m, want)
	}
	var content wa.Content
	if err := json.Unmarshal(m.Content, &content); err != nil || content.Reaction == nil || content.Reaction.Emoji != "+" {
		t.Errorf("content %s, %v", m.Content, err)
	}
	key, err := wa.ParseConversationKey(got[0].Key)
	if err != nil || key.PhoneNumberID != relaytest.NumberID || strings.Contains(string(key.ContactID), "x1") {
		t.Errorf("key %s, %v", got[0].Key, err)
	}
	b.Eventually("inbound is counted", func() bool { return b.Count(`SELECT count(*) FROM pace WHERE tokens < 80`) == 1 })
}

func TestConversationsKeepTheirOrder(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	// The first command waits for one of another conversation.
	var first atomic.Pointer[string]
	met := make(chan struct{})
	var once sync.Once
	b.Grains.Answers(func(ctx context.Context, key string, _ proto.Message) (proto.Message, error) {
		if first.CompareAndSwap(nil, &key) {
			select {
			case <-met:
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		} else if *first.Load() != key {
			once.Do(func() { close(met) })
		}
		return &actorpb.Outcome{}, nil
	})
	const people, rounds = 20, 20
	var last intake.Row
	for round := range rounds {
		var list []string
		for person := range people {
			list = append(list, relaytest.Text(fmt.Sprintf("1555%04d", person), fmt.Sprintf("wamid.%d.%03d", person, round)))
		}
		last = b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(list...)))
	}
	b.AllDone(last)
	ids := b.Grains.IDs()
	if len(ids) != people {
		t.Fatalf("%d conversations, want %d", len(ids), people)
	}
	for key, list := range ids {
		if len(list) != rounds || !slices.IsSorted(list) {
			t.Errorf("%s got %v", key, list)
		}
	}
}

// fails makes commands with a certain message id fail until healed.
func (b *bench) fails(id string, err error) (heal func()) {
	var healed atomic.Bool
	b.Grains.Answers(func(_ context.Context, _ string, message proto.Message) (proto.Message, error) {
		if m, ok := message.(*actorpb.ReceiveInbound); ok && m.MessageId == id && !healed.Load() {
			return nil, err
		}
		return &actorpb.Outcome{}, nil
	})
	return func() { healed.Store(true) }
}

func TestI09PoisonDoesNotStopNeighbours(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	heal := b.fails("wamid.bad", errors.New("outcome unknown"))
	last := b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(
		relaytest.Text("15550001", "wamid.a1"), relaytest.Text("15550001", "wamid.bad"), relaytest.Text("15550001", "wamid.a3"), relaytest.Text("15550002", "wamid.b1"))))
	b.AllDone(last)
	later := b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(relaytest.Text("15550001", "wamid.a4"), relaytest.Text("15550002", "wamid.b2"))))
	b.AllDone(later)
	ids := b.Grains.IDs()
	var first string
	for key, list := range ids {
		switch list[0] {
		case "wamid.a1":
			first = key
			if len(list) != 1 {
				t.Errorf("events passed the failed one: %v", list)
			}
		default:
			if !slices.Equal(list, []string{"wamid.b1", "wamid.b2"}) {
				t.Errorf("the neighbour got %v", list)
			}
		}
	}
	lane, err := b.store.Problems.Lane(t.Context(), first, 0, maxTries, 10)
	if err != nil || len(lane) != 3 {
		t.Fatalf("problems of the lane: %v, %v", lane, err)
	}
	if lane[0].TenantID != "acme" || lane[0].Kind != "message" || lane[1].Reason == lane[0].Reason {
		t.Errorf("problem %+v", lane[0])
	}
	b.applier.retryProblems(t.Context()) // still fails: nothing passes
	if n := len(b.Grains.IDs()[first]); n != 1 {
		t.Errorf("%d events delivered while the head fails", n)
	}
	heal()
	b.applier.retryProblems(t.Context())
	b.AllDone(b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(relaytest.Text("15550001", "wamid.a5")))))
	if got := b.Grains.IDs()[first]; !slices.Equal(got, []string{"wamid.a1", "wamid.bad", "wamid.a3", "wamid.a4", "wamid.a5"}) {
		t.Errorf("after the healing: %v", got)
	}
}

func TestHeadThatNeverSucceedsLetsOthersPass(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.fails("wamid.bad", errors.New("panic"))
	b.AllDone(b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(relaytest.Text("15550001", "wamid.bad"), relaytest.Text("15550001", "wamid.a2")))))
	for range maxTries {
		b.applier.retryProblems(t.Context())
	}
	b.AllDone(b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(relaytest.Text("15550001", "wamid.a3")))))
	for _, got := range b.Grains.IDs() {
		if !slices.Equal(got, []string{"wamid.a2", "wamid.a3"}) {
			t.Errorf("delivered %v", got)
		}
	}
	if counts, _ := b.store.Problems.Count(t.Context(), "acme"); counts[intake.ProblemFailed] != 1 {
		t.Errorf("counts %v, want the head for people to see", counts)
	}
}

func TestRefusedEventStandsAlone(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	heal := b.fails("wamid.bad", &cluster.Error{Code: background.CodeRefused, Text: "value too long"})
	b.AllDone(b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(relaytest.Text("15550001", "wamid.bad"), relaytest.Text("15550001", "wamid.a2")))))
	for _, got := range b.Grains.IDs() {
		if !slices.Equal(got, []string{"wamid.a2"}) {
			t.Errorf("delivered %v", got)
		}
	}
	heal()
	problems, err := b.store.Problems.List(t.Context(), "acme", intake.ProblemFailed, 0, 10)
	if err != nil || len(problems) != 1 {
		t.Fatalf("problems %v, %v", problems, err)
	}
	if err := b.applier.Replay(t.Context(), problems[0].ID); err != nil {
		t.Fatal(err)
	}
	if p, _ := b.store.Problems.Get(t.Context(), "", problems[0].ID); p.State != intake.ProblemReplayed {
		t.Errorf("state %s", p.State)
	}
	if err := b.applier.Replay(t.Context(), 999); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("replay of nothing: %v", err)
	}
}

// A replay waits for nothing that somebody must mend first: the person who asked
// for it hears so, and it counts as no try.
func TestReplayDoesNotWaitForAStoreThatIsBroken(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	heal := b.fails("wamid.2", &cluster.Error{Code: background.CodeRefused, Text: "value too long"})
	b.AllDone(b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(
		`{"from":"15550001","id":"wamid.2","timestamp":"1790000000","type":"system","system":{"type":"user_changed_number","wa_id":"15550009","body":"changed"}}`))))
	heal()
	problems, err := b.store.Problems.List(t.Context(), "acme", intake.ProblemFailed, 0, 10)
	if err != nil || len(problems) != 1 {
		t.Fatalf("problems %v, %v", problems, err)
	}
	b.Exec(`ALTER TABLE alias RENAME TO alias_away`)
	answer := make(chan error, 1)
	go func() { answer <- b.applier.Replay(t.Context(), problems[0].ID) }()
	select {
	case err := <-answer:
		if err == nil {
			t.Error("replayed without its table")
		}
	case <-time.After(20 * time.Second):
		t.Error("the replay waits for the table")
	}
	b.Exec(`ALTER TABLE alias_away RENAME TO alias`)
	if p, _ := b.store.Problems.Get(t.Context(), "", problems[0].ID); p.State != intake.ProblemFailed || p.Tries != problems[0].Tries {
		t.Errorf("%s after %d tries; want failed after %d", p.State, p.Tries, problems[0].Tries)
	}
	if err := b.applier.Replay(t.Context(), problems[0].ID); err != nil {
		t.Errorf("replayed with it: %v", err)
	}
}

func TestI01TakeOverDeliversEverything(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	dead := newBench(t, pool, benchOptions{})
	var passed atomic.Int32
	dead.Grains.Answers(func(ctx context.Context, _ string, _ proto.Message) (proto.Message, error) {
		if passed.Add(1) > 30 {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return &actorpb.Outcome{}, nil
	})
	var last intake.Row
	for n := range 100 {
		last = dead.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(relaytest.Text(fmt.Sprintf("1555%04d", n%7), fmt.Sprintf("wamid.%03d", n)))))
	}
	dead.Eventually("half way", func() bool { return passed.Load() > 30 })
	dead.kill()
	next := newBench(t, pool, benchOptions{member: "member-2"})
	if n := len(next.Grains.Got()); n != 0 {
		t.Fatalf("the next did %d commands of a living source", n)
	}
	if err := dead.Intake.Close(t.Context()); err != nil { // the lease ends
		t.Fatal(err)
	}
	next.Eventually("the source is closed", func() bool {
		return next.Count(`SELECT count(*) FROM intake_source WHERE source = $1 AND done_upto = $2 AND closed_at IS NOT NULL`, last.Source, last.Seq) == 1
	})
	seen := map[string]bool{}
	for _, list := range next.Grains.IDs() {
		if !slices.IsSorted(list) {
			t.Errorf("order of the next: %v", list)
		}
		for _, id := range list {
			seen[id] = true
		}
	}
	for _, list := range dead.Grains.IDs() {
		for _, id := range list {
			seen[id] = true
		}
	}
	if len(seen) != 100 {
		t.Errorf("%d of 100 messages were delivered", len(seen))
	}
}

func TestBurstWaitsInTheTable(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{rows: 10})
	gate := make(chan struct{})
	b.Grains.Answers(func(ctx context.Context, _ string, _ proto.Message) (proto.Message, error) {
		select {
		case <-gate:
		case <-ctx.Done():
		}
		return &actorpb.Outcome{}, ctx.Err()
	})
	var last intake.Row
	for n := range 500 {
		last = b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(relaytest.Text(fmt.Sprintf("1555%04d", n%5), fmt.Sprintf("wamid.%03d", n)))))
	}
	if rows, _ := b.applier.feed.held(); rows > 10 {
		t.Errorf("%d rows in memory, the bound is 10", rows)
	}
	close(gate)
	b.AllDone(last)
	total := 0
	for key, list := range b.Grains.IDs() {
		total += len(list)
		if !slices.IsSorted(list) {
			t.Errorf("%s got %v", key, list)
		}
	}
	if total != 500 {
		t.Errorf("%d messages delivered, want 500, each once", total)
	}
	if b.applier.feed.isBehind() {
		t.Error("still reading back")
	}
}

// A registration and the look for what others registered may come together, as at
// a start: what waited is applied once.
func TestParkedIsAppliedOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{unregistered: true})
	b.AllDone(b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(relaytest.Text("15550001", "wamid.1"), relaytest.Text("15550001", "wamid.2")))))
	b.Register()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := b.applier.ApplyParked(t.Context(), relaytest.NumberID); err != nil {
				t.Error(err)
			}
		})
		all.Go(func() { b.applier.retryProblems(t.Context()) })
	}
	all.Wait()
	for _, got := range b.Grains.IDs() {
		if !slices.Equal(got, []string{"wamid.1", "wamid.2"}) {
			t.Errorf("delivered %v", got)
		}
	}
	if n := len(b.Grains.Got()); n != 2 {
		t.Errorf("%d commands", n)
	}
}

func TestI09NumberThatHangsDoesNotStopAnother(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{inFlight: 8, patience: time.Hour})
	other := relaytest.OurRegistration()
	other.ID = "900"
	if err := b.Numbers.Register(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	b.Grains.Answers(func(ctx context.Context, key string, _ proto.Message) (proto.Message, error) {
		if strings.HasPrefix(key, string(relaytest.NumberID)) {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return &actorpb.Outcome{}, nil
	})
	for n := range 50 {
		b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(relaytest.Text(fmt.Sprintf("1555%04d", n), fmt.Sprintf("wamid.hangs.%d", n)))))
	}
	for n := range 50 {
		b.Post(relaytest.Envelope("900", relaytest.Messages(relaytest.Text(fmt.Sprintf("1555%04d", n), fmt.Sprintf("wamid.%d", n)))))
	}
	b.Eventually("the other number's messages pass", func() bool { return len(b.Grains.Got()) == 50 })
}
