package relay

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
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

func TestMessageBecomesACommand(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	row := b.post(envelope(numberID, `"contacts":[{"profile":{"name":"Ana","username":"ana"},"user_id":"BR.x1"}],
		"messages":[{"from_user_id":"BR.x1","id":"wamid.1","timestamp":"1790000000","type":"reaction","reaction":{"message_id":"wamid.0","emoji":"+"}}]`))
	b.allDone(row)
	got := b.grains.got()
	if len(got) != 1 {
		t.Fatalf("%d commands", len(got))
	}
	m := got[0].message.(*actorpb.ReceiveInbound)
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
	key, err := wa.ParseConversationKey(got[0].key)
	if err != nil || key.PhoneNumberID != numberID || strings.Contains(string(key.ContactID), "x1") {
		t.Errorf("key %s, %v", got[0].key, err)
	}
	b.eventually("inbound is counted", func() bool { return b.count(`SELECT count(*) FROM pace WHERE tokens < 80`) == 1 })
}

func TestConversationsKeepTheirOrder(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	// The first command waits for one of another conversation.
	var first atomic.Pointer[string]
	met := make(chan struct{})
	var once sync.Once
	b.grains.answers(func(ctx context.Context, key string, _ proto.Message) (proto.Message, error) {
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
			list = append(list, text(fmt.Sprintf("1555%04d", person), fmt.Sprintf("wamid.%d.%03d", person, round)))
		}
		last = b.post(envelope(numberID, messages(list...)))
	}
	b.allDone(last)
	ids := b.grains.ids()
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
	b.grains.answers(func(_ context.Context, _ string, message proto.Message) (proto.Message, error) {
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
	last := b.post(envelope(numberID, messages(
		text("15550001", "wamid.a1"), text("15550001", "wamid.bad"), text("15550001", "wamid.a3"), text("15550002", "wamid.b1"))))
	b.allDone(last)
	later := b.post(envelope(numberID, messages(text("15550001", "wamid.a4"), text("15550002", "wamid.b2"))))
	b.allDone(later)
	ids := b.grains.ids()
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
	b.relay.retryProblems(t.Context()) // still fails: nothing passes
	if n := len(b.grains.ids()[first]); n != 1 {
		t.Errorf("%d events delivered while the head fails", n)
	}
	heal()
	b.relay.retryProblems(t.Context())
	b.allDone(b.post(envelope(numberID, messages(text("15550001", "wamid.a5")))))
	if got := b.grains.ids()[first]; !slices.Equal(got, []string{"wamid.a1", "wamid.bad", "wamid.a3", "wamid.a4", "wamid.a5"}) {
		t.Errorf("after the healing: %v", got)
	}
}

func TestHeadThatNeverSucceedsLetsOthersPass(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.fails("wamid.bad", errors.New("panic"))
	b.allDone(b.post(envelope(numberID, messages(text("15550001", "wamid.bad"), text("15550001", "wamid.a2")))))
	for range maxTries {
		b.relay.retryProblems(t.Context())
	}
	b.allDone(b.post(envelope(numberID, messages(text("15550001", "wamid.a3")))))
	for _, got := range b.grains.ids() {
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
	heal := b.fails("wamid.bad", &cluster.Error{Code: codeRefused, Text: "value too long"})
	b.allDone(b.post(envelope(numberID, messages(text("15550001", "wamid.bad"), text("15550001", "wamid.a2")))))
	for _, got := range b.grains.ids() {
		if !slices.Equal(got, []string{"wamid.a2"}) {
			t.Errorf("delivered %v", got)
		}
	}
	heal()
	problems, err := b.store.Problems.List(t.Context(), "acme", intake.ProblemFailed, 0, 10)
	if err != nil || len(problems) != 1 {
		t.Fatalf("problems %v, %v", problems, err)
	}
	if err := b.relay.Replay(t.Context(), problems[0].ID); err != nil {
		t.Fatal(err)
	}
	if p, _ := b.store.Problems.Get(t.Context(), "", problems[0].ID); p.State != intake.ProblemReplayed {
		t.Errorf("state %s", p.State)
	}
	if err := b.relay.Replay(t.Context(), 999); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("replay of nothing: %v", err)
	}
}

// A replay waits for nothing that somebody must mend first: the person who asked
// for it hears so, and it counts as no try.
func TestReplayDoesNotWaitForAStoreThatIsBroken(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	heal := b.fails("wamid.2", &cluster.Error{Code: codeRefused, Text: "value too long"})
	b.allDone(b.post(envelope(numberID, messages(
		`{"from":"15550001","id":"wamid.2","timestamp":"1790000000","type":"system","system":{"type":"user_changed_number","wa_id":"15550009","body":"changed"}}`))))
	heal()
	problems, err := b.store.Problems.List(t.Context(), "acme", intake.ProblemFailed, 0, 10)
	if err != nil || len(problems) != 1 {
		t.Fatalf("problems %v, %v", problems, err)
	}
	b.exec(`ALTER TABLE alias RENAME TO alias_away`)
	answer := make(chan error, 1)
	go func() { answer <- b.relay.Replay(t.Context(), problems[0].ID) }()
	select {
	case err := <-answer:
		if err == nil {
			t.Error("replayed without its table")
		}
	case <-time.After(20 * time.Second):
		t.Error("the replay waits for the table")
	}
	b.exec(`ALTER TABLE alias_away RENAME TO alias`)
	if p, _ := b.store.Problems.Get(t.Context(), "", problems[0].ID); p.State != intake.ProblemFailed || p.Tries != problems[0].Tries {
		t.Errorf("%s after %d tries; want failed after %d", p.State, p.Tries, problems[0].Tries)
	}
	if err := b.relay.Replay(t.Context(), problems[0].ID); err != nil {
		t.Errorf("replayed with it: %v", err)
	}
}

func TestI01TakeOverDeliversEverything(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	dead := newBench(t, pool, benchOptions{})
	var passed atomic.Int32
	dead.grains.answers(func(ctx context.Context, _ string, _ proto.Message) (proto.Message, error) {
		if passed.Add(1) > 30 {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return &actorpb.Outcome{}, nil
	})
	var last intake.Row
	for n := range 100 {
		last = dead.post(envelope(numberID, messages(text(fmt.Sprintf("1555%04d", n%7), fmt.Sprintf("wamid.%03d", n)))))
	}
	dead.eventually("half way", func() bool { return passed.Load() > 30 })
	dead.kill()
	heir := newBench(t, pool, benchOptions{member: "member-2"})
	if n := len(heir.grains.got()); n != 0 {
		t.Fatalf("the heir did %d commands of a living source", n)
	}
	if err := dead.store.Intake.Close(t.Context()); err != nil { // the lease ends
		t.Fatal(err)
	}
	heir.eventually("the source is closed", func() bool {
		return heir.count(`SELECT count(*) FROM intake_source WHERE source = $1 AND done_upto = $2 AND closed_at IS NOT NULL`, last.Source, last.Seq) == 1
	})
	seen := map[string]bool{}
	for _, list := range heir.grains.ids() {
		if !slices.IsSorted(list) {
			t.Errorf("order of the heir: %v", list)
		}
		for _, id := range list {
			seen[id] = true
		}
	}
	for _, list := range dead.grains.ids() {
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
	b := newBench(t, pgtest.Pool(t), benchOptions{limits: Limits{Rows: 10}})
	gate := make(chan struct{})
	b.grains.answers(func(ctx context.Context, _ string, _ proto.Message) (proto.Message, error) {
		select {
		case <-gate:
		case <-ctx.Done():
		}
		return &actorpb.Outcome{}, ctx.Err()
	})
	var last intake.Row
	for n := range 500 {
		last = b.post(envelope(numberID, messages(text(fmt.Sprintf("1555%04d", n%5), fmt.Sprintf("wamid.%03d", n)))))
	}
	if rows, _ := b.relay.feed.held(); rows > 10 {
		t.Errorf("%d rows in memory, the bound is 10", rows)
	}
	close(gate)
	b.allDone(last)
	total := 0
	for key, list := range b.grains.ids() {
		total += len(list)
		if !slices.IsSorted(list) {
			t.Errorf("%s got %v", key, list)
		}
	}
	if total != 500 {
		t.Errorf("%d messages delivered, want 500, each once", total)
	}
	if b.relay.feed.isBehind() {
		t.Error("still reading back")
	}
}

func TestUnknownNumberIsParkedThenApplied(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{unregistered: true})
	b.allDone(b.post(envelope(numberID, messages(text("15550001", "wamid.1"), text("15550001", "wamid.2")))))
	if counts, _ := b.store.Problems.Count(t.Context(), ""); counts[intake.ProblemParked] != 2 || len(b.grains.got()) != 0 {
		t.Fatalf("counts %v, %d commands", counts, len(b.grains.got()))
	}
	if p, _ := b.store.Problems.ParkedFor(t.Context(), numberID, 0, 1); b.relay.Replay(t.Context(), p[0].ID) == nil {
		t.Error("an event of an unknown number was replayed")
	}
	if err := b.relay.Register(t.Context(), ourRegistration()); err != nil {
		t.Fatal(err)
	}
	b.eventually("both are applied", func() bool {
		return b.count(`SELECT count(*) FROM intake_problem WHERE state = 'replayed'`) == 2
	})
	for _, got := range b.grains.ids() {
		if !slices.Equal(got, []string{"wamid.1", "wamid.2"}) {
			t.Errorf("delivered %v", got)
		}
	}
	if counts, _ := b.store.Problems.Count(t.Context(), ""); len(counts) != 0 || len(of[*actorpb.ReceiveInbound](b.grains)) != 2 {
		t.Errorf("counts %v, commands %v", counts, b.grains.got())
	}
}

// A registration and the look for what others registered may come together, as at
// a start: what waited is applied once.
func TestParkedIsAppliedOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{unregistered: true})
	b.allDone(b.post(envelope(numberID, messages(text("15550001", "wamid.1"), text("15550001", "wamid.2")))))
	b.register()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := b.relay.ApplyParked(t.Context(), numberID); err != nil {
				t.Error(err)
			}
		})
		all.Go(func() { b.relay.retryProblems(t.Context()) })
	}
	all.Wait()
	for _, got := range b.grains.ids() {
		if !slices.Equal(got, []string{"wamid.1", "wamid.2"}) {
			t.Errorf("delivered %v", got)
		}
	}
	if n := len(b.grains.got()); n != 2 {
		t.Errorf("%d commands", n)
	}
}

func TestI09NumberThatHangsDoesNotStopAnother(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{limits: Limits{InFlight: 8}, pauses: Pauses{
		Ask: time.Hour, Poll: 20 * time.Millisecond, Sweep: 20 * time.Millisecond, TakeOver: 50 * time.Millisecond,
	}})
	other := ourRegistration()
	other.ID = "900"
	if err := b.store.Numbers.Register(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	b.grains.answers(func(ctx context.Context, key string, _ proto.Message) (proto.Message, error) {
		if strings.HasPrefix(key, string(numberID)) {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return &actorpb.Outcome{}, nil
	})
	for n := range 50 {
		b.post(envelope(numberID, messages(text(fmt.Sprintf("1555%04d", n), fmt.Sprintf("wamid.hangs.%d", n)))))
	}
	for n := range 50 {
		b.post(envelope("900", messages(text(fmt.Sprintf("1555%04d", n), fmt.Sprintf("wamid.%d", n)))))
	}
	b.eventually("the other number's messages pass", func() bool { return len(b.grains.got()) == 50 })
}
