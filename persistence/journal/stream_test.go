package journal_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/journal"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// streamed is an append of a stream with a row for each table; its id is in all.
func streamed(id string, version uint64) *journal.StreamAppend {
	ref := ledger.EffectRef{Kind: 99, Scope: "t1", ID: fmt.Sprint(id, ".", version), Attempt: 1}
	return &journal.StreamAppend{
		Kind: "broadcast", ID: id, DecidedOn: version, Snapshot: []byte{byte(version)},
		Events:  []ledger.Event{{Type: "Asked", At: time.Now(), Body: []byte{}}, {Type: "Wanted", At: time.Now(), Body: []byte{}}},
		Effects: []ledger.Effect{{EffectRef: ref, NotBefore: time.Now()}}, Alarm: time.Unix(int64(version), 0),
	}
}

func counted(t *testing.T, pool *pgxpool.Pool, id string) string {
	t.Helper()
	return fmt.Sprint(
		pgtest.Count(t, pool, `SELECT coalesce(max(version), 0) FROM stream WHERE id = $1`, id), " ",
		pgtest.Count(t, pool, `SELECT count(*) FROM stream_event WHERE id = $1`, id), " ",
		pgtest.Count(t, pool, `SELECT count(*) FROM effect WHERE grain = $1`, "broadcast:"+id))
}

// What a stream decides commits as one, effects and what it records of them
// included, and an append that was decided on an old version leaves nothing.
func TestStreamAppendIsAllOrNothing(t *testing.T) {
	t.Parallel()
	j, pool := storetest.Journal(t)
	first := streamed("b1", 0)
	if err := j.Streams().Append(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	if got := counted(t, pool, "b1"); got != "2 2 1" {
		t.Errorf("version, events, effects: %s, want 2 2 1", got)
	}
	for name, old := range map[string]*journal.StreamAppend{
		"decided on nothing": streamed("b1", 0), "decided on an older version": streamed("b1", 1),
		"decided on one that is not there": streamed("b1", 3), "of a stream that is not there": streamed("b2", 1),
	} {
		old.Done = []ledger.EffectRef{first.Effects[0].EffectRef}
		if err := j.Streams().Append(t.Context(), old); !errors.Is(err, persistence.ErrConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := counted(t, pool, "b1") + ", " + counted(t, pool, "b2"); got != "2 2 1, 0 0 0" {
		t.Errorf("after appends that were refused: %s", got)
	}
	next := streamed("b1", 2)
	next.Done = []ledger.EffectRef{first.Effects[0].EffectRef}
	if err := j.Streams().Append(t.Context(), next); err != nil {
		t.Fatal(err)
	}
	if got := counted(t, pool, "b1"); got != "4 4 1" {
		t.Errorf("version, events, effects: %s, want 4 4 1, the new one", got)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM alarm WHERE (grain, version, due_at) = ('broadcast:b1', 4, to_timestamp(2))`); n != 1 {
		t.Error("its alarm is not as the last append set it")
	}
	next.DecidedOn, next.Alarm, next.Effects, next.Done = 4, time.Time{}, nil, nil
	if err := j.Streams().Append(t.Context(), next); err != nil {
		t.Fatal(err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM alarm WHERE version = 4`); n != 1 {
		t.Error("an append that sets no alarm moved it")
	}
	version, snapshot, err := j.Streams().Load(t.Context(), "broadcast", "b1")
	if err != nil || version != 6 || string(snapshot) != "\x02" {
		t.Errorf("loaded %d %q, %v", version, snapshot, err)
	}
}

// Of many appends that were decided on one version one wins, whatever shares its batch.
func TestOneOfManyConcurrentStreamAppendsWins(t *testing.T) {
	t.Parallel()
	j, pool := storetest.Journal(t)
	errs := together(40, func(n int) error { return j.Streams().Append(t.Context(), streamed(fmt.Sprint("b", n%4), 0)) })
	won := map[int]int{}
	for n, err := range errs {
		switch {
		case err == nil:
			won[n%4]++
		case !errors.Is(err, persistence.ErrConflict):
			t.Errorf("append %d: %v", n, err)
		}
	}
	for n := range 4 {
		if got := counted(t, pool, fmt.Sprint("b", n)); won[n] != 1 || got != "2 2 1" {
			t.Errorf("stream %d: %d won, stored %s", n, won[n], got)
		}
	}
}

// A stream that the database does not take is refused alone, and what nothing
// passes through is told as broken: as with conversations.
func TestI09EveryErrorInABatchOfStreamAppends(t *testing.T) {
	t.Parallel()
	for _, table := range []string{"stream", "stream_event", "effect_rest", "alarm"} {
		t.Run(table, func(t *testing.T) {
			t.Parallel()
			j, pool := storetest.Journal(t)
			inject(t, pool, injection, boomOn(table))
			round := 0
			appendAll := func(code, marker string) []error {
				round++
				inject(t, pool, `DELETE FROM injected`)
				if code != "" {
					inject(t, pool, fmt.Sprintf(`INSERT INTO injected VALUES ('%s', '%s')`, code, marker))
				}
				return together(20, func(n int) error {
					id := fmt.Sprintf("ok.%d.%d", round, n)
					if n == 7 {
						id = fmt.Sprintf("bad.%d", round)
					}
					return j.Streams().Append(t.Context(), streamed(id, 0))
				})
			}
			for class, c := range classes {
				if c.alone == nil {
					continue // nobody is blamed, and whoever shares the batch asks again
				}
				for _, code := range c.codes {
					for n, err := range appendAll(code, "bad.") {
						if n == 7 && !errors.Is(err, c.alone) || n != 7 && err != nil {
							t.Errorf("%s %s: append %d got %v", class, code, n, err)
						}
					}
				}
			}
			for n, err := range appendAll("42501", "") {
				if !errors.Is(err, persistence.ErrBroken) {
					t.Errorf("broken for everybody: %d got %v", n, err)
				}
			}
			for n, err := range appendAll("", "") {
				if err != nil {
					t.Errorf("after it was mended: %d got %v", n, err)
				}
			}
			if n := pgtest.Count(t, pool, `SELECT count(*) FROM stream WHERE kind = 'canary'`); n != 0 {
				t.Errorf("canaries left %d rows", n)
			}
		})
	}
}

// An effect with a body that is too long is refused with all that it came with.
func TestEffectBodiesAreBounded(t *testing.T) {
	t.Parallel()
	j, pool := storetest.Journal(t)
	stream := streamed("b1", 0)
	stream.Effects[0].Body = make([]byte, ledger.MaxEffectBody+1)
	whole := &ledger.Append{Key: wa.ConversationKey{PhoneNumberID: storetest.Number, ContactID: "c1"}, Effects: stream.Effects}
	_, err := j.Append(t.Context(), whole)
	for name, err := range map[string]error{"stream": j.Streams().Append(t.Context(), stream), "conversation": err} {
		if !errors.Is(err, persistence.ErrRefused) || !strings.Contains(err.Error(), "remedy: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := counted(t, pool, "b1"); got != "0 0 0" {
		t.Errorf("stored: %s", got)
	}
}
