package search

import (
	"context"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"go.opentelemetry.io/otel/metric/noop"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/follow"
	"github.com/prosa-chat/prosa/persistence/searchindex"
)

// FollowerName is the follower that keeps the search index.
const FollowerName = "search"

// batchEvents is how many events of one conversation a batch holds.
const batchEvents = 200

// NewFollower makes the follower that keeps the search index. The configuration's
// name and handler are set here.
func NewFollower(cfg follow.Config) (*follow.Follower, error) {
	if cfg.Meter == nil {
		cfg.Meter = noop.NewMeterProvider().Meter("")
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	m, err := newMetrics(cfg.Meter)
	if err != nil {
		return nil, err
	}
	x := &indexer{log: cfg.Logger, metrics: m}
	cfg.Name, cfg.Handler = FollowerName, follow.Handler{
		Take: x.take, Behind: behind,
		Reset:  func(ctx context.Context, tx pgx.Tx) error { return searchindex.In(tx).Clear(ctx) },
		Canary: func(ctx context.Context, tx pgx.Tx) error { return searchindex.In(tx).Canary(ctx) },
	}
	return follow.New(cfg)
}

// behind compares the versions of conversations with what is indexed.
func behind(ctx context.Context, tx pgx.Tx, page []follow.Conversation) ([]wa.ConversationKey, error) {
	keys, versions := make([]wa.ConversationKey, len(page)), make([]int64, len(page))
	for i, c := range page {
		keys[i], versions[i] = c.Key, int64(c.Version)
	}
	return searchindex.In(tx).Behind(ctx, keys, versions)
}

// indexer is the handler of the follower.
type indexer struct {
	log     *slog.Logger
	metrics *metrics
}
