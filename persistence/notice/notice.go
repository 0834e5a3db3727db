package notice

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// Kind is what a notice tells of.
type Kind string

// Kinds of notices. The page and the mails have words for each of them.
const (
	TokenDied        Kind = "token_died"        // of a number, or it has none: nothing is sent from it
	TokenExpires     Kind = "token_expires"     // of a number, within a week
	NumberRestricted Kind = "number_restricted" // by Meta
	WebhooksSilent   Kind = "webhooks_silent"   // of a number that had some before
	QueueAged        Kind = "queue_aged"        // of a team: somebody waits too long for an owner
)

// Object is what a notice is about: a number or a team. Name is what people call it.
type Object struct{ Kind, ID, Name string }

// Detail are the facts of a notice, by name; no words of customers.
type Detail map[string]string

// Found is one state that a look has found.
type Found struct {
	TenantID wa.TenantID
	Object   Object
	Detail   Detail
}

// Notice is one that began.
type Notice struct {
	ID       int64
	TenantID wa.TenantID
	Kind     Kind
	Object   Object
	Detail   Detail
	BeganAt  time.Time
	EndedAt  *time.Time // nil: it is still so
	Again    bool       // one of the same kind and object was told of within quietFor before
}

// quietFor is how long a notice that comes and goes is not told of again.
const quietFor = time.Hour

// How long what is over is kept.
const (
	noticesKept    = 90 * 24 * time.Hour
	deliveriesKept = 30 * 24 * time.Hour
)

// Store keeps notices and deliveries in the database of its pool, which the caller
// closes. It is safe for concurrent use.
type Store struct {
	pool   *pgxpool.Pool
	sealer *persistence.Sealer
}

// New makes a store; the sealer seals what leaves.
func New(pool *pgxpool.Pool, sealer *persistence.Sealer) *Store { return &Store{pool, sealer} }

const columns = ` id, tenant_id, kind, object_kind, object_id, object_name, detail, began_at, ended_at`

func scan(row pgx.CollectableRow) (n Notice, err error) {
	err = row.Scan(&n.ID, &n.TenantID, &n.Kind, &n.Object.Kind, &n.Object.ID, &n.Object.Name, &n.Detail, &n.BeganAt, &n.EndedAt)
	return n, err
}

// Sync makes the open notices of a kind those that a look has found in all tenants:
// what is new begins, with the letters that tell makes of it, and what was not found
// ends. It returns what began. Of two members that look at once the second finds
// nothing new.
func (s *Store) Sync(ctx context.Context, kind Kind, found []Found, tell func(Notice, Receivers) []Letter) (begun []Notice, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if begun, err = sync(ctx, tx, kind, found); err != nil {
			return err
		}
		untold, err := telling(ctx, tx, kind)
		if err != nil {
			return err
		}
		for i := range begun {
			begun[i].Again = !slices.ContainsFunc(untold, func(n Notice) bool { return n.TenantID == begun[i].TenantID && n.ID == begun[i].ID })
		}
		for _, n := range untold {
			to, err := s.receivers(ctx, tx, n.TenantID)
			if err != nil {
				return err
			}
			if err := s.post(ctx, tx, n.TenantID, tell(n, to)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("notices of %s: %w", kind, persistence.Classed(err))
	}
	return begun, nil
}

func sync(ctx context.Context, tx pgx.Tx, kind Kind, found []Found) ([]Notice, error) {
	var tenants, objectKinds, ids, names []string
	var details [][]byte
	for i := range found {
		f := &found[i]
		detail, err := json.Marshal(f.Detail)
		if err != nil {
			return nil, err
		}
		if f.Detail == nil {
			detail = []byte("{}")
		}
		tenants, objectKinds = append(tenants, string(f.TenantID)), append(objectKinds, f.Object.Kind)
		ids, names, details = append(ids, f.Object.ID), append(names, f.Object.Name), append(details, detail)
	}
	const end = `
UPDATE notice n SET ended_at = clock_timestamp()
WHERE kind = $1 AND ended_at IS NULL
    AND NOT EXISTS (SELECT FROM unnest($2::text[], $3::text[]) AS f(tenant_id, object_id) WHERE f.tenant_id = n.tenant_id AND f.object_id = n.object_id)`
	if _, err := tx.Exec(ctx, end, kind, tenants, ids); err != nil {
		return nil, err
	}
	const begin = `
INSERT INTO notice (tenant_id, kind, object_kind, object_id, object_name, detail)
SELECT f.tenant_id, $1, f.object_kind, f.object_id, f.object_name, f.detail
FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[]) AS f(tenant_id, object_kind, object_id, object_name, detail)
ORDER BY f.tenant_id, f.object_id
ON CONFLICT (tenant_id, kind, object_id) WHERE ended_at IS NULL DO NOTHING
RETURNING` + columns
	rows, err := tx.Query(ctx, begin, kind, tenants, objectKinds, ids, names, details)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scan)
}

// telling marks and returns the open notices of a kind that are to be told of: those that
// nobody was, unless one of the same object was within quietFor. What comes and goes is
// told once an hour; what stays after that is told when the hour is over.
func telling(ctx context.Context, tx pgx.Tx, kind Kind) ([]Notice, error) {
	const mark = `
UPDATE notice n SET told_at = clock_timestamp()
WHERE kind = $1 AND ended_at IS NULL AND told_at IS NULL
    AND NOT EXISTS (SELECT FROM notice o WHERE o.tenant_id = n.tenant_id AND o.kind = n.kind AND o.object_id = n.object_id AND o.told_at > now() - $2::interval)
RETURNING` + columns
	rows, err := tx.Query(ctx, mark, kind, quietFor)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scan)
}

// List returns notices of a tenant: those that are open, the newest first, then those
// that ended, limit in all.
func (s *Store) List(ctx context.Context, tenant wa.TenantID, limit int) ([]Notice, error) {
	return persistence.Collect(ctx, s.pool, "list notices", scan,
		`SELECT`+columns+` FROM notice WHERE tenant_id = $1 ORDER BY ended_at IS NOT NULL, id DESC LIMIT $2`, tenant, limit)
}

// Prune removes what has been over for long.
func (s *Store) Prune(ctx context.Context) error {
	for sql, kept := range map[string]time.Duration{
		`DELETE FROM notice WHERE ended_at < now() - $1::interval`:   noticesKept,
		`DELETE FROM delivery WHERE ended_at < now() - $1::interval`: deliveriesKept,
	} {
		if _, err := s.pool.Exec(ctx, sql, kept); err != nil {
			return fmt.Errorf("prune notices: %w", persistence.Classed(err))
		}
	}
	return nil
}
