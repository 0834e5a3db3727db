package actors_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/actors"
	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/inbox"
)

// paper is a change log that tells each look what the test says, and records whom it
// was asked for.
type paper struct {
	looks   chan []inbox.Change // what the next look finds; nil: the log was emptied
	asked   chan []wa.TenantID
	mu      sync.Mutex
	started int
	stopped int
}

func newPaper() *paper {
	return &paper{looks: make(chan []inbox.Change), asked: make(chan []wa.TenantID, 1000)}
}

func (p *paper) Start(context.Context, string) (inbox.TailPosition, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.started++
	return inbox.TailPosition{}, nil
}

func (p *paper) Tail(ctx context.Context, tenants []wa.TenantID, at inbox.TailPosition) ([]inbox.Change, inbox.TailPosition, error) {
	select {
	case changes := <-p.looks:
		p.asked <- tenants
		if changes == nil {
			return nil, at, persistence.ErrNotFound
		}
		return changes, at, nil
	case <-ctx.Done():
		return nil, at, ctx.Err()
	}
}

func (p *paper) Rows(_ context.Context, tenant wa.TenantID, keys []wa.ConversationKey) ([]*actorpb.InboxRow, error) {
	rows := make([]*actorpb.InboxRow, len(keys))
	for i, key := range keys {
		rows[i] = &actorpb.InboxRow{TenantId: string(tenant), PhoneNumberId: "100", ContactId: string(key.ContactID), Version: 9}
	}
	return rows, nil
}

func (p *paper) Refresh(context.Context, inbox.TailPosition) error { return nil }
func (p *paper) Prune(context.Context, inbox.TailPosition) error   { return nil }

func (p *paper) Stop(context.Context, inbox.TailPosition) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped++
	return nil
}

func (p *paper) counts() [2]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return [2]int{p.started, p.stopped}
}

func changed(tenant wa.TenantID, contact wa.ContactID) inbox.Change {
	return inbox.Change{TenantID: tenant, Key: wa.ConversationKey{PhoneNumberID: "100", ContactID: contact}, Version: 9}
}

// The feeds of a member share one look at the log, for their tenants alone; each gets
// its own part. Without feeds nobody looks.
func TestFeedsOfAMemberShareOneTail(t *testing.T) {
	t.Parallel()
	log := newPaper()
	g := &gateways{batches: make(map[string][]*actorpb.FeedBatch)}
	tail := actors.NewTail(log, nil, time.Millisecond)
	activate := func(tenant string) *actors.Feed {
		t.Helper()
		feed := actors.NewFeed(actors.FeedConfig{Sender: g, Tail: tail}, wa.TenantID(tenant))
		ask := &actorpb.SubscribeFeed{MemberId: "gateway of " + tenant, Endpoint: "gateway"}
		if _, err := feed.Receive(t.Context(), ask); err != nil {
			t.Fatal(err)
		}
		return feed
	}
	first := activate("t1")
	second := activate("t2")
	log.looks <- []inbox.Change{} // that was under way, maybe for the first alone
	<-log.asked
	log.looks <- []inbox.Change{changed("t1", "a"), changed("t2", "b"), changed("t2", "c")}
	if diff := cmp.Diff([]wa.TenantID{"t1", "t2"}, <-log.asked); diff != "" {
		t.Errorf("asked for (-want +got):\n%s", diff)
	}
	g.waitFor(t, "gateway of t1", "1:a@9")
	g.waitForAll(t, "gateway of t2", "b@9", "c@9")

	first.Passivate()
	log.looks <- []inbox.Change{}
	<-log.asked
	log.looks <- []inbox.Change{}
	if diff := cmp.Diff([]wa.TenantID{"t2"}, <-log.asked); diff != "" {
		t.Errorf("asked for (-want +got):\n%s", diff)
	}
	second.Passivate()
	select {
	case log.looks <- []inbox.Change{}:
		t.Error("somebody looks though no feed is active")
	default:
	}
	if got := log.counts(); got != [2]int{1, 1} {
		t.Errorf("started and stopped %v times", got)
	}
	third := activate("t3")
	log.looks <- []inbox.Change{changed("t3", "d")}
	g.waitFor(t, "gateway of t3", "1:d@9")
	third.Passivate()
}

// A log that was emptied is a new epoch of every feed, once it is read again.
func TestEmptiedLogIsANewEpochOfEveryFeed(t *testing.T) {
	t.Parallel()
	log := newPaper()
	g := &gateways{batches: make(map[string][]*actorpb.FeedBatch)}
	tail := actors.NewTail(log, nil, time.Millisecond)
	epochs := map[wa.TenantID]string{}
	feeds := map[wa.TenantID]*actors.Feed{}
	position := func(tenant wa.TenantID) *actorpb.FeedPosition {
		t.Helper()
		answer, err := feeds[tenant].Receive(t.Context(), &actorpb.SubscribeFeed{MemberId: "m", Endpoint: "gateway", Epoch: epochs[tenant]})
		if err != nil {
			t.Fatal(err)
		}
		return answer.(*actorpb.FeedPosition)
	}
	for _, tenant := range []wa.TenantID{"t1", "t2"} {
		feeds[tenant] = actors.NewFeed(actors.FeedConfig{Sender: g, Tail: tail}, tenant)
		defer feeds[tenant].Passivate()
		epochs[tenant] = position(tenant).Epoch
	}
	log.looks <- nil
	log.looks <- []inbox.Change{} // the log is read again
	for tenant, before := range epochs {
		deadline := time.Now().Add(time.Minute)
		for now := position(tenant); !now.Resync || now.Epoch == before; now = position(tenant) {
			if time.Now().After(deadline) {
				t.Fatalf("%s: no new epoch", tenant)
			}
		}
	}
}
