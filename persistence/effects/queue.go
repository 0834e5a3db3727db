package effects

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/persistence"
)

// tellAgain is how long a grain may take to record how an effect ended before it is
// told again.
const tellAgain = 2 * time.Second

// Queue is the effects of one kind, from the append that wants each to the append
// that records how it ended. A claim ends with its member. One that a living member
// does not know of, because the answer to it was lost, ends with the lease.
type Queue struct {
	pool  *pgxpool.Pool
	kind  ledger.EffectKind
	clock *persistence.Clock
	table string // its partition: a statement on the whole table would look into each
}

// Table is all effects.
type Table struct {
	pool  *pgxpool.Pool
	clock *persistence.Clock
}

// NewTable reads and writes through the pool. Effects are due by the clock's business time.
func NewTable(pool *pgxpool.Pool, clock *persistence.Clock) *Table { return &Table{pool, clock} }

// Queue is the effects of a kind.
func (t *Table) Queue(kind ledger.EffectKind) *Queue { return NewQueue(t.pool, kind, t.clock) }

// NewQueue reads and writes through the pool.
func NewQueue(pool *pgxpool.Pool, kind ledger.EffectKind, clock *persistence.Clock) *Queue {
	if kind == ledger.EffectSend {
		return &Queue{pool, kind, clock, "effect_send"}
	}
	return &Queue{pool, kind, clock, "effect_rest"}
}

// Claimed is an effect as the member has it that carries it out.
type Claimed struct {
	ledger.EffectRef
	Grain string // who is told how it ended, see ledger.GrainOf
	Body  []byte
}

// Claim takes up to limit effects that are due for a member, at most perScope of one
// scope counting those in busy, in rounds of one from each scope, the longest due of
// it first. A member without a lease gets nothing. Callers at the same time get
// different ones. Sends are claimed by their pace instead.
func (q *Queue) Claim(ctx context.Context, member string, limit, perScope int, busy map[string]int) ([]Claimed, error) {
	scopes, counts := make([]string, 0, len(busy)), make([]int32, 0, len(busy))
	for scope, count := range busy {
		scopes, counts = append(scopes, scope), append(counts, int32(count))
	}
	// The scopes that wait are found by one probe each; of each only the head of the
	// index is read.
	return persistence.Collect(ctx, q.pool, "claim effects", q.scanClaimed, `
		WITH RECURSIVE waiting (scope) AS (
			(SELECT scope FROM `+q.table+` WHERE kind = $1 AND state = 0 ORDER BY scope LIMIT 1)
			UNION ALL
			SELECT (SELECT e.scope FROM `+q.table+` e WHERE e.kind = $1 AND e.state = 0 AND e.scope > w.scope ORDER BY e.scope LIMIT 1)
			FROM waiting w WHERE w.scope IS NOT NULL
		)
		UPDATE `+q.table+` u SET state = 1, claimed_by = $2, changed_at = now()
		WHERE u.ctid = ANY (ARRAY(
			SELECT d.ctid FROM (SELECT FROM member WHERE id = $2 AND lease_until > now() LIMIT 1) AS living,
				waiting w LEFT JOIN unnest($5::text[], $6::int[]) AS b (scope, n) ON b.scope = w.scope,
				LATERAL (SELECT h.ctid, h.not_before, row_number() OVER (ORDER BY h.not_before) AS round
					FROM (SELECT ctid, not_before FROM `+q.table+`
						WHERE kind = $1 AND scope = w.scope AND state = 0 AND not_before <= now() + $7
						ORDER BY not_before LIMIT least($3, greatest(0, $4 - coalesce(b.n, 0))) FOR UPDATE SKIP LOCKED) AS h) AS d
			WHERE w.scope IS NOT NULL
			ORDER BY d.round, d.not_before LIMIT $3))
		RETURNING u.scope, u.grain, u.id, u.attempt, u.body`,
		q.kind, member, limit, perScope, scopes, counts, q.clock.Ahead())
}

