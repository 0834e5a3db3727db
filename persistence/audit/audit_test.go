package audit_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

func write(ctx context.Context, t *testing.T, pool *pgxpool.Pool, entries ...audit.Entry) {
	t.Helper()
	for _, e := range entries {
		if err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error { return audit.Write(ctx, tx, e) }); err != nil {
			t.Fatal(err)
		}
	}
}

func twoTenants(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool := pgtest.Pool(t)
	pgtest.Exec(t, pool, `INSERT INTO tenant (id, name) VALUES ('t1', 'One'), ('t2', 'Two')`)
	return pool
}

// Each filter narrows, together they narrow more, and another tenant's lines are
// never among them.
func TestListFilters(t *testing.T) {
	t.Parallel()
	pool := twoTenants(t)
	boss := audit.Acting(t.Context(), audit.By{Kind: audit.ByAgent, ID: "boss", Name: "Renata", Address: "192.0.2.7", Client: "a browser"})
	role := audit.Entry{
		TenantID: "t1", Action: audit.PersonChanged, Object: audit.Object{Kind: "person", ID: "ana", Name: "Ana 100%"},
		Before: audit.Values{"role": "agent"}, After: audit.Values{"role": "manager"},
	}
	team := audit.Entry{TenantID: "t1", Action: audit.TeamCreated, Object: audit.Object{Kind: "team", ID: "blue", Name: "Blue"}, After: audit.Values{"name": "Blue"}}
	foreign := role
	foreign.TenantID = "t2"
	write(boss, t, pool, role, team, foreign)
	write(t.Context(), t, pool, team)
	log := audit.New(pool)
	for _, test := range []struct {
		name   string
		filter audit.Filter
		want   int
	}{
		{"all", audit.Filter{}, 3},
		{"by whom", audit.Filter{By: "boss"}, 2},
		{"by the system", audit.Filter{By: "system"}, 1},
		{"action", audit.Filter{Action: audit.TeamCreated}, 2},
		{"actions of a kind", audit.Filter{Action: "person"}, 1},
		{"no part of a word", audit.Filter{Action: "per"}, 0},
		{"object", audit.Filter{ObjectKind: "team", ObjectID: "blue"}, 2},
		{"value", audit.Filter{Text: "manager"}, 1},
		{"name with a sign of patterns", audit.Filter{Text: "100%"}, 1},
		{"sign of patterns alone", audit.Filter{Text: "_na"}, 0},
		{"text and person", audit.Filter{Text: "blue", By: "boss"}, 1},
		{"later", audit.Filter{From: time.Now().Add(time.Hour)}, 0},
		{"earlier", audit.Filter{To: time.Now().Add(-time.Hour)}, 0},
		{"limit", audit.Filter{Limit: 2}, 2},
	} {
		lines, err := log.List(t.Context(), "t1", test.filter)
		if err != nil || len(lines) != test.want {
			t.Errorf("%s: %d lines, %v; want %d", test.name, len(lines), err, test.want)
		}
	}
	lines, err := log.List(t.Context(), "t1", audit.Filter{By: "boss", Action: "person"})
	if err != nil || len(lines) != 1 {
		t.Fatal(len(lines), err)
	}
	got := lines[0]
	if got.By.Name != "Renata" || got.By.Address != "192.0.2.7" || got.By.Client != "a browser" ||
		got.Before["role"] != "agent" || got.After["role"] != "manager" || got.Object != role.Object {
		t.Errorf("a line became %+v", got)
	}
}

// Pages follow each other without a gap and without a repetition.
func TestListPages(t *testing.T) {
	t.Parallel()
	pool := twoTenants(t)
	for range 7 {
		write(t.Context(), t, pool, audit.Entry{TenantID: "t1", Action: audit.SignedIn, Object: audit.Object{Kind: "person", ID: "ana"}})
	}
	seen := map[int64]bool{}
	for before := int64(0); ; {
		lines, err := audit.New(pool).List(t.Context(), "t1", audit.Filter{Before: before, Limit: 3})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines {
			if seen[l.ID] || before != 0 && l.ID >= before {
				t.Errorf("line %d stands twice or out of order", l.ID)
			}
			seen[l.ID], before = true, l.ID
		}
		if len(lines) < 3 {
			break
		}
	}
	if len(seen) != 7 {
		t.Errorf("saw %d lines of 7", len(seen))
	}
}

