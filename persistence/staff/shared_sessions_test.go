package staff_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// Many ask who they are at the same time: each hears of himself, and whoever asks after
// a session has ended hears that, whatever was being read meanwhile.
func TestSessionsThatAreReadTogether(t *testing.T) {
	t.Parallel()
	_, accounts := storetest.Office(t)
	var group errgroup.Group
	const people, rounds = 8, 30
	var over atomic.Int32
	for n := range people {
		who := hire(t, accounts, "t1", fmt.Sprintf("p%d@x.example", n), staff.RoleAgent, "red")
		group.Go(func() error {
			for round := 0; round < rounds || over.Load() < people && round < 100*rounds; round++ { // the others read as long as one does
				s, err := accounts.OpenSession(t.Context(), who)
				if err != nil {
					return err
				}
				got, err := accounts.Session(t.Context(), s.Token)
				if err != nil || got.Person.ID != who.ID || got.CSRFToken != s.CSRFToken || len(got.Person.Teams) != 1 {
					return fmt.Errorf("%s is told that he is %+v, %w", who.ID, got.Person, err)
				}
				if err := accounts.CloseSession(t.Context(), s.Token); err != nil {
					return err
				}
				if got, err := accounts.Session(t.Context(), s.Token); !errors.Is(err, persistence.ErrNotFound) {
					return fmt.Errorf("a session that was ended is %+v, %w", got.Person, err)
				}
				if round == rounds-1 {
					over.Add(1)
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
}
