package ledger_test

import (
	"testing"

	"github.com/prosa-chat/prosa/actors/ledger"
)

// Every grain is found again by its name in the store.
func TestGrainsAreNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ kind, key, scope, name string }{
		{"Conversation", "100:01hz", "100", "01hz"},
		{"Conversation", "100:01hz", "acme", "Conversation:100:01hz"},
		{"PhoneNumber", "100", "100", "PhoneNumber:100"},
		{"Dispatch", "acme:x", "acme", "Dispatch:acme:x"},
	} {
		if name := ledger.GrainName(c.kind, c.key, c.scope); name != c.name {
			t.Errorf("%s %s in %s is named %s, want %s", c.kind, c.key, c.scope, name, c.name)
		}
		if kind, key := ledger.GrainOf(c.name, c.scope); kind != c.kind || key != c.key {
			t.Errorf("%s in %s is %s %s", c.name, c.scope, kind, key)
		}
	}
}
