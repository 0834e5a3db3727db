package tenants

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// settling is how long after its beginning an erasure goes on at least. Only a pass that
// began after it and finds nothing ends the erasure.
const settling = persistence.ErasureSettling

// passPause is between two passes.
const passPause = time.Minute

// Erased is what a step of an erasure did.
type Erased struct {
	Tenant  wa.TenantID
	Numbers []wa.PhoneNumberID // that were the tenant's: what is remembered of them is to be dropped
	Removed int64              // rows, by the whole erasure up to now
	Over    bool               // nothing of the tenant is left
}

// erasure is a row of that table.
type erasure struct {
	tenant                        wa.TenantID
	numbers, accounts, portfolios []string
	settled                       bool
	removed                       int64
	leftOver                      bool
	step                          int
	walk                          place
}

// place is one of a raw body in the intake.
type place struct {
	day         time.Time
	source, seq int64
}

// Erase removes up to about lot rows of a tenant whose term is over, in one transaction
// of its own: a crash loses nothing, and the next call, of any member, goes on. One
// member at a time works on a tenant. nil: there is nothing to be done at present.
func (s *Tenants) Erase(ctx context.Context, lot int) (*Erased, error) {
	var done *Erased
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		e, err := claimErasure(ctx, tx)
		if err != nil || e == nil {
			return err
		}
		// The audit lets its lines go by this word alone, for this transaction.
		if _, err := tx.Exec(ctx, `SELECT set_config('prosa.erased_tenant', $1, true)`, e.tenant); err != nil {
			return err
		}
		over, err := e.advance(ctx, tx, lot)
		if err != nil {
			return err
		}
		done = &Erased{Tenant: e.tenant, Removed: e.removed, Over: over}
		for _, n := range e.numbers {
			done.Numbers = append(done.Numbers, wa.PhoneNumberID(n))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("erase tenant: %w", err)
	}
	return done, nil
}

// claimErasure locks an erasure that is due, or begins one. What another tenant has of
// what was this one's is spared: a registration is refused while the erasure goes on, but
// nothing here depends on that.
func claimErasure(ctx context.Context, tx pgx.Tx) (*erasure, error) {
	const claim = `
SELECT tenant_id,
    ARRAY(SELECT u.id FROM unnest(numbers) AS u(id) WHERE NOT EXISTS (SELECT FROM phone_number o WHERE o.id = u.id AND o.tenant_id <> erasure.tenant_id) ORDER BY 1),
    ARRAY(SELECT u.id FROM unnest(accounts) AS u(id) WHERE NOT EXISTS (SELECT FROM account o WHERE o.id = u.id AND o.tenant_id <> erasure.tenant_id) ORDER BY 1),
    ARRAY(SELECT u.id FROM unnest(portfolios) AS u(id) WHERE NOT EXISTS (SELECT FROM portfolio o WHERE o.id = u.id AND o.tenant_id <> erasure.tenant_id) ORDER BY 1),
    begun_at < now() - $1::interval, removed, left_over, step, day, source, seq
FROM erasure WHERE look_at <= now() ORDER BY look_at LIMIT 1 FOR UPDATE SKIP LOCKED`
	find := func() (*erasure, error) {
		var e erasure
		err := tx.QueryRow(ctx, claim, settling).Scan(&e.tenant, &e.numbers, &e.accounts, &e.portfolios, &e.settled, &e.removed,
			&e.leftOver, &e.step, &e.walk.day, &e.walk.source, &e.walk.seq)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil, nil
		}
		return &e, err
	}
	if e, err := find(); err != nil || e != nil {
		return e, err
	}
	var id wa.TenantID
	const due = `
SELECT id FROM tenant t WHERE state = 'closing' AND erase_at <= now() AND NOT EXISTS (SELECT FROM erasure e WHERE e.tenant_id = t.id)
ORDER BY erase_at LIMIT 1 FOR UPDATE SKIP LOCKED`
	err := tx.QueryRow(ctx, due).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	// Contacts of a portfolio that another tenant has accounts in are that one's too,
	// and stay; so do those of a portfolio that is another's.
	const begin = `
INSERT INTO erasure (tenant_id, numbers, accounts, portfolios) SELECT $1,
    ARRAY(SELECT id FROM phone_number WHERE tenant_id = $1), ARRAY(SELECT id FROM account WHERE tenant_id = $1),
    ARRAY(SELECT id FROM portfolio p WHERE tenant_id = $1
        AND NOT EXISTS (SELECT FROM account a WHERE a.portfolio_id = p.id AND a.tenant_id <> $1))
ON CONFLICT (tenant_id) DO NOTHING`
	if _, err := tx.Exec(ctx, begin, id); err != nil {
		return nil, err
	}
	const leave = `
UPDATE portfolio p SET tenant_id = a.tenant_id FROM account a WHERE a.portfolio_id = p.id AND p.tenant_id = $1 AND a.tenant_id <> $1`
	if _, err := tx.Exec(ctx, leave, id); err != nil {
		return nil, err
	}
	// From here on its numbers are nobody's: what arrives for them, now or ever, is dropped.
	const gone = `
INSERT INTO erased_object (object_hash) SELECT DISTINCT sha256(convert_to(id, 'UTF8')) FROM erasure, unnest(numbers || accounts) AS id
WHERE tenant_id = $1 ON CONFLICT DO NOTHING`
	if _, err := tx.Exec(ctx, gone, id); err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM phone_number WHERE tenant_id = $1`, id); err != nil {
		return nil, err
	}
	return find()
}

// advance goes on with a pass. A pass removes the leaves first and the tenant's row
// last; one that removed nothing, after everybody knows, is the last one.
func (e *erasure) advance(ctx context.Context, tx pgx.Tx, lot int) (over bool, err error) {
	owned, left := owned(), int64(lot)
	for left > 0 && e.step < len(owned)+1 {
		var n int64
		if e.step == len(owned) {
			var again, more bool
			if n, again, more, err = e.eraseBodies(ctx, tx, lot); err != nil {
				return false, err
			}
			e.leftOver = e.leftOver || again
			left -= int64(lot) // a walk reads as much as it may
			if !more {
				e.step, e.walk = e.step+1, place{}
			}
		} else {
			if n, err = owned[e.step].erase(ctx, tx, e, left); err != nil {
				return false, err
			}
			if n < left {
				e.step++
			}
			left -= n
			e.leftOver = e.leftOver || n > 0
		}
		e.removed += n
	}
	if e.step <= len(owned) {
		return false, e.save(ctx, tx, 0)
	}
	if e.leftOver || !e.settled {
		e.step, e.leftOver = 0, false
		return false, e.save(ctx, tx, passPause)
	}
	const end = `
WITH gone AS (DELETE FROM erasure WHERE tenant_id = $1)
INSERT INTO erased (tenant_hash) VALUES (sha256(convert_to($1, 'UTF8'))) ON CONFLICT DO NOTHING`
	if _, err := tx.Exec(ctx, end, e.tenant); err != nil {
		return false, err
	}
	_, err = tx.Exec(ctx, `DELETE FROM tenant WHERE id = $1`, e.tenant)
	return err == nil, err
}

// save remembers how far it is; a pause is taken between passes only.
func (e *erasure) save(ctx context.Context, tx pgx.Tx, pause time.Duration) error {
	const save = `
UPDATE erasure SET removed = $2, left_over = $3, step = $4, day = $5, source = $6, seq = $7, look_at = now() + $8::interval
WHERE tenant_id = $1`
	_, err := tx.Exec(ctx, save, e.tenant, e.removed, e.leftOver, e.step, e.walk.day, e.walk.source, e.walk.seq, pause)
	return err
}
