package main

import (
	"context"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/prosa-chat/prosa/cluster"
)

// prosaMember is one of Prosa's cluster, with its defaults.
type prosaMember struct{ member *cluster.Member }

func startProsa(ctx context.Context, says *sayings) (*prosaMember, error) {
	m, err := cluster.Start(ctx, cluster.Config{DatabaseURL: *database, Secret: "of this experiment alone"}, map[string]cluster.Factory{
		"grain": func(key string) cluster.Grain {
			says.say("active", key)
			return &prosaGrain{says, key}
		},
	})
	return &prosaMember{m}, err
}

func (m *prosaMember) members() int { return len(m.member.Members()) }

func (m *prosaMember) ask(ctx context.Context, key string) error {
	_, err := cluster.Ask[*wrapperspb.StringValue](ctx, m.member, "grain", key, question(key))
	return err
}

type prosaGrain struct {
	says *sayings
	key  string
}

// Receive implements cluster.Grain.
func (g *prosaGrain) Receive(_ context.Context, msg proto.Message) (proto.Message, error) {
	g.says.say("took", g.key)
	return msg, nil
}

// Passivate implements cluster.Grain.
func (g *prosaGrain) Passivate() {
	time.Sleep(*flush)
	g.says.say("gone", g.key)
}
