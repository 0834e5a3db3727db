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

// stuckFor is how long something counts as waiting after it last failed: longer
// than the longest pause between two tries.
const stuckFor = 15 * time.Second

// Clear says that something went well again.
func (w *Work) Clear(what string) { w.stuck.clear(what) }

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
func (w *Work) Trouble() error {
	if list := w.stuck.list(); len(list) > 0 {
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

// Complain logs why something waits: as an error, and on readiness, if somebody
// must mend it.
func (w *Work) Complain(what string, fault persistence.Fault, err error) {
	if w.ctx.Err() != nil {
		return
	}
	level := slog.LevelWarn
	if fault == persistence.FaultBroken {
		level = slog.LevelError
		w.stuck.set(what)
	}
	w.waits.Add(context.Background(), 1, metric.WithAttributes(
		attribute.String("what", what), attribute.String("fault", fault.String())))
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
