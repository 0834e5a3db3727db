package relay

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// mediaMetrics are the instruments of the files.
// Its gauge is measured now and then: whoever collects must not wait for the database.
type mediaMetrics struct {
	fetches metric.Int64Counter
	bytes   metric.Int64Counter
	took    metric.Float64Histogram
	oldest  atomic.Int64 // a time.Duration
}

func newMediaMetrics(m metric.Meter) (*mediaMetrics, error) {
	i := &mediaMetrics{}
	var errs [5]error
	i.fetches, errs[0] = m.Int64Counter("prosa.relay.media", metric.WithUnit("{file}"),
		metric.WithDescription("Attempts to fetch a file by outcome: kept, later, failed."))
	i.bytes, errs[1] = m.Int64Counter("prosa.relay.media.size", metric.WithUnit("By"), metric.WithDescription("Bytes of kept files."))
	i.took, errs[2] = m.Float64Histogram("prosa.relay.media.duration", metric.WithUnit("s"),
		metric.WithDescription("Time of a fetch that brought its file."))
	oldest, err := m.Float64ObservableGauge("prosa.relay.media.oldest", metric.WithUnit("s"),
		metric.WithDescription("Age of the file that has been wanted for longest."))
	errs[3] = err
	_, errs[4] = m.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		o.ObserveFloat64(oldest, time.Duration(i.oldest.Load()).Seconds())
		return nil
	}, oldest)
	return i, errors.Join(errs[:]...)
}

func (i *mediaMetrics) tried(outcome string) {
	i.fetches.Add(context.Background(), 1, metric.WithAttributes(attribute.String("outcome", outcome)))
}

func (i *mediaMetrics) kept(size int64, took time.Duration) {
	i.bytes.Add(context.Background(), size)
	i.took.Record(context.Background(), took.Seconds())
}