// The database itself refuses to change or remove a line, whoever asks.
func TestLinesStay(t *testing.T) {
	t.Parallel()
	pool := twoTenants(t)
	entry := audit.Entry{TenantID: "t1", Action: audit.SignedIn, Object: audit.Object{Kind: "person", ID: "ana"}}
	write(t.Context(), t, pool, entry)
	for _, sql := range []string{
		`UPDATE audit SET by_name = 'somebody else'`, `DELETE FROM audit`, `TRUNCATE audit`,
		`SET LOCAL prosa.erased_tenant = 't2'; DELETE FROM audit WHERE tenant_id = 't1'`,
	} {
		_, err := pool.Exec(t.Context(), sql)
		if refused, ok := errors.AsType[*pgconn.PgError](err); !ok || refused.Code != "42501" {
			t.Errorf("%s: %v, want a refusal", sql, err)
		}
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM audit WHERE by_name = 'system'`); n != 1 {
		t.Errorf("%d lines left, want the one", n)
	}
	if _, err := pool.Exec(t.Context(), `BEGIN; SET LOCAL prosa.erased_tenant = 't1'; DELETE FROM audit WHERE tenant_id = 't1'; COMMIT`); err != nil {
		t.Errorf("a tenant that is erased: %v", err)
	}
}

// A change that is undone leaves no line: both are of one transaction.
func TestNoLineWithoutItsChange(t *testing.T) {
	t.Parallel()
	pool := twoTenants(t)
	undone := errors.New("undone")
	err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		if err := audit.Write(t.Context(), tx, audit.Entry{TenantID: "t1", Action: audit.SignedIn}); err != nil {
			t.Error(err)
		}
		return undone
	})
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM audit`); !errors.Is(err, undone) || n != 0 {
		t.Errorf("%d lines, %v", n, err)
	}
}

// What strangers' programs say of themselves is stored whatever it is.
func TestClientIsCut(t *testing.T) {
	t.Parallel()
	pool := twoTenants(t)
	for _, client := range []string{"\x00odd\xff", strings.Repeat("ã", 300)} {
		by := audit.By{Kind: audit.ByAgent, ID: "a", Client: client}
		write(audit.Acting(t.Context(), by), t, pool, audit.Entry{TenantID: "t1", Action: audit.SignedIn})
	}
	lines, err := audit.New(pool).List(t.Context(), "t1", audit.Filter{})
	if err != nil || len(lines) != 2 || lines[1].By.Client != "odd" || lines[0].By.Client != strings.Repeat("ã", 100) {
		t.Errorf("stored %+v, %v", lines, err)
	}
}

func TestChangedKeepsWhatDiffers(t *testing.T) {
	t.Parallel()
	from, to := audit.Changed(audit.Values{"a": 1, "b": []string{"x"}, "c": nil}, audit.Values{"a": 2, "b": []string{"x"}, "c": "new"})
	if len(from) != 2 || len(to) != 2 || from["a"] != 1 || to["a"] != 2 || to["c"] != "new" {
		t.Errorf("from %v to %v", from, to)
	}
}

// A tenant with many changes keeps nobody else's from being told.
func TestChangesAreFair(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	pgtest.Exec(t, pool, `INSERT INTO tenant (id, name) SELECT 'bulk' || n, '' FROM generate_series(1, 11) n`)
	pgtest.Exec(t, pool, `INSERT INTO tenant (id, name) VALUES ('small', '')`)
	const line = `INSERT INTO audit (tenant_id, by_kind, by_id, by_name, address, client, action, object_kind, object_id, object_name)
		SELECT %s, 'system', 'system', 'system', '', '', 'number.paused', 'number', n::text, '' FROM generate_series(1, %d) n`
	for n := range 11 {
		pgtest.Exec(t, pool, fmt.Sprintf(line, fmt.Sprintf("'bulk%d'", n+1), 600))
	}
	pgtest.Exec(t, pool, fmt.Sprintf(line, "'small'", 1))
	after := map[wa.TenantID]int64{"small": 0}
	for n := range 11 {
		after[wa.TenantID(fmt.Sprint("bulk", n+1))] = 0
	}
	of := make(map[wa.TenantID]int)
	for range 2 {
		list, err := audit.New(pool).Changes(t.Context(), after)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			of[c.TenantID]++
			after[c.TenantID] = max(after[c.TenantID], c.ID)
		}
		if of["small"] != 1 {
			t.Fatalf("%d changes of the small one: %v", of["small"], of)
		}
	}
	if of["bulk1"] != 600 || of["bulk11"] != 600 {
		t.Errorf("not all is told: %v", of)
	}
}
