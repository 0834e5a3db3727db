package inbox

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// Whoever sees whole teams has the statements, and so the plans, that he had before
// there were finer rights; by number the walks through a team stay what they are; and
// who sees his own conversations alone is answered by the index of owners, whatever the
// view and the backlog.
func TestPlansOfScopes(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	pgtest.Exec(t, pool, `INSERT INTO tenant (id, name) VALUES ('t1', 'One')`)
	pgtest.Exec(t, pool, `INSERT INTO team (tenant_id, id, name) VALUES ('t1', 'red', 'Red'), ('t1', 'blue', 'Blue')`)
	pgtest.Exec(t, pool, `
INSERT INTO conversation (phone_number_id, contact_id, version, decided_on, snapshot, tenant_id, team_id, owner_id,
    phase, contact_name, contact_address, last_at, last_outbound, last_preview, unread, started_at)
SELECT (100 + i % 40)::text, 'c' || i, 3, 2, '', 't1', CASE WHEN i % 3 = 0 THEN 'blue' ELSE 'red' END,
    CASE WHEN i % 2 = 0 THEN 'agent' || i % 100 END, 1 + i % 4, 'Name', '55', timestamptz '2026-01-01' + i * interval '1 s', false, '', 0, now()
FROM generate_series(1, 60000) i`)
	pgtest.Exec(t, pool, `VACUUM ANALYZE conversation`)
	const teams, owners = "conversation_inbox", "conversation_owner"
	whole := persistence.Scope{TenantID: "t1", AllTeams: true}
	team := persistence.Scope{TenantID: "t1", Teams: []wa.TeamID{"red"}}
	one, some, own := whole, team, team
	one.Numbers, some.Numbers = []wa.PhoneNumberID{"107"}, []wa.PhoneNumberID{"103", "107", "111"}
	own.OwnOnly, own.Person = true, "agent8"
	both := own
	both.Numbers = some.Numbers
	for name, c := range map[string]struct {
		scope persistence.Scope
		mine  string // which index answers what he owns, and
		index string // the other views
		bound string // what the statement says of his limits
	}{
		"all teams":       {whole, owners, teams, ""},
		"a team":          {team, owners, teams, ""},
		"a number":        {one, owners, teams, "only_number"},
		"numbers":         {some, owners, teams, "only_numbers"},
		"own":             {own, owners, owners, "only_owner"},
		"own, of numbers": {both, owners, owners, "only_owner"},
	} {
		for _, rule := range actorpb.Views() {
			q := ListQuery{View: rule.View, AgentID: "agent8", Limit: 50}
			sql, want := listSQL(c.scope, &q, false), c.index
			if q.mine() {
				want = c.mine
			}
			if bounded := strings.Contains(sql, "only_"); bounded != (c.bound != "") || !strings.Contains(sql, c.bound) {
				t.Errorf("%s of %s: %s", rule.View, name, sql)
			}
			rows, err := pool.Query(t.Context(), `EXPLAIN `+sql, listArgs(c.scope, &q))
			if err != nil {
				t.Fatal(err)
			}
			lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
			if err != nil {
				t.Fatal(err)
			}
			plan := strings.Join(lines, "\n")
			if !strings.Contains(plan, want) || strings.Contains(plan, "Seq Scan on conversation") || strings.Contains(plan, "conversation_pkey") {
				t.Errorf("%s of %s is not walked by %s alone:\n%s", rule.View, name, want, plan)
			}
		}
	}
}
