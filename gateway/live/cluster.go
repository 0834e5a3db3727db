package live

import (
	"context"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/cluster"
)

// Cluster is what the gateway needs of the member that it runs in;
// *cluster.Member is one. Ask's errors are those of package cluster. Handle and
// TellMember connect gateways by named endpoints: TellMember never blocks and
// may lose.
type Cluster interface {
	Ask(ctx context.Context, kind, key string, msg proto.Message) (proto.Message, error)
	Handle(name string, fn func(ctx context.Context, from string, msg proto.Message))
	TellMember(memberID, name string, msg proto.Message)
	ID() string
	// Members are the living members, this one among them.
	Members() []cluster.MemberInfo
}
