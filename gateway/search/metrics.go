package search

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/metric"
)

// metrics are the instruments of the follower. Only the process that leads
// counts; the lag of the others is 0.
type metrics struct {
	documents metric.Int64Counter
	passes    metric.Int64Counter
	omitted   metric.Int64Counter
	lag       metric.Float64Gauge
}

func newMetrics(m metric.Meter) (*metrics, error) {
	var s metrics
	var errs [4]error
	s.documents, errs[0] = m.Int64Counter("prosa.search.documents", metric.WithUnit("{message}"),
		metric.WithDescription("Messages indexed for search, again ones included"))
	s.passes, errs[1] = m.Int64Counter("prosa.search.passes", metric.WithUnit("{pass}"),
		metric.WithDescription("Comparisons of all conversations with the search index"))
	s.lag, errs[2] = m.Float64Gauge("prosa.search.lag", metric.WithUnit("s"),
		metric.WithDescription("Age of the oldest change that is not indexed"))
	s.omitted, errs[3] = m.Int64Counter("prosa.search.omitted", metric.WithUnit("{conversation}"),
		metric.WithDescription("Conversations left out because the database does not take them"))
	if err := errors.Join(errs[:]...); err != nil {
		return nil, fmt.Errorf("make instruments of search: %w", err)
	}
	return &s, nil
}

func (s *metrics) indexed(n int)            { s.documents.Add(context.Background(), int64(n)) }
func (s *metrics) leftOut()                 { s.omitted.Add(context.Background(), 1) }
func (s *metrics) passDone()                { s.passes.Add(context.Background(), 1) }
func (s *metrics) caughtUp(d time.Duration) { s.lag.Record(context.Background(), d.Seconds()) }
