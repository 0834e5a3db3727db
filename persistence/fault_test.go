package persistence_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/prosa-chat/prosa/persistence"
)

func TestFaultOf(t *testing.T) {
	t.Parallel()
	want := map[persistence.Fault]string{
		persistence.FaultData:      "22003 22P05 23505 23514 54000",
		persistence.FaultTransient: "08000 08006 25006 40001 40P01 53100 53300 55P03 57014 57P01 58030",
		persistence.FaultBroken:    "0A000 25001 28000 3D000 3F000 42501 42P01 P0001 XX000 XX002",
	}
	for fault, codes := range want {
		for _, code := range strings.Fields(codes) {
			err := fmt.Errorf("do it: %w", &pgconn.PgError{Code: code})
			if got := persistence.FaultOf(err); got != fault {
				t.Errorf("%s is the fault of %s, want %s", code, got, fault)
			}
		}
	}
	for _, err := range []error{errors.New("?"), context.DeadlineExceeded, &pgconn.PgError{}, persistence.ErrConflict, persistence.ErrClosed} {
		if got := persistence.FaultOf(err); got != persistence.FaultTransient {
			t.Errorf("%v is the fault of %s, want transient", err, got)
		}
	}
}

// fakeStatement fails by a rule; what it did is kept.
type fakeStatement struct {
	fails   func(some []int) error
	done    []int
	calls   int
	guilty  []int
	canary  error
	checked int
}

func (f *fakeStatement) sieve() *persistence.Sieve[int] {
	return &persistence.Sieve[int]{
		Do: func(_ context.Context, some []int) error {
			f.calls++
			if err := f.fails(some); err != nil {
				return err
			}
			f.done = append(f.done, some...)
			return nil
		},
		Canary: func(context.Context) error { f.checked++; return f.canary },
		Guilty: func(_ context.Context, one int, _ error) error { f.guilty = append(f.guilty, one); return nil },
	}
}

func failsWith(code string, bad ...int) func([]int) error {
	return func(some []int) error {
		if slices.ContainsFunc(some, func(n int) bool { return slices.Contains(bad, n) }) {
			return &pgconn.PgError{Code: code}
		}
		return nil
	}
}

func TestSieve(t *testing.T) {
	t.Parallel()
	broken := &pgconn.PgError{Code: "42501"}
	tests := map[string]struct {
		fake   fakeStatement
		done   int
		guilty []int
		fault  persistence.Fault
	}{
		"all pass":                   {fakeStatement{fails: failsWith("22003")}, 100, nil, persistence.FaultNone},
		"data":                       {fakeStatement{fails: failsWith("22003", 0, 41, 99)}, 97, []int{0, 41, 99}, persistence.FaultNone},
		"broken for some":            {fakeStatement{fails: failsWith("XX002", 0, 41, 99)}, 97, []int{0, 41, 99}, persistence.FaultNone},
		"broken for everybody":       {fakeStatement{fails: func([]int) error { return broken }, canary: broken}, 0, nil, persistence.FaultBroken},
		"away":                       {fakeStatement{fails: failsWith("57P01", 41)}, 0, nil, persistence.FaultTransient},
		"away while broken for some": {fakeStatement{fails: failsWith("XX002", 41), canary: errors.New("gone")}, 0, nil, persistence.FaultTransient},
	}
	for name, test := range tests {
		list := make([]int, 100)
		for n := range list {
			list[n] = n
		}
		err := test.fake.sieve().Run(t.Context(), list)
		if got := persistence.FaultOf(err); got != test.fault {
			t.Errorf("%s: fault %s, want %s: %v", name, got, test.fault, err)
		}
		if len(test.fake.done) != test.done || !slices.Equal(test.fake.guilty, test.guilty) {
			t.Errorf("%s: %d done, guilty %v", name, len(test.fake.done), test.fake.guilty)
		}
		if test.fault == persistence.FaultBroken && test.fake.calls > 1 {
			t.Errorf("%s: asked %d times for what nobody gets", name, test.fake.calls)
		}
	}
}

// Who fails twice alone and then passes was not guilty; nor is anybody when the
// last canary does not pass.
func TestSieveBlamesNobodyTooSoon(t *testing.T) {
	t.Parallel()
	alone := 0
	recovers := fakeStatement{fails: func(some []int) error {
		if !slices.Contains(some, 3) {
			return nil
		}
		if len(some) == 1 {
			if alone++; alone == 3 {
				return nil
			}
		}
		return &pgconn.PgError{Code: "XX000"}
	}}
	if err := recovers.sieve().Run(t.Context(), []int{1, 2, 3, 4}); err != nil || len(recovers.guilty) > 0 || len(recovers.done) != 4 {
		t.Errorf("%v, guilty %v, done %v", err, recovers.guilty, recovers.done)
	}
	breaks := fakeStatement{fails: failsWith("XX000", 3)}
	sieve := breaks.sieve()
	sieve.Canary = func(context.Context) error {
		if breaks.checked++; breaks.checked > 5 { // two of the halving, three of the tries alone
			return &pgconn.PgError{Code: "XX000"}
		}
		return nil
	}
	if err := sieve.Run(t.Context(), []int{1, 2, 3, 4}); !errors.Is(err, persistence.ErrBroken) || len(breaks.guilty) > 0 {
		t.Errorf("%v, guilty %v", err, breaks.guilty)
	}
}
