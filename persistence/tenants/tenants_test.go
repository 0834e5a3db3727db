package tenants_test

import (
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/storetest"
	"github.com/prosa-chat/prosa/persistence/tenants"
)

const password = "correct horse"

func open(t *testing.T) (*pgxpool.Pool, *staff.Staff, *tenants.Tenants) {
	t.Helper()
	pool, people := storetest.Office(t)
	return pool, people, tenants.New(pool, people)
}

func n[N int | int64](v N) *N { return &v }

// A tenant comes with its administrator's invitation, or not at all.
func TestCreate(t *testing.T) {
	t.Parallel()
	pool, people, all := open(t)
	made, i, err := all.Create(t.Context(), "Lume", "renata@lume.example", tenants.Limits{Seats: n(2)})
	if err != nil || made.State != tenants.Active || made.Use.Seats != 1 || i.Token == "" || i.Role != staff.RoleAdmin {
		t.Fatalf("made %+v, %+v, %v", made, i, err)
	}
	p, err := people.Join(t.Context(), i.Token, "Renata", password)
	if err != nil || p.TenantID != made.ID || p.Role != staff.RoleAdmin {
		t.Fatalf("joined %+v, %v", p, err)
	}
	if _, _, err := all.Create(t.Context(), "Lume again", "Renata@lume.example", tenants.Limits{}); !errors.Is(err, staff.ErrEmailTaken) {
		t.Errorf("an address that is taken: %v", err)
	}
	if got := pgtest.Count(t, pool, `SELECT count(*) FROM tenant WHERE name = 'Lume again'`); got != 0 {
		t.Error("half a tenant is left")
	}
	if got := pgtest.Count(t, pool, `SELECT count(*) FROM audit WHERE tenant_id = $1 AND action = 'tenant.created'`, made.ID); got != 1 {
		t.Errorf("%d lines of it in the audit", got)
	}
}

// Seats are held to their limit wherever one is taken, also by many at once.
func TestSeats(t *testing.T) {
	t.Parallel()
	_, people, all := open(t)
	if err := all.Limit(t.Context(), "t1", tenants.Limits{Seats: n(2)}); err != nil {
		t.Fatal(err)
	}
	full := func(what string, err error) {
		t.Helper()
		if limit, ok := errors.AsType[*persistence.LimitError](err); !ok || limit.What != "seats" || limit.Most != 2 {
			t.Errorf("%s: %v", what, err)
		}
	}
	ana, err := people.Create(t.Context(), staff.Person{TenantID: "t1", Email: "ana@x.example", Name: "Ana", Role: staff.RoleAdmin}, password)
	if err != nil {
		t.Fatal(err)
	}
	list, err := people.Invite(t.Context(), "t1", []string{"bia@x.example"}, staff.RoleAgent, nil, staff.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = people.Invite(t.Context(), "t1", []string{"bia@x.example"}, staff.RoleAgent, nil, staff.Limits{})
	if err != nil {
		t.Errorf("the same address again takes no seat: %v", err)
	}
	_, err = people.Create(t.Context(), staff.Person{TenantID: "t1", Email: "caio@x.example", Name: "Caio", Role: staff.RoleAgent}, password)
	full("an account", err)
	_, err = people.Invite(t.Context(), "t1", []string{"caio@x.example"}, staff.RoleAgent, nil, staff.Limits{})
	full("an invitation", err)
	if _, err := people.Join(t.Context(), list[0].Token, "Bia", password); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("a link that was replaced: %v", err)
	}
	if err := people.WithdrawInvitation(t.Context(), "t1", list[0].ID); err != nil {
		t.Fatal(err)
	}
	var g errgroup.Group
	made := make(chan struct{}, 8)
	for _, name := range []string{"d", "e", "f", "g", "h", "i", "j", "k"} {
		g.Go(func() error {
			_, err := people.Create(t.Context(), staff.Person{TenantID: "t1", Email: name + "@x.example", Name: name, Role: staff.RoleAgent}, password)
			if _, limited := errors.AsType[*persistence.LimitError](err); limited {
				return nil
			}
			made <- struct{}{}
			return err
		})
	}
	if err := g.Wait(); err != nil || len(made) != 1 {
		t.Errorf("%d of 8 at once took the one seat, %v", len(made), err)
	}
	_ = ana
}

