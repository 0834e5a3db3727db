package tenants

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// Suspend ends the sessions of a tenant and has nothing more of it sent, in one
// transaction. What its customers write is received and stored. The reason is what its
// people are told. One that is suspended already gets the new reason. Errors:
// ErrNotFound, ErrState of one that is closing.
func (s *Tenants) Suspend(ctx context.Context, id wa.TenantID, reason string) error {
	return s.change(ctx, "suspend tenant", id, func(tx pgx.Tx, t Tenant) error {
		if t.State == Closing {
			return ErrState
		}
		return shut(ctx, tx, t, Suspended, reason, 0)
	})
}

// Close has a tenant erased after a term, in which Resume brings it back; until then it
// is as suspended. One that is closing already gets the new term. ErrNotFound: there is no such tenant.
func (s *Tenants) Close(ctx context.Context, id wa.TenantID, reason string, term time.Duration) error {
	return s.change(ctx, "close tenant", id, func(tx pgx.Tx, t Tenant) error {
		return shut(ctx, tx, t, Closing, reason, term)
	})
}

// lifeMigration is the one that brought the states of tenants: releases before it let
// everybody in, and send.
const lifeMigration = 34

// shut takes a tenant out of service. Its numbers' budgets are locked in the order of
// their keys, as claims of several do.
func shut(ctx context.Context, tx pgx.Tx, t Tenant, to State, reason string, term time.Duration) error {
	if err := persistence.Demand(ctx, tx, lifeMigration); err != nil {
		return err
	}
	const shut = `
UPDATE tenant SET state = $2, reason = $3, state_at = CASE WHEN state = $2 THEN state_at ELSE now() END,
    erase_at = CASE WHEN $2 = 'closing' THEN now() + $4::interval END WHERE id = $1`
	if _, err := tx.Exec(ctx, shut, t.ID, to, reason, term); err != nil {
		return err
	}
	if err := gates(ctx, tx, t.ID, true); err != nil {
		return err
	}
	const end = `
DELETE FROM session WHERE token_hash IN (
    SELECT n.token_hash FROM session n JOIN staff s ON s.id = n.staff_id WHERE s.tenant_id = $1 ORDER BY n.token_hash FOR UPDATE OF n)`
	if _, err := tx.Exec(ctx, end, t.ID); err != nil {
		return err
	}
	action, after := audit.TenantSuspended, audit.Values{"state": to, "reason": reason}
	if to == Closing {
		action, after["term_days"] = audit.TenantClosing, int(term/(24*time.Hour))
	}
	return tell(ctx, tx, action, t.ID, t.Name, audit.Values{"state": t.State}, after)
}

// Resume brings a tenant back that is suspended or closing; what waited is sent. It is
// no error of one that is active. ErrNotFound: there is no such tenant, or it is being
// erased already.
func (s *Tenants) Resume(ctx context.Context, id wa.TenantID) error {
	return s.change(ctx, "resume tenant", id, func(tx pgx.Tx, t Tenant) error {
		if t.State == Active {
			return nil
		}
		const open = `
UPDATE tenant SET state = 'active', reason = '', state_at = now(), erase_at = NULL WHERE id = $1 AND (erase_at IS NULL OR erase_at > now())`
		tag, err := tx.Exec(ctx, open, id)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return ErrState
		}
		if err := gates(ctx, tx, id, false); err != nil {
			return err
		}
		return tell(ctx, tx, audit.TenantResumed, id, t.Name, audit.Values{"state": t.State}, audit.Values{"state": Active})
	})
}

// gates closes or opens the budgets of a tenant's numbers.
func gates(ctx context.Context, tx pgx.Tx, id wa.TenantID, closed bool) error {
	const set = `
INSERT INTO pace AS p (phone_number_id, closed) SELECT id, $2 FROM phone_number WHERE tenant_id = $1 ORDER BY id
ON CONFLICT (phone_number_id) DO UPDATE SET closed = $2`
	_, err := tx.Exec(ctx, set, id, closed)
	return err
}
