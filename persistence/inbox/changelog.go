package inbox

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// ChangeLog tails what committed, for a reader that must miss nothing. Its
// table is unlogged: a crash of Postgres empties it, and a reader finds out by
// the mark that it left.
type ChangeLog struct{ pool *pgxpool.Pool }

// NewChangeLog reads from the database of pool, which the caller closes.
func NewChangeLog(pool *pgxpool.Pool) *ChangeLog { return &ChangeLog{pool} }

// TailPosition is a place in the log and the mark by which its reader knows
// that the log is still the one it began with.
type TailPosition struct {
	next uint64 // every transaction below it has been read
	mark uint64 // the transaction that wrote the mark
}

// Change says that a conversation has reached at least this version.
type Change struct {
	TenantID wa.TenantID
	Key      wa.ConversationKey
	Version  uint64
}

// markAge is for how long the mark of a reader stands that says nothing more: it has
// died. Who lives refreshes it.
const markAge = "interval '1 hour'"

// Start marks the log for a new reader, whose name nobody else has, and returns the
// place from which it misses nothing that commits from now on.
func (l *ChangeLog) Start(ctx context.Context, reader string) (TailPosition, error) {
	const mark = `
INSERT INTO change_log (tenant_id, phone_number_id, contact_id, version) VALUES ('', '', 'feed:' || $1, 0)
RETURNING xid::text::bigint, pg_snapshot_xmin(pg_current_snapshot())::text::bigint`
	var p TailPosition
	if err := l.pool.QueryRow(ctx, mark, reader).Scan(&p.mark, &p.next); err != nil {
		return TailPosition{}, fmt.Errorf("mark change log: %w", err)
	}
	return p, nil
}

// Tail returns what of some tenants has committed since p, each conversation once,
// and the place after it. Transactions that are still open are left for later: one
// may commit after a younger one, and would be missed. ErrNotFound says that the log
// was emptied: start again.
func (l *ChangeLog) Tail(ctx context.Context, tenants []wa.TenantID, p TailPosition) ([]Change, TailPosition, error) {
	// The first row is the answer about the mark and the new place; it is there
	// also when nothing changed. One statement, hence one snapshot.
	const tail = `
WITH upto AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xid)
SELECT '', '', (SELECT count(*)::text FROM change_log WHERE xid = $2::text::xid8 AND phone_number_id = ''),
    (SELECT xid::text::bigint FROM upto)
UNION ALL
SELECT tenant_id, phone_number_id, contact_id, max(version) FROM change_log
WHERE xid >= $3::text::xid8 AND xid < (SELECT xid FROM upto) AND tenant_id = ANY ($1) AND phone_number_id <> ''
GROUP BY tenant_id, phone_number_id, contact_id`
	rows, err := l.pool.Query(ctx, tail, tenants, fmt.Sprint(p.mark), fmt.Sprint(p.next))
	if err != nil {
		return nil, p, fmt.Errorf("tail change log: %w", err)
	}
	next, marked := p, false
	var changes []Change
	var c Change
	_, err = pgx.ForEachRow(rows, []any{&c.TenantID, &c.Key.PhoneNumberID, &c.Key.ContactID, &c.Version}, func() error {
		if c.Key.PhoneNumberID == "" {
			marked, next.next = c.Key.ContactID != "0", max(c.Version, p.next)
			return nil
		}
		changes = append(changes, c)
		return nil
	})
	if err != nil {
		return nil, p, fmt.Errorf("tail change log: %w", err)
	}
	if !marked {
		return nil, p, fmt.Errorf("find mark in change log: %w", persistence.ErrNotFound)
	}
	return changes, next, nil
}

// Refresh keeps the mark of a reader, and removes those of readers that have died.
// It is called more often than once an hour.
func (l *ChangeLog) Refresh(ctx context.Context, p TailPosition) error {
	batch := &pgx.Batch{}
	batch.Queue(`UPDATE change_log SET at = now() WHERE xid = $1::text::xid8 AND phone_number_id = ''`, fmt.Sprint(p.mark))
	batch.Queue(`DELETE FROM change_log WHERE phone_number_id = '' AND contact_id LIKE 'feed:%' AND at < now() - ` + markAge)
	if err := l.pool.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("refresh mark in change log: %w", err)
	}
	return nil
}

// Rows returns the conversations of the tenant as stored, in no order.
func (l *ChangeLog) Rows(ctx context.Context, tenant wa.TenantID, keys []wa.ConversationKey) ([]*actorpb.InboxRow, error) {
	const read = `SELECT` + RowColumns + ` FROM conversation c
JOIN unnest($2::text[], $3::text[]) AS k (number, contact) ON c.phone_number_id = k.number AND c.contact_id = k.contact
WHERE c.tenant_id = $1`
	numbers, contacts := make([]wa.PhoneNumberID, len(keys)), make([]wa.ContactID, len(keys))
	for i, k := range keys {
		numbers[i], contacts[i] = k.PhoneNumberID, k.ContactID
	}
	return persistence.Collect(ctx, l.pool, "read changed rows", scanStored, read, tenant, numbers, contacts)
}

// Prune deletes, for all tenants, what is older than the place upto. Readers
// that have not come so far have failed for long and start again.
func (l *ChangeLog) Prune(ctx context.Context, upto TailPosition) error {
	const prune = `DELETE FROM change_log WHERE xid < $1::text::xid8 AND phone_number_id <> ''`
	if _, err := l.pool.Exec(ctx, prune, fmt.Sprint(upto.next)); err != nil {
		return fmt.Errorf("prune change log: %w", err)
	}
	return nil
}

// Stop removes the mark of a reader that ends.
func (l *ChangeLog) Stop(ctx context.Context, p TailPosition) error {
	const unmark = `DELETE FROM change_log WHERE xid = $1::text::xid8 AND phone_number_id = ''`
	if _, err := l.pool.Exec(ctx, unmark, fmt.Sprint(p.mark)); err != nil {
		return fmt.Errorf("unmark change log: %w", err)
	}
	return nil
}