func registry(t *testing.T, pool *pgxpool.Pool) *numbers.Numbers {
	t.Helper()
	sealer, err := persistence.NewSealer("0123456789abcdef")
	if err != nil {
		t.Fatal(err)
	}
	return numbers.New(pool, sealer)
}

func register(t *testing.T, pool *pgxpool.Pool, tenant wa.TenantID, id wa.PhoneNumberID) error {
	t.Helper()
	return registry(t, pool).Register(t.Context(), numbers.Registration{Number: numbers.Number{
		ID: id, TenantID: tenant, AccountID: wa.AccountID("waba-" + tenant), PortfolioID: wa.PortfolioID("p-" + tenant), TeamID: "red", Display: string(id), Token: "token",
	}})
}

// Numbers are held to their limit; one that is there may be registered again.
func TestNumbers(t *testing.T) {
	t.Parallel()
	pool, _, all := open(t)
	if err := all.Limit(t.Context(), "t1", tenants.Limits{Numbers: n(1)}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(register(t, pool, "t1", "100"), register(t, pool, "t1", "100"), register(t, pool, "t2", "900")); err != nil {
		t.Fatal(err)
	}
	if _, ok := errors.AsType[*persistence.LimitError](register(t, pool, "t1", "200")); !ok {
		t.Error("a second number was taken")
	}
	if got := pgtest.Count(t, pool, `SELECT count(*) FROM phone_number`); got != 2 {
		t.Errorf("%d numbers", got)
	}
	if err := all.Suspend(t.Context(), "t1", "unpaid"); err != nil {
		t.Fatal(err)
	}
	if closed, ok := errors.AsType[*persistence.ClosedError](register(t, pool, "t1", "100")); !ok || closed.Reason != "unpaid" {
		t.Errorf("a suspended tenant's number: %v", closed)
	}
}

// A suspended tenant sends nothing and lets nobody in; what waited leaves when it is
// resumed. Another tenant feels nothing of it.
func TestSuspend(t *testing.T) {
	t.Parallel()
	pool, people, all := open(t)
	pgtest.Member(t, pool, "member-1")
	if err := errors.Join(register(t, pool, "t1", "100"), register(t, pool, "t2", "900")); err != nil {
		t.Fatal(err)
	}
	ana, err := people.Create(t.Context(), staff.Person{TenantID: "t1", Email: "ana@x.example", Name: "Ana", Role: staff.RoleAdmin}, password)
	if err != nil {
		t.Fatal(err)
	}
	session, err := people.LogIn(t.Context(), "ana@x.example", password)
	if err != nil {
		t.Fatal(err)
	}
	key, err := people.MakeKey(t.Context(), staff.Key{TenantID: "t1", Name: "Shop", Rights: []staff.Right{staff.RightRead}, Policy: staff.PolicyOwn, AllTeams: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, number := range []string{"100", "900"} {
		pgtest.Exec(t, pool, `INSERT INTO effect (kind, scope, id, attempt, grain, class, owner_epoch, turn_epoch, not_before, body)
			SELECT 1, $1, 'm' || i, 1, 'c' || i, 2, 1, 0, now() - interval '1 s', '' FROM generate_series(1, 3) i`, number)
	}
	if err := all.Suspend(t.Context(), "t1", "unpaid"); err != nil {
		t.Fatal(err)
	}
	pgtest.BarsBefore(t, pool, "tenant_life")
	sends := effects.NewSends(pool, nil)
	claim := func(number wa.PhoneNumberID, limit int) effects.Claim {
		t.Helper()
		c, err := sends.Claim(t.Context(), number, "member-1", limit)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if c := claim("100", 1); len(c.Sends) != 0 || c.Wait <= 0 || c.Wait > 5*time.Second {
		t.Errorf("claimed %d, and waits %s", len(c.Sends), c.Wait)
	}
	if c := claim("900", 1); len(c.Sends) != 1 {
		t.Errorf("another tenant's: %d", len(c.Sends))
	}
	shut := func(what string, err error) {
		t.Helper()
		if closed, ok := errors.AsType[*persistence.ClosedError](err); !ok || closed.Reason != "unpaid" {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := people.Session(t.Context(), session.Token); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("a session goes on: %v", err)
	}
	_, err = people.LogIn(t.Context(), "ana@x.example", password)
	shut("the right password", err)
	if _, err := people.LogIn(t.Context(), "ana@x.example", "wrong password"); !errors.Is(err, staff.ErrBadLogin) {
		t.Errorf("a wrong password learns something: %v", err)
	}
	_, err = people.OpenSession(t.Context(), ana)
	shut("a session without a password", err)
	_, err = people.Session(t.Context(), key.Secret)
	shut("an API key", err)
	standings, err := all.Standings(t.Context())
	if err != nil || len(standings) != 1 || standings[0].ID != "t1" || standings[0].State != tenants.Suspended {
		t.Errorf("standings %+v, %v", standings, err)
	}

	if err := all.Resume(t.Context(), "t1"); err != nil {
		t.Fatal(err)
	}
	if c := claim("100", 10); len(c.Sends) != 3 {
		t.Errorf("%d of 3 that waited leave", len(c.Sends))
	}
	if _, err := people.LogIn(t.Context(), "ana@x.example", password); err != nil {
		t.Error(err)
	}
	if _, err := people.Session(t.Context(), key.Secret); err != nil {
		t.Error(err)
	}
}

// Nobody comes in while the tenant is being suspended, and stays.
func TestSuspendAgainstLogins(t *testing.T) {
	t.Parallel()
	pool, people, all := open(t)
	ana, err := people.Create(t.Context(), staff.Person{TenantID: "t1", Email: "ana@x.example", Name: "Ana", Role: staff.RoleAdmin}, password)
	if err != nil {
		t.Fatal(err)
	}
	var g errgroup.Group
	for range 8 {
		g.Go(func() error {
			for range 10 {
				_, err := people.OpenSession(t.Context(), ana)
				if _, closed := errors.AsType[*persistence.ClosedError](err); err != nil && !closed {
					return err
				}
			}
			return nil
		})
	}
	g.Go(func() error { return all.Suspend(t.Context(), "t1", "unpaid") })
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	if got := pgtest.Count(t, pool, `SELECT count(*) FROM session`); got != 0 {
		t.Errorf("%d sessions of a suspended tenant", got)
	}
}

// Messages are counted as they leave, each once, by calendar month of business time.
func TestMonth(t *testing.T) {
	t.Parallel()
	pool, _, all := open(t)
	pgtest.Member(t, pool, "member-1")
	if err := errors.Join(register(t, pool, "t1", "100"), all.Limit(t.Context(), "t1", tenants.Limits{Messages: n(int64(3))})); err != nil {
		t.Fatal(err)
	}
	spent := func() bool {
		t.Helper()
		list, err := all.Standings(t.Context())
		if err != nil || len(list) != 1 {
			t.Fatalf("%+v, %v", list, err)
		}
		return list[0].Spent
	}
	send := func(from, to, attempt int) {
		t.Helper()
		pgtest.Exec(t, pool, `INSERT INTO effect (kind, scope, id, attempt, grain, class, owner_epoch, turn_epoch, not_before, body)
			SELECT 1, '100', 'm' || i, $3, 'c' || i, 2, 1, 0, now() - interval '1 s', '' FROM generate_series($1::int, $2) i`, from, to, attempt)
		clock, err := persistence.OpenClock(t.Context(), pool)
		if err != nil {
			t.Fatal(err)
		}
		if c, err := effects.NewSends(pool, clock).Claim(t.Context(), "100", "member-1", 10); err != nil || len(c.Sends) != to-from+1 {
			t.Fatalf("claimed %d, %v", len(c.Sends), err)
		}
	}
	send(1, 2, 1)
	send(1, 2, 2) // again: the same messages
	if got, err := all.Get(t.Context(), "t1"); err != nil || got.Use.Messages != 2 || spent() {
		t.Errorf("counted %+v, %v", got.Use, err)
	}
	send(3, 3, 1)
	if !spent() {
		t.Error("3 of 3 and more may be sent")
	}
	pgtest.Exec(t, pool, `UPDATE installation SET ahead = interval '32 days'`)
	if got, err := all.Get(t.Context(), "t1"); err != nil || got.Use.Messages != 0 || spent() {
		t.Errorf("in the next month: %+v, %v", got.Use, err)
	}
	send(4, 4, 1)
	if got, err := all.Get(t.Context(), "t1"); err != nil || got.Use.Messages != 1 {
		t.Errorf("the first of the next month: %+v, %v", got.Use, err)
	}
}

// A tenant that is to be deleted is shut at once and can be had back within its term.
func TestCloseAndResume(t *testing.T) {
	t.Parallel()
	_, _, all := open(t)
	if err := all.Close(t.Context(), "t1", "closed", tenants.DefaultTerm); err != nil {
		t.Fatal(err)
	}
	got, err := all.Get(t.Context(), "t1")
	if err != nil || got.State != tenants.Closing || got.EraseAt == nil || time.Until(*got.EraseAt) < tenants.DefaultTerm-time.Hour {
		t.Fatalf("%+v, %v", got, err)
	}
	if err := all.Suspend(t.Context(), "t1", "unpaid"); !errors.Is(err, tenants.ErrState) {
		t.Errorf("suspended while closing: %v", err)
	}
	if err := all.Resume(t.Context(), "t1"); err != nil {
		t.Fatal(err)
	}
	if err := all.Close(t.Context(), "t1", "closed", 0); err != nil {
		t.Fatal(err)
	}
	if err := all.Resume(t.Context(), "t1"); !errors.Is(err, tenants.ErrState) {
		t.Errorf("resumed after its term: %v", err)
	}
	if err := all.Resume(t.Context(), "nobody"); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
}

// An operator key is shown once, hashed at rest, and ends at once when it is revoked.
func TestOperatorKey(t *testing.T) {
	t.Parallel()
	pool, people, all := open(t)
	k, err := all.MakeKey(t.Context(), "Deploy")
	if err != nil {
		t.Fatal(err)
	}
	if got := pgtest.Count(t, pool, `SELECT count(*) FROM operator_key k WHERE k::text LIKE '%' || $1 || '%'`, k.Secret[8:]); got != 0 {
		t.Error("the key itself is stored")
	}
	if found, err := all.KeyOf(t.Context(), k.Secret, "192.0.2.1"); err != nil || found.ID != k.ID {
		t.Errorf("%+v, %v", found, err)
	}
	if _, err := people.Session(t.Context(), k.Secret); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("it opens a seat: %v", err)
	}
	if err := all.RevokeKey(t.Context(), k.ID); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{k.Secret, "", "prosaop_"} {
		if _, err := all.KeyOf(t.Context(), secret, ""); !errors.Is(err, persistence.ErrNotFound) {
			t.Errorf("%q: %v", secret, err)
		}
	}
	list, err := all.Keys(t.Context())
	if err != nil || len(list) != 1 || list[0].UsedAddress != "192.0.2.1" || list[0].RevokedAt == nil || list[0].Secret != "" {
		t.Errorf("%+v, %v", list, err)
	}
}
