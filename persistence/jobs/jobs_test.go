package jobs_test

import (
	"slices"
	"testing"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// Jobs that ended are kept for 30 days, and those under way for ever; items go with
// their job.
func TestPruneKeepsThirtyDays(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	pgtest.Exec(t, pool, `INSERT INTO tenant (id, name) VALUES ('t', 'T')`)
	pgtest.Exec(t, pool, `INSERT INTO job (tenant_id, kind, key, body, by_id, by_name, created_at, ended_at)
		SELECT 't', 'hand_over', key, '{}', 'boss', 'Boss', now() - interval '90 days', now() - age
		FROM (VALUES ('old', interval '31 days'), ('recent', interval '29 days'), ('under way', NULL)) AS j (key, age)`)
	pgtest.Exec(t, pool, `INSERT INTO job_item (job_id, item, state) SELECT id, n::text, 'done' FROM job, generate_series(1, 3) n`)
	store := jobs.New(pool)
	for _, want := range []int64{1, 0} {
		if n, err := store.Prune(t.Context()); err != nil || n != want {
			t.Errorf("pruned %d, %v; want %d", n, err, want)
		}
	}
	list, err := store.List(t.Context(), "t", 10)
	if err != nil || len(list) != 2 || list[0].Key != "under way" || list[1].Key != "recent" {
		t.Errorf("left: %+v, %v", list, err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM job_item`); n != 6 {
		t.Errorf("%d items left, want those of two jobs", n)
	}
}

// A person who works with some numbers alone may own nothing of others; who sees his own
// alone owns it. What is resolved stays where it is.
func TestHandsOverWhatIsOfOtherNumbers(t *testing.T) {
	t.Parallel()
	pool, accounts := storetest.Office(t)
	pgtest.Exec(t, pool, `INSERT INTO account (id, tenant_id, portfolio_id) VALUES ('a1', 't1', 'p1')`)
	pgtest.Exec(t, pool, `INSERT INTO phone_number (id, tenant_id, account_id, team_id, display)
		VALUES ('100', 't1', 'a1', 'red', '+1 00'), ('200', 't1', 'a1', 'red', '+2 00')`)
	pgtest.Member(t, pool, "m1")
	for _, role := range []staff.Role{staff.RoleAgent, staff.RoleManager} {
		p, err := accounts.Create(t.Context(), staff.Person{
			TenantID: "t1", Email: string(role) + "@x.example", Name: "P", Role: role, Teams: []wa.TeamID{"red"},
		}, "correct horse")
		if err != nil {
			t.Fatal(err)
		}
		mine := string(role)
		storetest.Conversation(t, pool, "t1", "red", mine+"-open", string(p.ID), 1, 1)
		storetest.Conversation(t, pool, "t1", "red", mine+"-snoozed", string(p.ID), 3, 2)
		storetest.Conversation(t, pool, "t1", "red", mine+"-resolved", string(p.ID), 4, 3)
		held := func(c staff.AccountChange, want ...string) {
			t.Helper()
			_, id, err := accounts.Change(t.Context(), "t1", p.ID, c, jobs.Order{})
			if err != nil || (id != 0) != (want != nil) { // a change that takes nothing makes no job
				t.Fatalf("%s: %+v: job %d, %v", role, c, id, err)
			}
			if id == 0 {
				return
			}
			store := jobs.New(pool)
			job, err := store.Claim(t.Context(), "m1", jobs.LaneLong)
			if err != nil {
				t.Fatal(err)
			}
			lot, _, err := store.Lot(t.Context(), &job, "m1", 10)
			var items []string
			for _, task := range lot {
				items = append(items, task.Item)
			}
			if slices.Sort(items); err != nil || !slices.Equal(items, want) {
				t.Errorf("%s: %+v hands over %v, %v; want %v", role, c, items, err, want)
			}
			pgtest.Exec(t, pool, `UPDATE job SET ended_at = now() WHERE id = $1`, id)
		}
		own := role == staff.RoleAgent
		held(staff.AccountChange{OwnOnly: &own})
		held(staff.AccountChange{Numbers: &[]wa.PhoneNumberID{"100"}}, []string{}...)
		held(staff.AccountChange{Numbers: &[]wa.PhoneNumberID{"100", "200"}})
		held(staff.AccountChange{Numbers: &[]wa.PhoneNumberID{"200"}}, "100:"+mine+"-open", "100:"+mine+"-snoozed")
		held(staff.AccountChange{Numbers: &[]wa.PhoneNumberID{}})
	}
}

// An auditor writes nothing, and keeps nothing that he owned.
func TestAuditorHandsOver(t *testing.T) {
	t.Parallel()
	pool, accounts := storetest.Office(t)
	p, err := accounts.Create(t.Context(), staff.Person{TenantID: "t1", Email: "ana@x.example", Name: "ana", Role: staff.RoleAgent, Teams: []wa.TeamID{"red"}}, "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	storetest.Conversation(t, pool, "t1", "red", "c1", string(p.ID), 1, 1)
	role := staff.RoleAuditor
	_, id, err := accounts.Change(t.Context(), "t1", p.ID, staff.AccountChange{Role: &role}, jobs.Order{})
	if err != nil || id == 0 {
		t.Fatalf("job %d, %v", id, err)
	}
	store := jobs.New(pool)
	job, err := store.Get(t.Context(), "t1", id)
	if err != nil {
		t.Fatal(err)
	}
	if left, err := store.Left(t.Context(), &job); err != nil || left != 1 {
		t.Errorf("%d are handed over, want 1 (%v)", left, err)
	}
}

// Rights that become narrower while a person's conversations are handed over do not
// change who gets them; an order that names somebody does.
func TestNarrowerRightsKeepTheDestination(t *testing.T) {
	t.Parallel()
	pool, accounts := storetest.Office(t)
	hire := func(name string) staff.Person {
		p, err := accounts.Create(t.Context(), staff.Person{
			TenantID: "t1", Email: name + "@x.example", Name: name, Role: staff.RoleAgent, Teams: []wa.TeamID{"red", "blue"},
		}, "correct horse")
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	ana, bia := hire("ana"), hire("bia")
	storetest.Conversation(t, pool, "t1", "red", "c1", string(ana.ID), 1, 1)
	if _, err := accounts.Disable(t.Context(), "t1", ana.ID, jobs.Order{ToAgent: bia.ID}); err != nil {
		t.Fatal(err)
	}
	if _, err := accounts.SetMembers(t.Context(), "t1", "blue", nil, []wa.AgentID{ana.ID}); err != nil {
		t.Fatal(err)
	}
	list, err := jobs.New(pool).List(t.Context(), "t1", 10)
	if err != nil || len(list) != 1 || list[0].HandOver.ToAgent != bia.ID {
		t.Errorf("jobs: %+v, %v", list, err)
	}
}
