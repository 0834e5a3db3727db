package numbers

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// SetTeam makes a team that of new conversations on some numbers, or on none of them.
// Other members hear of it within half a minute. ErrNotFound: the tenant has no such
// team, or not all of these numbers.
func (n *Numbers) SetTeam(ctx context.Context, tenant wa.TenantID, team wa.TeamID, ids []wa.PhoneNumberID) error {
	err := pgx.BeginFunc(ctx, n.pool, func(tx pgx.Tx) error {
		const hold = `SELECT FROM team WHERE tenant_id = $1 AND id = $2 AND removed_at IS NULL FOR KEY SHARE`
		if tag, err := tx.Exec(ctx, hold, tenant, team); err != nil || tag.RowsAffected() == 0 {
			return unlessFound(err)
		}
		for _, id := range ids {
			var before wa.TeamID
			var display string
			const find = `SELECT team_id, display FROM phone_number WHERE tenant_id = $1 AND id = $2 FOR UPDATE`
			if err := tx.QueryRow(ctx, find, tenant, id).Scan(&before, &display); err != nil {
				return unlessFound(err)
			}
			if before == team {
				continue
			}
			if _, err := tx.Exec(ctx, `UPDATE phone_number SET team_id = $2, revision = revision + 1 WHERE id = $1`, id, team); err != nil {
				return err
			}
			line := audit.Entry{
				TenantID: tenant, Action: audit.NumberChanged, Object: audit.Object{Kind: "number", ID: string(id), Name: display},
				Before: audit.Values{"team": before}, After: audit.Values{"team": team},
			}
			if err := audit.Write(ctx, tx, line); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("set team of numbers: %w", err)
	}
	for _, id := range ids {
		n.Forget(id)
	}
	return nil
}

// unlessFound is ErrNotFound where nothing was found.
func unlessFound(err error) error {
	if err == nil || errors.Is(err, pgx.ErrNoRows) {
		return persistence.ErrNotFound
	}
	return err
}
