package cluster

import (
	"fmt"
	"time"

	"go.opentelemetry.io/otel/trace"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// outcome is what became of one try.
type outcome uint8

const (
	answered outcome = iota + 1
	failed           // the grain's error, or ours; final
	refused          // surely not processed: look for the owner again
	busy             // surely not processed
	unknown          // may have been processed
)

// result ends one try. body is set instead of msg when it came over the wire.
type result struct {
	outcome outcome
	msg     proto.Message
	body    packed
	err     error
}

// packed is a message as it travels: the full name of its type and its bytes.
type packed struct {
	typ  string
	data []byte
}

func pack(msg proto.Message) (packed, error) {
	data, err := proto.Marshal(msg)
	if err != nil {
		return packed{}, internalf("marshal %s: %v", msg.ProtoReflect().Descriptor().FullName(), err)
	}
	if len(data) > MaxBody {
		return packed{}, &Error{Code: CodeTooLarge, Text: fmt.Sprintf("%s of %d bytes", msg.ProtoReflect().Descriptor().FullName(), len(data))}
	}
	return packed{string(msg.ProtoReflect().Descriptor().FullName()), data}, nil
}

func (p packed) unpack() (proto.Message, error) {
	t, err := protoregistry.GlobalTypes.FindMessageByName(protoreflect.FullName(p.typ))
	if err != nil {
		return nil, &Error{Code: CodeUnknownType, Text: p.typ}
	}
	msg := t.New().Interface()
	if err := proto.Unmarshal(p.data, msg); err != nil {
		return nil, internalf("unmarshal %s", p.typ)
	}
	return msg, nil
}

// request is one message on its way to a grain of this member. Exactly one
// result is delivered for it.
type request struct {
	id       grainID
	hash     uint64
	next     *request // behind it in a mailbox
	msg      proto.Message
	body     packed // instead of msg when it came over the wire
	deadline time.Time
	span     trace.SpanContext
	posted   time.Duration
	deliver  receiver
}

// receiver takes the result of a request. It must not block.
type receiver interface{ deliver(r *request, res result) }

func (r *request) end(res result) { r.deliver.deliver(r, res) }
func (r *request) refuse()        { r.end(result{outcome: refused}) }
func (r *request) fail(err error) { r.end(result{outcome: failed, err: err}) }
func (r *request) typeName() string {
	if r.msg == nil {
		return r.body.typ
	}
	return string(r.msg.ProtoReflect().Descriptor().FullName())
}

// waiter is the receiver of a local ask.
type waiter chan result

func (w waiter) deliver(_ *request, res result) { w <- res } // buffered; one result per request
