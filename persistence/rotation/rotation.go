package rotation

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// Why a rotation did not come to its end. What it has done stays done.
var (
	// ErrMemberBehind: a member has not the new key, or has not begun to seal with it.
	ErrMemberBehind = errors.New("a member does not seal with the new key")
	// ErrUnopened: secrets open with none of the keys, and were left as they are.
	ErrUnopened = errors.New("secrets that no key opens were left as they are")
	// ErrStragglers: something goes on sealing with another key.
	ErrStragglers = errors.New("secrets are still being sealed with another key")
)

// Config says what to rotate, and how.
type Config struct {
	Pool   *pgxpool.Pool
	Sealer *persistence.Sealer // the new key first, those before behind it
	Lot    int                 // rows in one transaction; 0: 20
	// Tell is told of each lot, by column and rows that were sealed so far; nil: nobody.
	Tell func(column string, done int64)
	// Patience is how long members may take to follow; 0: a minute.
	Patience time.Duration
	// Settle is how long what a member has sealed with the key before may be on its way to
	// the database; 0: 15 seconds, longer than a request may take.
	Settle time.Duration
}

// Result counts what was done.
type Result struct {
	Sealed   int64 // anew
	Unopened int64 // with any key
}

// Rotate seals everything with the newest key. It may be interrupted at any moment and
// run again, by several at once too. Errors: ErrMemberBehind, ErrUnopened,
// ErrStragglers, persistence.ErrOtherKey. It ends well only when a last look, while
// nobody could write, has found nothing that another key has sealed.
func Rotate(ctx context.Context, c Config) (r Result, err error) {
	if c.Lot <= 0 {
		c.Lot = 20
	}
	if c.Patience <= 0 {
		c.Patience = time.Minute
	}
	if c.Settle <= 0 {
		c.Settle = 15 * time.Second
	}
	behind, err := c.behind(ctx, `NOT $1 = ANY (key_ids)`)
	if err == nil && behind != "" {
		err = fmt.Errorf("%w: %s\nremedy: start every process with the new key in PROSA_SECRET_KEY and the one before in PROSA_SECRET_KEYS_OLD, then run this again", ErrMemberBehind, behind)
	}
	if err != nil {
		return r, err
	}
	if err := pgx.BeginFunc(ctx, c.Pool, func(tx pgx.Tx) error { return c.begin(ctx, tx) }); err != nil {
		return r, fmt.Errorf("begin to rotate: %w", err)
	}
	// A member that has not seen the beginning seals with the key before: what it has
	// sealed is found by the last round, which begins when all have seen it.
	if err := c.round(ctx, &r); err != nil {
		return r, err
	}
	if err := c.await(ctx); err != nil {
		return r, err
	}
	if err := c.settle(ctx); err != nil {
		return r, err
	}
	if err := c.rounds(ctx, &r); err != nil {
		return r, err
	}
	if r.Unopened > 0 {
		return r, fmt.Errorf("%w: %d\nremedy: give the key with which they were sealed in PROSA_SECRET_KEYS_OLD and run this again, or enter them anew", ErrUnopened, r.Unopened)
	}
	return r, nil
}

// begin has the installation seal with the newest key, with a line for every tenant
// whose secrets those are.
func (c *Config) begin(ctx context.Context, tx pgx.Tx) error {
	switched, err := persistence.SwitchKey(ctx, tx, c.Sealer)
	if err != nil || !switched {
		return err
	}
	rows, err := tx.Query(ctx, `SELECT id FROM tenant ORDER BY id`)
	if err != nil {
		return err
	}
	tenants, err := pgx.CollectRows(rows, pgx.RowTo[wa.TenantID])
	if err != nil {
		return err
	}
	by := audit.Acting(ctx, audit.By{Kind: audit.ByOperator, ID: audit.ByOperator, Name: audit.ByOperator})
	for _, tenant := range tenants {
		if err := audit.Write(by, tx, audit.Entry{
			TenantID: tenant, Action: audit.SecretsRotated, Object: audit.Object{Kind: "installation", ID: "key"}, After: audit.Values{"key": audit.Hidden},
		}); err != nil {
			return err
		}
	}
	return nil
}

// behind names members at work, but for one that is alone with a data folder (its lease
// never ends, and it is not at work while somebody else has the folder), of which a condition holds, with the newest key as $1.
func (c *Config) behind(ctx context.Context, condition string) (string, error) {
	names, err := persistence.Collect(ctx, c.Pool, "look for members", pgx.RowTo[string],
		`SELECT id || CASE WHEN address = '' THEN '' ELSE ' at ' || address END FROM member WHERE lease_until > now() AND lease_until < 'infinity' AND `+condition+` ORDER BY id`,
		c.Sealer.Newest())
	return strings.Join(names, ", "), err
}

