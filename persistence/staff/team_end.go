package staff

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/jobs"
)

// Errors of EndTeam.
var (
	ErrSameTeam = errors.New("the team itself")
	ErrLastTeam = errors.New("the last team of the tenant")
	ErrNoTeam   = errors.New("no such team to go to")
)

// TeamEnd is what became of a team: the job that carries its conversations over, and
// whose rights it changed, people and keys.
type TeamEnd struct {
	Job   int64
	Seats []wa.AgentID
}

// EndTeam merges a team into another, or removes it. From then on it is in no list and
// nobody joins it; its name is kept for what happened in it. Numbers go to the other
// team, and a job takes all conversations there. Merged, it also leaves there its
// members and the scopes of keys and invitations; removed, these lose it. Errors:
// ErrNotFound, ErrSameTeam, ErrLastTeam, ErrNoTeam.
func (s *Staff) EndTeam(ctx context.Context, tenant wa.TenantID, team, into wa.TeamID, merge bool) (end TeamEnd, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		// Accounts before teams, as whoever changes an account locks them.
		const lock = `
SELECT FROM staff s WHERE s.tenant_id = $1 AND (s.role = 'admin' AND s.disabled_at IS NULL
    OR EXISTS (SELECT FROM staff_team t WHERE t.staff_id = s.id AND t.team_id = $2)) ORDER BY s.id FOR UPDATE`
		if _, err := tx.Exec(ctx, lock, tenant, team); err != nil {
			return err
		}
		names, err := openTeams(ctx, tx, tenant)
		if err != nil {
			return err
		}
		name, there := names[team]
		switch {
		case !there:
			return pgx.ErrNoRows
		case len(names) == 1:
			return ErrLastTeam
		case team == into:
			return ErrSameTeam
		}
		if _, there = names[into]; !there {
			return ErrNoTeam
		}
		const remove = `
UPDATE team SET removed_at = CASE WHEN id = $2 THEN now() ELSE removed_at END, into_id = $3
WHERE tenant_id = $1 AND (id = $2 OR into_id = $2)`
		if _, err := tx.Exec(ctx, remove, tenant, team, into); err != nil {
			return err
		}
		line := audit.Entry{
			TenantID: tenant, Action: audit.TeamRemoved, Object: audit.Object{Kind: "team", ID: string(team), Name: name},
			Before: audit.Values{"name": name}, After: audit.Values{"into": names[into]},
		}
		if merge {
			line.Action = audit.TeamMerged
		}
		numbers, err := returning(ctx, tx, `UPDATE phone_number SET team_id = $3, revision = revision + 1 WHERE tenant_id = $1 AND team_id = $2 RETURNING id`, tenant, team, into)
		if err != nil {
			return err
		}
		people, err := leaveTeam(ctx, tx, tenant, team, into, merge)
		if err != nil {
			return err
		}
		keys, err := rescope(ctx, tx, tenant, team, into, merge)
		if err != nil {
			return err
		}
		for kind, ids := range map[string][]string{"numbers": numbers, "people": people, "keys": keys} {
			if len(ids) > 0 {
				line.After[kind] = ids
			}
		}
		for _, id := range append(people, keys...) {
			end.Seats = append(end.Seats, wa.AgentID(id))
		}
		if end.Job, err = jobs.OrderTeamGone(ctx, tx, tenant, team, into); err != nil {
			return err
		}
		return audit.Write(ctx, tx, line)
	})
	if err != nil {
		return TeamEnd{}, fmt.Errorf("end team: %w", Named(err))
	}
	return end, nil
}

// openTeams locks the teams of a tenant that are there: nobody joins one of them, or
// is given one, until the transaction ends.
func openTeams(ctx context.Context, tx pgx.Tx, tenant wa.TenantID) (map[wa.TeamID]string, error) {
	const lock = `SELECT id, name, revision FROM team WHERE tenant_id = $1 AND removed_at IS NULL ORDER BY id FOR UPDATE`
	rows, err := tx.Query(ctx, lock, tenant)
	if err != nil {
		return nil, err
	}
	teams, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Team])
	names := make(map[wa.TeamID]string, len(teams))
	for _, t := range teams {
		names[t.ID] = t.Name
	}
	return names, err
}

// leaveTeam takes its members from a team; merged, they join the other.
func leaveTeam(ctx context.Context, tx pgx.Tx, tenant wa.TenantID, team, into wa.TeamID, merge bool) ([]string, error) {
	if merge {
		const join = `
INSERT INTO staff_team (staff_id, tenant_id, team_id) SELECT staff_id, tenant_id, $3 FROM staff_team WHERE tenant_id = $1 AND team_id = $2
ON CONFLICT DO NOTHING`
		if _, err := tx.Exec(ctx, join, tenant, team, into); err != nil {
			return nil, err
		}
	}
	people, err := returning(ctx, tx, `DELETE FROM staff_team WHERE tenant_id = $1 AND team_id = $2 RETURNING staff_id`, tenant, team)
	if err != nil {
		return nil, err
	}
	_, err = tx.Exec(ctx, `UPDATE staff SET revision = revision + 1 WHERE id = ANY($1)`, people)
	return people, err
}

