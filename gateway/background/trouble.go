package background

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/persistence"
)

// Codes that grains answer with when their store gave an error, see actors.
const (
	CodeRefused     = "refused"     // these data, now and always
	CodeBroken      = "broken"      // everybody's, until somebody mends the database
	CodeUnavailable = "unavailable" // it did not happen
	CodeUnknown     = "unknown"     // it may have happened
)

const (
	// stuckFor is how long something counts as waiting after it last failed: longer
	// than the longest pause between two tries.
	stuckFor = 15 * time.Second
	// passingFor is how long a fault may last that passes by itself, before somebody
	// should look: a disk that is full does not empty itself.
	passingFor = 10 * time.Second
)

// Clear says that something went well again.
func (w *Work) Clear(what string) { w.stuck.clear(what) }

// stuck remembers what waits for a statement that the database carries out for
// nobody, by what it is.
type stuck struct {
	any  atomic.Bool
	mu   sync.Mutex
	seen map[string]waiting
}

type waiting struct {
	since, last time.Time
	broken      bool // it waits for a person
}

// set notes that something waits, and says whether it did not before.
func (s *stuck) set(what string, broken bool, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil {
		s.seen = make(map[string]waiting)
	}
	w, before := s.seen[what]
	if before = before && now.Sub(w.last) <= stuckFor; !before {
		w = waiting{since: now}
	}
	w.last, w.broken = now, broken
	s.seen[what] = w
	s.any.Store(true)
	return !before
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

// list names what waits for a person, or too long for a fault that passes.
func (s *stuck) list(now time.Time) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.seen, func(_ string, w waiting) bool { return now.Sub(w.last) > stuckFor })
	var list []string
	for what, w := range s.seen {
		if w.broken || w.last.Sub(w.since) > passingFor {
			list = append(list, what)
		}
	}
	slices.Sort(list)
	return list
}

// Trouble says what waits because the database does not carry its statement out:
// a missing right, an old schema, a damaged index; or for more than 10 s because it
// cannot now, as with a full disk. It ends by itself when that is mended; nothing is
// lost meanwhile. nil: nothing waits for that.
func (w *Work) Trouble() error {
	if list := w.stuck.list(time.Now()); len(list) > 0 {
		return fmt.Errorf("the database does not carry out: %s", strings.Join(list, ", "))
	}
	return nil
}

// Persist does something with the store until it succeeds, the store refuses its
// data or the work ends. While the store is away nothing else could go on
// anyway; while it is broken, somebody must be called.
func (w *Work) Persist(what string, do func(context.Context) error) error {
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		err := do(w.ctx)
		fault := persistence.FaultOf(err)
		if fault == persistence.FaultNone || fault == persistence.FaultData {
			w.stuck.clear(what)
			return err
		}
		w.Complain(what, fault, err)
		if !w.Pause(wait) {
			return fmt.Errorf("%s: %w", what, w.ctx.Err())
		}
	}
}

// Waits counts a try of something that waits for a fault to pass, and logs the first.
// Many may wait for the same.
func (w *Work) Waits(what string, err error) {
	w.count(what, persistence.FaultTransient)
	if w.stuck.set(what, false, time.Now()) {
		w.log.Warn("it waits, trying again", "what", what, "error", err)
	}
}

func (w *Work) count(what string, fault persistence.Fault) {
	w.waits.Add(context.Background(), 1, metric.WithAttributes(
		attribute.String("what", what), attribute.String("fault", fault.String())))
}

// Complain logs why something waits: as an error, and at once on readiness, if
// somebody must mend it.
func (w *Work) Complain(what string, fault persistence.Fault, err error) {
	if w.ctx.Err() != nil {
		return
	}
	level := slog.LevelWarn
	if fault == persistence.FaultBroken {
		level = slog.LevelError
	}
	if fault == persistence.FaultBroken || fault == persistence.FaultTransient {
		w.stuck.set(what, fault == persistence.FaultBroken, time.Now())
	}
	w.count(what, fault)
	w.log.Log(w.ctx, level, "store does not take it, trying again", "what", what, "fault", fault.String(), "error", err)
}

// Stored gives an error of the store the shape that it has from a grain.
func Stored(err error) error {
	code := CodeUnavailable
	switch persistence.FaultOf(err) {
	case persistence.FaultNone:
		return nil
	case persistence.FaultData:
		code = CodeRefused
	case persistence.FaultBroken:
		code = CodeBroken
	}
	return &cluster.Error{Code: code, Text: err.Error()}
}
