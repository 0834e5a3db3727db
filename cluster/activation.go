package cluster

import (
	"log/slog"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/cluster/deadline"
)

type activationState uint8

const (
	active    activationState = iota
	waiting                   // for a former owner to let go
	releasing                 // the release stands in the mailbox
)

// activation is one grain in memory. Its actor has no state of its own: every
// message in the mailbox names its activation.
type activation struct {
	id   grainID
	hash uint64
	pid  *actor.PID // set once, under the shard's lock

	state   activationState // under the shard's lock
	transit *transit        // under the shard's lock; nil while active

	queued   atomic.Int32
	lastUsed atomic.Int64 // monotonic instant of the last message

	// The rest belongs to the actor.
	grain Grain // nil before the first message and after a panic
	dead  bool
}

// transit holds what waits for the end of a waiting or releasing activation.
type transit struct {
	pending []*request
	gone    []func()
}

// release is the last message that an activation processes.
type release struct{ act *activation }

// receive is the only behaviour of all actors that host grains.
func (m *Member) receive(c actor.Context) {
	switch msg := c.Message().(type) {
	case *request:
		m.serve(msg.act, msg)
	case *release:
		m.finish(msg.act)
		c.Stop(c.Self())
	}
}

// serve has the grain process one request. Everything that can panic runs inside
// call.
func (m *Member) serve(a *activation, r *request) {
	a.queued.Add(-1)
	now := m.lease.now()
	a.lastUsed.Store(int64(now))
	if !m.lease.validAt(now) {
		// Frozen or cut off: another member may own the grain by now.
		r.refuse()
		return
	}
	if time.Until(r.deadline) <= 0 {
		// Its asker has given up; under overload this sheds what nobody waits for.
		r.end(result{outcome: unknown})
		return
	}
	m.metrics.waited(r.id.kind, now-r.posted)
	answer, err := m.call(a, r)
	if err != nil {
		r.fail(asError(err))
		return
	}
	r.end(result{outcome: answered, msg: answer})
}

// call is the only place that recovers a grain's panic: the asker gets an error,
// the log the stack, and the activation is thrown away, because half-changed
// state must not answer again.
func (m *Member) call(a *activation, r *request) (answer proto.Message, err error) {
	defer func() {
		if p := recover(); p != nil {
			m.metrics.panicked(r.id.kind)
			m.log.Error("grain panicked", "kind", r.id.kind, "key", r.id.key, "type", r.typeName(),
				"panic", p, "stack", string(debug.Stack()))
			m.discard(a)
			answer, err = nil, &Error{Code: CodeInternal, Text: "panic"}
		}
	}()
	if r.msg == nil {
		if r.msg, err = r.body.unpack(); err != nil {
			return nil, err
		}
	}
	if a.grain == nil {
		a.grain = m.kinds[a.id.kind](a.id.key)
	}
	ctx := deadline.New(m.base, m.ended, r.deadline)
	defer ctx.Close()
	if r.span.IsValid() {
		ctx.Context = trace.ContextWithRemoteSpanContext(m.base, r.span)
		if m.cfg.Tracer != nil {
			var span trace.Span
			ctx.Context, span = m.cfg.Tracer.Start(ctx.Context, "grain "+a.id.kind)
			defer span.End()
		}
	}
	return a.grain.Receive(ctx, r.msg)
}

// discard gives the activation's grain up; the next message builds a new one.
func (m *Member) discard(a *activation) {
	defer func() {
		if p := recover(); p != nil {
			m.log.Error("grain panicked in Passivate", slog.String("kind", a.id.kind), slog.String("key", a.id.key),
				"panic", p, "stack", string(debug.Stack()))
		}
	}()
	if g := a.grain; g != nil {
		a.grain = nil
		g.Passivate()
	}
}

// finish ends the activation. What stands behind the release in the mailbox is
// refused by the mailbox; what waited in transit is looked at again.
func (m *Member) finish(a *activation) {
	a.dead = true
	m.discard(a)
	t := m.table.remove(a)
	m.settle(t)
}

// settle answers those who waited for an activation that is gone.
func (m *Member) settle(t *transit) {
	for _, f := range t.gone {
		f()
	}
	for _, r := range t.pending {
		m.dispatch(r)
	}
}

// grainMailbox hands what is queued behind a release back to its senders, who
// then look for the owner again. Without it the actor system drops such
// messages silently and their askers wait until their deadlines.
type grainMailbox struct {
	actor.Mailbox
	actor.MessageInvoker
}

func newGrainMailbox() actor.Mailbox {
	return &grainMailbox{Mailbox: actor.Unbounded()()}
}

// RegisterHandlers puts the mailbox between the queue and its actor.
func (b *grainMailbox) RegisterHandlers(invoker actor.MessageInvoker, d actor.Dispatcher) {
	b.MessageInvoker = invoker
	b.Mailbox.RegisterHandlers(b, d)
}

// InvokeUserMessage runs on the actor's goroutine.
func (b *grainMailbox) InvokeUserMessage(msg any) {
	if r, ok := msg.(*request); ok && r.act.dead {
		r.refuse()
		return
	}
	b.MessageInvoker.InvokeUserMessage(msg)
}
