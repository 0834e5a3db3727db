package conversation

import (
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
)

// lateAtMost is how late a message may arrive and still be put where it was
// sent. One that is later stands where it arrived and shows its own time: what
// somebody has read may not change far above.
const lateAtMost = 10 * time.Minute

// inboundPlace is where a customer's message stands. Meta tells the second in
// which it was sent, so that those of one second stand where they arrived within
// it, and one that arrived later at its end.
func inboundPlace(sent, received time.Time) time.Time {
	end := sent.Truncate(time.Second).Add(999 * time.Millisecond)
	if received.Sub(sent) > lateAtMost || received.Before(end) {
		return received
	}
	return end
}

// place puts the events of a decision, and the messages that they name, into the
// thread. What happens here comes behind everything that is there already, also
// where the clock of another member is ahead.
func (s *State) place(d *Decision, now time.Time) {
	newest, stored := s.NewestPlaceMs, ms(now)
	for _, ev := range d.Events {
		line, ok := ev.(actorpb.Placed)
		if !ok {
			continue
		}
		if _, theirs := ev.(*actorpb.InboundReceived); !theirs && newest > stored {
			actorpb.PlaceBehind(line, newest)
		}
		place := actorpb.PlaceMs(line, stored)
		newest = max(newest, place)
		id := named(line)
		for i := range d.Messages {
			if id != "" && d.Messages[i].Id == id {
				d.Messages[i].PlaceMs = place
			}
		}
	}
}

// named is the message that a line of the thread stands for or brings along, or "".
func named(line actorpb.Placed) string {
	switch e := line.(type) {
	case interface{ GetMessageId() string }:
		return e.GetMessageId()
	case interface{ GetNoteId() string }:
		return e.GetNoteId()
	}
	return ""
}
