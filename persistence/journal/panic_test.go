package journal

import (
	"errors"
	"testing"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/persistence"
)

// What the statement of a batch panics over is found by halving: each append is
// answered for itself, as refused, and none as a thing to wait for.
func TestPanicInTheStatementIsAFaultOfTheData(t *testing.T) {
	t.Parallel()
	w := &appendWriter{} // without a pool
	batch := []*answered{{Append: &ledger.Append{}}, {Append: &ledger.Append{}}, {Append: &ledger.Append{}}}
	if err := w.commit(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	for i, p := range batch {
		if !errors.Is(p.err, persistence.ErrRefused) || !persistence.Panicked(p.err) {
			t.Errorf("append %d is answered %v", i, p.err)
		}
	}
}
