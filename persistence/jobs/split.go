package jobs

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
)

// share gives each conversation of a lot that has nobody yet to whoever of the split
// has most of his share left and works for its team; for one that nobody may own it
// stays open. What was given is noted with the lot: after a crash it is the same.
func share(ctx context.Context, tx pgx.Tx, j *Job, tasks []Task) error {
	if len(j.HandOver.Split) == 0 {
		return nil
	}
	left, agents := make(map[wa.AgentID]int), make([]wa.AgentID, 0, len(j.HandOver.Split))
	for _, s := range j.HandOver.Split {
		left[s.Agent], agents = s.Most, append(agents, s.Agent)
	}
	const given = `SELECT target, count(*) FROM job_item WHERE job_id = $1 AND target <> '' GROUP BY target`
	rows, err := tx.Query(ctx, given, j.ID)
	if err != nil {
		return err
	}
	var target wa.AgentID
	var n int
	if _, err := pgx.ForEachRow(rows, []any{&target, &n}, func() error { left[target] -= n; return nil }); err != nil {
		return err
	}
	open := make(map[string]*Task, len(tasks))
	items := make([]string, 0, len(tasks))
	for i := range tasks {
		if tasks[i].To == "" {
			open[tasks[i].Item] = &tasks[i]
			items = append(items, tasks[i].Item)
		}
	}
	const mayOwn = `
SELECT i.item, ARRAY(SELECT s.id FROM staff s WHERE s.tenant_id = $2 AND s.id = ANY($3) AND s.disabled_at IS NULL AND s.role <> 'auditor'
    AND (s.role <> 'agent' OR EXISTS (SELECT FROM staff_team t WHERE t.staff_id = s.id AND t.team_id = c.team_id))
    AND (s.numbers = '{}' OR c.phone_number_id = ANY (s.numbers)))
FROM unnest($1::text[]) AS i (item) JOIN conversation c
    ON c.phone_number_id = split_part(i.item, ':', 1) AND c.contact_id = split_part(i.item, ':', 2)
ORDER BY i.item`
	if rows, err = tx.Query(ctx, mayOwn, items, j.TenantID, agents); err != nil {
		return err
	}
	var item string
	var able []wa.AgentID
	var found, targets []string
	_, err = pgx.ForEachRow(rows, []any{&item, &able}, func() error {
		var best wa.AgentID
		for _, a := range able {
			if left[a] > 0 && (best == "" || left[a] > left[best] || left[a] == left[best] && a < best) {
				best = a
			}
		}
		if best != "" {
			left[best]--
			open[item].To = best
			found, targets = append(found, item), append(targets, string(best))
		}
		return nil
	})
	if err != nil {
		return err
	}
	const note = `
UPDATE job_item i SET target = r.target FROM unnest($2::text[], $3::text[]) AS r (item, target)
WHERE i.job_id = $1 AND i.item = r.item`
	_, err = tx.Exec(ctx, note, j.ID, found, targets)
	return err
}
