package jobs

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// KindTeamGone takes from a team that was merged or removed, its key, all its
// conversations, the resolved ones too: they go to HandOver.ToTeam.
const KindTeamGone = "team_gone"

// OrderTeamGone makes the job of a team that is gone. Whoever acts in the context has
// ordered it. Jobs that were to bring something to that team, and such as have brought
// it there, go on to where it went.
func OrderTeamGone(ctx context.Context, tx pgx.Tx, tenant wa.TenantID, team, into wa.TeamID) (id int64, err error) {
	const follow = `
UPDATE job SET body = jsonb_set(body, '{to_team}', to_jsonb($3::text)), next_try = now()
WHERE tenant_id = $1 AND body ->> 'to_team' = $2 AND (ended_at IS NULL OR kind = 'team_gone')`
	if _, err := tx.Exec(ctx, follow, tenant, team, into); err != nil {
		return 0, err
	}
	const again = `
UPDATE job_item i SET next_try = now() FROM job j
WHERE j.id = i.job_id AND j.tenant_id = $1 AND j.body ->> 'to_team' = $2 AND j.ended_at IS NULL AND i.state <> 'done'`
	if _, err := tx.Exec(ctx, again, tenant, into); err != nil {
		return 0, err
	}
	body, err := json.Marshal(HandOver{ToTeam: into})
	if err != nil {
		return 0, err
	}
	by := audit.Actor(ctx)
	const order = `INSERT INTO job (tenant_id, kind, key, body, by_id, by_name) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`
	err = tx.QueryRow(ctx, order, tenant, KindTeamGone, team, body, by.ID, by.Name).Scan(&id)
	return id, err
}

// Revive takes up again the jobs of teams that are gone and have conversations all the
// same: a member that remembered a number's team for some seconds made them, or one
// that was deciding something while the team ended. It says how many.
func (s *Jobs) Revive(ctx context.Context) (int64, error) {
	const revive = `
UPDATE job j SET ended_at = NULL, claimed_by = NULL, next_try = now()
WHERE j.id IN (
    SELECT max(j.id) FROM team t JOIN job j ON j.tenant_id = t.tenant_id AND j.kind = 'team_gone' AND j.key = t.id
    WHERE t.removed_at IS NOT NULL
        AND EXISTS (SELECT FROM conversation c WHERE c.tenant_id = t.tenant_id AND c.team_id = t.id)
    GROUP BY t.tenant_id, t.id) AND j.ended_at IS NOT NULL`
	tag, err := s.pool.Exec(ctx, revive)
	if err != nil {
		return 0, fmt.Errorf("revive jobs of teams: %w", persistence.Classed(err))
	}
	return tag.RowsAffected(), nil
}

// Left counts the conversations that a job has not dealt with yet.
func (s *Jobs) Left(ctx context.Context, j *Job) (left int, err error) {
	count := `SELECT count(*) FROM (` + queriesOf(j.Kind).left + `) h`
	if err := s.pool.QueryRow(ctx, count, argsOf(j)).Scan(&left); err != nil {
		return 0, fmt.Errorf("count what is left of job %d: %w", j.ID, err)
	}
	return left, nil
}

// queries find what is left of a job of a kind: all of it, and whether an item still
// belongs to it. What is left is found from the conversations themselves, so that a
// crash loses nothing.
type queries struct{ left, still string }

// handed are the conversations that a person may own no more. What is resolved stays:
// it changes hands when it is reopened.
const handed = `
SELECT c.phone_number_id || ':' || c.contact_id AS item
FROM conversation c JOIN staff s ON s.id = c.owner_id AND s.tenant_id = c.tenant_id
WHERE c.owner_id = @key AND c.tenant_id = @tenant AND c.phase = ANY(@phases)
    AND (s.disabled_at IS NOT NULL OR s.role = 'auditor' OR s.role = 'agent'
        AND NOT EXISTS (SELECT FROM staff_team t WHERE t.staff_id = s.id AND t.team_id = c.team_id)
        OR s.numbers <> '{}' AND c.phone_number_id <> ALL (s.numbers))`

// abandoned are the conversations of a team that is gone.
const abandoned = `
SELECT c.phone_number_id || ':' || c.contact_id AS item FROM conversation c WHERE c.tenant_id = @tenant AND c.team_id = @key`

// ofItem narrows either of them to one item.
const ofItem = `
    AND c.phone_number_id = split_part(i.item, ':', 1) AND c.contact_id = split_part(i.item, ':', 2)`

func queriesOf(kind string) queries {
	switch kind {
	case KindTeamGone:
		return queries{abandoned, abandoned + ofItem}
	case KindHold:
		return queries{unheld, unheld + ofNumber}
	}
	return queries{handed, handed + ofItem}
}
