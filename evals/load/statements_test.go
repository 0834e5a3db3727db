package load

import (
	"strings"
	"testing"
)

func TestStatementsAreToldFromTheDearest(t *testing.T) {
	t.Parallel()
	before := reading{statements: map[string]statement{
		"1": {"SELECT a", 10, 5, 0}, "2": {"INSERT b", 10, 1, 100}, "3": {"DELETE c", 4, 1, 1},
	}}
	after := reading{statements: map[string]statement{
		"1": {"SELECT a", 20, 6, 0}, "2": {"INSERT b", 12, 9, 500}, "3": {"DELETE c", 4, 1, 1},
		"4": {"UPDATE\n\t\td " + strings.Repeat("x", 200), 1, 0.1, 10},
	}}
	var into Result
	before.whereItGoes(&into, "round trip", after, 2)
	if len(into.Notes) != 4 { // a title, and not what did not run
		t.Fatalf("notes %q", into.Notes)
	}
	for i, want := range []string{
		"calls, µs and B of WAL of a round trip, by statement:",
		"  1.000  4000.0     200  INSERT b",
		"  5.000   500.0       0  SELECT a",
		"  0.500    50.0       5  UPDATE d xxx",
	} {
		if !strings.HasPrefix(into.Notes[i], want) {
			t.Errorf("line %d is %q, want %q", i, into.Notes[i], want)
		}
	}
	if n := len([]rune(into.Notes[3])); n > 140 {
		t.Errorf("a line of %d characters", n)
	}
	into = Result{}
	reading{}.whereItGoes(&into, "round trip", after, 2)
	if len(into.Notes) != 0 {
		t.Errorf("a server that counts nothing told %q", into.Notes)
	}
}
