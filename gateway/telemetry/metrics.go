package telemetry

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// Metrics are the instruments of HTTP, sockets and hub.
type Metrics struct {
	Request     metric.Float64Histogram
	logins      metric.Int64Counter
	commands    metric.Int64Counter
	Sockets     metric.Int64UpDownCounter
	Frames      metric.Int64Counter
	disconnects metric.Int64Counter
	Resyncs     metric.Int64Counter
	Replays     metric.Int64Counter
	Delivery    metric.Float64Histogram
	panics      metric.Int64Counter
}

func NewMetrics(m metric.Meter) (*Metrics, error) {
	var s Metrics
	var errs [10]error
	s.Request, errs[0] = m.Float64Histogram("prosa.gateway.request", metric.WithUnit("s"),
		metric.WithDescription("Time to answer a request, by route"))
	s.logins, errs[1] = m.Int64Counter("prosa.gateway.logins", metric.WithUnit("{login}"),
		metric.WithDescription("Attempts to log in, by result"))
	s.commands, errs[2] = m.Int64Counter("prosa.gateway.commands", metric.WithUnit("{command}"),
		metric.WithDescription("Commands to conversations, by type and result"))
	s.Sockets, errs[3] = m.Int64UpDownCounter("prosa.gateway.sockets", metric.WithUnit("{socket}"),
		metric.WithDescription("Open sockets"))
	s.Frames, errs[4] = m.Int64Counter("prosa.gateway.frames", metric.WithUnit("{frame}"),
		metric.WithDescription("Frames written to sockets"))
	s.disconnects, errs[5] = m.Int64Counter("prosa.gateway.disconnects", metric.WithUnit("{socket}"),
		metric.WithDescription("Sockets that the server closed, by code"))
	s.Resyncs, errs[6] = m.Int64Counter("prosa.gateway.resyncs", metric.WithUnit("{resync}"),
		metric.WithDescription("Times that a tenant's feed could not be followed without a gap"))
	s.Replays, errs[7] = m.Int64Counter("prosa.gateway.replays", metric.WithUnit("{replay}"),
		metric.WithDescription("Times that a conversation stream was repaired or resumed from the journal"))
	s.Delivery, errs[8] = m.Float64Histogram("prosa.gateway.delivery", metric.WithUnit("s"),
		metric.WithDescription("From the commit of an update, by its own clock, to the sockets' queues"))
	s.panics, errs[9] = m.Int64Counter("prosa.gateway.panics", metric.WithUnit("{panic}"),
		metric.WithDescription("Panics that ended one piece of work and nothing else, by kind of work; any is a bug"))
	return &s, errors.Join(errs[:]...)
}

func (m *Metrics) Login(ctx context.Context, result string) {
	m.logins.Add(ctx, 1, metric.WithAttributes(attribute.String("result", result)))
}

func (m *Metrics) Command(ctx context.Context, name, result string) {
	m.commands.Add(ctx, 1, metric.WithAttributes(attribute.String("type", name), attribute.String("result", result)))
}

func (m *Metrics) Disconnect(ctx context.Context, code int) {
	m.disconnects.Add(ctx, 1, metric.WithAttributes(attribute.Int("code", code)))
}
