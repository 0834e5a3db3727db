package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/asynkron/protoactor-go/cluster"
	"github.com/asynkron/protoactor-go/cluster/clusterproviders/automanaged"
	"github.com/asynkron/protoactor-go/cluster/identitylookup/disthash"
	"github.com/asynkron/protoactor-go/remote"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// libraryMember is one of protoactor-go's own cluster.
type libraryMember struct{ cluster *cluster.Cluster }

// most is how many members there are at most: the provider wants to know beforehand.
const most = 4

func startLibrary(says *sayings) *libraryMember {
	var hosts []string
	for n := range most {
		hosts = append(hosts, fmt.Sprintf("127.0.0.1:%d", *ports+n))
	}
	system := actor.NewActorSystem(actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger {
		return slog.New(slog.DiscardHandler)
	}))
	kind := cluster.NewKind("grain", actor.PropsFromProducer(func() actor.Actor { return &libraryGrain{says: says} }))
	c := cluster.New(system, cluster.Configure("experiment",
		automanaged.NewWithConfig(*ttl, *ports+*number, hosts...), disthash.New(),
		remote.Configure("127.0.0.1", 0), cluster.WithKinds(kind)))
	c.StartMember()
	return &libraryMember{c}
}

func (m *libraryMember) members() int { return m.cluster.MemberList.Length() }

func (m *libraryMember) ask(_ context.Context, key string) error {
	res, err := m.cluster.Request(key, "grain", question(key), cluster.WithTimeout(patience))
	if err == nil && res == nil {
		err = fmt.Errorf("no answer")
	}
	return err
}

// libraryGrain lives from Started to Stopped.
type libraryGrain struct {
	says *sayings
	key  string
}

// Receive implements actor.Actor.
func (g *libraryGrain) Receive(c actor.Context) {
	switch msg := c.Message().(type) {
	case *cluster.ClusterInit:
		g.key = msg.Identity.Identity
		g.says.say("active", g.key)
	case *actor.Stopping:
		time.Sleep(*flush)
	case *actor.Stopped:
		g.says.say("gone", g.key)
	case *wrapperspb.StringValue:
		g.says.say("took", g.key)
		c.Respond(msg)
	}
}
