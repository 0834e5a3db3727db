package actorpb

import (
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Placed is an event that is a line of its thread: it has a field place_ms.
type Placed interface {
	proto.Message
	GetPlaceMs() int64
}

const placeField protoreflect.Name = "place_ms"

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
	case Placed:
		return max(e.GetPlaceMs(), storedMs)
	}
	return 0
}

// PlaceBehind puts an event that is about to be stored behind what a faster clock
// has placed. Without it, which is the rule, an event stands where it is stored.
func PlaceBehind(ev Placed, placeMs int64) {
	m := ev.ProtoReflect()
	m.Set(m.Descriptor().Fields().ByName(placeField), protoreflect.ValueOfInt64(placeMs))
}

// LineTypes are the types of the events that are lines of a thread, in the order of
// events.proto.
func LineTypes() []string {
	var names []string
	events := File_actors_actorpb_events_proto.Messages()
	for i := range events.Len() {
		if e := events.Get(i); e.Fields().ByName(placeField) != nil {
			names = append(names, string(e.Name()))
		}
	}
	return names
}
