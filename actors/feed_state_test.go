package actors

import (
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
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