// await waits until every member seals with the newest key.
func (c *Config) await(ctx context.Context) error {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for patience := time.After(c.Patience); ; {
		behind, err := c.behind(ctx, `key_ids[1] IS DISTINCT FROM $1`)
		if err != nil || behind == "" {
			return err
		}
		select {
		case <-tick.C:
		case <-patience:
			return fmt.Errorf("%w: %s\nremedy: see whether it is well, then run this again", ErrMemberBehind, behind)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// round seals once what is sealed with another key.
func (c *Config) round(ctx context.Context, r *Result) error {
	columns := persistence.SealedColumns()
	for i := range columns {
		if err := c.column(ctx, &columns[i], r); err != nil {
			return fmt.Errorf("seal %s.%s anew: %w", columns[i].Table, columns[i].Column, err)
		}
	}
	return nil
}

// sealed is one value, by the key of its row.
type sealed struct {
	key   []string
	value []byte
}

func (c *Config) column(ctx context.Context, of *persistence.SealedColumn, r *Result) error {
	after := make([]string, len(of.Key)) // keys are never empty
	for done := int64(0); ; {
		var lot []sealed
		var sealedAnew, unopened int64
		err := pgx.BeginFunc(ctx, c.Pool, func(tx pgx.Tx) (err error) {
			if lot, err = c.lot(ctx, tx, of, after); err != nil {
				return err
			}
			sealedAnew, unopened, err = c.again(ctx, tx, of, lot)
			return err
		})
		if err != nil || len(lot) == 0 {
			return err
		}
		done += sealedAnew
		r.Sealed, r.Unopened = r.Sealed+sealedAnew, r.Unopened+unopened
		if c.Tell != nil {
			c.Tell(of.Table+"."+of.Column, done)
		}
		after = lot[len(lot)-1].key
	}
}

// lot takes the next rows that another key has sealed, and keeps them from changing.
func (c *Config) lot(ctx context.Context, tx pgx.Tx, of *persistence.SealedColumn, after []string) ([]sealed, error) {
	keys := keyOf(of)
	name := pgx.Identifier{of.Column}.Sanitize()
	rows, err := tx.Query(ctx, `SELECT ARRAY[`+keys+`], `+name+` FROM `+pgx.Identifier{of.Table}.Sanitize()+`
		WHERE `+name+` IS NOT NULL AND substring(`+name+` FROM 1 FOR 5) <> $1 AND `+rowOf(of, ">", 2)+`
		ORDER BY `+keys+` LIMIT $3 FOR NO KEY UPDATE`, c.Sealer.NewestHead(), after, c.Lot)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (s sealed, err error) {
		return s, row.Scan(&s.key, &s.value)
	})
}

// rowOf compares the key of a row with the parameter n, an array: column by column, so
// that the primary key's index serves it.
func rowOf(of *persistence.SealedColumn, operator string, n int) string {
	values := make([]string, len(of.Key))
	for i := range of.Key {
		values[i] = fmt.Sprintf("($%d::text[])[%d]", n, i+1)
	}
	return "(" + keyOf(of) + ") " + operator + " (" + strings.Join(values, ", ") + ")"
}

func keyOf(of *persistence.SealedColumn) string {
	names := make([]string, len(of.Key))
	for i, column := range of.Key {
		names[i] = pgx.Identifier{column}.Sanitize()
	}
	return strings.Join(names, ", ")
}

// again seals a lot with the newest key. What no key opens it leaves.
func (c *Config) again(ctx context.Context, tx pgx.Tx, of *persistence.SealedColumn, lot []sealed) (done, unopened int64, err error) {
	update := `UPDATE ` + pgx.Identifier{of.Table}.Sanitize() + ` SET ` + pgx.Identifier{of.Column}.Sanitize() + ` = $1 WHERE ` + rowOf(of, "=", 2)
	batch := &pgx.Batch{}
	for i := range lot {
		label := of.Label(lot[i].key...)
		secret, err := c.Sealer.Open(label, lot[i].value)
		if err != nil {
			unopened++
			continue
		}
		batch.Queue(update, c.Sealer.SealNewest(label, secret), lot[i].key)
	}
	return int64(batch.Len()), unopened, tx.SendBatch(ctx, batch).Close()
}
