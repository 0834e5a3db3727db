package journal

import (
	"cmp"
	"context"
	"fmt"
	"hash/maphash"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/persistence"
)

// Limits of one transaction of many appends.
const (
	maxBatchAppends = 256
	maxBatchBytes   = 2 << 20
	maxBatchLoads   = 256
	commitTimeout   = 10 * time.Second
)

// Where so many appends share a transaction, the next one waits a little for more: a
// statement costs Postgres much for itself, and less for each append of a larger one.
const (
	busyAppends   = 16
	gatherAppends = 5 * time.Millisecond
)

// Config sets up a Journal. Zero values mean the defaults.
type Config struct {
	// Writers is how many transactions are under way at a time. The default is one
	// for each two processors, at most four: batches grow while a commit is under
	// way, and Postgres pays less for each append of a larger one.
	Writers int
	// Observe hears of every transaction: how many appends, how long, its error.
	Observe func(appends int, took time.Duration, err error)
}

// Journal stores what conversations decide. Appends of many conversations share
// a transaction; each is applied whole or not at all. Safe for concurrent use.
type Journal struct {
	pool    *pgxpool.Pool
	seed    maphash.Seed
	writers []*persistence.Group[pendingAppend]
	loader  *persistence.Group[pendingLoad]
	streams *Streams
}

// New starts the writers. Close stops them.
func New(pool *pgxpool.Pool, cfg Config) *Journal {
	if cfg.Writers <= 0 {
		cfg.Writers = min(max(runtime.GOMAXPROCS(0)/2, 1), 4)
	}
	j := &Journal{pool: pool, seed: maphash.MakeSeed(), loader: loads(pool), streams: newStreams(pool)}
	for range cfg.Writers {
		w := &appendWriter{pool: pool}
		j.writers = append(j.writers, w.group(cfg.Observe))
	}
	for _, w := range j.writers {
		go w.Run(context.Background())
	}
	go j.loader.Run(context.Background())
	go j.streams.group.Run(context.Background())
	return j
}

// Close writes what is queued and stops. Appends that come later get ErrClosed.
func (j *Journal) Close() {
	for _, w := range j.writers {
		w.Close()
	}
	j.loader.Close()
	j.streams.group.Close()
}

// Streams is the journal of the other kinds. It ends with this one.
func (j *Journal) Streams() *Streams { return j.streams }

// pendingAppend is an append on its way, and what became of it.
type pendingAppend struct {
	*ledger.Append
	key    uint64 // the same for all of a conversation
	size   int
	result ledger.Appended
}

// Append stores one decision. Its errors are ErrConflict, ErrDuplicate, ErrRefused
// and ErrBroken, of which nothing was stored, ErrClosed, or an unknown outcome.
// What has no room waits for it as long as ctx allows.
func (j *Journal) Append(ctx context.Context, a *ledger.Append) (ledger.Appended, error) {
	if err := cmp.Or(ledger.CheckEffects(a.Effects), a.Withdraw.Check()); err != nil {
		return ledger.Appended{}, fmt.Errorf("append %s: %w: %w", a.Key, persistence.ErrRefused, err)
	}
	p := pendingAppend{Append: a, key: maphash.Comparable(j.seed, a.Key), size: a.Size()}
	// Always the same writer for a conversation, so that its appends keep their order, and
	// two of them are never in two transactions that wait for one another.
	done, err := j.writers[p.key%uint64(len(j.writers))].Do(ctx, p)
	if err != nil {
		return ledger.Appended{}, fmt.Errorf("append %s: %w", a.Key, err)
	}
	return done.result, nil
}

// asked is an append in a batch.
type asked = persistence.Ask[pendingAppend]

// appendWriter commits batches, one at a time.
type appendWriter struct {
	pool *pgxpool.Pool
	cols columns // reused from batch to batch
}

// group makes batches of appends: one of each conversation, as an append is decided on
// the version of the one before, and in the order of their keys, in which the writers of
// all members lock rows.
func (w *appendWriter) group(observe func(int, time.Duration, error)) *persistence.Group[pendingAppend] {
	return persistence.NewGroup(persistence.GroupConfig[pendingAppend]{
		Items: maxBatchAppends, Bytes: maxBatchBytes, Patience: commitTimeout,
		Gather: persistence.Gather{Busy: busyAppends, Enough: maxBatchAppends / 2, For: gatherAppends}, Observe: observe,
		Size:  func(p *pendingAppend) int { return p.size },
		Apart: func(p *pendingAppend) uint64 { return p.key },
		Order: func(a, b *pendingAppend) int { return a.Key.Compare(b.Key) },
		Do:    w.storeBatch, Canary: w.canary, Guilty: refuse[pendingAppend],
	})
}

// store runs the one statement of the batch and, when it committed, answers.
func (w *appendWriter) store(ctx context.Context, batch []*asked) error {
	sql, args := w.cols.statement(batch)
	rows, err := w.pool.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	admitted := make([]bool, len(batch))
	for rows.Next() {
		var (
			i         int32
			kind      *int16
			scope, id *string
			attempt   *int32
		)
		if err := rows.Scan(&i, &kind, &scope, &id, &attempt); err != nil {
			return err
		}
		admitted[i] = true
		if id != nil {
			ref := ledger.EffectRef{Kind: ledger.EffectKind(*kind), Scope: *scope, ID: *id, Attempt: *attempt}
			result := &batch[i].Of.result
			result.Withdrawn = append(result.Withdrawn, ref)
		}
	}
	if err := rows.Err(); err != nil {
		// It was rolled back after some rows had been read: what they said is not so.
		for _, p := range batch {
			p.Of.result.Withdrawn = nil
		}
		return err
	}
	// Only now, after the last row and with it the commit: what is answered here is told
	// to people, and put into memories, as a fact.
	for i, p := range batch {
		if !admitted[i] {
			p.Answer(persistence.ErrConflict)
			continue
		}
		p.Of.result.Version = p.Of.DecidedOn + uint64(len(p.Of.Events))
		p.Answer(nil)
	}
	return nil
}
