package persistence_test

import (
	"slices"
	"testing"

	"github.com/prosa-chat/prosa/persistence"
)

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
