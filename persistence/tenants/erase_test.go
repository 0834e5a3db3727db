package tenants_test

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/tenants"
)

//go:embed testdata/rows.sql
var rowsSQL string

// Two tenants of which no text of one holds the other's.
const (
	leaves = "tenantleaves7f3a"
	stays  = "tenantstays91bc"
)

// nobodys are tables that no tenant has rows in, or whose rows are cut rather than removed.
var nobodys = []string{
	"tenant", // its row goes last
	"intake", // several tenants may stand in one body
	"erasure", "erased", "erased_object", "follower", "goose_db_version", "installation", "installation_audit", "intake_source", "member", "operator_key",
}

// tablesOf are all tables of the schema, without partitions.
func tablesOf(t *testing.T, pool *pgxpool.Pool) []string {
	t.Helper()
	list, err := persistence.Collect(t.Context(), pool, "list tables", pgx.RowTo[string], `
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// naming is the condition on a row x that any column of it holds a word, as text or bytes.
func naming(word string) string {
	return fmt.Sprintf(`(x::text LIKE '%%%s%%' OR x::text LIKE '%%%x%%')`, word, word)
}

// sums are checksums of what each table holds that is not of the tenant that leaves.
func sums(t *testing.T, pool *pgxpool.Pool, tables []string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, table := range tables {
		if slices.Contains([]string{"erasure", "erased", "erased_object", "intake"}, table) {
			continue
		}
		var sum string
		err := pool.QueryRow(t.Context(), `SELECT coalesce(md5(string_agg(x::text, '/' ORDER BY x::text)), '') FROM `+table+` x WHERE NOT `+naming(leaves)).Scan(&sum)
		if err != nil {
			t.Fatal(err)
		}
		all[table] = sum
	}
	return all
}

func post(accounts ...string) string {
	var entries []string
	for _, a := range accounts {
		entries = append(entries, fmt.Sprintf(`{"id":"%s-waba","changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"%s-1"},"messages":[{"text":{"body":"%s"}}]}}]}`, a, a, a))
	}
	return `{"object":"whatsapp_business_account","entry":[` + strings.Join(entries, ",") + `]}`
}

// eraseAll erases, by several at once, until nothing is left to do.
func eraseAll(t *testing.T, pool *pgxpool.Pool, all *tenants.Tenants) {
	t.Helper()
	for range 20 {
		var g errgroup.Group
		for range 3 {
			g.Go(func() error {
				for {
					// The lot is small, so that most tables take several.
					if done, err := all.Erase(t.Context(), 7); err != nil || done == nil {
						return err
					}
				}
			})
		}
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
		if pgtest.Count(t, pool, `SELECT count(*) FROM erasure`) == 0 {
			return
		}
		pgtest.Exec(t, pool, `UPDATE erasure SET look_at = now(), begun_at = begun_at - interval '5 min'`)
	}
	t.Fatal("the erasure does not end")
}

// After its term nothing of a tenant stands in any column of any table, and what another
// has is as it was. A table that is new has to say whose its rows are.
func TestErase(t *testing.T) {
	t.Parallel()
	pool, _, all := open(t)
	tables := tablesOf(t, pool)
	known := slices.Concat(nobodys, tenants.OwnedTables())
	for _, table := range tables {
		if !slices.Contains(known, table) {
			t.Errorf("%s: whose are its rows? Put it into owned, or into the list of this test", table)
		}
	}
	for _, m := range []string{leaves, stays} {
		if _, err := pool.Exec(t.Context(), strings.ReplaceAll(rowsSQL, "{m}", m)); err != nil {
			t.Fatal(err)
		}
	}
	pgtest.Exec(t, pool, `CREATE TABLE IF NOT EXISTS intake_d20260101 PARTITION OF intake FOR VALUES FROM ('2026-01-01') TO ('2026-01-02')`)
	pgtest.Exec(t, pool, `INSERT INTO intake_source (source, owner, term, done_upto, started_on) VALUES (900001, 'g', 1, 3, '2026-01-01')`)
	for i, body := range []string{post(leaves), post(leaves, stays), post(stays), post(leaves)} {
		pgtest.Exec(t, pool, `INSERT INTO intake (day, source, seq, received_at, body) VALUES ('2026-01-01', 900001, $1, now() - interval '1 day', $2)`, i+1, []byte(body))
	}
	// By an app of the one that leaves, about a number of the other: it was parked for the one.
	pgtest.Exec(t, pool, `INSERT INTO intake (day, source, seq, received_at, body, app_id, app_tenant) VALUES ('2026-01-01', 900001, 0, now(), $1, $2, $3)`,
		[]byte(post(stays)), leaves+"-app", leaves)
	for _, table := range tenants.OwnedTables() {
		if pgtest.Count(t, pool, `SELECT count(*) FROM `+table+` x WHERE `+naming(leaves)) == 0 {
			t.Errorf("%s: no row of the tenant to be removed: put one into testdata/rows.sql", table)
		}
	}
	// The first tenant that is shut ends releases that know nothing of it: of all, not of one.
	if err := errors.Join(all.Suspend(t.Context(), stays, "unpaid"), all.Resume(t.Context(), stays)); err != nil {
		t.Fatal(err)
	}
	before := sums(t, pool, tables)

	if done, err := all.Erase(t.Context(), 100); err != nil || done != nil {
		t.Fatalf("nobody is to be erased: %+v, %v", done, err)
	}
	if err := all.Close(t.Context(), leaves, "closed", time.Hour); err != nil {
		t.Fatal(err)
	}
	if done, err := all.Erase(t.Context(), 100); err != nil || done != nil {
		t.Fatalf("within its term: %+v, %v", done, err)
	}
	if err := all.Close(t.Context(), leaves, "closed", 0); err != nil {
		t.Fatal(err)
	}
	// A member dies amid a lot: nothing of that lot has gone, and another goes on.
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := all.Erase(ctx, 30); err != nil {
		t.Fatal(err)
	}
	if err := all.Close(t.Context(), leaves, "closed", time.Hour); !errors.Is(err, tenants.ErrState) {
		t.Errorf("another term while it is erased: %v", err)
	}
	cancel()
	if _, err := all.Erase(ctx, 30); err == nil {
		t.Error("a lot of a member that is dead")
	}
	// Nobody else gets its number, account or portfolio while what is stored of them is
	// still removed, and he is told when that ends.
	for _, taken := range []numbers.Number{
		{ID: leaves + "-1", AccountID: "free", PortfolioID: "free"},
		{ID: "free", AccountID: leaves + "-waba", PortfolioID: "free"},
		{ID: "free", AccountID: "free", PortfolioID: leaves + "-p"},
	} {
		taken.TenantID, taken.TeamID = stays, "red"
		wait, ok := errors.AsType[*persistence.ErasingError](registry(t, pool).Register(t.Context(), numbers.Registration{Number: taken}))
		if !ok || time.Until(wait.Until) < time.Minute || time.Until(wait.Until) > 20*time.Minute {
			t.Errorf("%s, %s, %s is another's already: %v", taken.ID, taken.AccountID, taken.PortfolioID, wait)
		}
	}
	// A body that is not applied yet waits, and with it the end.
	for range 4 {
		for {
			done, err := all.Erase(t.Context(), 1000)
			if err != nil {
				t.Fatal(err)
			}
			if done == nil {
				break
			}
			if done.Over || !slices.Equal(done.Numbers, []wa.PhoneNumberID{leaves + "-1", leaves + "-2"}) {
				t.Fatalf("%+v", done)
			}
		}
		pgtest.Exec(t, pool, `UPDATE erasure SET look_at = now(), begun_at = begun_at - interval '5 min'`)
	}
	pgtest.Exec(t, pool, `UPDATE intake_source SET done_upto = 4 WHERE source = 900001`)
	before["intake_source"] = sums(t, pool, []string{"intake_source"})["intake_source"]
	eraseAll(t, pool, all)

	for _, table := range tables {
		if n := pgtest.Count(t, pool, `SELECT count(*) FROM `+table+` x WHERE `+naming(leaves)); n != 0 {
			t.Errorf("%s: %d rows still name it", table, n)
		}
	}
	for table, sum := range sums(t, pool, tables) {
		if sum != before[table] {
			t.Errorf("%s: rows of others have changed", table)
		}
	}
	bodies, err := persistence.Collect(t.Context(), pool, "read bodies", pgx.RowTo[string],
		`SELECT convert_from(body, 'UTF8') FROM intake WHERE source = 900001 ORDER BY seq`)
	if err != nil || len(bodies) != 2 || !strings.Contains(bodies[0], stays) || bodies[1] != post(stays) {
		t.Errorf("raw bodies %q, %v", bodies, err)
	}
	// What Meta goes on to tell of its number is known for that, until somebody has it.
	erased := func() int64 {
		return pgtest.Count(t, pool, `SELECT count(*) FROM erased_object WHERE object_hash = sha256(convert_to($1, 'UTF8'))`, leaves+"-1")
	}
	if erased() != 1 {
		t.Error("its number is forgotten")
	}
	if err := register(t, pool, stays, leaves+"-1"); err != nil || erased() != 0 {
		t.Errorf("its number is not to be had again: %v", err)
	}
	// No late word brings it back.
	if err := register(t, pool, leaves, "555"); err == nil {
		t.Error("a number brought an erased tenant back")
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM tenant WHERE id = $1`, leaves); n != 0 {
		t.Error("an erased tenant is back")
	}
}

// What another tenant has of what was an erased one's is not touched, whatever the
// erasure names, and does not keep it from ending.
func TestEraseSparesTheNextOwner(t *testing.T) {
	t.Parallel()
	pool, _, all := open(t)
	for _, m := range []string{leaves, stays} {
		if _, err := pool.Exec(t.Context(), strings.ReplaceAll(rowsSQL, "{m}", m)); err != nil {
			t.Fatal(err)
		}
	}
	if err := all.Close(t.Context(), leaves, "closed", 0); err != nil {
		t.Fatal(err)
	}
	if _, err := all.Erase(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	// As a release did that knew nothing of this.
	pgtest.Exec(t, pool, `UPDATE erasure SET numbers = numbers || ARRAY(SELECT id FROM phone_number WHERE tenant_id = $1),
    accounts = accounts || ARRAY(SELECT id FROM account WHERE tenant_id = $1), portfolios = portfolios || ARRAY(SELECT id FROM portfolio WHERE tenant_id = $1)`, stays)
	// By the other's app, about a number of the one that leaves: it was parked as the other's.
	pgtest.Exec(t, pool, `INSERT INTO intake_problem (day, source, seq, event_index, tenant_id, app_tenant, phone_number_id, state, kind, reason, raw, received_at)
    VALUES ('2026-01-01', 1, 77, 0, $1, $1, $2, 'parked', 'message', 'x', 'x', now())`, stays, leaves+"-1")
	tables := tablesOf(t, pool)
	before := sums(t, pool, tables)
	eraseAll(t, pool, all)
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM intake_problem WHERE tenant_id = $1 AND phone_number_id = $2`, stays, leaves+"-1"); n != 1 {
		t.Errorf("%d problems of the other's app, want 1", n)
	}
	for table, sum := range sums(t, pool, tables) {
		if sum != before[table] {
			t.Errorf("%s: rows of the next owner have changed", table)
		}
	}
}
