package actors

import (
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
)

type nowhere struct{}

func (nowhere) TellMember(string, string, proto.Message) {}

// What is older than ten minutes cannot be resumed, and is told so.
func TestFeedForgets(t *testing.T) {
	t.Parallel()
	start := time.Now()
	s := newFeedState(FeedConfig{Sender: nowhere{}}, "t1", start)
	publish := func(contact string, version uint64, at time.Time) {
		s.publish(&actorpb.ConversationUpdate{
			Row: &actorpb.InboxRow{TenantId: "t1", PhoneNumberId: "100", ContactId: contact, Version: version},
		}, at)
	}
	publish("a", 1, start)
	publish("b", 1, start.Add(time.Minute))
	publish("a", 2, start.Add(2*time.Minute))
	subscribe := func(offset uint64, at time.Time) *actorpb.FeedPosition {
		return s.subscribe(&actorpb.SubscribeFeed{MemberId: "g1", Endpoint: "e", Epoch: s.epoch, Offset: offset}, at)
	}
	now := start.Add(feedDepth + time.Second)
	s.flush(now)
	s.forget(now)
	if got := subscribe(0, now); !got.Resync {
		t.Errorf("resumed from an update that is gone: %v", got)
	}
	if got := subscribe(1, now); got.Resync {
		t.Errorf("an update that is held was not resumed: %v", got)
	}
	now = start.Add(feedDepth + 3*time.Minute)
	s.flush(now)
	s.forget(now)
	if len(s.ring) != 0 || len(s.seen) != 0 || s.first != 4 {
		t.Errorf("kept %d updates and %d versions, first is %d", len(s.ring), len(s.seen), s.first)
	}
	if got := subscribe(3, now); got.Resync || got.Offset != 3 {
		t.Errorf("whoever has everything was told to fetch anew: %v", got)
	}
}

// Rows that were read before a newer version was told do not stand for it.
func TestRepairDoesNotForgetNewerNews(t *testing.T) {
	t.Parallel()
	start := time.Now()
	s := newFeedState(FeedConfig{Sender: nowhere{}, Tail: NewTail(nil, nil, 0)}, "t1", start)
	key := wa.ConversationKey{PhoneNumberID: "100", ContactID: "a"}
	s.hear(map[wa.ConversationKey]uint64{key: 5}, false, start)
	job := s.nextRepair()
	s.hear(map[wa.ConversationKey]uint64{key: 6}, false, start)
	row := &actorpb.InboxRow{TenantId: "t1", PhoneNumberId: "100", ContactId: "a", Version: 5}
	s.apply(repaired{rows: []*actorpb.InboxRow{row}, read: job.missing}, start)
	if got := s.nextRepair().missing[key]; got != 6 {
		t.Errorf("version %d is missing after the repair, want 6", got)
	}
	row.Version = 6
	s.apply(repaired{rows: []*actorpb.InboxRow{row}, read: s.nextRepair().missing}, start)
	if left := s.nextRepair().missing; len(left) != 0 {
		t.Errorf("%v is missing after all was published", left)
	}
}

// Whoever joins while the log is read was not asked for.
func TestTailKnowsWhoJoinedMeanwhile(t *testing.T) {
	t.Parallel()
	tail := NewTail(nil, nil, 0)
	first, second := &tailed{tenant: "t1"}, &tailed{tenant: "t1"}
	tail.feeds[first] = struct{}{}
	parts, _ := tail.parts()
	if tail.joined(parts) {
		t.Error("nobody joined")
	}
	tail.feeds[second] = struct{}{}
	if !tail.joined(parts) {
		t.Error("a second feed of the tenant joined")
	}
}
