package journal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/persistence"
)

// Streams is the journal of the kinds that append seldom: numbers, and later
// broadcasts. They have the gate, the batches and the errors of conversations, and
// a writer of their own: no flood of messages stands before them.
type Streams struct {
	pool  *pgxpool.Pool
	seed  maphash.Seed
	group *persistence.Group[pendingStream]
}

// newStreams makes the streams of a journal, which starts and stops their writer.
func newStreams(pool *pgxpool.Pool) *Streams {
	s := &Streams{pool: pool, seed: maphash.MakeSeed()}
	w := &streamWriter{pool: pool}
	s.group = persistence.NewGroup(persistence.GroupConfig[pendingStream]{
		Items: maxBatchAppends, Bytes: maxBatchBytes, Patience: commitTimeout,
		Size:  func(p *pendingStream) int { return p.size },
		Apart: func(p *pendingStream) uint64 { return p.key },
		Order: func(a, b *pendingStream) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID)) },
		Do:    w.storeBatch, Canary: w.canary, Guilty: refuse[pendingStream],
	})
	return s
}

// StreamAppend is everything that one decision of such a grain stores.
type StreamAppend struct {
	Kind, ID  string
	DecidedOn uint64 // version that the decision saw: the fence
	Events    []ledger.Event
	Snapshot  []byte
	Effects   []ledger.Effect    // the grain is told how they end
	Done      []ledger.EffectRef // attempts whose outcome this append records; their rows go
	Audit     []ledger.AuditLine // of a business number: told to the audit of its tenant
	Alarm     time.Time          // when its one alarm rings from now on; zero: as it stands
}

func (a *StreamAppend) bytes() int {
	n := len(a.Snapshot) + 256
	for i := range a.Events {
		n += len(a.Events[i].Body) + 64
	}
	for i := range a.Effects {
		n += len(a.Effects[i].Body) + 128
	}
	return n
}

// Load reads a stream. Version 0 means that there is none yet.
func (s *Streams) Load(ctx context.Context, kind, id string) (version uint64, snapshot []byte, err error) {
	err = s.pool.QueryRow(ctx, `SELECT version, snapshot FROM stream WHERE kind = $1 AND id = $2`, kind, id).
		Scan(&version, &snapshot)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil, nil
	}
	if err != nil {
		return 0, nil, fmt.Errorf("load %s %s: %w", kind, id, persistence.Classed(err))
	}
	return version, snapshot, nil
}

// Append stores one decision, or nothing: ErrConflict if it was decided on an
// old version, ErrRefused, ErrBroken, ErrClosed, or an unknown outcome.
func (s *Streams) Append(ctx context.Context, a *StreamAppend) error {
	if err := ledger.CheckEffects(a.Effects); err != nil {
		return fmt.Errorf("append %s %s: %w: %w", a.Kind, a.ID, persistence.ErrRefused, err)
	}
	key := maphash.Comparable(s.seed, [2]string{a.Kind, a.ID})
	if _, err := s.group.Do(ctx, pendingStream{StreamAppend: a, key: key, size: a.bytes()}); err != nil {
		return fmt.Errorf("append %s %s: %w", a.Kind, a.ID, err)
	}
	return nil
}

// pendingStream is an append on its way.
// Two streams of one key are only kept out of one batch.
type pendingStream struct {
	*StreamAppend
	key  uint64 // the same for all of a stream
	size int
}

type askedStream = persistence.Ask[pendingStream]

// streamWriter commits batches, one at a time.
type streamWriter struct {
	pool *pgxpool.Pool
	cols streamColumns // reused from batch to batch
}

// storeBatch stores a batch. What the database does not take is the sieve's to find.
// There is no duplicate to look for: streams bring no messages.
func (w *streamWriter) storeBatch(ctx context.Context, batch []*askedStream) error {
	for tries := 0; ; tries++ {
		err := w.store(ctx, w.pool, batch)
		if pg, ok := errors.AsType[*pgconn.PgError](err); !ok || !rolledBack(pg, tries) {
			return err
		}
	}
}

// store runs the one statement of a batch and answers those that the gate refused.
func (w *streamWriter) store(ctx context.Context, db persistence.Querier, batch []*askedStream) error {
	sql, args := w.cols.statement(batch)
	rows, err := db.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	admitted := make([]bool, len(batch))
	var i int32
	if _, err := pgx.ForEachRow(rows, []any{&i}, func() error { admitted[i] = true; return nil }); err != nil {
		return err
	}
	for i, p := range batch {
		if !admitted[i] {
			p.Answer(persistence.ErrConflict)
		}
	}
	return nil
}

// canary passes an append of nobody through the statement of the batch, with each
// piece that the batch has, and leaves nothing behind.
func (w *streamWriter) canary(ctx context.Context, batch []*askedStream) error {
	id := persistence.CanaryID()
	a := &StreamAppend{Kind: persistence.CanaryName, ID: id, Snapshot: []byte{}, Events: canaryEvents()}
	for _, p := range batch {
		a.Effects = canaryEffects(a.Effects, id, p.Of.Effects)
		a.Done = canaryDone(a.Done, id, p.Of.Done)
		a.Alarm = canaryAlarm(a.Alarm, p.Of.Alarm)
	}
	return persistence.Rehearse(ctx, w.pool, func(tx pgx.Tx) error {
		return w.store(ctx, tx, []*askedStream{{Of: pendingStream{StreamAppend: a}}})
	})
}

