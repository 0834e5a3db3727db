package journal

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/persistence"
)

// What an append does to effects, for every kind of effect and of grain: the arrays
// name their keys themselves, and of the append only its place in the batch counts.
// Sends have a partition of their own, which is named: a join with the whole table
// would look into each.

// effectsSQL is "persist before act": what is to be done outside comes into being with
// the events that ask for it, and whoever claims it can only see what has committed. A
// process that dies right after leaves the wish and not the doubt.
//
// There is no ON CONFLICT: an attempt that is stored already belongs to a message that
// is known, and the append is a duplicate; or the grain is wrong, and it is refused.
const effectsSQL = `, effects AS (
	INSERT INTO effect (kind, scope, grain, id, attempt, class, owner_epoch, turn_epoch, not_before, window_closes_at, body)
	SELECT e.kind, e.scope, e.grain, e.id, e.attempt, e.class, e.owner_epoch, e.turn_epoch, e.not_before, e.window_closes_at, e.body
	FROM unnest(%1::int[], %2::smallint[], %3::text[], %4::text[], %5::text[], %6::int[], %7::smallint[], %8::bigint[], %9::bigint[],
		%10::timestamptz[], %11::timestamptz[], %12::bytea[])
		AS e(i, kind, scope, grain, id, attempt, class, owner_epoch, turn_epoch, not_before, window_closes_at, body)
	JOIN ok ON ok.i = e.i
)`

// doneSQL ends an effect with the append that records its outcome, and with no other: up
// to then the grain is told again. It names the attempt, so that a late word about an
// earlier one does not take away the attempt that is under way.
// A row that is gone already is no error: the outcome is recorded all the same.
const doneSQL = `, done_PART AS (
	DELETE FROM effect_PART o
	USING unnest(%1::int[], %2::smallint[], %3::text[], %4::text[], %5::int[]) AS d(i, kind, scope, id, attempt) JOIN ok ON ok.i = d.i
	WHERE o.kind = d.kind AND o.scope = d.scope AND o.id = d.id AND o.attempt = d.attempt
)`

// withdrawSQL catches what no claim holds, of sends: see ledger.Withdrawal. So it names
// their partition, and Withdrawal.Check has refused all else. It re-checks the state
// under the row's lock, and a claim that came first has changed it. What it catches stays until
// the grain has recorded it. What is claimed may be leaving just now; it is marked by
// a time that never comes, so that it is not queued again if it did not leave.
//
// Only an earlier epoch is caught: the new owner's words have his own and leave (I4).
const withdrawSQL = `, withdrawn AS (
	UPDATE effect_send o SET state = CASE o.state WHEN 0 THEN 4 ELSE o.state END,
		changed_at = CASE o.state WHEN 0 THEN now() ELSE o.changed_at END,
		not_before = CASE o.state WHEN 0 THEN o.not_before ELSE 'infinity' END
	FROM unnest(%1::int[], %2::smallint[], %3::text[], %4::text[], %5::int[], %6::bigint[]) AS w(i, kind, scope, id, attempt, epoch)
	JOIN ok ON ok.i = w.i
	WHERE o.kind = w.kind AND o.scope = w.scope AND o.id = w.id AND o.attempt = w.attempt
		AND o.state <= 1 AND o.owner_epoch < w.epoch
	RETURNING ok.i, o.kind, o.scope, o.id, o.attempt, o.state
)`

// partition is the part of the table that holds a kind.
func partition(kind ledger.EffectKind) string {
	if kind == ledger.EffectSend {
		return "send"
	}
	return "rest"
}

func doneIn(part string) string { return strings.ReplaceAll(doneSQL, "PART", part) }

// effectColumns are what appends ask of the world. Both times are business time. The
// window is asked for again by the claim (I5): a send may wait here for long.
type effectColumns struct {
	i              []int32
	kind           []int16
	scope          []string
	grain          []string
	id             []string
	attempt        []int32
	class          []int16
	ownerEpoch     []int64
	turnEpoch      []int64
	notBefore      []time.Time
	windowClosesAt []pgtype.Timestamptz
	body           [][]byte
}

