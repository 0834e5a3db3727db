package cluster

import (
	"context"

	"google.golang.org/protobuf/proto"
)

// Grain is one activation of a virtual actor: a plain struct that needs no
// locks, because its methods are called one at a time.
type Grain interface {
	// Receive answers one message. It may block for its own append, a few
	// seconds at most, and for nothing else: neither the network nor another
	// grain. ctx carries the asker's deadline and trace, not its cancellation: a
	// caller that goes away must not cut an append in half. A nil answer is
	// allowed for a Tell only. The message belongs to the sender and others may
	// read it at the same time: never change it, nor the answer after returning.
	Receive(ctx context.Context, msg proto.Message) (proto.Message, error)
	// Passivate is called once, after the last Receive, before the activation
	// leaves memory: idle, drained, moved, or thrown away after a panic. State
	// may then be half changed, so it only gives back resources.
	Passivate()
}

// Factory makes the activation for a key. It must be quick: loading belongs into
// the first Receive.
type Factory func(key string) Grain
