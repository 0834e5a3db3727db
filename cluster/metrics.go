package cluster

import (
	"context"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// instruments records what operators look at. A nil one records nothing.
type instruments struct {
	wait    metric.Float64Histogram
	panics  metric.Int64Counter
	retries metric.Int64Counter
	unknown metric.Int64Counter
	busy    metric.Int64Counter
	dropped metric.Int64Counter
	turned  metric.Int64Counter
	kinds   sync.Map // kind → metric.MeasurementOption, made once
}

func newInstruments(m *Member, meter metric.Meter) (*instruments, error) {
	if meter == nil {
		return nil, nil
	}
	var errs []error
	counter := func(name, what string) metric.Int64Counter {
		c, err := meter.Int64Counter("prosa.cluster."+name, metric.WithDescription(what))
		errs = append(errs, err)
		return c
	}
	i := &instruments{
		panics:  counter("panics", "panics of grains, and of other work by its name"),
		retries: counter("retries", "tries of an ask that were refused and repeated"),
		unknown: counter("unknown", "asks whose outcome is unknown"),
		busy:    counter("busy", "messages turned away by a full mailbox"),
		dropped: counter("dropped", "tells that were given up"),
		turned:  counter("refused_streams", "streams of strangers, or with other messages than members send"),
	}
	wait, err := meter.Float64Histogram("prosa.cluster.mailbox.wait", metric.WithUnit("s"),
		metric.WithDescription("time between a message's arrival and its processing"),
		metric.WithExplicitBucketBoundaries(.0001, .001, .005, .01, .05, .1, .5, 1, 5))
	i.wait = wait
	_, gauge := meter.Int64ObservableGauge("prosa.cluster.activations", metric.WithDescription("grains in memory"),
		metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(m.table.count.Load())
			return nil
		}))
	_, members := meter.Int64ObservableGauge("prosa.cluster.members", metric.WithDescription("members in this member's view"),
		metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(int64(len(m.view.Load().peers)))
			return nil
		}))
	for _, err := range append(errs, err, gauge, members) {
		if err != nil {
			return nil, fmt.Errorf("make instrument: %w", err)
		}
	}
	return i, nil
}

func (i *instruments) kind(kind string) metric.MeasurementOption {
	if o, ok := i.kinds.Load(kind); ok {
		return o.(metric.MeasurementOption)
	}
	o, _ := i.kinds.LoadOrStore(kind, metric.WithAttributeSet(attribute.NewSet(attribute.String("kind", kind))))
	return o.(metric.MeasurementOption)
}

func (i *instruments) waited(kind string, d time.Duration) {
	if i != nil {
		i.wait.Record(context.Background(), d.Seconds(), i.kind(kind))
	}
}

func (i *instruments) panicked(kind string) {
	if i != nil {
		i.panics.Add(context.Background(), 1, i.kind(kind))
	}
}

func (i *instruments) retried(kind string) {
	if i != nil {
		i.retries.Add(context.Background(), 1, i.kind(kind))
	}
}

func (i *instruments) gaveUp(kind string) {
	if i != nil {
		i.dropped.Add(context.Background(), 1, i.kind(kind))
	}
}

func (i *instruments) turnedAway() {
	if i != nil {
		i.turned.Add(context.Background(), 1)
	}
}

// ended counts the ends of asks that are not an answer of the grain.
func (i *instruments) ended(kind string, o outcome) {
	if i == nil {
		return
	}
	switch o {
	case busy:
		i.busy.Add(context.Background(), 1, i.kind(kind))
	case unknown:
		i.unknown.Add(context.Background(), 1, i.kind(kind))
	}
}
