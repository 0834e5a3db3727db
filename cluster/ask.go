package cluster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/trace"
	"google.golang.org/protobuf/proto"
)

const (
	firstBackoff = time.Millisecond
	maxBackoff   = 100 * time.Millisecond
	// ownerPatience is how long an ask looks for a member of a kind that nobody
	// hosts: long enough for a restart to be seen, shorter than most deadlines.
	ownerPatience = 2 * time.Second
)

// Asker asks grains. *Member is one; tests may bring their own.
type Asker interface {
	Ask(ctx context.Context, kind, key string, msg proto.Message) (proto.Message, error)
}

// Ask is Member.Ask with the type of the answer. An answer of another type is
// an *Error with CodeInternal.
func Ask[R proto.Message](ctx context.Context, a Asker, kind, key string, msg proto.Message) (R, error) {
	var none R
	answer, err := a.Ask(ctx, kind, key, msg)
	if err != nil {
		return none, err
	}
	r, ok := answer.(R)
	if !ok {
		return none, internalf("%s answered %T, want %T", kind, answer, none)
	}
	return r, nil
}

// Ask sends msg to the grain and waits for its answer. ctx's deadline is the one
// deadline for everything, 5 s when it has none. A try is repeated only when the
// message was surely not processed. Errors: *Error from the grain; ErrUnknown
// (with ctx's error when that ended the wait); ErrBusy; ErrNoMember; ErrStopped.
// Nobody may change msg after the call, nor the answer: when the grain lives on
// this member both are passed as pointers.
func (m *Member) Ask(ctx context.Context, kind, key string, msg proto.Message) (proto.Message, error) {
	deadline, ok := ctx.Deadline()
	if !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, defaultTimeout)
		defer cancel()
		deadline, _ = ctx.Deadline()
	}
	id := grainID{kind, key}
	a := ask{id: id, hash: id.hash(), msg: msg, deadline: deadline, span: trace.SpanContextFromContext(ctx)}
	var ownerless time.Time
	for backoff := firstBackoff; ; backoff = min(2*backoff, maxBackoff) {
		if m.stopped() {
			return nil, fmt.Errorf("ask %s: %w", kind, ErrStopped)
		}
		res, found := m.try(ctx, &a)
		switch res.outcome {
		case answered:
			return m.unpackAnswer(id, res)
		case failed:
			return nil, fmt.Errorf("ask %s: %w", kind, res.err)
		case busy:
			m.metrics.ended(kind, busy)
			return nil, fmt.Errorf("ask %s: %w", kind, ErrBusy)
		case unknown:
			m.metrics.ended(kind, unknown)
			return nil, unknownOutcome(ctx, kind)
		}
		if found {
			ownerless = time.Time{}
		} else if err := m.noOwner(&ownerless); err != nil {
			return nil, fmt.Errorf("ask %s: %w", kind, err)
		}
		m.metrics.retried(kind)
		if !pause(ctx, backoff) {
			return nil, fmt.Errorf("ask %s: %w: %w", kind, ErrNoMember, ctx.Err())
		}
	}
}

func unknownOutcome(ctx context.Context, kind string) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("ask %s: %w: %w", kind, ErrUnknown, err)
	}
	return fmt.Errorf("ask %s: %w: connection to its member lost", kind, ErrUnknown)
}

// ask is one ask over all its tries.
type ask struct {
	id       grainID
	hash     uint64
	msg      proto.Message
	body     packed // made for the first try on another member
	deadline time.Time
	span     trace.SpanContext
}

// try asks the member that owns the grain now; found is false when there is none.
func (m *Member) try(ctx context.Context, a *ask) (res result, found bool) {
	owner := m.view.Load().owner(a.id, a.hash)
	switch {
	case owner == nil:
		return result{outcome: refused}, false
	case owner.id == m.id:
		return m.tryHere(ctx, a), true
	}
	if a.body.typ == "" {
		var err error
		if a.body, err = pack(a.msg); err != nil {
			return result{outcome: failed, err: err}, true
		}
	}
	return m.net.ask(ctx, owner, a), true
}

func (m *Member) tryHere(ctx context.Context, a *ask) result {
	w := make(waiter, 1)
	m.dispatch(&request{id: a.id, hash: a.hash, msg: a.msg, deadline: a.deadline, span: a.span, deliver: w})
	select {
	case res := <-w:
		return res
	case <-ctx.Done():
	}
	select { // it may have come at the same moment
	case res := <-w:
		return res
	default:
		return result{outcome: unknown}
	}
}

func (m *Member) unpackAnswer(id grainID, res result) (proto.Message, error) {
	if res.msg != nil {
		return res.msg, nil
	}
	if res.body.typ == "" {
		return nil, fmt.Errorf("ask %s: %w", id.kind, &Error{Code: CodeInternal, Text: "the grain answered nothing"})
	}
	msg, err := res.body.unpack()
	if err != nil {
		return nil, fmt.Errorf("ask %s: answer: %w", id.kind, err)
	}
	return msg, nil
}

// noOwner says when to give up on a kind that nobody hosts. since is the start
// of that state.
func (m *Member) noOwner(since *time.Time) error {
	alone := len(m.view.Load().peers) <= 1
	switch {
	case alone && m.draining.Load():
		return ErrStopped
	case m.membership == nil:
		return ErrNoMember
	case since.IsZero():
		*since = time.Now()
	case time.Since(*since) > ownerPatience:
		return ErrNoMember
	}
	return nil
}

// pause waits for d; false means that ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// Tell sends msg to the grain without an answer. It never blocks and reports
// nothing: the message may be lost, and is when the grain's mailbox is full or
// no owner is found for a while. Order is kept while the grain stays where it
// is. Nobody may change msg after the call.
func (m *Member) Tell(kind, key string, msg proto.Message) {
	id := grainID{kind, key}
	m.tell(&request{id: id, hash: id.hash(), msg: msg, deadline: time.Now().Add(defaultTimeout)}, firstBackoff)
}

// tell sends a request whose result nobody waits for. A refusal is repeated
// until the request's deadline.
func (m *Member) tell(r *request, backoff time.Duration) {
	if m.stopped() {
		return
	}
	r.deliver = teller{m, backoff}
	owner := m.view.Load().owner(r.id, r.hash)
	if owner == nil {
		r.refuse()
		return
	}
	if owner.id == m.id {
		m.dispatch(r)
		return
	}
	if r.msg != nil {
		body, err := pack(r.msg)
		if err != nil {
			r.fail(err)
			return
		}
		r.body, r.msg = body, nil
	}
	m.net.tell(owner, r)
}

// teller receives the results of tells.
type teller struct {
	m       *Member
	backoff time.Duration
}

func (t teller) deliver(r *request, res result) {
	switch {
	case res.outcome == answered:
	case res.outcome == failed:
		var e *Error
		if !errors.As(res.err, &e) || e.Code != CodeInternal { // panics are logged where they happen
			t.m.log.Warn("tell failed", "kind", r.id.kind, "key", r.id.key, "type", r.typeName(), "error", res.err)
		}
	case res.outcome == refused && time.Now().Add(t.backoff).Before(r.deadline):
		again := &request{id: r.id, hash: r.hash, msg: r.msg, body: r.body, deadline: r.deadline}
		time.AfterFunc(t.backoff, func() { t.m.tell(again, min(2*t.backoff, maxBackoff)) })
	default:
		t.m.metrics.gaveUp(r.id.kind)
	}
}
