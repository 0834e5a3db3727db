package relay

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/intake"
)

// Codes that grains answer with when their store gave an error, see actors.
const (
	codeRefused     = "refused"     // these data, now and always
	codeBroken      = "broken"      // everybody's, until somebody mends the database
	codeUnavailable = "unavailable" // it did not happen
	codeUnknown     = "unknown"     // it may have happened
)

// stuckFor is how long something counts as waiting after it last failed: longer
// than the longest pause between two tries.
const stuckFor = 15 * time.Second

// stuck remembers what waits for a statement that the database carries out for
// nobody, by what it is.
type stuck struct {
	any  atomic.Bool
	mu   sync.Mutex
	seen map[string]time.Time
}

func (s *stuck) set(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil {
		s.seen = make(map[string]time.Time)
	}
	s.seen[what] = time.Now()
	s.any.Store(true)
}

// clear is called with each success: it costs nothing while nothing is stuck.
func (s *stuck) clear(what string) {
	if !s.any.Load() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.seen, what)
	s.any.Store(len(s.seen) > 0)
}

func (s *stuck) list() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.seen, func(_ string, last time.Time) bool { return time.Since(last) > stuckFor })
	return slices.Sorted(maps.Keys(s.seen))
}

// Trouble says what waits because the database does not carry its statement out:
// a missing right, an old schema, a damaged index. It ends by itself when that is
// mended; nothing is lost meanwhile. nil: nothing waits for that.
func (r *Relay) Trouble() error {
	if list := r.stuck.list(); len(list) > 0 {
		return fmt.Errorf("the database does not carry out: %s", strings.Join(list, ", "))
	}
	return nil
}

// persist does something with the store until it succeeds, the store refuses its
// data or the relay stops. While the store is away nothing else could go on
// anyway; while it is broken, somebody must be called.
func (r *Relay) persist(what string, do func(context.Context) error) error {
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		err := do(r.ctx)
		fault := persistence.FaultOf(err)
		if fault == persistence.FaultNone || fault == persistence.FaultData {
			r.stuck.clear(what)
			return err
		}
		r.complain(what, fault, err)
		if !r.pause(wait) {
			return fmt.Errorf("%s: %w", what, r.ctx.Err())
		}
	}
}

// complain logs why something waits: as an error, and on readiness, if somebody
// must mend it.
func (r *Relay) complain(what string, fault persistence.Fault, err error) {
	if r.ctx.Err() != nil {
		return
	}
	level := slog.LevelWarn
	if fault == persistence.FaultBroken {
		level = slog.LevelError
		r.stuck.set(what)
	}
	r.metrics.waits(what, fault)
	r.cfg.Logger.Log(r.ctx, level, "store does not take it, trying again", "what", what, "fault", fault.String(), "error", err)
}

// stored gives an error of the store the shape that it has from a grain.
func stored(err error) error {
	code := codeUnavailable
	switch persistence.FaultOf(err) {
	case persistence.FaultNone:
		return nil
	case persistence.FaultData:
		code = codeRefused
	case persistence.FaultBroken:
		code = codeBroken
	}
	return &cluster.Error{Code: code, Text: err.Error()}
}

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
	case is(codeRefused):
		return blameData
	case is(codeBroken):
		return blameBroken
	case is(codeUnavailable), is(codeUnknown), errors.Is(err, cluster.ErrBusy), errors.Is(err, cluster.ErrStopped),
		errors.Is(err, cluster.ErrNoMember):
		return blameNobody
	case errors.Is(err, cluster.ErrUnknown), errors.Is(err, context.DeadlineExceeded):
		return blameHang
	}
	return blameEvent
}

// note writes problems down, in order. What cannot be written as it is loses what
// only finds it, then, if need be, its content: that stays in the intake table.
// Errors are nobody's fault; nothing is lost, and all may be noted again.
func (r *Relay) note(ctx context.Context, list []intake.Problem) error {
	problems := persistence.Sieve[intake.Problem]{
		Do: r.store.Problems.Note, Canary: r.store.Problems.Canary, Guilty: r.noteBare, Pause: r.cfg.Pauses.Retry,
	}
	return problems.Run(ctx, list)
}

func (r *Relay) noteBare(ctx context.Context, p intake.Problem, cause error) error {
	bare := p
	bare.Number, bare.Conversation = "", ""
	bare.Kind, bare.Reason = "event", "it could not be noted as it is; its number and its conversation stand in its content"
	err := r.store.Problems.Note(ctx, []intake.Problem{bare})
	if err != nil && persistence.FaultOf(err) != persistence.FaultTransient {
		bare.Raw, bare.Reason = []byte{}, "it could not be noted; its content is in the table intake, by day, source and seq"
		err = r.store.Problems.Note(ctx, []intake.Problem{bare})
	}
	if err == nil || persistence.FaultOf(err) == persistence.FaultTransient {
		return err
	}
	r.cfg.Logger.Error("an event could not be noted as a problem: read it in the table intake",
		"day", p.Day.Format(time.DateOnly), "source", p.Source, "seq", p.Seq, "event", p.EventIndex, "error", cause)
	return nil
}
