package staff

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// holdSeats undoes, by a LimitError, what gave a tenant more seats than it may have:
// people who may log in, and open invitations. One transaction of a limited tenant at
// a time is judged, and counts what the ones before it made.
func holdSeats(ctx context.Context, tx pgx.Tx, tenant wa.TenantID) error {
	var most *int
	const lock = `SELECT max_seats FROM tenant WHERE id = $1 FOR NO KEY UPDATE`
	if err := tx.QueryRow(ctx, lock, tenant).Scan(&most); err != nil || most == nil {
		return err
	}
	var held int
	const count = `
SELECT (SELECT count(*) FROM staff WHERE tenant_id = $1 AND disabled_at IS NULL)
    + (SELECT count(*) FROM invitation WHERE tenant_id = $1 AND expires_at > now())`
	if err := tx.QueryRow(ctx, count, tenant).Scan(&held); err != nil {
		return err
	}
	if held > *most {
		return &persistence.LimitError{What: "seats", Most: *most}
	}
	return nil
}

// active refuses, by a ClosedError, what a suspended tenant's people would do, and
// holds on to its state until the transaction ends.
func active(ctx context.Context, tx pgx.Tx, tenant wa.TenantID) error {
	var state, reason string
	const read = `SELECT state, reason FROM tenant WHERE id = $1 FOR SHARE`
	if err := tx.QueryRow(ctx, read, tenant).Scan(&state, &reason); err != nil {
		return err
	}
	if state != "active" {
		return &persistence.ClosedError{Reason: reason}
	}
	return nil
}

// lockTenant lets one transaction at a time count what a tenant has.
func lockTenant(ctx context.Context, tx pgx.Tx, tenant wa.TenantID) error {
	_, err := tx.Exec(ctx, `SELECT FROM tenant WHERE id = $1 FOR NO KEY UPDATE`, tenant)
	return err
}