func (q *Queue) scanClaimed(row pgx.CollectableRow) (c Claimed, err error) {
	c.Kind = q.kind
	err = row.Scan(&c.Scope, &c.Grain, &c.ID, &c.Attempt, &c.Body)
	return c, err
}

// Ended is how an effect ended, for its row.
type Ended struct {
	ledger.EffectRef
	Outcome []byte // the command that tells the grain, as actorpb.EncodeCommand writes it
}

// Finish notes how effects of this member ended, so that it survives the member
// until the grains have recorded it. What comes after the claim was judged lost
// still counts: it is evidence. Rows that are gone or of others are skipped.
func (q *Queue) Finish(ctx context.Context, member string, list []Ended) error {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b Ended) int { return compareRefs(a.EffectRef, b.EffectRef) })
	n := len(list)
	scopes, ids, attempts, outcomes := make([]string, n), make([]string, n), make([]int32, n), make([][]byte, n)
	for i, e := range list {
		scopes[i], ids[i], attempts[i], outcomes[i] = e.Scope, e.ID, e.Attempt, e.Outcome
	}
	_, err := q.pool.Exec(ctx, `
		UPDATE `+q.table+` u SET state = 2, outcome = s.outcome, changed_at = now()
		FROM unnest($3::text[], $4::text[], $5::int[], $6::bytea[]) AS s (scope, id, attempt, outcome)
		WHERE u.kind = $2 AND u.scope = s.scope AND u.id = s.id AND u.attempt = s.attempt
			AND u.claimed_by = $1 AND u.state IN (1, 3)`,
		member, q.kind, scopes, ids, attempts, outcomes)
	if err != nil {
		return fmt.Errorf("finish effects: %w", persistence.Classed(err))
	}
	return nil
}

func compareRefs(a, b ledger.EffectRef) int {
	return cmp.Or(cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Attempt, b.Attempt))
}

// CanaryFinish says whether outcomes can be written.
func (q *Queue) CanaryFinish(ctx context.Context) error {
	ref := ledger.EffectRef{Kind: q.kind, Scope: persistence.CanaryName, ID: persistence.CanaryID()}
	return q.Finish(ctx, persistence.CanaryName, []Ended{{EffectRef: ref, Outcome: []byte{}}})
}

// Again ends an attempt of this member; the next one is due after a pause, or sooner if
// business time is moved meanwhile. What the ended one may still say counts for nothing.
func (q *Queue) Again(ctx context.Context, member string, ref ledger.EffectRef, pause time.Duration) error {
	_, err := q.pool.Exec(ctx, `
		UPDATE `+q.table+` SET state = 0, attempt = attempt + 1, claimed_by = NULL, not_before = now() + $7 + $6, changed_at = now()
		WHERE kind = $2 AND scope = $3 AND id = $4 AND attempt = $5 AND claimed_by = $1 AND state = 1`,
		member, q.kind, ref.Scope, ref.ID, ref.Attempt, pause, q.clock.Ahead())
	if err != nil {
		return fmt.Errorf("try effect again: %w", persistence.Classed(err))
	}
	return nil
}

// Hurry makes what waits in a scope due now.
func (q *Queue) Hurry(ctx context.Context, scope string) error {
	_, err := q.pool.Exec(ctx, `UPDATE `+q.table+` SET not_before = now() + $3 WHERE kind = $1 AND scope = $2 AND state = 0 AND not_before > now() + $3`,
		q.kind, scope, q.clock.Ahead())
	if err != nil {
		return fmt.Errorf("hurry effects: %w", persistence.Classed(err))
	}
	return nil
}

// Untold is an effect that has ended and whose grain has not recorded it.
type Untold struct {
	ledger.EffectRef
	Grain    string
	State    ledger.EffectState
	Outcome  []byte // of one that ended by its executor
	Refusals int16  // how often the grain could not record it
}

