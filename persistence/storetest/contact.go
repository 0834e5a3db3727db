package storetest

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/contacts"
)

// Phone is a telephone number that a contact is known by.
func Phone(s string) wa.Alias { return wa.Alias{Kind: wa.AliasPhone, Value: s} }

// BSUID is a business-scoped user id that a contact is known by.
func BSUID(s string) wa.Alias { return wa.Alias{Kind: wa.AliasBSUID, Value: s} }

// Resolve asks a directory without memory, as another process would.
func Resolve(t testing.TB, pool *pgxpool.Pool, aliases ...wa.Alias) contacts.Contact {
	t.Helper()
	list, err := contacts.New(pool).Resolve(t.Context(), []contacts.Lookup{{Portfolio: "p", Aliases: aliases}})
	if err != nil {
		t.Fatal(err)
	}
	return list[0]
}
