package intake

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/persistence"
)

// intakeFlush is how often done_upto is written.
const intakeFlush = 250 * time.Millisecond

// markPatience bounds one write of it.
const markPatience = 5 * time.Second

// intakeSource counts what of one source is dealt with. Rows begin in order of
// seq and finish in any order.
type intakeSource struct {
	id, term int64

	mu       sync.Mutex
	open     []int64            // begun and not known to be finished, from the lowest unfinished one
	finished map[int64]struct{} // finished before a lower one
	last     int64              // highest begun
	upto     int64              // every row up to it is dealt with
	written  int64              // upto as the database has it
	drained  bool               // taken over and read to its end
}

func newIntakeSource(id, term, upto int64) *intakeSource {
	return &intakeSource{id: id, term: term, finished: make(map[int64]struct{}), last: upto, upto: upto, written: upto}
}

// begin gives the next n numbers to rows and returns the number before them.
func (s *intakeSource) begin(n int) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.last
	for range n {
		s.last++
		s.open = append(s.open, s.last)
	}
	return before
}

// resume begins a row that is read back; numbers may be missing between rows.
func (s *intakeSource) resume(seq int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if seq > s.last {
		s.last = seq
		s.open = append(s.open, seq)
	}
}

func (s *intakeSource) finish(seq int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if seq <= s.upto || seq > s.last {
		return
	}
	s.finished[seq] = struct{}{}
	for len(s.open) > 0 {
		if _, ok := s.finished[s.open[0]]; !ok {
			return
		}
		delete(s.finished, s.open[0])
		s.upto = s.open[0]
		s.open = s.open[1:]
	}
}

// complete says that all rows begun are dealt with.
func (s *intakeSource) complete() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open) == 0
}

// Done says that every event of the row was answered or noted as a problem. A
// row of a source that is no longer ours is ignored: its new owner decides.
func (i *Intake) Done(source, seq int64) {
	i.mu.Lock()
	s := i.sources[source]
	i.mu.Unlock()
	if s != nil {
		s.finish(seq)
	}
}

// Source is the number of the source that appends go to now.
func (i *Intake) Source() int64 {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.own.id
}

func (i *Intake) held() []*intakeSource {
	i.mu.Lock()
	defer i.mu.Unlock()
	held := make([]*intakeSource, 0, len(i.sources))
	for _, s := range i.sources {
		held = append(held, s)
	}
	return held
}

func (i *Intake) takeNewSource(ctx context.Context) error {
	var id int64
	err := i.pool.QueryRow(ctx, `
		INSERT INTO intake_source (source, owner, member)
		VALUES (nextval('intake_source_id'), $1, $2) RETURNING source`, i.cfg.Owner, i.cfg.Member).Scan(&id)
	if err != nil {
		return fmt.Errorf("take a source: %w", err)
	}
	own := newIntakeSource(id, 1, 0)
	i.mu.Lock()
	i.own = own
	i.sources[id] = own
	i.mu.Unlock()
	return nil
}

// keepMarks writes done_upto of what we hold.
func (i *Intake) keepMarks() {
	tick := time.NewTicker(intakeFlush)
	defer tick.Stop()
	for {
		select {
		case <-i.stop:
			return
		case <-tick.C:
		}
		for _, source := range i.held() {
			persistence.Guard(i.cfg.Logger, "keep intake marks", func() { i.keep(source) })
		}
	}
}

func (i *Intake) keep(s *intakeSource) {
	s.mu.Lock()
	upto, changed := s.upto, s.upto != s.written
	s.mu.Unlock()
	if !changed {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), markPatience)
	defer cancel()
	tag, err := i.pool.Exec(ctx, `
		UPDATE intake_source SET done_upto = greatest(done_upto, $3)
		WHERE source = $1 AND term = $2 AND closed_at IS NULL`, s.id, s.term, upto)
	switch {
	case err != nil:
		i.cfg.Logger.Warn("intake mark not written", "source", s.id, "error", err)
	case tag.RowsAffected() == 0:
		i.lose(s)
	default:
		s.mu.Lock()
		s.written = upto
		s.mu.Unlock()
	}
}

// lose forgets a source that another process has taken. Appends notice by
// themselves; what is still in memory of it is done twice, which is harmless.
func (i *Intake) lose(s *intakeSource) {
	i.cfg.Logger.Warn("intake source was taken over by another process", "source", s.id)
	i.mu.Lock()
	delete(i.sources, s.id)
	i.mu.Unlock()
}

