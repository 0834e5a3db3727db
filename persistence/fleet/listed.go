package fleet

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// waitingMost bounds how many sends of a number are counted.
const waitingMost = 1000

// Listed is a number with how it fares and what waits.
type Listed struct {
	Standing
	Team     wa.TeamID
	Account  wa.AccountID
	Display  string
	Name     string
	Language string // that it speaks by default; "": none was chosen
	Revision int64  // of what administrators set
	Waiting  int    // messages that wait to be sent; no more than 1,000 are counted
	Day      Tally  // of the hour under way and the 23 before it
	Brief    Tally  // of a minute that ended some 10 s ago
}

// counted sums up what went through number n.
const counted = `SELECT coalesce(sum(t.received), 0) AS received, coalesce(sum(t.sent), 0) AS sent,
	coalesce(sum(t.failed), 0) AS failed, coalesce(sum(t.echoes), 0) AS echoes FROM traffic t WHERE t.phone_number_id = n.id`

// List says how the numbers of a tenant fare, by name.
func (f *Fleet) List(ctx context.Context, tenant wa.TenantID) ([]Listed, error) {
	return persistence.Collect(ctx, f.pool, "list how numbers fare", func(r pgx.CollectableRow) (l Listed, err error) {
		return l, r.Scan(append(l.into(), &l.Team, &l.Account, &l.Display, &l.Name, &l.Language, &l.Revision, &l.Waiting,
			&l.Day.Received, &l.Day.Sent, &l.Day.Failed, &l.Day.Echoes, &l.Brief.Received, &l.Brief.Sent, &l.Brief.Failed, &l.Brief.Echoes)...)
	}, `SELECT`+columns+`, n.team_id, n.account_id, n.display, n.name, n.language, n.revision,
			(SELECT count(*) FROM (SELECT FROM effect_send e WHERE e.scope = n.id AND e.state = 0 LIMIT $2) AS w),
			d.received, d.sent, d.failed, d.echoes, b.received, b.sent, b.failed, b.echoes
		FROM phone_number n JOIN standing s ON s.phone_number_id = n.id,
			LATERAL (`+counted+` AND t.span = 3600 AND t.at > now() - interval '24 hours') AS d,
			LATERAL (`+counted+` AND t.span = 10 AND t.at > now() - interval '80 seconds' AND t.at <= now() - interval '20 seconds') AS b
		WHERE n.tenant_id = $1 ORDER BY n.name, n.id`,
		tenant, waitingMost)
}

// Touched is what a pause of numbers touches.
type Touched struct {
	Conversations int // open
	People        int // who own some of them
	Unanswered    int // whose customer wrote last
	Waiting       int // messages that wait to be sent; no more than 1,000 of a number are counted
}

// Touched counts what is open with numbers of a tenant; of others it counts nothing.
func (f *Fleet) Touched(ctx context.Context, tenant wa.TenantID, numbers []wa.PhoneNumberID) (t Touched, err error) {
	err = f.pool.QueryRow(ctx, `
		WITH ours AS MATERIALIZED (SELECT id FROM phone_number WHERE tenant_id = $1 AND id = ANY ($2::text[]))
		SELECT count(*), count(DISTINCT c.owner_id), count(*) FILTER (WHERE NOT c.last_outbound),
			(SELECT coalesce(sum(w.n), 0) FROM ours o, LATERAL (SELECT count(*) AS n FROM (
				SELECT FROM effect_send e WHERE e.scope = o.id AND e.state = 0 LIMIT $4) AS q) AS w)
		FROM conversation c WHERE c.tenant_id = $1 AND c.phone_number_id IN (SELECT id FROM ours) AND c.phase = $3`,
		tenant, numbers, phaseOpen, waitingMost).Scan(&t.Conversations, &t.People, &t.Unanswered, &t.Waiting)
	if err != nil {
		return t, fmt.Errorf("count what a pause touches: %w", err)
	}
	return t, nil
}

// phaseOpen is that of a conversation as actorpb.Phase has it.
const phaseOpen = 1

// Counts says how many numbers of all tenants have each trouble as their worst.
func (f *Fleet) Counts(ctx context.Context) (map[Trouble]int, error) {
	type count struct {
		Trouble Trouble
		N       int
	}
	list, err := persistence.Collect(ctx, f.pool, "count numbers in trouble", pgx.RowToStructByPos[count],
		`SELECT coalesce(troubles[1], ''), count(*) FROM standing GROUP BY 1`)
	if err != nil {
		return nil, err
	}
	counts := make(map[Trouble]int, len(list))
	for _, c := range list {
		counts[c.Trouble] = c.N
	}
	return counts, nil
}
