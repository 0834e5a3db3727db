package persistence_test

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

func TestNumbers(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	numbers := registered(t, pool)
	number, err := numbers.Get(t.Context(), ourNumber)
	if err != nil || number.Token != "EAAG-token" || number.PortfolioID != "p" || number.TeamID != "sales" {
		t.Fatalf("number %+v, %v", number, err)
	}
	if text := fmt.Sprintf("%v %+v %s", number, number, number); slices.Contains([]byte(text), 'E') {
		t.Errorf("prints its token: %s", text)
	}
	if n := countOf(t, pool, `SELECT count(*) FROM phone_number WHERE position('EAAG'::bytea IN sealed_token) > 0`); n != 0 {
		t.Error("the token is stored in the clear")
	}
	if shown, err := numbers.Shown(t.Context(), "waba", "5511900000000"); err != nil || shown.ID != ourNumber {
		t.Errorf("shown: %v, %v", shown, err)
	}
	for _, strange := range [][2]string{{"waba", ""}, {"waba", "+"}, {"waba", "551190000000"}, {"other", "5511900000000"}} {
		if _, err := numbers.Shown(t.Context(), wa.AccountID(strange[0]), strange[1]); !errors.Is(err, persistence.ErrNotFound) {
			t.Errorf("shown as %q: %v", strange, err)
		}
	}
	again := persistence.Registration{Number: number}
	again.Token, again.Name = "", "Sales 2"
	if err := numbers.Register(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	if number, _ = numbers.Get(t.Context(), ourNumber); number.Token != "EAAG-token" || number.Name != "Sales 2" {
		t.Errorf("registered again: %q, %q", number.Name, number.Token)
	}
	again.TenantID = "other"
	if err := numbers.Register(t.Context(), again); err == nil {
		t.Error("another tenant took the number")
	}
	if list, err := numbers.List(t.Context(), "acme"); err != nil || len(list) != 1 {
		t.Errorf("list %v, %v", list, err)
	}
	if list, _ := numbers.List(t.Context(), "other"); len(list) != 0 {
		t.Errorf("another tenant sees %v", list)
	}
}

// A portfolio is the scope of contacts: whoever could name another tenant's would
// get its people. Of two who name one at once, one has it.
func TestAPortfolioBelongsToOneTenant(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	numbers := registered(t, pool)
	stranger := persistence.Registration{Number: persistence.Number{
		ID: "777", TenantID: "other", AccountID: "theirs", PortfolioID: "p", TeamID: "main", Display: "+7",
	}}
	if err := numbers.Register(t.Context(), stranger); !errors.Is(err, persistence.ErrPortfolioTaken) {
		t.Errorf("register in a stranger's portfolio = %v", err)
	}
	if n := countOf(t, pool, `SELECT count(*) FROM account WHERE id = 'theirs'`) + countOf(t, pool, `SELECT count(*) FROM tenant WHERE id = 'other'`); n != 0 {
		t.Error("something of a refused registration was stored")
	}
	var won, taken atomic.Int32
	var group errgroup.Group
	for n := range 8 {
		r := stranger
		r.ID, r.TenantID = wa.PhoneNumberID(fmt.Sprint("80", n)), wa.TenantID(fmt.Sprint("tenant", n%2))
		r.AccountID, r.PortfolioID = wa.AccountID(fmt.Sprint("account", n)), "new"
		group.Go(func() error {
			err := numbers.Register(t.Context(), r)
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
	if n := countOf(t, pool, `SELECT count(DISTINCT tenant_id) FROM account WHERE portfolio_id = 'new'`); n != 1 {
		t.Errorf("%d tenants share a portfolio", n)
	}
}

func TestSealer(t *testing.T) {
	t.Parallel()
	a, _ := persistence.NewSealer("0123456789abcdef")
	b, _ := persistence.NewSealer("0123456789abcdeg")
	sealed := a.Seal("here", "secret")
	if got, err := a.Open("here", sealed); err != nil || got != "secret" {
		t.Fatalf("opened %q, %v", got, err)
	}
	damaged := slices.Clone(sealed)
	damaged[len(damaged)-1] ^= 1
	for name, open := range map[string]func() (string, error){
		"another key":   func() (string, error) { return b.Open("here", sealed) },
		"another place": func() (string, error) { return a.Open("there", sealed) },
		"damaged":       func() (string, error) { return a.Open("here", damaged) },
		"nothing":       func() (string, error) { return a.Open("here", nil) },
	} {
		if got, err := open(); err == nil {
			t.Errorf("%s: opened %q", name, got)
		}
	}
	if _, err := persistence.NewSealer("short"); err == nil {
		t.Error("a short key was taken")
	}
}

func TestTimersRingOnceForOne(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	timers := persistence.NewTimers(pool)
	execute(t, pool, `INSERT INTO timer SELECT '100', 'c' || i, 'sla', now() - i * interval '1 s', now() - i * interval '1 s'
		FROM generate_series(-5, 50) i`)
	var group errgroup.Group
	lists := make([][]persistence.DueTimer, 4)
	for n := range lists {
		group.Go(func() (err error) {
			lists[n], err = timers.Due(t.Context(), 15)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	seen := map[wa.ConversationKey]int{}
	for _, due := range slices.Concat(lists...) {
		seen[due.Key]++
		if due.DueAt.After(due.DBNow) || seen[due.Key] > 1 {
			t.Fatalf("%v rang %d times, due %v at %v", due.Key, seen[due.Key], due.DueAt, due.DBNow)
		}
	}
	for due := []persistence.DueTimer(nil); len(seen) < 51; { // one who skipped locked rows may have left some
		var err error
		if due, err = timers.Due(t.Context(), 100); err != nil || len(due) == 0 {
			t.Fatalf("%d alarms rang, want 51 (%v)", len(seen), err)
		}
		for _, d := range due {
			seen[d.Key]++
		}
	}
	if due, _ := timers.Due(t.Context(), 100); len(due) != 0 {
		t.Errorf("%d rang again at once", len(due))
	}
	execute(t, pool, `UPDATE timer SET next_try = next_try - interval '31 s'`)
	if due, _ := timers.Due(t.Context(), 100); len(due) < 51 {
		t.Errorf("%d rang again after 30 s, want at least 51", len(due))
	}
}

func TestUnmatched(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	registered(t, pool)
	unmatched := persistence.NewUnmatched(pool)
	at := time.Unix(1_790_000_000, 0)
	put := func(list ...persistence.UnmatchedStatus) {
		t.Helper()
		if err := unmatched.Put(t.Context(), list); err != nil {
			t.Fatal(err)
		}
	}
	put(persistence.UnmatchedStatus{Number: ourNumber, WAMID: "w1", Status: wa.StatusRead, At: at.Add(2 * time.Second)},
		persistence.UnmatchedStatus{Number: ourNumber, WAMID: "w1", Status: wa.StatusSent, At: at.Add(time.Second)},
		persistence.UnmatchedStatus{Number: ourNumber, WAMID: "w1", Status: wa.StatusSent, At: at},
		persistence.UnmatchedStatus{Number: ourNumber, WAMID: "w2", Status: wa.StatusSent, At: at})
	put(persistence.UnmatchedStatus{Number: ourNumber, WAMID: "w1", Status: wa.StatusRead, At: at.Add(time.Hour)})
	list, err := unmatched.Find(t.Context(), []persistence.SentQuery{{Number: ourNumber, WAMID: "w1"}})
	if err != nil || len(list) != 2 || list[0].Status != wa.StatusSent || !list[0].At.Equal(at) || !list[1].At.Equal(at.Add(2*time.Second)) {
		t.Fatalf("found %v, %v", list, err)
	}
	for _, status := range list {
		if err := unmatched.Forget(t.Context(), status); err != nil {
			t.Fatal(err)
		}
	}
	if list, _ = unmatched.List(t.Context(), "acme", 10); len(list) != 0 {
		t.Errorf("listed before 15 minutes: %v", list)
	}
	execute(t, pool, `UPDATE unmatched SET received_at = now() - interval '16 min'`)
	if list, err = unmatched.List(t.Context(), "acme", 10); err != nil || len(list) != 1 || list[0].WAMID != "w2" {
		t.Errorf("listed %v, %v", list, err)
	}
	if list, _ = unmatched.List(t.Context(), "other", 10); len(list) != 0 {
		t.Errorf("another tenant sees %v", list)
	}
	execute(t, pool, `UPDATE unmatched SET received_at = now() - interval '9 days'`)
	if n, err := unmatched.Expire(t.Context()); n != 1 || err != nil {
		t.Errorf("expired %d, %v", n, err)
	}
}
