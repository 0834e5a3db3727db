package persistence

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"runtime"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
)

// Limits of one transaction of many appends.
const (
	maxBatchAppends = 256
	maxBatchBytes   = 2 << 20
	maxBatchLoads   = 256
	commitTimeout   = 10 * time.Second
)

// JournalConfig sets up a Journal. Zero values mean the defaults.
type JournalConfig struct {
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
	writers []*group[*pendingAppend]
	loader  *group[*pendingLoad]
	observe func(int, time.Duration, error)
}

// NewJournal starts the writers. Close stops them.
func NewJournal(pool *pgxpool.Pool, cfg JournalConfig) *Journal {
	if cfg.Writers <= 0 {
		cfg.Writers = min(max(runtime.GOMAXPROCS(0)/2, 1), 4)
	}
	if cfg.Observe == nil {
		cfg.Observe = func(int, time.Duration, error) {}
	}
	j := &Journal{pool: pool, seed: maphash.MakeSeed(), observe: cfg.Observe}
	for range cfg.Writers {
		w := &appendWriter{pool: pool}
		j.writers = append(j.writers, startGroup(takeAppends, j.observed(w.commit)))
	}
	j.loader = startGroup(takeLoads, j.load)
	return j
}

func (j *Journal) observed(commit func(context.Context, []*pendingAppend) error) func(context.Context, []*pendingAppend) {
	return func(ctx context.Context, batch []*pendingAppend) {
		began := time.Now()
		err := guarded(func() error { return commit(ctx, batch) })
		if errors.Is(err, errPanicked) {
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
		w.close()
	}
	j.loader.close()
}

type pendingAppend struct {
	*Append
	size   int
	result Appended
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

// Append stores one decision. Its errors are ErrConflict, ErrDuplicate and
// ErrRefused, of which nothing was stored, ErrClosed, or an unknown outcome.
func (j *Journal) Append(ctx context.Context, a *Append) (Appended, error) {
	p := &pendingAppend{Append: a, size: a.size(), done: make(chan struct{})}
	// Always the same writer for a conversation, so that its appends keep their order.
	w := j.writers[maphash.Comparable(j.seed, a.Key)%uint64(len(j.writers))]
	if !w.add(p) {
		return Appended{}, fmt.Errorf("append %s: %w", a.Key, ErrClosed)
	}
	select {
	case <-p.done:
	case <-ctx.Done():
		return Appended{}, fmt.Errorf("append %s: outcome unknown: %w", a.Key, ctx.Err())
	}
	if p.err != nil {
		return Appended{}, fmt.Errorf("append %s: %w", a.Key, p.err)
	}
	return p.result, nil
}

func (a *Append) size() int {
	n := len(a.Snapshot) + 256
	for i := range a.Events {
		n += len(a.Events[i].Body) + 64
	}
	for i := range a.Messages {
		n += len(a.Messages[i].Content) + 128
	}
	n += 256 * len(a.Media)
	return n
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

// settle stores the batch, or finds the guilty and stores the rest.
func (w *appendWriter) settle(ctx context.Context, batch []*pendingAppend, tries int) error {
	if len(batch) == 0 {
		return nil
	}
	err := w.store(ctx, batch)
	if err == nil {
		return nil
	}
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return answerAll(batch, err)
	}
	switch {
	case isDuplicateMessage(pg):
		return w.settleDuplicates(ctx, batch, err)
	case pg.Code == "22012": // an append to a conversation that is not there, see gateSQL
		return w.halve(ctx, batch, ErrConflict)
	case pg.Code[:2] == "22" || pg.Code[:2] == "23":
		return w.halve(ctx, batch, fmt.Errorf("%w: %w", ErrRefused, err))
	case pg.Code[:2] == "40" && tries < 3: // deadlock or serialization: surely rolled back
		return w.settle(ctx, batch, tries+1)
	}
	return answerAll(batch, err)
}

// settleDuplicates answers the appends whose messages are stored already and
// runs the others again.
func (w *appendWriter) settleDuplicates(ctx context.Context, batch []*pendingAppend, cause error) error {
	known, err := w.knownMessages(ctx, batch)
	if err != nil {
		return answerAll(batch, err)
	}
	rest := batch[:0:0]
	for _, p := range batch {
		if p.hasAny(known) {
			p.answer(ErrDuplicate)
			continue
		}
		rest = append(rest, p)
	}
	if len(rest) == len(batch) { // two of the batch carry the same id
		return w.halve(ctx, batch, fmt.Errorf("%w: %w", ErrRefused, cause))
	}
	return w.settle(ctx, rest, 0)
}

// halve stores the halves apart, until the guilty append is alone.
func (w *appendWriter) halve(ctx context.Context, batch []*pendingAppend, verdict error) error {
	if len(batch) == 1 {
		batch[0].answer(verdict)
		return nil
	}
	mid := len(batch) / 2
	return errors.Join(w.settle(ctx, batch[:mid], 0), w.settle(ctx, batch[mid:], 0))
}

func answerAll(batch []*pendingAppend, err error) error {
	for _, p := range batch {
		p.answer(err)
	}
	return err
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
			i       int32
			message *string
			attempt *int32
		)
		if err := rows.Scan(&i, &message, &attempt); err != nil {
			return err
		}
		admitted[i] = true
		if message != nil {
			batch[i].result.Withdrawn = append(batch[i].result.Withdrawn, SendRef{wa.MessageID(*message), *attempt})
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
			p.answer(ErrConflict)
			continue
		}
		p.result.Version = p.DecidedOn + uint64(len(p.Events))
		p.answer(nil)
	}
	return nil
}

// isDuplicateMessage tells the key of the message table, or of the wamid of a
// sent one, from all other unique keys. A known message may show by the row of
// its file just as well: which insert comes first is not said.
func isDuplicateMessage(pg *pgconn.PgError) bool {
	if pg.Code != "23505" {
		return false
	}
	if pg.TableName == "media" {
		return true
	}
	for i := range 8 {
		if pg.TableName == fmt.Sprintf("message_%d", i) {
			return true
		}
	}
	return false
}

func (p *pendingAppend) hasAny(known map[messageKey]struct{}) bool {
	return slices.ContainsFunc(p.Messages, func(m Message) bool {
		_, ok := known[messageKey{p.Key.PhoneNumberID, m.ID}]
		return ok
	})
}

type messageKey struct {
	number wa.PhoneNumberID
	id     wa.MessageID
}

func (w *appendWriter) knownMessages(ctx context.Context, batch []*pendingAppend) (map[messageKey]struct{}, error) {
	var numbers, ids []string
	for _, p := range batch {
		for _, m := range p.Messages {
			numbers, ids = append(numbers, string(p.Key.PhoneNumberID)), append(ids, string(m.ID))
		}
	}
	rows, err := w.pool.Query(ctx, `
		SELECT k.p, k.id
		FROM unnest($1::text[], $2::text[]) AS k(p, id)
		JOIN LATERAL (SELECT 1 FROM message m WHERE m.phone_number_id = k.p AND m.id = k.id OFFSET 0) m ON true`,
		numbers, ids)
	if err != nil {
		return nil, fmt.Errorf("find known messages: %w", err)
	}
	known := make(map[messageKey]struct{})
	var k messageKey
	if _, err := pgx.ForEachRow(rows, []any{&k.number, &k.id}, func() error {
		known[k] = struct{}{}
		return nil
	}); err != nil {
		return nil, fmt.Errorf("find known messages: %w", err)
	}
	return known, nil
}
