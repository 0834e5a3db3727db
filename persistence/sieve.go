package persistence

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// AloneTries is how often something must fail alone, while others pass, before it
// is blamed for an error that may be the statement's.
const AloneTries = 3

// Sieve does many things at once and finds the one that the database does not
// take. Do and Guilty are needed.
type Sieve[T any] struct {
	// Do does some of them, all or none. It may be called again with those that it
	// has done already.
	Do func(ctx context.Context, some []T) error
	// Canary goes through the same statements with data of its own and leaves
	// nothing behind. Without one nobody is blamed for what may be the statement's fault.
	Canary func(ctx context.Context) error
	// Guilty is handed what cannot be done, alone, with the reason; its own error
	// ends the run. It may be called again for the same one in a later run.
	Guilty func(ctx context.Context, one T, err error) error
	// Pause is how long to wait between two tries of one that fails alone though
	// others pass; 0: not at all.
	Pause time.Duration
}

// suspect failed alone by an error that may be the statement's.
type suspect[T any] struct {
	one T
	err error
}

// Run does them all but the guilty ones. An error is nobody's fault (transient, or
// ErrBroken: nothing passes through the statement): what was not done yet waits,
// and the whole list may be run again.
func (s *Sieve[T]) Run(ctx context.Context, list []T) error {
	if len(list) == 0 {
		return nil
	}
	var suspects []suspect[T]
	if err := s.sift(ctx, list, &suspects); err != nil {
		return err
	}
	for range AloneTries - 1 {
		if len(suspects) == 0 {
			return nil
		}
		if err := s.wait(ctx); err != nil {
			return err
		}
		var still []suspect[T]
		for _, one := range suspects {
			if err := s.sift(ctx, []T{one.one}, &still); err != nil {
				return err
			}
		}
		suspects = still
	}
	if len(suspects) == 0 {
		return nil
	}
	// What failed may have broken for everybody meanwhile.
	if err := s.passes(ctx, suspects[0].err); err != nil {
		return err
	}
	for _, one := range suspects {
		if err := s.Guilty(ctx, one.one, one.err); err != nil {
			return err
		}
	}
	return nil
}

// sift does a list, or its halves.
func (s *Sieve[T]) sift(ctx context.Context, list []T, suspects *[]suspect[T]) error {
	err := s.try(ctx, list)
	switch FaultOf(err) {
	case FaultNone:
		return nil
	case FaultData:
		if len(list) == 1 {
			return s.Guilty(ctx, list[0], err)
		}
	case FaultBroken:
		// When everybody's statement fails, halving would only ask a thousand times.
		if broken := s.passes(ctx, err); broken != nil {
			return broken
		}
		if len(list) == 1 {
			*suspects = append(*suspects, suspect[T]{list[0], err})
			return nil
		}
	default:
		return err
	}
	middle := len(list) / 2
	if err := s.sift(ctx, list[:middle], suspects); err != nil {
		return err
	}
	return s.sift(ctx, list[middle:], suspects)
}

// passes is nil if others pass through the statement that failed.
func (s *Sieve[T]) passes(ctx context.Context, cause error) error {
	if s.Canary == nil {
		return Classed(cause)
	}
	err := s.Canary(ctx)
	switch FaultOf(err) {
	case FaultNone:
		return nil
	case FaultTransient:
		return err
	}
	return fmt.Errorf("%w: nothing passes: %w", ErrBroken, err)
}

func (s *Sieve[T]) wait(ctx context.Context) error {
	if s.Pause <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(s.Pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// Querier is a pool, a connection or a transaction.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	SendBatch(ctx context.Context, batch *pgx.Batch) pgx.BatchResults
}

// beginner is a pool or a connection.
type beginner interface {
	Begin(ctx context.Context) (pgx.Tx, error)
}

// errRehearsed ends a rehearsal that went well.
var errRehearsed = errors.New("rehearsed")

// Rehearse does something in a transaction and rolls it back.
func Rehearse(ctx context.Context, db beginner, do func(tx pgx.Tx) error) error {
	err := pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		return errRehearsed
	})
	if errors.Is(err, errRehearsed) {
		return nil
	}
	return err
}

// try is Do, with a panic as an error.
func (s *Sieve[T]) try(ctx context.Context, some []T) error {
	return Guarded(func() error { return s.Do(ctx, some) })
}
