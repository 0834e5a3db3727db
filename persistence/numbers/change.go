package numbers

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// ErrNoTeam says that the tenant has no such team.
var ErrNoTeam = errors.New("there is no such team")

// Change is what an administrator sets of a number. What is nil stays as it is.
type Change struct {
	Revision int64 // of the number as it was seen; 0: whatever it is
	Name     *string
	Team     *wa.TeamID
	Language *string
	Rate     *int32 // only told to the audit: the number itself has it; 0: what Meta grants
}

// May says why Change would refuse, at present. Its errors are those of Change.
func (n *Numbers) May(ctx context.Context, tenant wa.TenantID, id wa.PhoneNumberID, c Change) error {
	err := pgx.BeginFunc(ctx, n.pool, func(tx pgx.Tx) error {
		_, err := changeable(ctx, tx, tenant, id, &c)
		return err
	})
	return changed(id, err)
}

// Change sets what administrators decide of a number. Errors: ErrNotFound, ErrConflict
// when somebody has changed it since that revision, ErrNoTeam.
func (n *Numbers) Change(ctx context.Context, tenant wa.TenantID, id wa.PhoneNumberID, c Change) error {
	err := pgx.BeginFunc(ctx, n.pool, func(tx pgx.Tx) error { return changeOne(ctx, tx, tenant, id, &c) })
	n.Forget(id)
	return changed(id, err)
}

// ChangeAll sets the same of many numbers, or of none: its errors are those of Change for
// the first that cannot be changed.
func (n *Numbers) ChangeAll(ctx context.Context, tenant wa.TenantID, ids []wa.PhoneNumberID, c Change) error {
	ids = slices.Compact(slices.Sorted(slices.Values(ids))) // rows are locked in order
	err := pgx.BeginFunc(ctx, n.pool, func(tx pgx.Tx) error {
		for _, id := range ids {
			if err := changeOne(ctx, tx, tenant, id, &c); err != nil {
				return changed(id, err)
			}
		}
		return nil
	})
	for _, id := range ids {
		n.Forget(id)
	}
	return err
}

func changeOne(ctx context.Context, tx pgx.Tx, tenant wa.TenantID, id wa.PhoneNumberID, c *Change) error {
	r := Registration{Number: Number{ID: id, TenantID: tenant}}
	before, err := changeable(ctx, tx, tenant, id, c)
	if err != nil {
		return err
	}
	const update = `UPDATE phone_number SET revision = revision + 1, name = coalesce($2, name), team_id = coalesce($3, team_id),
		language = coalesce($4, language) WHERE id = $1 RETURNING display`
	var display string
	if err := tx.QueryRow(ctx, update, id, c.Name, c.Team, c.Language).Scan(&display); err != nil {
		return err
	}
	after, err := numberValues(ctx, tx, &r)
	if err != nil {
		return err
	}
	line := audit.Entry{TenantID: tenant, Action: audit.NumberChanged, Object: audit.Object{Kind: "number", ID: string(id), Name: display}}
	line.Before, line.After = audit.Changed(before, after)
	if c.Rate != nil {
		line.After["rate"] = *c.Rate
	}
	if len(line.After) == 0 {
		return nil
	}
	return audit.Write(ctx, tx, line)
}

func changed(id wa.PhoneNumberID, err error) error {
	if err != nil {
		return fmt.Errorf("change number %s: %w", id, err)
	}
	return nil
}

// changeable is what the number is, whose row stays locked.
func changeable(ctx context.Context, tx pgx.Tx, tenant wa.TenantID, id wa.PhoneNumberID, c *Change) (audit.Values, error) {
	before, err := numberValues(ctx, tx, &Registration{Number: Number{ID: id, TenantID: tenant}})
	if err == nil && before == nil {
		err = persistence.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	var revision int64
	var team bool
	const look = `SELECT revision, $2::text IS NULL OR EXISTS (
	SELECT FROM team WHERE tenant_id = $3 AND id = $2 AND removed_at IS NULL FOR KEY SHARE) FROM phone_number WHERE id = $1`
	switch err := tx.QueryRow(ctx, look, id, c.Team, tenant).Scan(&revision, &team); {
	case err != nil:
		return nil, err
	case c.Revision != 0 && c.Revision != revision:
		return nil, persistence.ErrConflict
	case !team:
		return nil, ErrNoTeam
	}
	return before, nil
}
