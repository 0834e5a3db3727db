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

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// Bounds of one insert: what Meta may send in a moment, not more than a second
// of a slow disk.
const (
	intakeBatchRows  = 256
	intakeBatchBytes = 2 << 20
	intakeBatches    = 4                // that may wait
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

// Origin says by which Meta app a body came. The zero value is the app of the
// configuration, which may speak of every number.
type Origin struct {
	App    string
	Tenant wa.TenantID // whose app it was then; "": of the whole installation
}

// Row is one webhook body as it was committed.
type Row struct {
	Day        time.Time // partition
	Source     int64
	Seq        int64 // rises within a source, in order of commit
	ReceivedAt time.Time
	Body       []byte
	From       Origin
}

// Intake keeps raw webhook bodies until every event of theirs is dealt with. A
// process owns the rows that it took in (its source) as a member of the cluster;
// sources of members that died are taken over with TakeOver.
type Intake struct {
	pool     *pgxpool.Pool
	cfg      Config
	bodies   *persistence.Group[intakeEntry]
	onStored atomic.Pointer[func(Row)]

	mu      sync.Mutex
	own     *intakeSource
	sources map[int64]*intakeSource // own and taken over
	closed  bool

	stop chan struct{}
	done sync.WaitGroup // background work
}

// intakeEntry is one Append that waits for its commit, and its row after it.
type intakeEntry struct {
	body []byte
	from Origin
	row  Row
}

// Open takes a new source, sees to the partitions and starts the work
// behind Append. The caller ends it with Close.
func Open(ctx context.Context, pool *pgxpool.Pool, cfg Config) (*Intake, error) {
	cfg.KeepDays = cmp.Or(cfg.KeepDays, 8)
	cfg.Logger = cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler))
	i := &Intake{pool: pool, cfg: cfg, sources: make(map[int64]*intakeSource), stop: make(chan struct{})}
	i.bodies = i.group()
	if err := i.makePartitions(ctx); err != nil {
		return nil, fmt.Errorf("open intake: %w", err)
	}
	if err := i.takeNewSource(ctx); err != nil {
		return nil, fmt.Errorf("open intake: %w", err)
	}
	i.done.Go(func() { i.bodies.Run(context.Background()) })
	i.done.Go(i.keepMarks)
	i.done.Go(i.keepPartitions)
	return i, nil
}

// OnStored has use called with every row after its commit, in order, by one
// goroutine. It must not block. Rows stored before the call are not repeated.
func (i *Intake) OnStored(use func(Row)) { i.onStored.Store(&use) }

// Append is AppendFrom for the app of the configuration.
func (i *Intake) Append(ctx context.Context, body []byte) (Row, error) {
	return i.AppendFrom(ctx, Origin{}, body)
}

// AppendFrom stores a body and returns after its commit. Bodies that arrive while a
// commit is under way share the next one. The body belongs to the intake from
// now on. An error is an unknown outcome, apart from ErrClosed and ErrHangs: the sender is
// told to try again; ErrRefused and ErrBroken among them say why, and storing twice is harmless.
func (i *Intake) AppendFrom(ctx context.Context, from Origin, body []byte) (Row, error) {
	entry, err := i.bodies.Do(ctx, intakeEntry{body: body, from: from})
	if err != nil {
		return Row{}, fmt.Errorf("append to intake: %w", err)
	}
	return entry.row, nil
}

// group is the only writer: with one, seq rises in order of commit.
func (i *Intake) group() *persistence.Group[intakeEntry] {
	return persistence.NewGroup(persistence.GroupConfig[intakeEntry]{
		Items: intakeBatchRows, Bytes: intakeBatchBytes, Lots: intakeBatches, Patience: intakePatience, Hung: intakeHung,
		Size:   func(entry *intakeEntry) int { return len(entry.body) },
		Do:     i.commit,
		Canary: func(ctx context.Context, _ []*persistence.Ask[intakeEntry]) error { return i.canary(ctx) },
		Struck: func(p *persistence.Panic) {
			i.cfg.Logger.Error("panicked", "work", "store bodies", "panic", p.Value, "stack", string(p.Stack))
		},
	})
}

// commit stores some bodies and answers them, on a new source if ours was taken over.
func (i *Intake) commit(ctx context.Context, batch []*persistence.Ask[intakeEntry]) error {
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
		entry.Of.row = rows[n]
		entry.Answer(nil)
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
		_, err := tx.Exec(ctx, insertIntake, own.id, own.term, -1-rand.Int64N(1<<40), [][]byte{{}}, []string{""}, []string{""})
		return err
	})
}

// errSourceLost says that another process took our source over.
var errSourceLost = errors.New("source was taken over")

const insertIntake = `
	WITH mine AS (
		SELECT source FROM intake_source WHERE source = $1 AND term = $2 AND closed_at IS NULL FOR SHARE
	), stored AS (
		INSERT INTO intake (day, source, seq, received_at, body, app_id, app_tenant)
		SELECT (now() AT TIME ZONE 'UTC')::date, mine.source, $3 + b.n, now(), b.body, nullif(b.app, ''), nullif(b.tenant, '')
		FROM mine, unnest($4::bytea[], $5::text[], $6::text[]) WITH ORDINALITY AS b (body, app, tenant, n)
	)
	SELECT (SELECT now() FROM mine)`

// insert is fenced: a process that slept through its lease must not add rows to
// a source that another one reads to its end. The share lock makes a take-over
// wait for this commit, and this insert wait for a take-over.
func (i *Intake) insert(ctx context.Context, batch []*persistence.Ask[intakeEntry]) ([]Row, error) {
	i.mu.Lock()
	own := i.own
	i.mu.Unlock()
	bodies, apps, tenants := make([][]byte, len(batch)), make([]string, len(batch)), make([]string, len(batch))
	for n, entry := range batch {
		bodies[n], apps[n], tenants[n] = entry.Of.body, entry.Of.from.App, string(entry.Of.from.Tenant)
	}
	before := own.begin(len(batch))
	var at *time.Time
	err := i.pool.QueryRow(ctx, insertIntake, own.id, own.term, before, bodies, apps, tenants).Scan(&at)
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
		rows[n] = Row{Day: day, Source: own.id, Seq: before + int64(n) + 1, ReceivedAt: *at, Body: body, From: batch[n].Of.from}
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
func (i *Intake) StopAppends() { i.bodies.Close() }
