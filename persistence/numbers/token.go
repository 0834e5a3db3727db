package numbers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/fleet"
)

// ReplaceToken gives a number of the tenant another access token, and its other members
// learn of it within followPause. ErrNotFound: the tenant has no such number.
func (n *Numbers) ReplaceToken(ctx context.Context, tenant wa.TenantID, id wa.PhoneNumberID, token string) error {
	sealed := n.sealer.Seal(persistence.TokenLabel(id), token)
	err := pgx.BeginFunc(ctx, n.pool, func(tx pgx.Tx) error {
		const replace = `
UPDATE phone_number SET sealed_token = $3, renewed_at = clock_timestamp(), revision = revision + 1 WHERE id = $1 AND tenant_id = $2 RETURNING display`
		var display string
		err := tx.QueryRow(ctx, replace, id, tenant, sealed).Scan(&display)
		if errors.Is(err, pgx.ErrNoRows) {
			return persistence.ErrNotFound
		}
		if err != nil {
			return err
		}
		if err := fleet.Renew(ctx, tx, id); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{
			TenantID: tenant, Action: audit.NumberChanged, Object: audit.Object{Kind: "number", ID: string(id), Name: display},
			Before: audit.Values{"token": audit.Hidden}, After: audit.Values{"token": audit.Hidden},
		})
	})
	if err != nil {
		return fmt.Errorf("replace token of number %s: %w", id, err)
	}
	n.Forget(id)
	return nil
}

const (
	followPause = time.Second
	// followBack is how far back tokens are looked for: as long as a transaction that
	// stores one may take, and longer than a look may be late.
	followBack = 10 * time.Second
)

// Follow forgets numbers that got another token from whichever process, until ctx ends.
// While the database does not answer, what is known is trusted as long as ever.
func (n *Numbers) Follow(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(followPause)
	defer tick.Stop()
	for {
		persistence.Guard(log, "look for new tokens", func() {
			if err := n.forgetRenewed(ctx); err != nil && ctx.Err() == nil {
				log.Debug("new tokens not looked for", "error", err)
			}
		})
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (n *Numbers) forgetRenewed(ctx context.Context) error {
	renewed, err := persistence.Collect(ctx, n.pool, "look for new tokens", pgx.RowTo[wa.PhoneNumberID],
		`SELECT id FROM phone_number WHERE renewed_at > now() - $1::interval`, followBack)
	for _, id := range renewed {
		n.Forget(id)
	}
	return err
}