// rescope takes a team from the scopes of keys and open invitations; merged, they get
// the other. It returns the keys.
func rescope(ctx context.Context, tx pgx.Tx, tenant wa.TenantID, team, into wa.TeamID, merge bool) ([]string, error) {
	const scope = `teams = ARRAY(SELECT DISTINCT CASE WHEN t = $2 THEN $3 ELSE t END FROM unnest(teams) t WHERE $4 OR t <> $2 ORDER BY 1)
WHERE tenant_id = $1 AND $2 = ANY(teams)`
	if _, err := tx.Exec(ctx, `UPDATE invitation SET `+scope, tenant, team, into, merge); err != nil {
		return nil, err
	}
	const joins = `
UPDATE identity_provider SET revision = revision + 1,
    join_teams = ARRAY(SELECT DISTINCT CASE WHEN t = $2 THEN $3 ELSE t END FROM unnest(join_teams) t WHERE $4 OR t <> $2 ORDER BY 1)
WHERE tenant_id = $1 AND $2 = ANY(join_teams)`
	if _, err := tx.Exec(ctx, joins, tenant, team, into, merge); err != nil {
		return nil, err
	}
	return returning(ctx, tx, `UPDATE api_key SET `+scope+` RETURNING id`, tenant, team, into, merge)
}

func returning(ctx context.Context, tx pgx.Tx, query string, args ...any) ([]string, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// SetMembers makes of some people members of a team, and lets others leave it, several
// at once or none. What those who leave may own no more jobs hand over. It returns
// whose rights changed. Errors: ErrNotFound for the team or one of the people.
func (s *Staff) SetMembers(ctx context.Context, tenant wa.TenantID, team wa.TeamID, add, remove []wa.AgentID) (changed []wa.AgentID, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		const lock = `SELECT id FROM staff WHERE tenant_id = $1 AND id = ANY($2) ORDER BY id FOR UPDATE`
		all := append(append([]wa.AgentID{}, add...), remove...)
		rows, err := tx.Query(ctx, lock, tenant, all)
		if err != nil {
			return err
		}
		people, err := pgx.CollectRows(rows, pgx.RowTo[wa.AgentID])
		if err != nil {
			return err
		}
		if len(people) != len(all) {
			return pgx.ErrNoRows
		}
		if err := teamsExist(ctx, tx, tenant, []wa.TeamID{team}); err != nil {
			return pgx.ErrNoRows
		}
		for _, id := range people {
			before, err := personOf(ctx, tx, tenant, id)
			if err != nil {
				return err
			}
			if moved, err := setMember(ctx, tx, &before, team, add); err != nil || !moved {
				if err != nil {
					return err
				}
				continue
			}
			changed = append(changed, id)
			if err := tellChange(ctx, tx, &before); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("set members of team: %w", Named(err))
	}
	return changed, nil
}

// setMember lets one person join a team, if he is among those to add, or leave it.
func setMember(ctx context.Context, tx pgx.Tx, p *Person, team wa.TeamID, add []wa.AgentID) (moved bool, err error) {
	query := `DELETE FROM staff_team WHERE staff_id = $1 AND tenant_id = $2 AND team_id = $3`
	joins := slices.Contains(add, p.ID)
	if joins {
		query = `INSERT INTO staff_team (staff_id, tenant_id, team_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	}
	tag, err := tx.Exec(ctx, query, p.ID, p.TenantID, team)
	if err != nil || tag.RowsAffected() == 0 {
		return false, err
	}
	if _, err := tx.Exec(ctx, `UPDATE staff SET revision = revision + 1 WHERE id = $1`, p.ID); err != nil {
		return false, err
	}
	if !joins && p.Role == RoleAgent {
		_, err = jobs.OrderHandOver(ctx, tx, p.TenantID, p.ID, jobs.Order{})
	}
	return true, err
}

// removedTeams returns the teams that are gone, for what happened in them.
const removedTeams = `SELECT id, name, revision FROM team WHERE tenant_id = $1 AND removed_at IS NOT NULL ORDER BY name, id`

// RemovedTeams returns the teams that were merged or removed, by name: what happened
// in them is still told.
func (s *Staff) RemovedTeams(ctx context.Context, tenant wa.TenantID) ([]Team, error) {
	return persistence.Collect(ctx, s.pool, "list removed teams", pgx.RowToStructByPos[Team], removedTeams, tenant)
}
