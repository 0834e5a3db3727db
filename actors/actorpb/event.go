package actorpb

import (
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

const eventPackage = "prosa.actors.v1."

// EventType is the name under which the journal stores an event: the short name
// of its message type.
func EventType(event proto.Message) string {
	return string(event.ProtoReflect().Descriptor().Name())
}

// DecodeEvent reads an event as the journal stored it. A type that this release
// does not know is an error: whoever evolves it must fail loudly.
func DecodeEvent(name string, body []byte) (proto.Message, error) {
	kind, err := protoregistry.GlobalTypes.FindMessageByName(protoreflect.FullName(eventPackage + name))
	if err != nil {
		return nil, fmt.Errorf("decode event %q: %w", name, err)
	}
	event := kind.New().Interface()
	if err := proto.Unmarshal(body, event); err != nil {
		return nil, fmt.Errorf("decode event %q: %w", name, err)
	}
	return event, nil
}
