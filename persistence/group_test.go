package persistence_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/prosa-chat/prosa/persistence"
)

// lots records what a group does, and blocks in its first lot until told.
type lots struct {
	mu    sync.Mutex
	done  [][]string
	begun chan struct{}
	goOn  chan struct{}
}

func newLots() *lots { return &lots{begun: make(chan struct{}, 100), goOn: make(chan struct{})} }

func (l *lots) do(ctx context.Context, some []*persistence.Ask[string]) error {
	lot := make([]string, len(some))
	for n, one := range some {
		lot[n] = one.Of
	}
	l.begun <- struct{}{}
	select {
	case <-l.goOn:
	case <-ctx.Done():
		return ctx.Err()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.done = append(l.done, lot)
	return nil
}

func (l *lots) all() [][]string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.done)
}

type group = persistence.Group[string]

func run(t *testing.T, cfg persistence.GroupConfig[string]) *group {
	t.Helper()
	g := persistence.NewGroup(cfg)
	go g.Run(context.Background())
	t.Cleanup(g.Close)
	return g
}

// begin asks beside the test.
func begin(t *testing.T, g *group, one string) <-chan error {
	t.Helper()
	answer := make(chan error, 1)
	go func() {
		_, err := g.Do(t.Context(), one)
		answer <- err
	}()
	return answer
}

// ask asks beside the test, of a group whose next lot does not begin, and returns
// when it waits.
func ask(t *testing.T, g *group, ctx context.Context, one string) <-chan error { //nolint:revive // the group is what is tested
	t.Helper()
	before := g.Waiting()
	answer := make(chan error, 1)
	go func() {
		_, err := g.Do(ctx, one)
		answer <- err
	}()
	for g.Waiting() == before && len(answer) == 0 {
		runtime.Gosched()
	}
	return answer
}

// What comes while a lot is under way makes the next one; a lone caller waits for
// nobody. What two of one number want is done in two lots, in their order.
func TestGroupMakesLots(t *testing.T) {
	t.Parallel()
	l := newLots()
	g := run(t, persistence.GroupConfig[string]{
		Items: 4, Do: l.do,
		Apart: func(one *string) uint64 { return uint64((*one)[0]) },
		Order: func(a, b *string) int { return cmpStrings(*b, *a) },
	})
	first := begin(t, g, "a1")
	<-l.begun
	var answers []<-chan error
	for _, one := range []string{"b1", "c1", "b2", "d1", "e1", "f1", "b3"} {
		answers = append(answers, ask(t, g, t.Context(), one))
	}
	close(l.goOn)
	for _, answer := range append(answers, first) {
		if err := <-answer; err != nil {
			t.Error(err)
		}
	}
	want := [][]string{{"a1"}, {"e1", "d1", "c1", "b1"}, {"f1", "b2"}, {"b3"}}
	if diff := cmp.Diff(want, l.all()); diff != "" {
		t.Errorf("lots (-want +got):\n%s", diff)
	}
}

