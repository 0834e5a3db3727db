package staff

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// ErrTeamGone says that a team of this id was merged or removed: its id names what
// happened in it, and nothing new.
var ErrTeamGone = errors.New("a team of this id was removed")

// ErrTeamNamed says that another team of the tenant has this name: nobody could tell the
// two apart.
var ErrTeamNamed = errors.New("another team has this name")

// PutTeam creates a team or renames it, and returns it as it is then. Errors: ErrTeamGone;
// ErrTeamNamed; ErrChanged where somebody has renamed it since its Revision.
func (s *Staff) PutTeam(ctx context.Context, tenant wa.TenantID, team Team) (Team, error) {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		var before string
		var gone bool
		var revision int64
		const find = `SELECT name, removed_at IS NOT NULL, revision FROM team WHERE tenant_id = $1 AND id = $2 FOR UPDATE`
		found := tx.QueryRow(ctx, find, tenant, team.ID).Scan(&before, &gone, &revision)
		switch {
		case found != nil && !errors.Is(found, pgx.ErrNoRows):
			return found
		case gone:
			return ErrTeamGone
		case found == nil && team.Revision != 0 && team.Revision != revision:
			return ErrChanged
		}
		if found != nil || before != team.Name {
			if err := nameIsFree(ctx, tx, tenant, &team); err != nil {
				return err
			}
		}
		const put = `INSERT INTO team (tenant_id, id, name) VALUES ($1, $2, $3)
ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name, revision = team.revision + (team.name <> excluded.name)::int
RETURNING revision`
		if err := tx.QueryRow(ctx, put, tenant, team.ID, team.Name).Scan(&team.Revision); err != nil {
			return err
		}
		line := audit.Entry{
			TenantID: tenant, Action: audit.TeamCreated, Object: audit.Object{Kind: "team", ID: string(team.ID), Name: team.Name},
			After: audit.Values{"name": team.Name},
		}
		switch {
		case found != nil:
		case before == team.Name:
			return nil
		default:
			line.Action, line.Before = audit.TeamRenamed, audit.Values{"name": before}
		}
		return audit.Write(ctx, tx, line)
	})
	if err != nil {
		return Team{}, fmt.Errorf("put team: %w", Named(err))
	}
	return team, nil
}

// nameIsFree refuses a name that another team has, however it is written. Of two at once
// that take one name the second waits for the first.
func nameIsFree(ctx context.Context, tx pgx.Tx, tenant wa.TenantID, team *Team) error {
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('team.name ' || $1, 0))`, tenant); err != nil {
		return err
	}
	var taken bool
	const find = `SELECT EXISTS (SELECT FROM team WHERE tenant_id = $1 AND id <> $2 AND removed_at IS NULL AND lower(name) = lower($3))`
	err := tx.QueryRow(ctx, find, tenant, team.ID, team.Name).Scan(&taken)
	if err == nil && taken {
		return ErrTeamNamed
	}
	return err
}

// HasTeam says whether the tenant has a team of this id that is not gone.
func (s *Staff) HasTeam(ctx context.Context, tenant wa.TenantID, id wa.TeamID) (known bool, err error) {
	const find = `SELECT EXISTS (SELECT FROM team WHERE tenant_id = $1 AND id = $2 AND removed_at IS NULL)`
	if err := s.pool.QueryRow(ctx, find, tenant, wa.CleanText(string(id))).Scan(&known); err != nil {
		return false, fmt.Errorf("look for team: %w", err)
	}
	return known, nil
}
