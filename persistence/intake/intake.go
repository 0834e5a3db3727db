package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/persistence"
)

// Bounds of one insert: what Meta may send in a moment, not more than a second
// of a slow disk.
const (
	intakeBatchRows  = 256
	intakeBatchBytes = 2 << 20
	intakePatience   = 10 * time.Second // for one statement
	intakeHung       = 2 * time.Second  // after which nothing more is taken until it ends
)

// Config says who takes webhooks in. Owner and Member are needed.
type Config struct {
	// Owner names the process for people who read intake_source.
	Owner string
	// Member is the process in the cluster: a source is its own while its lease runs.
	Member string
	// KeepDays is how many days of raw bodies are kept; 0 is 8, Meta's horizon of
	// redelivery with a day to spare.
	KeepDays int
	// Logger hears of lost sources and of partitions that could not be kept; nil is silent.
	Logger *slog.Logger
}

// Row is one webhook body as it was committed.
type Row struct {
	Day        time.Time // partition
	Source     int64
	Seq        int64 // rises within a source, in order of commit
	ReceivedAt time.Time
	Body       []byte
}

// Intake keeps raw webhook bodies until every event of theirs is dealt with. A
// process owns the rows that it took in (its source) as a member of the cluster;
// sources of members that died are taken over with TakeOver.
type Intake struct {
	pool     *pgxpool.Pool
	cfg      Config
	queue    chan *intakeEntry
	onStored atomic.Pointer[func(Row)]
	storing  atomic.Pointer[time.Time] // since when a batch is under way; nil: none is

	mu      sync.Mutex
	own     *intakeSource
	sources map[int64]*intakeSource // own and taken over
	closing bool                    // no more appends
	closed  bool
	appends sync.WaitGroup

	stop chan struct{}
	done sync.WaitGroup // background work
}

// intakeEntry is one Append that waits for its commit.
type intakeEntry struct {
	body   []byte
	answer chan intakeAnswer
	// answered is the writer's: it answers once.
	answered bool
}

type intakeAnswer struct {
	row Row
	err error
}

// Open takes a new source, sees to the partitions and starts the work
// behind Append. The caller ends it with Close.
func Open(ctx context.Context, pool *pgxpool.Pool, cfg Config) (*Intake, error) {
	cfg.KeepDays = cmp.Or(cfg.KeepDays, 8)
	cfg.Logger = cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler))
	i := &Intake{
		pool: pool, cfg: cfg,
		queue:   make(chan *intakeEntry, 4*intakeBatchRows),
		sources: make(map[int64]*intakeSource),
		stop:    make(chan struct{}),
	}
	if err := i.makePartitions(ctx); err != nil {
		return nil, fmt.Errorf("open intake: %w", err)
	}
	if err := i.takeNewSource(ctx); err != nil {
		return nil, fmt.Errorf("open intake: %w", err)
	}
	i.done.Go(i.write)
	i.done.Go(i.keepMarks)
	i.done.Go(i.keepPartitions)
	return i, nil
}

// OnStored has use called with every row after its commit, in order, by one
// goroutine. It must not block. Rows stored before the call are not repeated.
func (i *Intake) OnStored(use func(Row)) { i.onStored.Store(&use) }

// Append stores a body and returns after its commit. Bodies that arrive while a
// commit is under way share the next one. The body belongs to the intake from
// now on. An error is an unknown outcome, apart from ErrClosed and ErrHangs: the sender is
// told to try again; ErrRefused and ErrBroken among them say why, and storing twice is harmless.
func (i *Intake) Append(ctx context.Context, body []byte) (Row, error) {
	i.mu.Lock()
	if i.closing {
		i.mu.Unlock()
		return Row{}, fmt.Errorf("append to intake: %w", persistence.ErrClosed)
	}
	i.appends.Add(1)
	i.mu.Unlock()
	defer i.appends.Done()
	if since := i.storing.Load(); since != nil && time.Since(*since) > intakeHung {
		return Row{}, fmt.Errorf("append to intake: %w", persistence.ErrHangs)
	}

	entry := &intakeEntry{body: body, answer: make(chan intakeAnswer, 1)}
	select {
	case i.queue <- entry:
	case <-ctx.Done():
		return Row{}, fmt.Errorf("append to intake: %w", ctx.Err())
	}
	select {
	case answer := <-entry.answer:
		return answer.row, answer.err
	case <-ctx.Done():
		return Row{}, fmt.Errorf("append to intake: %w", ctx.Err())
	}
}

// write is the only writer: with one, seq rises in order of commit.
func (i *Intake) write() {
	for first := range i.queue {
		batch, bytes := []*intakeEntry{first}, len(first.body)
	fill:
		for len(batch) < intakeBatchRows && bytes < intakeBatchBytes {
			select {
			case entry, ok := <-i.queue:
				if !ok {
					break fill
				}
				batch, bytes = append(batch, entry), bytes+len(entry.body)
			default:
				break fill
			}
		}
		persistence.Guard(i.cfg.Logger, "store bodies", func() { i.store(batch) })
		for _, entry := range batch { // whoever has no answer after a panic
			entry.fail(errUnanswered)
		}
	}
}

