package actorpb

import "google.golang.org/protobuf/proto"

// PlaceMs is where an event stands in its thread, in Unix milliseconds: a thread
// is shown by place, then version. An event stored at storedMs that is no line of
// a thread has none: 0.
//
// A customer's message stands where it was sent, as far as Meta's whole seconds
// tell, or where it arrived, if that was long after; see conversation. What
// happens here stands where it was stored, behind everything placed before.
func PlaceMs(ev proto.Message, storedMs int64) int64 {
	switch e := ev.(type) {
	case *InboundReceived:
		if e.PlaceMs == 0 { // of a release that knew no places
			return e.SentAtMs
		}
		return e.PlaceMs
	case *SendRequested:
		return max(e.PlaceMs, storedMs)
	case *NoteAdded:
		return max(e.PlaceMs, storedMs)
	case *OwnerChanged:
		return max(e.PlaceMs, storedMs)
	case *PhaseChanged:
		return max(e.PlaceMs, storedMs)
	}
	return 0
}
