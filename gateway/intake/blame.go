package intake

import (
	"context"
	"errors"
	"time"

	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/gateway/background"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/intake"
)

// blame is what an error of a command says about its event.
type blame int

const (
	blameEvent  blame = iota // after some tries: the grain itself fails at it
	blameData                // at once, and it alone: its data are refused
	blameHang                // after some tries, if others pass meanwhile
	blameNobody              // never: the store or the cluster cannot now
	blameBroken              // never, and somebody must mend the store
)

func blameOf(err error) blame {
	is := func(code string) bool { return errors.Is(err, &cluster.Error{Code: code}) }
	switch {
	case is(background.CodeRefused):
		return blameData
	case is(background.CodeBroken):
		return blameBroken
	case is(background.CodeUnavailable), is(background.CodeUnknown), errors.Is(err, cluster.ErrBusy), errors.Is(err, cluster.ErrStopped),
		errors.Is(err, cluster.ErrNoMember):
		return blameNobody
	case errors.Is(err, cluster.ErrUnknown), errors.Is(err, context.DeadlineExceeded):
		return blameHang
	}
	// So is whatever nobody foresaw: as a problem somebody looks at it, while as nobody's
	// fault it would hold up its lane for ever.
	return blameEvent
}

// note writes problems down, in order. What cannot be written as it is loses what
// only finds it, then, if need be, its content: that stays in the intake table.
// Errors are nobody's fault; nothing is lost, and all may be noted again.
func (a *Applier) note(ctx context.Context, list []intake.Problem) error {
	problems := persistence.Sieve[intake.Problem]{
		Do: a.store.Problems.Note, Canary: a.store.Problems.Canary, Guilty: a.noteBare, Pause: a.cfg.Pauses.Retry,
	}
	return problems.Run(ctx, list)
}

func (a *Applier) noteBare(ctx context.Context, p intake.Problem, cause error) error {
	bare := p
	bare.Number, bare.Conversation = "", ""
	bare.Kind, bare.Reason = "event", "it could not be noted as it is; its number and its conversation stand in its content"
	err := a.store.Problems.Note(ctx, []intake.Problem{bare})
	if err != nil && persistence.FaultOf(err) != persistence.FaultTransient {
		bare.Raw, bare.Reason = []byte{}, "it could not be noted; its content is in the table intake, by day, source and seq"
		err = a.store.Problems.Note(ctx, []intake.Problem{bare})
	}
	if err == nil || persistence.FaultOf(err) == persistence.FaultTransient {
		return err
	}
	// It is given up, aloud: if it were tried for ever its row would never be done, and the
	// mark of the whole source would stand before it.
	a.cfg.Logger.Error("an event could not be noted as a problem: read it in the table intake",
		"day", p.Day.Format(time.DateOnly), "source", p.Source, "seq", p.Seq, "event", p.EventIndex, "error", cause)
	return nil
}
