package actorpb_test

import (
	"errors"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
)

// Every message of events.proto is an event, and comes back as it was stored.
func TestEveryEventIsDecoded(t *testing.T) {
	t.Parallel()
	types := actorpb.File_actors_actorpb_events_proto.Messages()
	for i := range types.Len() {
		name := string(types.Get(i).Name())
		event, err := actorpb.DecodeEvent(name, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := actorpb.EventType(event); got != name {
			t.Errorf("%s is stored as %s", name, got)
		}
	}
	want := &actorpb.OwnerChanged{To: &actorpb.Party{Id: "ana"}, OwnerEpoch: 3}
	body, err := proto.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := (&actorpb.StoredEvent{Version: 7, Type: actorpb.EventType(want), Body: body}).Decode()
	if err != nil || !proto.Equal(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestWhatIsNoEventIsToldApart(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "Invented", "Party", "SendMessage", "OwnerChanged.Cause"} {
		if _, err := actorpb.DecodeEvent(name, nil); !errors.Is(err, actorpb.ErrUnknownEvent) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := actorpb.DecodeEvent("OwnerChanged", []byte{0xff}); err == nil || errors.Is(err, actorpb.ErrUnknownEvent) {
		t.Errorf("bytes that are no event: %v", err)
	}
}

// What has a place is a line of the thread, and the other way round.
func TestLinesOfAThreadHaveAPlace(t *testing.T) {
	t.Parallel()
	want := []string{"InboundReceived", "SendRequested", "SendUnscheduled", "OwnerChanged", "PhaseChanged", "NoteAdded"}
	got := actorpb.LineTypes()
	if !slices.Equal(got, want) {
		t.Errorf("lines are %v, want %v", got, want)
	}
	for _, name := range got {
		event, err := actorpb.DecodeEvent(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		line, ok := event.(actorpb.Placed)
		if !ok {
			t.Fatalf("%s has no place", name)
		}
		actorpb.PlaceBehind(line, 7)
		if got := actorpb.PlaceMs(line, 5); got != 7 {
			t.Errorf("%s stands at %d", name, got)
		}
	}
}
