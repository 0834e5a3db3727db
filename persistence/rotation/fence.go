package rotation

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/prosa-chat/prosa/persistence"
)

// mostRounds is after how many rounds that each found something it is given up.
const mostRounds = 10

// settle lets what was sealed before members followed reach the database.
func (c *Config) settle(ctx context.Context) error {
	timer := time.NewTimer(c.Settle)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// rounds seals until nothing is left, behind the fence too.
func (c *Config) rounds(ctx context.Context, r *Result) error {
	var left []string
	for range mostRounds {
		r.Unopened = 0
		if err := c.round(ctx, r); err != nil {
			return err
		}
		var stragglers int64
		var err error
		if stragglers, left, err = c.fenced(ctx); err != nil {
			return err
		}
		if stragglers <= r.Unopened {
			return nil
		}
	}
	return fmt.Errorf("%w: %s\nremedy: look for a process that is no member and has the key before, then run this again", ErrStragglers, strings.Join(left, ", "))
}

// fenced counts what another key has sealed, by column too, while nobody writes: whoever
// had begun to is waited for, for a round does not see what is not committed.
// ErrMemberBehind names members that seal with another key again.
func (c *Config) fenced(ctx context.Context) (count int64, left []string, err error) {
	columns := persistence.SealedColumns()
	var tables []string
	for i := range columns {
		tables = append(tables, pgx.Identifier{columns[i].Table}.Sanitize())
	}
	slices.Sort(tables)
	tables = slices.Compact(tables)
	err = pgx.BeginFunc(ctx, c.Pool, func(tx pgx.Tx) error {
		// Writers wait behind the lock while it waits for one of them.
		if _, err := tx.Exec(ctx, `SET LOCAL lock_timeout = '3s'`); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `LOCK TABLE `+strings.Join(tables, ", ")+` IN SHARE MODE`); err != nil {
			return err
		}
		for i := range columns {
			name := pgx.Identifier{columns[i].Column}.Sanitize()
			var n int64
			err := tx.QueryRow(ctx, `SELECT count(*) FROM `+pgx.Identifier{columns[i].Table}.Sanitize()+`
				WHERE `+name+` IS NOT NULL AND substring(`+name+` FROM 1 FOR 5) <> $1`, c.Sealer.NewestHead()).Scan(&n)
			if err != nil {
				return err
			}
			if count += n; n > 0 {
				left = append(left, fmt.Sprintf("%d in %s.%s", n, columns[i].Table, columns[i].Column))
			}
		}
		return nil
	})
	const notAvailable = "55P03" // PostgreSQL's code of a lock that was not got in time
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok && refused.Code == notAvailable {
		return math.MaxInt64, []string{"somebody writes for seconds"}, nil
	}
	if err != nil {
		return 0, nil, fmt.Errorf("look once more while nobody writes: %w", err)
	}
	behind, err := c.behind(ctx, `key_ids[1] IS DISTINCT FROM $1`)
	if err == nil && behind != "" {
		err = fmt.Errorf("%w: %s\nremedy: see whether it is well, then run this again", ErrMemberBehind, behind)
	}
	return count, left, err
}
