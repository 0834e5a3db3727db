package follow

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// metrics are the instruments of a follower. Only the process that leads counts; the
// lag of the others is 0.
type metrics struct {
	walks   metric.Int64Counter
	omitted metric.Int64Counter
	lag     metric.Float64Gauge
	name    metric.MeasurementOption
}

func newMetrics(m metric.Meter, name string) (*metrics, error) {
	s := metrics{name: metric.WithAttributes(attribute.String("follower", name))}
	var errs [3]error
	s.walks, errs[0] = m.Int64Counter("prosa.follower.walks", metric.WithUnit("{walk}"),
		metric.WithDescription("Walks of a follower over all conversations that came to their end"))
	s.lag, errs[1] = m.Float64Gauge("prosa.follower.lag", metric.WithUnit("s"),
		metric.WithDescription("Age of the oldest change that a follower has not taken"))
	s.omitted, errs[2] = m.Int64Counter("prosa.follower.omitted", metric.WithUnit("{conversation}"),
		metric.WithDescription("Conversations that a follower passed by because the database does not take them"))
	if err := errors.Join(errs[:]...); err != nil {
		return nil, fmt.Errorf("make instruments of follower %s: %w", name, err)
	}
	return &s, nil
}

func (s *metrics) leftOut()                 { s.omitted.Add(context.Background(), 1, s.name) }
func (s *metrics) walked()                  { s.walks.Add(context.Background(), 1, s.name) }
func (s *metrics) caughtUp(d time.Duration) { s.lag.Record(context.Background(), d.Seconds(), s.name) }