// streamGateSQL is gateSQL and admitSQL for streams. There is no change log: nobody
// lists numbers by what happened to them.
// Rows are locked in the order of kind and id, in which the writer sorts.
const streamGateSQL = `
WITH a AS MATERIALIZED (
	SELECT a.* FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bytea[])
	WITH ORDINALITY AS a(kind, id, version, decided_on, snapshot, i)
), g AS (
	INSERT INTO stream AS s (kind, id, version, decided_on, snapshot)
	SELECT kind, id, version, decided_on, snapshot FROM a
	ON CONFLICT (kind, id) DO UPDATE SET
		version = excluded.version, decided_on = excluded.decided_on, snapshot = excluded.snapshot
	WHERE s.version = excluded.decided_on
	RETURNING s.kind, s.id, 1 / (xmax <> 0 OR s.decided_on = 0)::int AS admitted
), ok AS MATERIALIZED (
	SELECT a.i::int - 1 AS i, a.kind, a.id FROM g JOIN a USING (kind, id) WHERE g.admitted = 1
)`

const streamEventsSQL = `, events AS (
	INSERT INTO stream_event (kind, id, version, type, at, body)
	SELECT ok.kind, ok.id, e.version, e.type, e.at, e.body
	FROM unnest(%1::int[], %2::bigint[], %3::text[], %4::timestamptz[], %5::bytea[]) AS e(i, version, type, at, body)
	JOIN ok ON ok.i = e.i
)`

// streamAuditSQL is auditSQL for business numbers, which are a tenant's by their row.
const streamAuditSQL = `, audited AS (
	INSERT INTO audit (tenant_id, by_kind, by_id, by_name, address, client, action, object_kind, object_id, object_name, before, after)
	SELECT n.tenant_id, l.by_kind, l.by_id, l.by_name, l.address, l.client, l.action, l.object_kind, l.object_id, n.display, l.before, l.after
	FROM unnest(%1::int[], %2::text[], %3::text[], %4::text[], %5::text[], %6::text[], %7::text[], %8::text[], %9::text[], %10::text[],
		%11::jsonb[], %12::jsonb[])
		AS l(i, by_kind, by_id, by_name, address, client, action, object_kind, object_id, object_name, before, after)
	JOIN ok ON ok.i = l.i JOIN phone_number n ON n.id = ok.id
)`

// streamColumns holds the arrays of one batch.
type streamColumns struct {
	kinds, ids         []string
	versions, decideds []int64
	snapshots          [][]byte
	events             eventColumns
	effects            effectColumns
	done               doneColumns
	alarms             alarmColumns
	audit              auditColumns
}

func (c *streamColumns) statement(batch []*askedStream) (string, []any) {
	c.reset()
	for i, p := range batch {
		c.add(int32(i), p.Of.StreamAppend)
	}
	args := []any{c.kinds, c.ids, c.versions, c.decideds, c.snapshots}
	var sql strings.Builder
	sql.WriteString(streamGateSQL)
	for _, p := range []part{
		{true, c.events.args(), streamEventsSQL},
		{len(c.effects.i) > 0, c.effects.args(), effectsSQL},
		{len(c.done.send.i) > 0, c.done.send.args(), doneIn("send")},
		{len(c.done.rest.i) > 0, c.done.rest.args(), doneIn("rest")},
		{len(c.alarms.i) > 0, c.alarms.args(), alarmsSQL},
		{len(c.audit.i) > 0, c.audit.args(), streamAuditSQL},
	} {
		if p.used {
			sql.WriteString(numbered(p.sql, len(args)))
			args = append(args, p.args...)
		}
	}
	sql.WriteString("\nSELECT i FROM ok")
	return sql.String(), args
}

func (c *streamColumns) reset() {
	c.kinds, c.ids = c.kinds[:0], c.ids[:0]
	c.versions, c.decideds = c.versions[:0], c.decideds[:0]
	c.snapshots = c.snapshots[:0]
	c.events.reset()
	c.effects.reset()
	c.done.reset()
	c.alarms.reset()
	c.audit.reset()
}

func (c *streamColumns) add(i int32, a *StreamAppend) {
	c.kinds, c.ids = append(c.kinds, a.Kind), append(c.ids, a.ID)
	c.versions = append(c.versions, int64(a.DecidedOn)+int64(len(a.Events)))
	c.decideds = append(c.decideds, int64(a.DecidedOn))
	c.snapshots = append(c.snapshots, a.Snapshot)
	for n, e := range a.Events {
		c.events.add(i, a.DecidedOn+uint64(n)+1, e)
	}
	for n := range a.Effects {
		c.effects.add(i, ledger.GrainName(a.Kind, a.ID, a.Effects[n].Scope), &a.Effects[n])
	}
	for _, d := range a.Done {
		c.done.add(i, d)
	}
	for n := range a.Audit {
		c.audit.add(i, &a.Audit[n])
	}
	if !a.Alarm.IsZero() {
		c.alarms.add(i, a.Kind+":"+a.ID, a.DecidedOn+uint64(len(a.Events)), a.Alarm)
	}
}
