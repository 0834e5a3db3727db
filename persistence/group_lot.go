package persistence

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// run does one lot, and answers all of it.
func (g *Group[T]) run(ctx context.Context, lot []*Ask[T]) {
	began := time.Now()
	g.busy.Store(&began)
	defer g.busy.Store(nil)
	if g.cfg.Order != nil {
		slices.SortFunc(lot, func(a, b *Ask[T]) int { return g.cfg.Order(&a.Of, &b.Of) })
	}
	if g.cfg.Patience > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, g.cfg.Patience)
		defer cancel()
	}
	sieve := Sieve[*Ask[T]]{Do: g.some, Guilty: g.guilty}
	if g.cfg.Canary != nil {
		sieve.Canary = func(ctx context.Context) error { return g.cfg.Canary(ctx, lot) }
	}
	err := Guarded(func() error {
		run := func(ctx context.Context) error { return sieve.Run(ctx, lot) }
		if g.cfg.Insist != nil {
			return g.cfg.Insist(run)
		}
		return run(ctx)
	})
	g.struck(err)
	for _, a := range lot {
		a.Answer(Classed(err))
	}
	if g.cfg.Observe != nil {
		g.cfg.Observe(len(lot), time.Since(began), err)
	}
}

// some does those that have no answer yet.
func (g *Group[T]) some(ctx context.Context, some []*Ask[T]) error {
	open := some
	if slices.ContainsFunc(some, func(a *Ask[T]) bool { return a.answered }) {
		open = slices.DeleteFunc(slices.Clone(some), func(a *Ask[T]) bool { return a.answered })
	}
	if len(open) == 0 {
		return nil
	}
	if err := g.cfg.Do(ctx, open); err != nil {
		return err
	}
	for _, a := range open {
		a.Answer(nil)
	}
	return nil
}

// guilty answers one that cannot be done.
func (g *Group[T]) guilty(ctx context.Context, a *Ask[T], err error) error {
	g.struck(err)
	if g.cfg.Guilty != nil {
		if failed := g.cfg.Guilty(ctx, a, err); failed == nil {
			a.Answer(nil)
			return nil
		} else if FaultOf(failed) == FaultTransient {
			return failed
		}
	}
	if FaultOf(err) != FaultData {
		err = fmt.Errorf("%w, alone: %w", ErrRefused, Classed(err))
	}
	a.Answer(Classed(err))
	return nil
}

func (g *Group[T]) struck(err error) {
	if p, yes := errors.AsType[*Panic](err); yes && g.cfg.Struck != nil {
		g.cfg.Struck(p)
	}
}
