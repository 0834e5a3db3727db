package storetest

import (
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// Number is our number in tests.
const Number = wa.PhoneNumberID("100200300")

// Registered gives the database our number.
func Registered(t testing.TB, pool *pgxpool.Pool) *numbers.Numbers {
	t.Helper()
	sealer, err := persistence.NewSealer("0123456789abcdef")
	if err != nil {
		t.Fatal(err)
	}
	for n := range 4 {
		pgtest.Member(t, pool, fmt.Sprint("member-", n))
	}
	registry := numbers.New(pool, sealer)
	err = registry.Register(t.Context(), numbers.Registration{Number: numbers.Number{
		ID: Number, TenantID: "acme", AccountID: "waba", PortfolioID: "p", TeamID: "sales",
		Display: "+55 11 90000-0000", Name: "Sales", Token: "EAAG-token",
	}, TenantName: "Acme"})
	if err != nil {
		t.Fatal(err)
	}
	return registry
}

// Office is a database with two tenants: t1 with teams red and blue, t2 with
// team red.
func Office(t testing.TB) (*pgxpool.Pool, *staff.Staff) {
	t.Helper()
	pool := pgtest.Pool(t)
	pgtest.Exec(t, pool, `INSERT INTO tenant (id, name) VALUES ('t1', 'One'), ('t2', 'Two')`)
	accounts := staff.New(pool)
	for _, team := range []staff.Team{{ID: "red", Name: "Red"}, {ID: "blue", Name: "Blue"}} {
		if _, err := accounts.PutTeam(t.Context(), "t1", team); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := accounts.PutTeam(t.Context(), "t2", staff.Team{ID: "red", Name: "Red of two"}); err != nil {
		t.Fatal(err)
	}
	return pool, accounts
}
