package follow

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// A lot commits only in the term of its leader, and while his member has a lease: also
// when the lease of one who has been replaced runs again.
func TestLotsAreFencedByTermAndLease(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	lead := func(member string) *leader {
		t.Helper()
		pgtest.Member(t, pool, member)
		f, err := New(Config{Pool: pool, Name: "test", Member: member, Handler: Handler{
			Take: func(context.Context, pgx.Tx, []wa.ConversationKey, bool) ([]wa.ConversationKey, error) {
				return nil, nil
			},
		}})
		if err != nil {
			t.Fatal(err)
		}
		l := &leader{cfg: &f.cfg, metrics: f.metrics}
		if ok, err := l.takeLead(t.Context()); err != nil || !ok {
			t.Fatalf("%s leads: %t, %v", member, ok, err)
		}
		return l
	}
	lot := func(l *leader) error { return l.fenced(t.Context(), func(pgx.Tx) error { return nil }) }
	a := lead("a")
	if err := lot(a); err != nil {
		t.Fatal(err)
	}
	pgtest.EndMember(t, pool, "a")
	if err := lot(a); !errors.Is(err, errLost) {
		t.Errorf("without a lease: %v", err)
	}
	b := lead("b")
	pgtest.Exec(t, pool, `UPDATE member SET lease_until = 'infinity' WHERE id = 'a'`)
	if err := lot(a); !errors.Is(err, errLost) {
		t.Errorf("in the term of another: %v", err)
	}
	if _, err := a.readPlace(t.Context()); !errors.Is(err, errLost) {
		t.Errorf("a goes on: %v", err)
	}
	if err := lot(b); err != nil {
		t.Errorf("b: %v", err)
	}
}
