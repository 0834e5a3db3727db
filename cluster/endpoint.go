package cluster

import (
	"context"
	"runtime/debug"
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"
	"google.golang.org/protobuf/proto"
)

// EndpointFunc takes the messages of a named endpoint, one at a time. from is
// the id of the sending member.
type EndpointFunc func(ctx context.Context, from string, msg proto.Message)

// endpointLimit bounds what waits for one endpoint; beyond it messages are lost.
const endpointLimit = 1 << 16

// endpoint is a named receiver of this member that is no grain.
type endpoint struct {
	m      *Member
	name   string
	fn     EndpointFunc
	pid    *actor.PID
	queued atomic.Int32
}

type parcel struct {
	from string
	msg  proto.Message
	body packed
}

// Handle makes fn the receiver of the messages that TellMember sends to this
// member under name. fn runs for one message at a time, with a context of 5 s,
// and should be quick. A second Handle of the same name replaces the first.
func (m *Member) Handle(name string, fn func(ctx context.Context, from string, msg proto.Message)) {
	e := &endpoint{m: m, name: name, fn: fn}
	e.pid = m.system.Root.Spawn(actor.PropsFromFunc(e.receive))
	if old, ok := m.endpoints.Swap(name, e); ok {
		m.system.Root.Poison(old.(*endpoint).pid)
	}
}

// TellMember sends msg to a named endpoint of some member, perhaps this one. It
// never blocks and reports nothing; the message may be lost. Nobody may change
// msg after the call.
func (m *Member) TellMember(memberID, name string, msg proto.Message) {
	if m.stopped() {
		return
	}
	if memberID == m.id {
		m.hand(name, parcel{from: m.id, msg: msg})
		return
	}
	p := m.view.Load().peer(memberID)
	if p == nil || m.net == nil {
		m.metrics.gaveUp("endpoint")
		return
	}
	body, err := pack(msg)
	if err != nil {
		m.log.Warn("tell member", "member", memberID, "endpoint", name, "error", err)
		return
	}
	m.net.tellEndpoint(p, name, body)
}

func (m *Member) hand(name string, p parcel) {
	found, ok := m.endpoints.Load(name)
	if !ok {
		m.metrics.gaveUp("endpoint")
		return
	}
	e := found.(*endpoint)
	if e.queued.Add(1) > endpointLimit {
		e.queued.Add(-1)
		m.metrics.gaveUp("endpoint")
		return
	}
	m.system.Root.Send(e.pid, &p)
}

func (e *endpoint) receive(c actor.Context) {
	p, ok := c.Message().(*parcel)
	if !ok {
		return
	}
	e.queued.Add(-1)
	defer func() {
		if r := recover(); r != nil {
			e.m.log.Error("endpoint panicked", "endpoint", e.name, "panic", r, "stack", string(debug.Stack()))
		}
	}()
	if p.msg == nil {
		var err error
		if p.msg, err = p.body.unpack(); err != nil {
			e.m.log.Warn("endpoint", "endpoint", e.name, "error", err)
			return
		}
	}
	ctx, cancel := context.WithTimeout(e.m.base, defaultTimeout)
	defer cancel()
	e.fn(ctx, p.from, p.msg)
}
