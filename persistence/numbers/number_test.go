package numbers_test

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

func TestNumbers(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	registry := storetest.Registered(t, pool)
	number, err := registry.Get(t.Context(), storetest.Number)
	if err != nil || number.Token != "EAAG-token" || number.PortfolioID != "p" || number.TeamID != "sales" {
		t.Fatalf("number %+v, %v", number, err)
	}
	if text := fmt.Sprintf("%v %+v %s", number, number, number); slices.Contains([]byte(text), 'E') {
		t.Errorf("prints its token: %s", text)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM phone_number WHERE position('EAAG'::bytea IN sealed_token) > 0`); n != 0 {
		t.Error("the token is stored in the clear")
	}
	if shown, err := registry.Shown(t.Context(), "waba", "5511900000000"); err != nil || shown.ID != storetest.Number {
		t.Errorf("shown: %v, %v", shown, err)
	}
	for _, strange := range [][2]string{{"waba", ""}, {"waba", "+"}, {"waba", "551190000000"}, {"other", "5511900000000"}} {
		if _, err := registry.Shown(t.Context(), wa.AccountID(strange[0]), strange[1]); !errors.Is(err, persistence.ErrNotFound) {
			t.Errorf("shown as %q: %v", strange, err)
		}
	}
	again := numbers.Registration{Number: number}
	again.Token, again.Name = "", "Sales 2"
	if err := registry.Register(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	if number, _ = registry.Get(t.Context(), storetest.Number); number.Token != "EAAG-token" || number.Name != "Sales 2" {
		t.Errorf("registered again: %q, %q", number.Name, number.Token)
	}
	again.TenantID = "other"
	if err := registry.Register(t.Context(), again); err == nil {
		t.Error("another tenant took the number")
	}
	if list, err := registry.List(t.Context(), "acme"); err != nil || len(list) != 1 {
		t.Errorf("list %v, %v", list, err)
	}
	if list, _ := registry.List(t.Context(), "other"); len(list) != 0 {
		t.Errorf("another tenant sees %v", list)
	}
}

// A portfolio is the scope of contacts: whoever could name another tenant's would
// get its people. Of two who name one at once, one has it.
func TestAPortfolioBelongsToOneTenant(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	registry := storetest.Registered(t, pool)
	stranger := numbers.Registration{Number: numbers.Number{
		ID: "777", TenantID: "other", AccountID: "theirs", PortfolioID: "p", TeamID: "main", Display: "+7",
	}}
	if err := registry.Register(t.Context(), stranger); !errors.Is(err, persistence.ErrPortfolioTaken) {
		t.Errorf("register in a stranger's portfolio = %v", err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM account WHERE id = 'theirs'`) + pgtest.Count(t, pool, `SELECT count(*) FROM tenant WHERE id = 'other'`); n != 0 {
		t.Error("something of a refused registration was stored")
	}
	var won, taken atomic.Int32
	var group errgroup.Group
	for n := range 8 {
		r := stranger
		r.ID, r.TenantID = wa.PhoneNumberID(fmt.Sprint("80", n)), wa.TenantID(fmt.Sprint("tenant", n%2))
		r.AccountID, r.PortfolioID = wa.AccountID(fmt.Sprint("account", n)), "new"
		group.Go(func() error {
			err := registry.Register(t.Context(), r)
			switch {
			case err == nil:
				won.Add(1)
			case errors.Is(err, persistence.ErrPortfolioTaken):
				taken.Add(1)
			default:
				return err
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil || won.Load() != 4 || taken.Load() != 4 {
		t.Errorf("%d got the portfolio, %d were refused, %v", won.Load(), taken.Load(), err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(DISTINCT tenant_id) FROM account WHERE portfolio_id = 'new'`); n != 1 {
		t.Errorf("%d tenants share a portfolio", n)
	}
}

// Two tenants that shared a portfolio before it belonged to one are named.
func TestContestsNamesWhoLostAPortfolio(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	registry := storetest.Registered(t, pool)
	if list, err := registry.Contests(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%v, %v, want none", list, err)
	}
	pgtest.Exec(t, pool, `INSERT INTO tenant (id, name) VALUES ('other', 'Other')`)
	pgtest.Exec(t, pool, `INSERT INTO account (id, tenant_id, portfolio_id) VALUES ('theirs', 'other', 'p')`)
	list, err := registry.Contests(t.Context())
	if want := (numbers.Contest{Portfolio: "p", Account: "theirs", Tenant: "other", Owner: "acme"}); err != nil || !slices.Equal(list, []numbers.Contest{want}) {
		t.Errorf("%+v, %v, want %+v", list, err, want)
	}
}
