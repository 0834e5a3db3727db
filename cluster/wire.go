package cluster

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/prosa-chat/prosa/cluster/wirepb"
)

// ask tries a grain on another member.
func (n *network) ask(ctx context.Context, p *peer, a *ask) result {
	w := &wirepb.Wire{
		Purpose: wirepb.Wire_PURPOSE_ASK,
		To:      p.id, From: n.m.id, ReplyTo: n.address,
		Kind: a.id.kind, Key: a.id.key,
		Type: a.body.typ, Body: a.body.data,
		TimeoutUs: time.Until(a.deadline).Microseconds(),
	}
	inject(w, a.span)
	answer := n.roundTrip(ctx, p.address, w)
	switch answer.GetOutcome() {
	case wirepb.Wire_OUTCOME_ANSWERED:
		return result{outcome: answered, body: packed{answer.Type, answer.Body}}
	case wirepb.Wire_OUTCOME_FAILED:
		return result{outcome: failed, err: &Error{Code: answer.Code, Text: answer.Text}}
	case wirepb.Wire_OUTCOME_REFUSED:
		return result{outcome: refused}
	case wirepb.Wire_OUTCOME_BUSY:
		return result{outcome: busy}
	}
	return result{outcome: unknown}
}

// roundTrip sends w and waits for its answer; nil when ctx ended first.
func (n *network) roundTrip(ctx context.Context, address string, w *wirepb.Wire) *wirepb.Wire {
	id, f := n.takeOff(address)
	w.Id = id
	if !n.send(address, w) {
		n.land(address, id, nil)
		return &wirepb.Wire{Outcome: wirepb.Wire_OUTCOME_REFUSED}
	}
	select {
	case answer := <-f.done:
		return answer
	case <-ctx.Done():
		n.land(address, id, nil)
		return nil
	}
}

// release asks a former owner to let go of a grain and waits until it has.
func (n *network) release(ctx context.Context, p *peer, id grainID) error {
	answer := n.roundTrip(ctx, p.address, &wirepb.Wire{
		Purpose: wirepb.Wire_PURPOSE_RELEASE,
		To:      p.id, From: n.m.id, ReplyTo: n.address,
		Kind: id.kind, Key: id.key,
	})
	if answer == nil {
		return fmt.Errorf("release: %w", ctx.Err())
	}
	if answer.Outcome != wirepb.Wire_OUTCOME_ANSWERED {
		return fmt.Errorf("release: %s", answer.Outcome)
	}
	return nil
}

func (n *network) tell(p *peer, r *request) {
	n.send(p.address, &wirepb.Wire{
		Purpose: wirepb.Wire_PURPOSE_TELL,
		To:      p.id, From: n.m.id,
		Kind: r.id.kind, Key: r.id.key,
		Type: r.body.typ, Body: r.body.data,
		TimeoutUs: time.Until(r.deadline).Microseconds(),
	})
}

func (n *network) tellEndpoint(p *peer, name string, body packed) {
	n.send(p.address, &wirepb.Wire{
		Purpose: wirepb.Wire_PURPOSE_ENDPOINT,
		To:      p.id, From: n.m.id, Key: name,
		Type: body.typ, Body: body.data,
	})
}

// route takes every message of other members. It never blocks: bodies are
// unpacked where they are processed.
func (n *network) route(w *wirepb.Wire) {
	if w.Purpose == wirepb.Wire_PURPOSE_ANSWER {
		n.land(w.ReplyTo, w.Id, w)
		return
	}
	if w.To != n.m.id {
		// Our address was another process's before.
		n.answer(w, &wirepb.Wire{Outcome: wirepb.Wire_OUTCOME_REFUSED})
		return
	}
	id := grainID{w.Kind, w.Key}
	r := &request{
		id: id, hash: id.hash(), body: packed{w.Type, w.Body},
		deadline: time.Now().Add(time.Duration(w.TimeoutUs) * time.Microsecond),
	}
	switch w.Purpose {
	case wirepb.Wire_PURPOSE_ASK:
		r.span = extract(w)
		r.deliver = answerer{n, w}
		n.m.dispatch(r)
	case wirepb.Wire_PURPOSE_TELL:
		n.m.tell(r, firstBackoff)
	case wirepb.Wire_PURPOSE_RELEASE:
		n.m.letGo(id, func() { n.answer(w, &wirepb.Wire{Outcome: wirepb.Wire_OUTCOME_ANSWERED}) })
	case wirepb.Wire_PURPOSE_ENDPOINT:
		n.m.hand(w.Key, parcel{from: w.From, body: r.body})
	default: // a newer release may send what we do not know
		n.answer(w, &wirepb.Wire{Outcome: wirepb.Wire_OUTCOME_FAILED, Code: CodeUnknownType, Text: w.Purpose.String()})
	}
}

// answerer sends the result of a request to the member that asked.
type answerer struct {
	n    *network
	asks *wirepb.Wire
}

func (a answerer) deliver(_ *request, res result) {
	w := &wirepb.Wire{}
	switch res.outcome {
	case answered:
		w.Outcome = wirepb.Wire_OUTCOME_ANSWERED
		if res.msg == nil {
			break
		}
		body, err := pack(res.msg)
		if err != nil {
			e := asError(err)
			w.Outcome, w.Code, w.Text = wirepb.Wire_OUTCOME_FAILED, e.Code, e.Text
			break
		}
		w.Type, w.Body = body.typ, body.data
	case failed:
		e := asError(res.err)
		w.Outcome, w.Code, w.Text = wirepb.Wire_OUTCOME_FAILED, e.Code, e.Text
	case refused:
		w.Outcome = wirepb.Wire_OUTCOME_REFUSED
	case busy:
		w.Outcome = wirepb.Wire_OUTCOME_BUSY
	case unknown: // its asker gave up before
		return
	}
	a.n.answer(a.asks, w)
}

// answer sends w as the answer to asks. ReplyTo tells the asker by which address
// it knows the flight.
func (n *network) answer(asks, w *wirepb.Wire) {
	if asks.Id == 0 || asks.ReplyTo == "" {
		return
	}
	w.Purpose = wirepb.Wire_PURPOSE_ANSWER
	w.Id, w.From, w.To, w.ReplyTo = asks.Id, n.m.id, asks.From, n.address
	n.send(asks.ReplyTo, w)
}

// carrier reads and writes the W3C trace context of an envelope.
type carrier struct{ w *wirepb.Wire }

func (c carrier) Get(key string) string {
	switch key {
	case "traceparent":
		return c.w.Traceparent
	case "tracestate":
		return c.w.Tracestate
	}
	return ""
}

func (c carrier) Set(key, value string) {
	switch key {
	case "traceparent":
		c.w.Traceparent = value
	case "tracestate":
		c.w.Tracestate = value
	}
}

func (c carrier) Keys() []string { return []string{"traceparent", "tracestate"} }

func inject(w *wirepb.Wire, span trace.SpanContext) {
	if span.IsValid() {
		propagation.TraceContext{}.Inject(trace.ContextWithSpanContext(context.Background(), span), carrier{w})
	}
}

func extract(w *wirepb.Wire) trace.SpanContext {
	if w.Traceparent == "" {
		return trace.SpanContext{}
	}
	return trace.SpanContextFromContext(propagation.TraceContext{}.Extract(context.Background(), carrier{w}))
}