func cmpStrings(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// A lot is bounded by its bytes, and one that is larger makes a lot of its own.
func TestGroupBoundsLotsByBytes(t *testing.T) {
	t.Parallel()
	l := newLots()
	close(l.goOn)
	g := persistence.NewGroup(persistence.GroupConfig[string]{
		Items: 10, Bytes: 10, Do: l.do, Size: func(one *string) int { return len(*one) },
	})
	var answers []<-chan error
	for _, one := range []string{"12345", "12345", "1", "123456789012345", "12"} {
		answers = append(answers, ask(t, g, t.Context(), one))
	}
	go g.Run(context.Background())
	for _, answer := range answers {
		if err := <-answer; err != nil {
			t.Error(err)
		}
	}
	g.Close()
	want := [][]string{{"12345", "12345"}, {"1"}, {"123456789012345"}, {"12"}}
	if diff := cmp.Diff(want, l.all()); diff != "" {
		t.Errorf("lots (-want +got):\n%s", diff)
	}
}

// What waits is bounded: who comes then waits for room as long as his context
// allows, and one whose context ends before his lot was begun is not done and
// makes room.
func TestGroupIsBoundedAndDropsWhatNobodyWaitsFor(t *testing.T) {
	t.Parallel()
	l := newLots()
	g := run(t, persistence.GroupConfig[string]{Items: 2, Lots: 1, Do: l.do})
	first := begin(t, g, "under way")
	<-l.begun
	leaving, leave := context.WithCancel(t.Context())
	gone := ask(t, g, leaving, "gone")
	kept := ask(t, g, t.Context(), "kept")

	ended, end := context.WithCancel(t.Context())
	noRoom := make(chan error, 1)
	go func() {
		_, err := g.Do(ended, "no room")
		noRoom <- err
	}()
	end()
	if err := <-noRoom; !errors.Is(err, context.Canceled) || !errors.Is(err, persistence.ErrNotBegun) {
		t.Errorf("without room: %v", err)
	}
	if n := g.Waiting(); n != 2 {
		t.Errorf("%d wait, want the bound of 2", n)
	}
	leave()
	if err := <-gone; !errors.Is(err, context.Canceled) || !errors.Is(err, persistence.ErrNotBegun) {
		t.Errorf("left before the lot: %v", err)
	}
	later := ask(t, g, t.Context(), "later") // in the room that he left
	close(l.goOn)
	for _, answer := range []<-chan error{first, kept, later} {
		if err := <-answer; err != nil {
			t.Error(err)
		}
	}
	if diff := cmp.Diff([][]string{{"under way"}, {"kept", "later"}}, l.all()); diff != "" {
		t.Errorf("lots (-want +got):\n%s", diff)
	}
}

// Whoever leaves while his lot is under way does not know what became of it, and
// the others have their answers.
func TestGroupDoesNotStopALotForOneWhoLeaves(t *testing.T) {
	t.Parallel()
	l := newLots()
	g := persistence.NewGroup(persistence.GroupConfig[string]{Do: l.do})
	ctx, leave := context.WithCancel(t.Context())
	gone, stays := ask(t, g, ctx, "gone"), ask(t, g, t.Context(), "stays")
	go g.Run(context.Background())
	<-l.begun
	leave()
	if err := <-gone; !errors.Is(err, context.Canceled) || errors.Is(err, persistence.ErrNotBegun) {
		t.Errorf("left: %v", err)
	}
	close(l.goOn)
	if err := <-stays; err != nil {
		t.Error(err)
	}
	g.Close()
	if diff := cmp.Diff([][]string{{"gone", "stays"}}, l.all()); diff != "" {
		t.Errorf("lots (-want +got):\n%s", diff)
	}
}

// The one that the store does not take, or over which the work panics, is refused
// alone; one that has an answer of its own keeps it, and the next lot has its turn.
func TestGroupRefusesTheGuiltyAlone(t *testing.T) {
	t.Parallel()
	var struck []any
	g := persistence.NewGroup(persistence.GroupConfig[string]{
		Do: func(_ context.Context, some []*persistence.Ask[string]) error {
			for _, one := range some {
				switch one.Of {
				case "old":
					one.Answer(persistence.ErrConflict)
				case "poison":
					return &pgconn.PgError{Code: "22003"}
				case "alone":
					return &pgconn.PgError{Code: "XX002"}
				case "panic":
					panic("struck")
				}
			}
			return nil
		},
		Canary: func(_ context.Context, lot []*persistence.Ask[string]) error {
			if len(lot) != 7 && len(lot) != 1 {
				return fmt.Errorf("canary of %d", len(lot))
			}
			return nil
		},
		Struck: func(p *persistence.Panic) { struck = append(struck, p.Value) },
	})
	asked := []string{"old", "a", "poison", "b", "panic", "alone", "c"}
	var answers []<-chan error
	for _, one := range asked {
		answers = append(answers, ask(t, g, t.Context(), one))
	}
	go g.Run(context.Background())
	want := map[string]error{
		"old": persistence.ErrConflict, "poison": persistence.ErrRefused, "panic": persistence.ErrRefused, "alone": persistence.ErrRefused,
	}
	for n, one := range asked {
		if err := <-answers[n]; !errors.Is(err, want[one]) {
			t.Errorf("%s: %v, want %v", one, err, want[one])
		}
	}
	if _, err := g.Do(t.Context(), "next"); err != nil {
		t.Error(err)
	}
	g.Close()
	if diff := cmp.Diff([]any{"struck"}, struck); diff != "" {
		t.Errorf("panics told (-want +got):\n%s", diff)
	}
}

// An error that is nobody's fault is told to all who have no answer, and only a
// group that insists does them again.
func TestGroupTellsAllOfWhatIsNobodysFault(t *testing.T) {
	t.Parallel()
	away := &pgconn.PgError{Code: "08006"}
	tries := 0
	cfg := persistence.GroupConfig[string]{
		Do: func(context.Context, []*persistence.Ask[string]) error {
			if tries++; tries < 3 {
				return away
			}
			return nil
		},
	}
	g := run(t, cfg)
	if _, err := g.Do(t.Context(), "a"); !errors.Is(err, away) {
		t.Errorf("while the store is away: %v", err)
	}
	tries = 0
	cfg.Insist = func(run func(context.Context) error) error {
		for run(context.Background()) != nil {
		}
		return nil
	}
	insists := run(t, cfg)
	if _, err := insists.Do(t.Context(), "a"); err != nil || tries != 3 {
		t.Errorf("insisting: %v after %d tries", err, tries)
	}
}

// A panic beside the work, as in what is done about the guilty, answers the lot.
func TestGroupOutlivesAPanicBesideTheWork(t *testing.T) {
	t.Parallel()
	g := run(t, persistence.GroupConfig[string]{
		Do: func(_ context.Context, some []*persistence.Ask[string]) error {
			if some[0].Of == "bad" {
				return persistence.ErrRefused
			}
			return nil
		},
		Guilty: func(context.Context, *persistence.Ask[string], error) error { panic("struck") },
	})
	if _, err := g.Do(t.Context(), "bad"); !persistence.Panicked(err) {
		t.Errorf("answered %v", err)
	}
	if _, err := g.Do(t.Context(), "good"); err != nil {
		t.Error(err)
	}
}

// Close does what was asked before, whatever is under way, and refuses newcomers.
func TestGroupCloses(t *testing.T) {
	t.Parallel()
	l := newLots()
	g := persistence.NewGroup(persistence.GroupConfig[string]{Items: 1, Lots: 2, Do: l.do})
	var answers []<-chan error
	for n := range 2 {
		answers = append(answers, ask(t, g, t.Context(), fmt.Sprint(n)))
	}
	if err := putSoon(g, "put"); err != nil {
		t.Fatal(err)
	}
	close(l.goOn)
	go g.Run(context.Background())
	for _, answer := range answers {
		if err := <-answer; err != nil {
			t.Error(err)
		}
	}
	g.Close()
	if _, err := g.Do(t.Context(), "late"); !errors.Is(err, persistence.ErrClosed) {
		t.Errorf("after the end: %v", err)
	}
	if n := len(l.all()); n != 2 {
		t.Errorf("%d lots, want those of who waited", n)
	}
}

// putSoon puts one whose caller would not wait for room.
func putSoon(g *group, one string) error {
	ended, end := context.WithCancel(context.Background())
	end()
	if err := g.Put(ended, one); !errors.Is(err, context.Canceled) {
		return fmt.Errorf("put where there is no room: %w", err)
	}
	return nil
}

// When the work ends, who waits is told so, and nothing of theirs is tried.
func TestGroupEndsWithItsWork(t *testing.T) {
	t.Parallel()
	l := newLots()
	g := persistence.NewGroup(persistence.GroupConfig[string]{Items: 1, Do: l.do})
	ctx, end := context.WithCancel(t.Context())
	first, second := ask(t, g, t.Context(), "first"), ask(t, g, t.Context(), "second")
	go g.Run(ctx)
	<-l.begun
	end()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("under way: %v", err)
	}
	if err := <-second; !errors.Is(err, persistence.ErrClosed) {
		t.Errorf("not begun: %v", err)
	}
	if err := g.Put(t.Context(), "late"); !errors.Is(err, persistence.ErrClosed) {
		t.Errorf("late: %v", err)
	}
}

// While a lot hangs, newcomers are told so at once.
func TestGroupThatHangsTakesNobody(t *testing.T) {
	t.Parallel()
	l := newLots()
	g := run(t, persistence.GroupConfig[string]{Hung: time.Nanosecond, Do: l.do})
	first := begin(t, g, "hangs")
	<-l.begun
	if _, err := g.Do(t.Context(), "late"); !errors.Is(err, persistence.ErrHangs) {
		t.Errorf("while a lot hangs: %v", err)
	}
	close(l.goOn)
	if err := <-first; err != nil {
		t.Error(err)
	}
}
