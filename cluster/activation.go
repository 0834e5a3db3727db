package cluster

import (
	"log/slog"
	"runtime/debug"
	"time"

	"go.opentelemetry.io/otel/trace"
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/cluster/deadline"
)

type activationState uint8

const (
	active    activationState = iota
	waiting                   // for a former owner to let go
	releasing                 // once its mailbox is empty
)

// activation is one grain in memory.
type activation struct {
	id   grainID
	hash uint64

	// Under the shard's lock.
	state    activationState
	mailbox  mailbox
	transit  *transit      // nil while active
	lastUsed time.Duration // instant of the last message

	grain Grain // nil before the first message and after a panic; of whoever runs the mailbox
}

// transit holds what waits for the end of a waiting or releasing activation.
type transit struct {
	pending mailbox // becomes that of the activation, or is dispatched again
	gone    []func()
}

// serve has the grain process one request. Everything that can panic runs inside
// call.
func (m *Member) serve(a *activation, r *request, now time.Duration) {
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

// finish ends the activation. What waited in transit is looked at again.
func (m *Member) finish(a *activation) {
	m.discard(a)
	m.answerWaiting(m.table.remove(a))
}

// answerWaiting answers those who waited for an activation that is gone.
func (m *Member) answerWaiting(t *transit) {
	for _, f := range t.gone {
		f()
	}
	for r := t.pending.take(); r != nil; r = t.pending.take() {
		m.dispatch(r)
	}
}