// Sweep ends the claims of dead members and returns up to limit ends that their
// grains have not recorded for 2 s, each again in 2 s if it still stands then. Dead
// is who has no lease, or is among the lost and was not heard since. A send is lost
// with its member, and told of at once: it may have left. All else is queued again,
// due now, as another attempt; released says how many those are.
func (q *Queue) Sweep(ctx context.Context, lost []string, lease time.Duration, limit int) (released int, untold []Untold, err error) {
	args := []any{q.kind, lease, lost, limit}
	set := `state = 3, changed_at = now() - interval '` + tellAgain.String() + `'`
	if q.kind != ledger.EffectSend {
		set = `state = 0, attempt = attempt + 1, claimed_by = NULL, not_before = now() + $5, changed_at = now()`
		args = append(args, q.clock.Ahead())
	}
	batch := &pgx.Batch{}
	batch.Queue(`UPDATE `+q.table+` SET `+set+`
		WHERE ctid = ANY (ARRAY(SELECT e.ctid FROM `+q.table+` e WHERE e.kind = $1 AND e.state = 1
			AND (e.changed_at < now() - $2::interval OR NOT `+persistence.MemberLives("e.claimed_by", "$3")+`)
			LIMIT $4 FOR UPDATE OF e SKIP LOCKED))`, args...).Exec(func(tag pgconn.CommandTag) error {
		if q.kind != ledger.EffectSend {
			released = int(tag.RowsAffected())
		}
		return nil
	})
	batch.Queue(`UPDATE `+q.table+` u SET changed_at = now()
		WHERE u.ctid = ANY (ARRAY(SELECT ctid FROM `+q.table+`
			WHERE kind = $1 AND state > 1 AND changed_at <= now() - $2::interval
			LIMIT $3 FOR UPDATE SKIP LOCKED))
		RETURNING u.scope, u.grain, u.id, u.attempt, u.state, u.outcome, u.refusals`, q.kind, tellAgain, limit).
		Query(func(rows pgx.Rows) (err error) {
			untold, err = pgx.CollectRows(rows, q.scanUntold)
			return err
		})
	if err := q.pool.SendBatch(ctx, batch).Close(); err != nil {
		return 0, nil, fmt.Errorf("sweep effects: %w", persistence.Classed(err))
	}
	return released, untold, nil
}

func (q *Queue) scanUntold(row pgx.CollectableRow) (u Untold, err error) {
	u.Kind = q.kind
	err = row.Scan(&u.Scope, &u.Grain, &u.ID, &u.Attempt, &u.State, &u.Outcome, &u.Refusals)
	return u, err
}

// Forget removes an effect that has ended, whose grain says that it recorded it
// before, or that it knows nothing of it.
func (q *Queue) Forget(ctx context.Context, ref ledger.EffectRef) error {
	_, err := q.pool.Exec(ctx, `DELETE FROM `+q.table+` WHERE kind = $1 AND scope = $2 AND id = $3 AND attempt = $4 AND state > 1`,
		q.kind, ref.Scope, ref.ID, ref.Attempt)
	if err != nil {
		return fmt.Errorf("forget effect: %w", persistence.Classed(err))
	}
	return nil
}

// Refused notes that the grain of an ended effect could not record it. It is told
// again after a pause; with 0 not before somebody has looked at it.
func (q *Queue) Refused(ctx context.Context, ref ledger.EffectRef, pause time.Duration) error {
	_, err := q.pool.Exec(ctx, `UPDATE `+q.table+` SET refusals = refusals + 1,
			changed_at = CASE WHEN $5::interval = '0' THEN 'infinity' ELSE now() + $5::interval END
		WHERE kind = $1 AND scope = $2 AND id = $3 AND attempt = $4 AND state > 1`,
		q.kind, ref.Scope, ref.ID, ref.Attempt, pause)
	if err != nil {
		return fmt.Errorf("note that an effect is not recorded: %w", persistence.Classed(err))
	}
	return nil
}
