package numbers

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/persistence"
)

// notErasing refuses what an erasure under way names: its passes would take what is
// stored of the number from now on, too.
func notErasing(ctx context.Context, tx pgx.Tx, r *Registration) error {
	// It ends with a pass that began later and found nothing: two or three minutes more.
	const find = `
SELECT max(greatest(begun_at + $4::interval, now()) + interval '3 min') FROM erasure
WHERE $1::text = ANY (numbers) OR $2::text = ANY (accounts) OR $3::text = ANY (portfolios)`
	var until *time.Time
	if err := tx.QueryRow(ctx, find, r.ID, r.AccountID, r.PortfolioID, persistence.ErasureSettling).Scan(&until); err != nil {
		return fmt.Errorf("look for an erasure: %w", err)
	}
	if until != nil {
		return &persistence.ErasingError{Until: *until}
	}
	return nil
}

// unerase has webhooks of a number and its account applied again that were an erased
// tenant's. While that one is still being erased it cannot be.
func unerase(ctx context.Context, tx pgx.Tx, r *Registration) error {
	// After number, account and portfolio are stored: an erasure that had them when it
	// began has been waited for, and is seen now.
	if err := notErasing(ctx, tx, r); err != nil {
		return err
	}
	const forget = `DELETE FROM erased_object WHERE object_hash IN (sha256(convert_to($1, 'UTF8')), sha256(convert_to($2, 'UTF8')))`
	if _, err := tx.Exec(ctx, forget, r.ID, r.AccountID); err != nil {
		return fmt.Errorf("forget an erasure: %w", err)
	}
	return nil
}
