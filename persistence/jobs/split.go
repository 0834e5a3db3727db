package jobs

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
)

// share gives the conversations of a lot that have nobody yet to those of the split who
// work for their team and number, so that of all that is left as many as can be find
// somebody; for one that nobody may own it stays open. What was given is noted with the
// lot: after a crash it is the same.
func share(ctx context.Context, tx pgx.Tx, j *Job, tasks []Task) error {
	if len(j.HandOver.Split) == 0 {
		return nil
	}
	left, err := sharesLeft(ctx, tx, j)
	if err != nil {
		return err
	}
	piles, err := pilesOf(ctx, tx, j)
	if err != nil {
		return err
	}
	given := deal(piles, left)
	open := make(map[string]*Task, len(tasks))
	items := make([]string, 0, len(tasks))
	for i := range tasks {
		if tasks[i].To == "" {
			open[tasks[i].Item] = &tasks[i]
			items = append(items, tasks[i].Item)
		}
	}
	const belong = `
SELECT i.item, c.phone_number_id, c.team_id FROM unnest($1::text[]) AS i (item) JOIN conversation c
    ON c.phone_number_id = split_part(i.item, ':', 1) AND c.contact_id = split_part(i.item, ':', 2)
ORDER BY i.item`
	rows, err := tx.Query(ctx, belong, items)
	if err != nil {
		return err
	}
	var item string
	var of pile
	var found, targets []string
	_, err = pgx.ForEachRow(rows, []any{&item, &of.number, &of.team}, func() error {
		if to := take(piles, given, of.number, of.team); to != "" {
			open[item].To = to
			found, targets = append(found, item), append(targets, string(to))
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

// sharesLeft is how many each of the split gets still.
func sharesLeft(ctx context.Context, tx pgx.Tx, j *Job) (map[wa.AgentID]int, error) {
	left := make(map[wa.AgentID]int, len(j.HandOver.Split))
	for _, s := range j.HandOver.Split {
		left[s.Agent] = s.Most
	}
	const given = `SELECT target, count(*) FROM job_item WHERE job_id = $1 AND target <> '' GROUP BY target`
	rows, err := tx.Query(ctx, given, j.ID)
	if err != nil {
		return nil, err
	}
	var target wa.AgentID
	var n int
	_, err = pgx.ForEachRow(rows, []any{&target, &n}, func() error { left[target] -= n; return nil })
	return left, err
}

// pilesOf are all conversations of a job that were given to nobody yet.
func pilesOf(ctx context.Context, tx pgx.Tx, j *Job) ([]pile, error) {
	args, agents := argsOf(j), make([]wa.AgentID, 0, len(j.HandOver.Split))
	for _, s := range j.HandOver.Split {
		agents = append(agents, s.Agent)
	}
	args["agents"] = agents
	find := `
SELECT p.number, p.team, p.n, ARRAY(SELECT s.id FROM staff s WHERE s.tenant_id = @tenant AND s.id = ANY(@agents)
        AND s.disabled_at IS NULL AND s.role <> 'auditor'
        AND (s.role <> 'agent' OR EXISTS (SELECT FROM staff_team t WHERE t.staff_id = s.id AND t.team_id = p.team))
        AND (s.numbers = '{}' OR p.number = ANY (s.numbers)) ORDER BY s.id)
FROM (SELECT c.phone_number_id AS number, c.team_id AS team, count(*) AS n
    FROM (` + queriesOf(j.Kind).left + `) h JOIN conversation c
        ON c.phone_number_id = split_part(h.item, ':', 1) AND c.contact_id = split_part(h.item, ':', 2)
    LEFT JOIN job_item i ON i.job_id = @job AND i.item = h.item
    WHERE coalesce(i.target, '') = '' GROUP BY 1, 2) p
ORDER BY 1, 2`
	rows, err := tx.Query(ctx, find, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (p pile, err error) {
		return p, row.Scan(&p.number, &p.team, &p.n, &p.able)
	})
}

// take is who gets one conversation of a pile: whoever gets most of them still.
func take(piles []pile, given []map[wa.AgentID]int, number wa.PhoneNumberID, team wa.TeamID) (to wa.AgentID) {
	for p := range piles {
		if piles[p].number != number || piles[p].team != team {
			continue
		}
		for _, a := range piles[p].able {
			if n := given[p][a]; n > 0 && (to == "" || n > given[p][to]) {
				to = a
			}
		}
		if to != "" {
			given[p][to]--
		}
	}
	return to
}
