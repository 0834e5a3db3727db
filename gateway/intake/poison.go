package intake

import (
	"context"
	"errors"

	"github.com/prosa-chat/prosa/gateway/background"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/intake"
)

// find does everything but the delivery. An event that the store does not take is
// found by halving and noted, alone.
func (p *routing) find(ctx context.Context) error {
	events := persistence.Sieve[int]{Do: p.findSome, Canary: p.applier.canary, Guilty: p.guilty, Pause: p.applier.cfg.Pauses.Retry}
	places := make([]int, len(p.arrivals))
	for n := range places {
		places[n] = n
	}
	return events.Run(ctx, places)
}

// findSome is find for some of the events, all or none.
// It begins anew each time, as the sieve asks again with halves: nothing that an earlier
// run found of these places may stay. A status that it has stored as unmatched stays
// there, and is stored again as the same one.
func (p *routing) findSome(ctx context.Context, places []int) error {
	p.lookups, p.senders, p.queries, p.statuses, p.words = nil, nil, nil, nil, nil
	for _, n := range places {
		p.items[n], p.notes[n], p.waits[n] = nil, nil, false
		if err := p.guarded(n, func() error { return p.sort(ctx, n) }); err != nil {
			return err
		}
	}
	if err := p.findSenders(ctx); err != nil {
		return err
	}
	if err := p.findSent(ctx); err != nil {
		return err
	}
	return p.sayWords(ctx)
}

// guilty notes an event, and why the database or our own code does not take it. What
// others of the lot found is left as it is.
func (p *routing) guilty(_ context.Context, n int, err error) error {
	p.items[n], p.waits[n] = nil, false
	reason := "the database does not take it: " + err.Error()
	if struck, ok := errors.AsType[*persistence.Panic](err); ok {
		p.applier.work.Struck("route", struck)
		reason = background.ErrPanicked.Error()
	}
	p.note(n, intake.ProblemFailed, string(p.arrivals[n].event.Kind), reason)
	return nil
}

// guarded notes an event that makes our own code panic.
// The others of its lot go on without another run.
func (p *routing) guarded(n int, do func() error) (err error) {
	if !p.applier.work.Guard("route", func() { err = do() }) {
		p.items[n] = nil
		p.note(n, intake.ProblemFailed, string(p.arrivals[n].event.Kind), background.ErrPanicked.Error())
	}
	return err
}

// problems lists what is to be noted, in order, with the rows of it.
func (p *routing) problems() (list []intake.Problem, rows []*heldRow) {
	for n, problem := range p.notes {
		if problem != nil {
			list, rows = append(list, *problem), append(rows, p.arrivals[n].row)
		}
	}
	return list, rows
}
