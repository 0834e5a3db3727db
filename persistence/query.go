package persistence

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// collect reads all rows of a query. What says in an error what was tried.
func collect[T any](
	ctx context.Context, pool *pgxpool.Pool, what string, scan pgx.RowToFunc[T], query string, args ...any,
) ([]T, error) {
	rows, err := pool.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, marked(err))
	}
	list, err := pgx.CollectRows(rows, scan)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, marked(err))
	}
	return list, nil
}
