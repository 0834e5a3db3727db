package contacts_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/contacts"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

func resolveWith(t *testing.T, d *contacts.Directory, l contacts.Lookup) contacts.Contact {
	t.Helper()
	contacts, err := d.Resolve(t.Context(), []contacts.Lookup{l})
	if err != nil {
		t.Fatal(err)
	}
	if len(contacts[0].ID) != 18 || contacts[0].ID[0] != 'c' {
		t.Fatalf("contact id %q", contacts[0].ID)
	}
	return contacts[0]
}

func TestResolveKnowsPeopleAgain(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	both := storetest.Resolve(t, pool, storetest.BSUID("BR.x1"), storetest.Phone("5511987654321"))
	for name, aliases := range map[string][]wa.Alias{
		"the phone":            {storetest.Phone("5511987654321")},
		"the BSUID":            {storetest.BSUID("BR.x1")},
		"without ninth digit":  {storetest.Phone("551187654321")},
		"another spelling too": {storetest.BSUID("BR.x1"), storetest.Phone("551187654321")},
	} {
		if got := storetest.Resolve(t, pool, aliases...); got.ID != both.ID {
			t.Errorf("%s: contact %s, want %s", name, got.ID, both.ID)
		}
	}
	if other := storetest.Resolve(t, pool, storetest.BSUID("BR.X1")); other.ID == both.ID {
		t.Error("a BSUID in other case is another person")
	}
	d := contacts.New(pool)
	if other := resolveWith(t, d, contacts.Lookup{Portfolio: "q", Aliases: []wa.Alias{storetest.BSUID("BR.x1")}}); other.ID == both.ID {
		t.Error("a BSUID of another portfolio is another person")
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM merge_suggestion`); n != 0 {
		t.Errorf("%d suggestions", n)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM contact`); n != 3 {
		t.Errorf("%d contacts, want 3", n)
	}
}

func TestResolveBSUIDOnlyThenPhone(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	d := contacts.New(pool)
	first := resolveWith(t, d, contacts.Lookup{Portfolio: "p", Aliases: []wa.Alias{storetest.BSUID("IT.9")}, Name: "Ana", Username: "ana.9"})
	if first.Name != "Ana" || first.Address != "ana.9" {
		t.Errorf("contact %+v", first)
	}
	second := resolveWith(t, d, contacts.Lookup{Portfolio: "p", Aliases: []wa.Alias{storetest.BSUID("IT.9"), storetest.Phone("5215512345678")}, Name: "Ana B"})
	if second.ID != first.ID || second.Name != "Ana B" || second.Address != "5215512345678" {
		t.Errorf("contact %+v", second)
	}
	if again := storetest.Resolve(t, pool, storetest.BSUID("IT.9")); again.Address != "5215512345678" || again.Name != "Ana B" {
		t.Errorf("without a phone now: %+v", again)
	}
}

func TestResolveContradictions(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	a := storetest.Resolve(t, pool, storetest.BSUID("US.a"))
	b := storetest.Resolve(t, pool, storetest.Phone("15550001"))
	if got := storetest.Resolve(t, pool, storetest.BSUID("US.a"), storetest.Phone("15550001")); got.ID != a.ID {
		t.Errorf("contact %s: the BSUID %s decides, not %s", got.ID, a.ID, b.ID)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM merge_suggestion WHERE winner = $1 AND other = $2`, a.ID, b.ID); n != 1 {
		t.Error("no suggestion to merge")
	}
	if got := storetest.Resolve(t, pool, storetest.Phone("15550001")); got.ID != b.ID {
		t.Error("the phone was re-pointed silently")
	}
	// A phone that is handed on: another BSUID behind it is another person.
	c := storetest.Resolve(t, pool, storetest.BSUID("US.c"), storetest.Phone("15550002"))
	if d := storetest.Resolve(t, pool, storetest.BSUID("US.d"), storetest.Phone("15550002")); d.ID == c.ID {
		t.Error("two BSUIDs became one person by their phone")
	}
	// But a person known by phone alone gets the BSUID.
	if e := storetest.Resolve(t, pool, storetest.BSUID("US.e"), storetest.Phone("15550001")); e.ID != b.ID {
		t.Error("the first BSUID of a phone made a new person")
	}
}

func TestResolveOnceUnderConcurrency(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	ids := make([]wa.ContactID, 50)
	var group errgroup.Group
	for n := range ids {
		group.Go(func() error {
			contacts, err := contacts.New(pool).Resolve(t.Context(), []contacts.Lookup{
				{Portfolio: "p", Aliases: []wa.Alias{storetest.BSUID("BR.z"), storetest.Phone("5511987654321")}},
				{Portfolio: "p", Aliases: []wa.Alias{storetest.Phone("5511987654321")}},
			})
			if err == nil && contacts[0].ID != contacts[1].ID {
				err = fmt.Errorf("two contacts for one person in one call")
			}
			if err == nil {
				ids[n] = contacts[0].ID
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("contacts %s and %s for one alias", id, ids[0])
		}
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM contact`); n != 1 {
		t.Errorf("%d contacts were made", n)
	}
}

