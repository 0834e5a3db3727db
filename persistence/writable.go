package persistence

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Writable asks the database whether it would take anything: nil, ErrReadOnly, or why
// it did not answer.
func Writable(ctx context.Context, pool *pgxpool.Pool) error {
	var readOnly bool
	err := pool.QueryRow(ctx, `SELECT current_setting('transaction_read_only')::boolean`).Scan(&readOnly)
	if err != nil {
		return Classed(err)
	}
	if readOnly {
		return ErrReadOnly
	}
	return nil
}