// release closes a finished source and gives an unfinished one free.
func (i *Intake) release(ctx context.Context, s *intakeSource) error {
	s.mu.Lock()
	upto, finished := s.upto, len(s.open) == 0
	s.mu.Unlock()
	i.mu.Lock()
	finished = finished && (s == i.own || s.drained)
	delete(i.sources, s.id)
	i.mu.Unlock()
	_, err := i.pool.Exec(ctx, `
		UPDATE intake_source SET done_upto = greatest(done_upto, $3), member = NULL,
			closed_at = CASE WHEN $4 THEN now() END
		WHERE source = $1 AND term = $2 AND closed_at IS NULL`, s.id, s.term, upto, finished)
	if err != nil {
		return fmt.Errorf("release intake source %d: %w", s.id, err)
	}
	return nil
}

// Position is a place in a source: rows after Seq that are not older than
// the partition Day.
type Position struct {
	Source int64
	Day    time.Time
	Seq    int64
}

// TakeOver takes one source of a member that died or left before it had finished.
// Dead is who has no lease, or is among the lost and was not heard since; if it
// lives after all it sees with its next append or mark that the source has another
// term. ErrNotFound: there is none. The caller reads its rows with ReadBack from the
// position to the end, says Done for each, and then Finished.
func (i *Intake) TakeOver(ctx context.Context, lost []string) (Position, error) {
	var at Position
	var term int64
	err := i.pool.QueryRow(ctx, `
		UPDATE intake_source SET owner = $1, term = term + 1, member = $2
		WHERE source = (
			SELECT s.source FROM intake_source s WHERE s.closed_at IS NULL AND s.source <> $3 AND s.member IS DISTINCT FROM $2
				AND NOT `+persistence.MemberLives("s.member", "$4")+`
			ORDER BY s.source LIMIT 1 FOR UPDATE OF s SKIP LOCKED)
		RETURNING source, term, started_on, done_upto`, i.cfg.Owner, i.cfg.Member, i.Source(), lost,
	).Scan(&at.Source, &term, &at.Day, &at.Seq)
	if errors.Is(err, pgx.ErrNoRows) {
		return Position{}, fmt.Errorf("take over a source: %w", persistence.ErrNotFound)
	}
	if err != nil {
		return Position{}, fmt.Errorf("take over a source: %w", err)
	}
	i.mu.Lock()
	i.sources[at.Source] = newIntakeSource(at.Source, term, at.Seq)
	i.mu.Unlock()
	return at, nil
}

// Finished closes a taken-over source once it was read to its end and every row
// is done. It reports false when rows are still open or it is no longer ours.
func (i *Intake) Finished(ctx context.Context, source int64) (bool, error) {
	i.mu.Lock()
	s := i.sources[source]
	i.mu.Unlock()
	if s == nil || !s.complete() {
		return false, nil
	}
	i.mu.Lock()
	s.drained = true
	i.mu.Unlock()
	return true, i.release(ctx, s)
}

// Holds says whether the source is still ours.
func (i *Intake) Holds(source int64) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.sources[source] != nil
}

// ReadBack reads up to limit rows of a source after a position, in order. It is
// for rows that memory had no room for, and for sources taken over. A shorter
// answer means that there were no more.
func (i *Intake) ReadBack(ctx context.Context, after Position, limit int) ([]Row, error) {
	// Each partition is one day; asked day by day its key gives the order.
	rows, err := i.pool.Query(ctx, `
		SELECT r.day, r.source, r.seq, r.received_at, r.body, coalesce(r.app_id, ''), coalesce(r.app_tenant, '')
		FROM (SELECT d::date AS day FROM generate_series($2::timestamp, (now() AT TIME ZONE 'UTC') + interval '1 hour', interval '1 day') d) AS days,
			LATERAL (SELECT * FROM intake WHERE day = days.day AND source = $1 AND seq > $3 ORDER BY seq LIMIT $4) AS r
		ORDER BY r.day, r.seq LIMIT $4`, after.Source, after.Day, after.Seq, limit)
	if err != nil {
		return nil, fmt.Errorf("read intake back: %w", err)
	}
	list, err := pgx.CollectRows(rows, scanRow)
	if err != nil {
		return nil, fmt.Errorf("read intake back: %w", err)
	}
	i.mu.Lock()
	s := i.sources[after.Source]
	i.mu.Unlock()
	if s != nil {
		for n := range list {
			s.resume(list[n].Seq)
		}
	}
	return list, nil
}

func scanRow(row pgx.CollectableRow) (r Row, err error) {
	err = row.Scan(&r.Day, &r.Source, &r.Seq, &r.ReceivedAt, &r.Body, &r.From.App, &r.From.Tenant)
	return r, err
}

// Body reads one stored body. ErrNotFound: its day was dropped.
func (i *Intake) Body(ctx context.Context, day time.Time, source, seq int64) ([]byte, error) {
	var body []byte
	err := i.pool.QueryRow(ctx, `SELECT body FROM intake WHERE day = $1 AND source = $2 AND seq = $3`,
		day, source, seq).Scan(&body)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("read intake row: %w", persistence.ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("read intake row: %w", err)
	}
	return body, nil
}