func (c *effectColumns) reset() {
	c.i = c.i[:0]
	c.kind = c.kind[:0]
	c.scope = c.scope[:0]
	c.grain = c.grain[:0]
	c.id = c.id[:0]
	c.attempt = c.attempt[:0]
	c.class = c.class[:0]
	c.ownerEpoch = c.ownerEpoch[:0]
	c.turnEpoch = c.turnEpoch[:0]
	c.notBefore = c.notBefore[:0]
	c.windowClosesAt = c.windowClosesAt[:0]
	c.body = c.body[:0]
}

// add takes an effect of a grain, as ledger.GrainName names it.
func (c *effectColumns) add(i int32, grain string, e *ledger.Effect) {
	body := e.Body
	if body == nil {
		body = []byte{} // nil would be NULL
	}
	c.i = append(c.i, i)
	c.kind = append(c.kind, int16(e.Kind))
	c.scope = append(c.scope, e.Scope)
	c.grain = append(c.grain, grain)
	c.id = append(c.id, e.ID)
	c.attempt = append(c.attempt, e.Attempt)
	c.class = append(c.class, e.Class)
	c.ownerEpoch = append(c.ownerEpoch, int64(e.OwnerEpoch))
	c.turnEpoch = append(c.turnEpoch, int64(e.TurnEpoch))
	c.notBefore = append(c.notBefore, e.NotBefore)
	c.windowClosesAt = append(c.windowClosesAt, timestamp(e.WindowClosesAt))
	c.body = append(c.body, body)
}

func (c *effectColumns) args() []any {
	return []any{
		c.i, c.kind, c.scope, c.grain, c.id, c.attempt, c.class, c.ownerEpoch, c.turnEpoch, c.notBefore, c.windowClosesAt, c.body,
	}
}

// refColumns name attempts.
type refColumns struct {
	i       []int32
	kind    []int16
	scope   []string
	id      []string
	attempt []int32
}

func (c *refColumns) reset() {
	c.i = c.i[:0]
	c.kind = c.kind[:0]
	c.scope = c.scope[:0]
	c.id = c.id[:0]
	c.attempt = c.attempt[:0]
}

func (c *refColumns) add(i int32, ref ledger.EffectRef) {
	c.i = append(c.i, i)
	c.kind = append(c.kind, int16(ref.Kind))
	c.scope = append(c.scope, ref.Scope)
	c.id = append(c.id, ref.ID)
	c.attempt = append(c.attempt, ref.Attempt)
}

func (c *refColumns) args() []any { return []any{c.i, c.kind, c.scope, c.id, c.attempt} }

// doneColumns are the outcomes that appends record, by partition.
type doneColumns struct{ send, rest refColumns }

func (c *doneColumns) reset() {
	c.send.reset()
	c.rest.reset()
}

func (c *doneColumns) add(i int32, ref ledger.EffectRef) {
	if partition(ref.Kind) == "send" {
		c.send.add(i, ref)
		return
	}
	c.rest.add(i, ref)
}

// withdrawColumns are the sends that a new owner silences, each with his epoch.
type withdrawColumns struct {
	refColumns
	epoch []int64
}

func (c *withdrawColumns) reset() {
	c.refColumns.reset()
	c.epoch = c.epoch[:0]
}

func (c *withdrawColumns) add(i int32, w *ledger.Withdrawal) {
	for _, ref := range w.Effects {
		c.refColumns.add(i, ref)
		c.epoch = append(c.epoch, int64(w.OwnerEpochBelow))
	}
}

func (c *withdrawColumns) args() []any { return append(c.refColumns.args(), c.epoch) }

// UnderWay says whether an attempt at an effect of a grain is not recorded yet. An
// earlier attempt than the current one is not.
func (j *Journal) UnderWay(ctx context.Context, grain string, ref ledger.EffectRef) (is bool, err error) {
	err = j.pool.QueryRow(ctx, `SELECT EXISTS (SELECT FROM effect_`+partition(ref.Kind)+`
		WHERE kind = $1 AND scope = $2 AND id = $3 AND attempt = $4 AND grain = $5)`,
		ref.Kind, ref.Scope, ref.ID, ref.Attempt, grain).Scan(&is)
	if err != nil {
		return false, fmt.Errorf("look for effect %s: %w", ref.ID, persistence.Classed(err))
	}
	return is, nil
}
