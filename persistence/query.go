package persistence

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Collect reads all rows of a query. What says in an error what was tried.
func Collect[T any](
	ctx context.Context, pool *pgxpool.Pool, what string, scan pgx.RowToFunc[T], query string, args ...any,
) ([]T, error) {
	rows, err := pool.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, Classed(err))
	}
	list, err := pgx.CollectRows(rows, scan)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, Classed(err))
	}
	return list, nil
}
