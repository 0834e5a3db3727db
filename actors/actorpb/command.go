package actorpb

import (
	"bytes"
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// EncodeCommand writes a command as the store keeps it until its grain has recorded
// it: the short name of its type, a zero byte, its bytes.
func EncodeCommand(command proto.Message) ([]byte, error) {
	name := command.ProtoReflect().Descriptor().Name()
	stored, err := proto.MarshalOptions{}.MarshalAppend(append([]byte(name), 0), command)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", name, err)
	}
	return stored, nil
}

// DecodeCommand reads what EncodeCommand wrote, whichever release it was.
func DecodeCommand(stored []byte) (proto.Message, error) {
	name, body, _ := bytes.Cut(stored, []byte{0})
	full := File_actors_actorpb_commands_proto.Package().Append(protoreflect.Name(name))
	kind, err := protoregistry.GlobalTypes.FindMessageByName(full)
	if err != nil {
		return nil, fmt.Errorf("decode command %q: %w", name, err)
	}
	command := kind.New().Interface()
	if err := proto.Unmarshal(body, command); err != nil {
		return nil, fmt.Errorf("decode command %q: %w", name, err)
	}
	return command, nil
}
