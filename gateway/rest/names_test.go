package rest

import (
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/actors/wa"
)

func TestNamesThatCannotStandInAList(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Ana", "Žofia Ó Dálaigh", "山田", "Loja 🏳\ufe0f\u200d🌈", strings.Repeat("é", maxNameLength), "می\u200cخواهم"} {
		if err := CheckName("name", name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"", " ", "\u200b", "Ana\u202eanA", "Ana\x00", "Ana\u200b", "A\nB", strings.Repeat("é", maxNameLength+1)} {
		if err := CheckName("name", name); err == nil {
			t.Errorf("%q passes", name)
		}
	}
	for email, want := range map[string]bool{
		"ana@example.com": true, "Ana <ana@example.com>": false, "\u200bana@example.com": false, "ana": false,
		strings.Repeat("a", 250) + "@x.example": false,
	} {
		if got := CheckEmail(email) == nil; got != want {
			t.Errorf("%q: %v", email, got)
		}
	}
	for id, want := range map[string]bool{
		"998877665544332": true, "waba_1": true, "": false, "../../me": false, "..": false, "a b": false, strings.Repeat("1", 65): false,
	} {
		if got := CheckMetaID("account_id", id) == nil; got != want {
			t.Errorf("id %q: %v", id, got)
		}
	}
	for token, want := range map[string]bool{"": true, "EAAG-x.y_z": true, "a b": false, "\x00": false, strings.Repeat("x", 5000): false} {
		if got := CheckToken(token) == nil; got != want {
			t.Errorf("token of %d: %v", len(token), got)
		}
	}
	for id, want := range map[string]bool{"main": true, "pós-venda": true, "..": false, "\u200b": false, "t\u202et": false, "a/b": false} {
		if got := Nameable(wa.TeamID(id)); got != want {
			t.Errorf("team %q: %v", id, got)
		}
	}
}
