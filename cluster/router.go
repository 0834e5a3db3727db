package cluster

import (
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/prosa-chat/prosa/cluster/wirepb"
)

// routerName is the actor that takes all messages from other members.
const routerName = "prosa"

// How often the router is asked for a sign of life, and after how long without one
// the member counts as deaf. A router never waits, so a second is a long time; a
// machine that stood still makes several tries before anybody says so.
const (
	probeInterval = 250 * time.Millisecond
	deafAfter     = 3 * time.Second
)

// probe asks the router for a sign of life.
type probe struct{}

// hearing is what is known of the router.
type hearing struct {
	at   atomic.Int64 // instant of its last sign of life, on the lease's clock
	deaf atomic.Bool
}

// spawnRouter starts the actor that takes what other members send.
func (n *network) spawnRouter() error {
	_, err := n.m.system.Root.SpawnNamed(actor.PropsFromFunc(n.receive), routerName)
	return err
}

// receive takes every message of other members. One that panics is lost alone: the
// library would restart the actor ten times and then leave the member deaf.
func (n *network) receive(c actor.Context) {
	switch msg := c.Message().(type) {
	case *wirepb.Wire:
		n.m.guard("router", func() { n.route(msg) })
	case probe:
		n.hearing.at.Store(int64(n.m.lease.now()))
	}
}

// listen watches the router until the member stops: one that is gone is started
// anew, and while there is none that answers the member is not ready.
func (n *network) listen() {
	defer n.m.background.Done()
	tick := time.NewTicker(probeInterval)
	defer tick.Stop()
	probed := n.m.lease.now()
	n.hearing.at.Store(int64(probed))
	for {
		select {
		case <-n.m.base.Done():
			return
		case <-tick.C:
		}
		now := n.m.lease.now()
		if now-probed > deafAfter { // the process stood still, not the router
			n.hearing.at.Store(int64(now))
		}
		probed = now
		n.probe(now)
	}
}

func (n *network) probe(now time.Duration) {
	if _, ok := n.m.system.ProcessRegistry.GetLocal(routerName); !ok {
		n.hearing.deaf.Store(true)
		n.m.log.Error("the receiver of other members' messages is gone: starting it anew")
		if err := n.spawnRouter(); err != nil {
			n.m.log.Error("receiver of other members' messages not started", "error", err)
			return
		}
		n.hearing.at.Store(int64(now))
	}
	silent := now-time.Duration(n.hearing.at.Load()) > deafAfter
	if was := n.hearing.deaf.Swap(silent); silent && !was {
		n.m.log.Error("deaf to the other members: the receiver of their messages does not answer")
	} else if was && !silent {
		n.m.log.Info("other members are heard again")
	}
	n.m.system.Root.Send(actor.NewPID(n.address, routerName), probe{})
}

// Deaf says that this member does not take the messages of others at present,
// although it may be one. It mends itself, or the process is to be started anew.
func (m *Member) Deaf() bool { return m.net != nil && m.net.hearing.deaf.Load() }
