package relay

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/relaytest"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// queue is work that waits: what a store would hold.
type queue struct {
	mu    sync.Mutex
	work  map[string][]int
	asked map[string]int // claims
	free  []int          // that each claim was offered
}

func (q *queue) claim(_ context.Context, scope string, free int) (lot[int], error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.asked == nil {
		q.asked = make(map[string]int)
	}
	q.asked[scope]++
	q.free = append(q.free, free)
	n := min(free, len(q.work[scope]))
	taken := lot[int]{work: slices.Clone(q.work[scope][:n]), more: n == free}
	q.work[scope] = q.work[scope][n:]
	return taken, nil
}

// pumping starts the pump of a kind beside those of a relay.
func pumping(t *testing.T, o benchOptions, k kind[int]) (*bench, *pump[int]) {
	t.Helper()
	b := newBench(t, pgtest.Pool(t), o)
	k.name = "test"
	p := newPump(b.relay, k)
	t.Cleanup(func() {
		b.kill()
		p.wait()
	})
	return b, p
}

// A scope does what it has slots for at once, and none waits for another.
func TestPumpKeepsToItsSlots(t *testing.T) {
	t.Parallel()
	q := &queue{work: map[string][]int{"slow": {1, 2, 3, 4, 5}, "quick": {6}}}
	began, release, done := make(chan int), make(chan struct{}), make(chan int, 6)
	_, p := pumping(t, benchOptions{}, kind[int]{slots: 2, claim: q.claim, run: func(_ context.Context, n *int) error {
		if *n < 6 {
			began <- *n
			<-release
		}
		done <- *n
		return nil
	}})
	p.wake("slow")
	first := []int{<-began, <-began}
	slices.Sort(first)
	if !slices.Equal(first, []int{1, 2}) {
		t.Errorf("began with %v, want 1 and 2", first)
	}
	p.wake("quick")
	if n := <-done; n != 6 {
		t.Errorf("%d was done first, want that of the other scope", n)
	}
	for n := 3; n <= 5; n++ { // one ends, one begins
		release <- struct{}{}
		<-began
	}
	close(release)
	for range 5 {
		<-done
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if most := slices.Max(q.free); most != 2 {
		t.Errorf("a claim was offered %d slots, want 2", most)
	}
}

// What is many and short is claimed in lots, not one for each slot that is free.
func TestPumpWaitsForRoom(t *testing.T) {
	t.Parallel()
	q := &queue{work: map[string][]int{"": make([]int, 40)}}
	ended := make(chan struct{}, 40)
	_, p := pumping(t, benchOptions{}, kind[int]{slots: 10, room: 5, claim: q.claim, run: func(context.Context, *int) error {
		ended <- struct{}{}
		return nil
	}})
	p.wake("")
	for range 40 {
		<-ended
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if least := slices.Min(q.free); least < 5 {
		t.Errorf("a claim was offered %d slots, want 5 at least", least)
	}
}

// What panics or fails tells nobody, and leaves its slot to the next. What ends
// tells its grain once, by one command.
func TestPumpTellsOnlyWhatEnded(t *testing.T) {
	t.Parallel()
	key := wa.ConversationKey{PhoneNumberID: relaytest.NumberID, ContactID: "c1"}.String()
	q := &queue{work: map[string][]int{"": {1, 2, 3}}}
	told := make(chan struct{})
	b, p := pumping(t, benchOptions{}, kind[int]{
		slots: 1, claim: q.claim,
		run: func(_ context.Context, n *int) error {
			switch *n {
			case 1:
				panic("struck")
			case 2:
				return errors.New("not now")
			}
			return nil
		},
		outcome: func(_ context.Context, n *int) *telling {
			return &telling{
				kind: wa.ConversationKind, key: key, command: &actorpb.RecordMedia{MessageId: "m3"},
				answered: func() { close(told) },
			}
		},
	})
	p.wake("")
	<-told
	if list := relaytest.Of[*actorpb.RecordMedia](b.Grains); len(list) != 1 || list[0].MessageId != "m3" {
		t.Errorf("told %v, want what ended", list)
	}
}

// Nothing is claimed without the member's lease, nor while the relay stops.
func TestPumpClaimsNothingWithoutItsLease(t *testing.T) {
	t.Parallel()
	q := &queue{work: map[string][]int{"": {1}}}
	var mu sync.Mutex
	looked, valid := make(chan struct{}, 8), false
	done := make(chan struct{})
	_, p := pumping(t, benchOptions{leaseValid: func() bool {
		mu.Lock()
		defer mu.Unlock()
		select {
		case looked <- struct{}{}:
		default:
		}
		return valid
	}}, kind[int]{slots: 1, claim: q.claim, run: func(context.Context, *int) error { close(done); return nil }})
	if l := (&claims[int]{pump: p, slots: make(chan struct{}, 1)}); l.claim() || q.asked[""] > 0 {
		t.Error("a member without a lease claims")
	}
	mu.Lock()
	valid = true
	mu.Unlock()
	p.relay.hold.Store(true)
	if l := (&claims[int]{pump: p, slots: make(chan struct{}, 1)}); l.claim() || q.asked[""] > 0 {
		t.Error("a relay that stops claims")
	}
	p.relay.hold.Store(false)
	p.wake("")
	<-done
}

// The relay's stop waits for what drains, and for nothing else.
func TestPumpDrains(t *testing.T) {
	t.Parallel()
	for _, drains := range []bool{true, false} {
		q := &queue{work: map[string][]int{"": {1}}}
		began, release := make(chan struct{}), make(chan struct{})
		_, p := pumping(t, benchOptions{}, kind[int]{slots: 1, drains: drains, claim: q.claim, run: func(context.Context, *int) error {
			close(began)
			<-release
			return nil
		}})
		p.wake("")
		<-began
		if p.idle() == drains {
			t.Errorf("drains %t: idle is %t while one is under way", drains, p.idle())
		}
		close(release)
	}
}
