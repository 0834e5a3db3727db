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
	s.subscribe(&actorpb.SubscribeFeed{MemberId: "g2", Endpoint: "e"}, start)
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

// A feed that nobody listens to keeps nothing, looks for nothing, and tells whoever
// comes back that he missed something: by what was published, and by what was not.
func TestUnheardFeedKeepsNothing(t *testing.T) {
	t.Parallel()
	now := time.Now()
	s := newFeedState(FeedConfig{Sender: nowhere{}, Tail: NewTail(nil, nil, 0)}, "t1", now)
	published := func(contact string, version uint64) {
		s.publish(&actorpb.ConversationUpdate{
			Row: &actorpb.InboxRow{TenantId: "t1", PhoneNumberId: "100", ContactId: contact, Version: version},
		}, now)
	}
	committed := func(contact string, version uint64) {
		s.hear(map[wa.ConversationKey]uint64{{PhoneNumberID: "100", ContactID: wa.ContactID(contact)}: version}, false, now)
	}
	nothing := func(when string) {
		t.Helper()
		if len(s.ring)+len(s.seen)+len(s.missing)+len(s.fresh) != 0 || s.behind() {
			t.Errorf("%s: keeps %d updates, %d versions, %d missing, %d fresh", when, len(s.ring), len(s.seen), len(s.missing), len(s.fresh))
		}
	}
	var at *actorpb.FeedPosition
	listen := func(epoch string) *actorpb.FeedPosition {
		offset := at.GetOffset()
		at = s.subscribe(&actorpb.SubscribeFeed{MemberId: "g1", Endpoint: "e", Epoch: epoch, Offset: offset}, now)
		return at
	}
	published("a", 1)
	committed("b", 1)
	nothing("before anybody listened")
	if listen("").Resync {
		t.Errorf("the first gateway is told that it missed something: %v", at)
	}
	published("a", 2)
	committed("b", 2)
	if len(s.ring) != 1 || len(s.missing) != 1 || s.ring[0].row.Version != 2 || s.first != at.Offset+1 {
		t.Fatalf("%d updates from %d, %d missing while somebody listens", len(s.ring), s.first, len(s.missing))
	}
	s.flush(now)
	at.Offset = s.head
	now = now.Add(feedDepth)
	if listen(at.Epoch).Resync {
		t.Errorf("a gateway that has everything is told that it missed something: %v", at)
	}
	for name, news := range map[string]func(){"published": func() { published("a", 3) }, "committed": func() { committed("b", 3) }} {
		now = now.Add(feedDepth + time.Second)
		s.flush(now)
		news()
		nothing(name)
		if epoch := at.Epoch; !listen(epoch).Resync || at.Epoch != epoch || at.Offset != s.head {
			t.Errorf("%s: whoever missed it goes on at %v", name, at)
		}
	}
}

// Rows that were read before a newer version was told do not stand for it.
func TestRepairDoesNotForgetNewerNews(t *testing.T) {
	t.Parallel()
	start := time.Now()
	s := newFeedState(FeedConfig{Sender: nowhere{}, Tail: NewTail(nil, nil, 0)}, "t1", start)
	s.subscribe(&actorpb.SubscribeFeed{MemberId: "g1", Endpoint: "e"}, start)
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
