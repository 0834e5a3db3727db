package search

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel/metric"
)

// metrics are the instruments of the indexer, beside those of its follower. Only the
// process that leads counts.
type metrics struct{ documents metric.Int64Counter }

func newMetrics(m metric.Meter) (*metrics, error) {
	documents, err := m.Int64Counter("prosa.search.documents", metric.WithUnit("{message}"),
		metric.WithDescription("Messages indexed for search, again ones included"))
	if err != nil {
		return nil, fmt.Errorf("make instruments of search: %w", err)
	}
	return &metrics{documents}, nil
}

func (s *metrics) indexed(n int) { s.documents.Add(context.Background(), int64(n)) }
