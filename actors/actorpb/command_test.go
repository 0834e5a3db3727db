package actorpb_test

import (
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
)

// A command comes back as it was kept; what is none is an error, whatever it holds.
func TestCommandsAreKept(t *testing.T) {
	t.Parallel()
	for _, want := range []proto.Message{
		&actorpb.RecordAccepted{MessageId: "m1", Wamid: "wamid\x00.1"},
		&actorpb.RecordAmbiguous{},
	} {
		stored, err := actorpb.EncodeCommand(want)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := actorpb.DecodeCommand(stored); err != nil || !proto.Equal(got, want) {
			t.Errorf("%q: got %v, %v", stored, got, err)
		}
	}
	for _, stored := range []string{"", "\x00", "Invented\x00", "RecordAccepted\x00\xff", "OwnerChanged.Cause\x00"} {
		if got, err := actorpb.DecodeCommand([]byte(stored)); err == nil {
			t.Errorf("%q: read as %v", stored, got)
		}
	}
}
