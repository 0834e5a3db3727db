package orders

import (
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/gateway/rest"
)

func read() Order {
	return bodied("read", func() Body { return &readBody{} }, rest.Operation{
		Summary: "Mark it read",
		Answers: []rest.Answer{carriedOut()},
	})
}

// readBody says up to which version the person has read; missing means all that
// there is.
type readBody struct {
	Version uint64 `json:"version" doc:"Default: the newest" required:"false"`
}

func (b *readBody) build(o *order) (proto.Message, error) {
	return &actorpb.MarkRead{By: o.by, Version: b.Version}, nil
}