func TestLinkAliases(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	d := contacts.New(pool)
	old := storetest.Resolve(t, pool, storetest.BSUID("BR.old"), storetest.Phone("5511911111111"))
	id, err := d.LinkAliases(t.Context(), "p", []wa.Alias{storetest.BSUID("BR.old")}, []wa.Alias{storetest.BSUID("BR.new"), storetest.Phone("5511922222222")})
	if err != nil || id != old.ID {
		t.Fatalf("linked to %s, %v; want %s", id, err, old.ID)
	}
	for _, alias := range []wa.Alias{storetest.BSUID("BR.new"), storetest.Phone("5511922222222"), storetest.BSUID("BR.old"), storetest.Phone("5511911111111")} {
		if got := storetest.Resolve(t, pool, alias); got.ID != old.ID {
			t.Errorf("%v: contact %s, want %s", alias, got.ID, old.ID)
		}
	}
	// The new address wrote first: both are suggested, nobody is merged.
	a, b := storetest.Resolve(t, pool, storetest.BSUID("BR.a")), storetest.Resolve(t, pool, storetest.BSUID("BR.b"))
	if id, err = d.LinkAliases(t.Context(), "p", []wa.Alias{storetest.BSUID("BR.a")}, []wa.Alias{storetest.BSUID("BR.b")}); err != nil || id != a.ID {
		t.Fatalf("linked to %s, %v", id, err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM merge_suggestion WHERE winner = $1 AND other = $2`, a.ID, b.ID); n != 1 {
		t.Error("no suggestion to merge")
	}
	// The old address was never seen.
	c := storetest.Resolve(t, pool, storetest.BSUID("BR.c"))
	if id, err = d.LinkAliases(t.Context(), "p", []wa.Alias{storetest.BSUID("BR.gone")}, []wa.Alias{storetest.BSUID("BR.c")}); err != nil || id != c.ID {
		t.Fatalf("linked to %s, %v; want %s", id, err, c.ID)
	}
}

// TestResolveCost reports what a new contact costs Postgres: set PROSA_MEASURE.
func TestResolveCost(t *testing.T) {
	if os.Getenv("PROSA_MEASURE") == "" {
		t.Skip("a measurement, not a test: set PROSA_MEASURE")
	}
	t.Parallel()
	pool := pgtest.Pool(t)
	d := contacts.New(pool)
	const batches, size = 100, 128
	start, spent := time.Now(), backendTime(t, pool)
	for batch := range batches {
		lookups := make([]contacts.Lookup, size)
		for n := range lookups {
			id := batch*size + n
			lookups[n] = contacts.Lookup{
				Portfolio: "p", Name: "Somebody",
				Aliases: []wa.Alias{storetest.BSUID(fmt.Sprintf("BR.%020d", id*7919)), storetest.Phone(fmt.Sprintf("55119%08d", id))},
			}
		}
		if _, err := d.Resolve(t.Context(), lookups); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d new contacts: %v each, of which Postgres %v", batches*size,
		time.Since(start)/(batches*size), (backendTime(t, pool)-spent)/(batches*size))
}

// backendTime is the processor time of the pool's server processes.
func backendTime(t *testing.T, pool *pgxpool.Pool) time.Duration {
	t.Helper()
	rows, err := pool.Query(t.Context(), `SELECT pid FROM pg_stat_activity WHERE datname = current_database()`)
	if err != nil {
		t.Fatal(err)
	}
	var pid int
	var ticks int
	for rows.Next() {
		if err := rows.Scan(&pid); err != nil {
			t.Fatal(err)
		}
		var user, system int
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue
		}
		var skip string
		fields := []any{&skip, &skip, &skip, &skip, &skip, &skip, &skip, &skip, &skip, &skip, &skip, &skip, &skip, &user, &system}
		if _, err := fmt.Sscan(string(text), fields...); err == nil {
			ticks += user + system
		}
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
