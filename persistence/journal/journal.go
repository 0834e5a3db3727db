package journal

import (
	"context"
	"fmt"
	"hash/maphash"
	"runtime"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// Limits of one transaction of many appends.
const (
	maxBatchAppends = 256
	maxBatchBytes   = 2 << 20
	maxBatchLoads   = 256
	commitTimeout   = 10 * time.Second
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
	writers []*persistence.Group[*pendingAppend]
	loader  *persistence.Group[*pendingLoad]
	observe func(int, time.Duration, error)
}

// New starts the writers. Close stops them.
func New(pool *pgxpool.Pool, cfg Config) *Journal {
	if cfg.Writers <= 0 {
		cfg.Writers = min(max(runtime.GOMAXPROCS(0)/2, 1), 4)
	}
	if cfg.Observe == nil {
		cfg.Observe = func(int, time.Duration, error) {}
	}
	j := &Journal{pool: pool, seed: maphash.MakeSeed(), observe: cfg.Observe}
	for range cfg.Writers {
		w := &appendWriter{pool: pool}
		j.writers = append(j.writers, persistence.StartGroup(takeAppends, j.observed(w.commit)))
	}
	j.loader = persistence.StartGroup(takeLoads, j.load)
	return j
}

func (j *Journal) observed(commit func(context.Context, []*pendingAppend) error) func(context.Context, []*pendingAppend) {
	return func(ctx context.Context, batch []*pendingAppend) {
		began := time.Now()
		err := persistence.Guarded(func() error { return commit(ctx, batch) })
		if persistence.Panicked(err) {
			for _, p := range batch {
				p.unanswered(err)
			}
		}
		j.observe(len(batch), time.Since(began), err)
	}
}

// Close writes what is queued and stops. Appends that come later get ErrClosed.
func (j *Journal) Close() {
	for _, w := range j.writers {
		w.Close()
	}
	j.loader.Close()
}

type pendingAppend struct {
	*ledger.Append
	size   int
	result ledger.Appended
	err    error
	done   chan struct{}
}

// unanswered answers if nobody has. Whether the append was stored is unknown.
func (p *pendingAppend) unanswered(err error) {
	select {
	case <-p.done:
	default:
		p.answer(err)
	}
}

func (p *pendingAppend) answer(err error) {
	p.err = err
	close(p.done)
}

// Append stores one decision. Its errors are ErrConflict, ErrDuplicate, ErrRefused
// and ErrBroken, of which nothing was stored, ErrClosed, or an unknown outcome.
func (j *Journal) Append(ctx context.Context, a *ledger.Append) (ledger.Appended, error) {
	p := &pendingAppend{Append: a, size: a.Size(), done: make(chan struct{})}
	// Always the same writer for a conversation, so that its appends keep their order.
	w := j.writers[maphash.Comparable(j.seed, a.Key)%uint64(len(j.writers))]
	if !w.Add(p) {
		return ledger.Appended{}, fmt.Errorf("append %s: %w", a.Key, persistence.ErrClosed)
	}
	select {
	case <-p.done:
	case <-ctx.Done():
		return ledger.Appended{}, fmt.Errorf("append %s: outcome unknown: %w", a.Key, ctx.Err())
	}
	if p.err != nil {
		return ledger.Appended{}, fmt.Errorf("append %s: %w", a.Key, p.err)
	}
	return p.result, nil
}

// takeAppends takes one append for each conversation, within the limits.
func takeAppends(queue []*pendingAppend) (batch, rest []*pendingAppend) {
	seen := make(map[wa.ConversationKey]struct{}, min(len(queue), maxBatchAppends))
	size := 0
	for i, p := range queue {
		if len(batch) == maxBatchAppends || size > maxBatchBytes {
			return batch, append(rest, queue[i:]...)
		}
		if _, twice := seen[p.Key]; twice {
			rest = append(rest, p)
			continue
		}
		seen[p.Key] = struct{}{}
		batch, size = append(batch, p), size+p.size
	}
	return batch, rest
}

// appendWriter commits batches, one at a time.
type appendWriter struct {
	pool *pgxpool.Pool
	cols columns // reused from batch to batch
}

// commit answers every append of the batch.
func (w *appendWriter) commit(ctx context.Context, batch []*pendingAppend) error {
	ctx, cancel := context.WithTimeout(ctx, commitTimeout)
	defer cancel()
	slices.SortFunc(batch, func(a, b *pendingAppend) int { return a.Key.Compare(b.Key) })
	return w.settle(ctx, batch, 0)
}

// store runs the one statement of the batch and, when it committed, answers.
func (w *appendWriter) store(ctx context.Context, batch []*pendingAppend) error {
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
			batch[i].result.Withdrawn = append(batch[i].result.Withdrawn, ref)
		}
	}
	if err := rows.Err(); err != nil {
		for _, p := range batch {
			p.result.Withdrawn = nil
		}
		return err
	}
	for i, p := range batch {
		if !admitted[i] {
			p.answer(persistence.ErrConflict)
			continue
		}
		p.result.Version = p.DecidedOn + uint64(len(p.Events))
		p.answer(nil)
	}
	return nil
}