// errUnanswered is what came of a body while something panicked; the log has the rest.
var errUnanswered = errors.New("a fault of ours, see the log: panicked")

// store commits a batch, once more on a new source if ours was taken over.
func (i *Intake) store(batch []*intakeEntry) {
	ctx, cancel := context.WithTimeout(context.Background(), intakePatience)
	defer cancel()
	began := time.Now()
	i.storing.Store(&began)
	defer i.storing.Store(nil)
	bodies := persistence.Sieve[*intakeEntry]{
		Do:     i.commit,
		Canary: i.canary,
		Guilty: func(_ context.Context, entry *intakeEntry, err error) error {
			entry.fail(err)
			return nil
		},
	}
	if err := bodies.Run(ctx, batch); err != nil {
		for _, entry := range batch {
			entry.fail(persistence.Classed(err))
		}
	}
}

// fail answers an entry that has no answer yet.
func (e *intakeEntry) fail(err error) {
	if !e.answered {
		e.answered = true
		e.answer <- intakeAnswer{err: fmt.Errorf("append to intake: %w", err)}
	}
}

// commit stores some bodies and answers them.
func (i *Intake) commit(ctx context.Context, batch []*intakeEntry) error {
	rows, err := i.insert(ctx, batch)
	if errors.Is(err, errSourceLost) {
		if err = i.takeNewSource(ctx); err == nil {
			rows, err = i.insert(ctx, batch)
		}
	}
	if err != nil {
		return err
	}
	use := i.onStored.Load()
	for n, entry := range batch {
		entry.answered = true
		entry.answer <- intakeAnswer{row: rows[n]}
		if use != nil {
			(*use)(rows[n])
		}
	}
	return nil
}

// canary stores a body of nobody, in a place that no row has, and takes it back.
func (i *Intake) canary(ctx context.Context) error {
	i.mu.Lock()
	own := i.own
	i.mu.Unlock()
	return persistence.Rehearse(ctx, i.pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, insertIntake, own.id, own.term, -1-rand.Int64N(1<<40), [][]byte{{}})
		return err
	})
}

// errSourceLost says that another process took our source over.
var errSourceLost = errors.New("source was taken over")

const insertIntake = `
	WITH mine AS (
		SELECT source FROM intake_source WHERE source = $1 AND term = $2 AND closed_at IS NULL FOR SHARE
	), stored AS (
		INSERT INTO intake (day, source, seq, received_at, body)
		SELECT (now() AT TIME ZONE 'UTC')::date, mine.source, $3 + b.n, now(), b.body
		FROM mine, unnest($4::bytea[]) WITH ORDINALITY AS b (body, n)
	)
	SELECT (SELECT now() FROM mine)`

// insert is fenced: a process that slept through its lease must not add rows to
// a source that another one reads to its end. The share lock makes a take-over
// wait for this commit, and this insert wait for a take-over.
func (i *Intake) insert(ctx context.Context, batch []*intakeEntry) ([]Row, error) {
	i.mu.Lock()
	own := i.own
	i.mu.Unlock()
	bodies := make([][]byte, len(batch))
	for n, entry := range batch {
		bodies[n] = entry.body
	}
	before := own.begin(len(batch))
	var at *time.Time
	err := i.pool.QueryRow(ctx, insertIntake, own.id, own.term, before, bodies).Scan(&at)
	if err != nil || at == nil {
		// Nobody was told that these rows are stored: Meta sends them again.
		for n := range batch {
			own.finish(before + int64(n) + 1)
		}
	}
	switch {
	case err != nil:
		return nil, err
	case at == nil:
		return nil, errSourceLost
	}
	rows := make([]Row, len(batch))
	day := at.UTC().Truncate(24 * time.Hour)
	for n, body := range bodies {
		rows[n] = Row{Day: day, Source: own.id, Seq: before + int64(n) + 1, ReceivedAt: *at, Body: body}
	}
	return rows, nil
}

// Close stops appends, waits for those under way, writes how far everything is
// dealt with and closes the sources: finished ones for ever, the others are free
// to be taken over at once. Closing twice does nothing.
func (i *Intake) Close(ctx context.Context) error {
	i.StopAppends()
	i.mu.Lock()
	again := i.closed
	i.closed = true
	i.mu.Unlock()
	if again {
		return nil
	}
	close(i.stop)
	i.done.Wait()
	var errs []error
	for _, source := range i.held() {
		errs = append(errs, i.release(ctx, source))
	}
	return errors.Join(errs...)
}

// StopAppends refuses appends from now on and waits for those under way to be
// answered. Done still counts, until Close.
func (i *Intake) StopAppends() {
	i.mu.Lock()
	again := i.closing
	i.closing = true
	i.mu.Unlock()
	i.appends.Wait()
	if !again {
		close(i.queue)
	}
}
