package actorpb

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// ErrUnknownEvent says that a type is none of events.proto: a newer release wrote it.
var ErrUnknownEvent = errors.New("unknown event type")

// EventType is the name under which the journal stores an event: the short name
// of its message type.
func EventType(event proto.Message) string {
	return string(event.ProtoReflect().Descriptor().Name())
}

// DecodeEvent reads an event as the journal stored it, the only way to do so. A
// type that this release does not know is ErrUnknownEvent: who evolves it must
// fail loudly, who only shows it leaves it out.
func DecodeEvent(name string, body []byte) (proto.Message, error) {
	known := File_actors_actorpb_events_proto.Messages().ByName(protoreflect.Name(name))
	if known == nil {
		return nil, fmt.Errorf("decode event %q: %w", name, ErrUnknownEvent)
	}
	kind, err := protoregistry.GlobalTypes.FindMessageByName(known.FullName())
	if err != nil {
		return nil, fmt.Errorf("decode event %q: %w", name, err)
	}
	event := kind.New().Interface()
	if err := proto.Unmarshal(body, event); err != nil {
		return nil, fmt.Errorf("decode event %q: %w", name, err)
	}
	return event, nil
}

// Decode reads the event, as DecodeEvent does.
func (x *StoredEvent) Decode() (proto.Message, error) {
	event, err := DecodeEvent(x.GetType(), x.GetBody())
	if err != nil {
		return nil, fmt.Errorf("version %d: %w", x.GetVersion(), err)
	}
	return event, nil
}
