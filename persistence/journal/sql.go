package journal

import (
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
)

// gateSQL admits appends: an existing row only if its version is the one that
// the append was decided on, a new row only if it was decided on version 0. The
// second rule cannot be said in ON CONFLICT; the division fails the statement
// instead (22012), which never happens unless a conversation was deleted by hand.
//
// Rows come sorted by key from the writer and are locked in that order.
const gateSQL = `
WITH a AS MATERIALIZED (
	SELECT a.* FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bytea[], $6::text[], $7::text[],
		$8::text[], $9::smallint[], $10::text[], $11::text[], $12::timestamptz[], $13::boolean[], $14::text[],
		$15::int[], $16::timestamptz[], $17::timestamptz[])
	WITH ORDINALITY AS a(phone_number_id, contact_id, version, decided_on, snapshot, tenant_id, team_id, owner_id, phase, contact_name,
		contact_address, last_at, last_outbound, last_preview, unread, window_closes_at, started_at, i)
)`

const admitSQL = `, g AS (
	INSERT INTO conversation AS c (phone_number_id, contact_id, version, decided_on, snapshot, tenant_id, team_id, owner_id, phase, contact_name,
		contact_address, last_at, last_outbound, last_preview, unread, window_closes_at, started_at)
	SELECT phone_number_id, contact_id, version, decided_on, snapshot, tenant_id, team_id, owner_id, phase, contact_name,
		contact_address, last_at, last_outbound, last_preview, unread, window_closes_at, started_at
	FROM a`

// admittedSQL is the fence. Of two activations that decided on one version the second
// waits at the row's lock, then sees the version of the first (READ COMMITTED looks at
// the locked row anew), fails the WHERE and is no part of ok. That is all that keeps an
// activation which was frozen, or cut off, from writing over its successor: no lease and
// no clock has a part in it.
//
// Whatever follows joins ok, so an append is stored whole or not at all, while the
// others of its batch go on. The line of the change log is of the same commit: a feed
// or a follower that reads the log misses nothing that is stored.
const admittedSQL = `
	ON CONFLICT (phone_number_id, contact_id) DO UPDATE SET
		version = excluded.version, decided_on = excluded.decided_on, snapshot = excluded.snapshot,
		tenant_id = excluded.tenant_id, started_at = excluded.started_at, -- of one that starts only now
		team_id = excluded.team_id, owner_id = excluded.owner_id, phase = excluded.phase,
		contact_name = excluded.contact_name, contact_address = excluded.contact_address,
		last_at = excluded.last_at, last_outbound = excluded.last_outbound, last_preview = excluded.last_preview,
		unread = excluded.unread, window_closes_at = excluded.window_closes_at
	WHERE c.version = excluded.decided_on
	RETURNING c.phone_number_id, c.contact_id, 1 / (xmax <> 0 OR c.decided_on = 0)::int AS admitted
), ok AS MATERIALIZED (
	SELECT a.i::int - 1 AS i, a.phone_number_id, a.contact_id, a.tenant_id, a.version
	FROM g JOIN a USING (phone_number_id, contact_id)
	WHERE g.admitted = 1
), log AS (
	INSERT INTO change_log (tenant_id, phone_number_id, contact_id, version)
	SELECT tenant_id, phone_number_id, contact_id, version FROM ok
)`

// part is one optional piece of the statement: its arrays and what it does with
// them, joined to the keys that the gate admitted. %N stands for the Nth array.
type part struct {
	used bool
	args []any
	sql  string
}

// eventsSQL needs no ON CONFLICT: the gate has said that these versions are free.
const eventsSQL = `, events AS (
	INSERT INTO event (phone_number_id, contact_id, version, type, at, body)
	SELECT ok.phone_number_id, ok.contact_id, e.version, e.type, e.at, e.body
	FROM unnest(%1::int[], %2::bigint[], %3::text[], %4::timestamptz[], %5::bytea[]) AS e(i, version, type, at, body)
	JOIN ok ON ok.i = e.i
)`

// messagesSQL has no ON CONFLICT on purpose. A message that is stored already fails the
// statement, and storeBatch answers its append as a duplicate, events and all: so what
// Meta delivers twice, or a browser sends twice, is decided by one of the two alone, even
// if two activations decide it at the same time.
const messagesSQL = `, messages AS (
	INSERT INTO message (phone_number_id, id, contact_id, direction, author_kind, author_id, author_name, kind, sent_at, content, place)
	SELECT ok.phone_number_id, m.id, ok.contact_id, m.direction, m.author_kind, m.author_id, m.author_name, m.kind, m.sent_at, m.content, m.place
	FROM unnest(%1::int[], %2::text[], %3::smallint[], %4::smallint[], %5::text[], %6::text[], %7::text[], %8::timestamptz[], %9::json[],
		%10::timestamptz[]) AS m(i, id, direction, author_kind, author_id, author_name, kind, sent_at, content, place)
	JOIN ok ON ok.i = m.i
)`

// statusesSQL keeps the earliest time of each status: every order of arrival ends in
// the same times (I8), and the wamid, once known, stays. Of two errors the one that came
// first stays. Rows are sorted by the key by which they are locked.
const statusesSQL = `, statuses AS (
	INSERT INTO message_status AS t (phone_number_id, message_id, contact_id, wamid, accepted_at, sent_at, delivered_at,
		read_at, played_at, failed_at, ambiguous_at, withdrawn_at, error_code, error_text)
	SELECT ok.phone_number_id, s.message_id, ok.contact_id, s.wamid, s.accepted_at, s.sent_at, s.delivered_at,
		s.read_at, s.played_at, s.failed_at, s.ambiguous_at, s.withdrawn_at, s.error_code, s.error_text
	FROM unnest(%1::int[], %2::text[], %3::text[], %4::timestamptz[], %5::timestamptz[], %6::timestamptz[], %7::timestamptz[],
		%8::timestamptz[], %9::timestamptz[], %10::timestamptz[], %11::timestamptz[], %12::int[], %13::text[])
		AS s(i, message_id, wamid, accepted_at, sent_at, delivered_at, read_at, played_at, failed_at, ambiguous_at,
			withdrawn_at, error_code, error_text)
	JOIN ok ON ok.i = s.i
	ORDER BY ok.phone_number_id, s.message_id
	ON CONFLICT (phone_number_id, message_id) DO UPDATE SET
		wamid = coalesce(t.wamid, excluded.wamid),
		accepted_at = least(t.accepted_at, excluded.accepted_at), sent_at = least(t.sent_at, excluded.sent_at),
		delivered_at = least(t.delivered_at, excluded.delivered_at), read_at = least(t.read_at, excluded.read_at),
		played_at = least(t.played_at, excluded.played_at), failed_at = least(t.failed_at, excluded.failed_at),
		ambiguous_at = least(t.ambiguous_at, excluded.ambiguous_at), withdrawn_at = least(t.withdrawn_at, excluded.withdrawn_at),
		error_code = CASE WHEN t.error_code <> 0 THEN t.error_code ELSE excluded.error_code END,
		error_text = CASE WHEN t.error_text <> '' THEN t.error_text ELSE excluded.error_text END
)`

// The answer has a line for each append that was admitted: who has none was decided on
// an old version. With withdrawals it has one for each send that was caught, too; state
// is the new one, and those that are only marked keep theirs. The LEFT JOIN answers an
// append that caught nothing.
const (
	answerSQL          = "\nSELECT i, NULL::smallint, NULL::text, NULL::text, NULL::int FROM ok"
	answerWithdrawnSQL = "\nSELECT ok.i, w.kind, w.scope, w.id, w.attempt FROM ok LEFT JOIN withdrawn w ON w.i = ok.i AND w.state = 4"
)

// columns holds the arrays of one batch. Its writer alone uses it, for the canary too: a
// statement's arrays hold until the next statement is made.
type columns struct {
	gate     gateColumns
	seats    seatColumns
	events   eventColumns
	messages messageColumns
	replaced replacedColumns
	statuses statusColumns
	uses     useColumns
	effects  effectColumns
	done     doneColumns
	withdraw withdrawColumns
	alarms   alarmColumns
	audit    auditColumns
}

// statement fills the columns and returns the one statement that stores the
// batch. Pieces that no append of the batch needs are left out: an empty piece
// costs Postgres nearly as much as a full one in a small batch.
func (c *columns) statement(batch []*asked) (string, []any) {
	c.reset()
	for i, p := range batch {
		c.add(int32(i), p.Of.Append)
	}
	parts := []part{
		{true, c.events.args(), eventsSQL},
		{len(c.messages.i) > 0, c.messages.args(), messagesSQL},
		{len(c.replaced.i) > 0, c.replaced.args(), replacedSQL},
		{len(c.statuses.i) > 0, c.statuses.args(), statusesSQL},
		{len(c.uses.i) > 0, c.uses.args(), usesSQL},
		{len(c.effects.i) > 0, c.effects.args(), effectsSQL},
		{len(c.done.send.i) > 0, c.done.send.args(), doneIn("send")},
		{len(c.done.rest.i) > 0, c.done.rest.args(), doneIn("rest")},
		{len(c.alarms.i) > 0, c.alarms.args(), alarmsSQL},
		{len(c.audit.i) > 0, c.audit.args(), auditSQL},
		{len(c.withdraw.i) > 0, c.withdraw.args(), withdrawSQL},
	}
	args := c.gate.args()
	var sql strings.Builder
	sql.WriteString(gateSQL)
	if len(c.seats.i) > 0 {
		sql.WriteString(numbered(seatsSQL, len(args)) + admitSQL + numbered(seatedSQL, len(args)))
		args = append(args, c.seats.args()...)
	} else {
		sql.WriteString(admitSQL)
	}
	sql.WriteString(admittedSQL)
	for _, p := range parts {
		if !p.used {
			continue
		}
		sql.WriteString(numbered(p.sql, len(args)))
		args = append(args, p.args...)
	}
	if len(c.withdraw.i) > 0 {
		sql.WriteString(answerWithdrawnSQL)
	} else {
		sql.WriteString(answerSQL)
	}
	return sql.String(), args
}

// numbered turns %N into the parameter $(N+offset).
func numbered(sql string, offset int) string {
	var b strings.Builder
	for {
		at := strings.IndexByte(sql, '%')
		if at < 0 {
			b.WriteString(sql)
			return b.String()
		}
		b.WriteString(sql[:at])
		end := at + 1
		for end < len(sql) && sql[end] >= '0' && sql[end] <= '9' {
			end++
		}
		n, err := strconv.Atoi(sql[at+1 : end])
		if err != nil {
			panic("a piece of the append names no array: " + sql[at:])
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n + offset))
		sql = sql[end:]
	}
}

func (c *columns) reset() {
	c.gate.reset()
	c.seats.reset()
	c.events.reset()
	c.messages.reset()
	c.replaced.reset()
	c.statuses.reset()
	c.uses.reset()
	c.effects.reset()
	c.done.reset()
	c.withdraw.reset()
	c.alarms.reset()
	c.audit.reset()
}

func (c *columns) add(i int32, a *ledger.Append) {
	c.gate.add(a)
	if a.Seat.Agent != "" {
		c.seats.add(i, &a.Seat)
	}
	for n, e := range a.Events {
		c.events.add(i, a.DecidedOn+uint64(n)+1, e)
	}
	for _, m := range a.Messages {
		if m.Replaces {
			c.replaced.add(i, m)
			continue
		}
		c.messages.add(i, m)
	}
	for _, s := range a.Statuses {
		c.statuses.add(i, s)
	}
	for _, u := range a.Uses {
		c.uses.add(i, u)
	}
	for n := range a.Effects {
		// Named by its contact alone, as ledger.GrainName does: the scope of all effects of a
		// conversation is its number.
		c.effects.add(i, string(a.Key.ContactID), &a.Effects[n])
	}
	for n := range a.Audit {
		c.audit.add(i, &a.Audit[n])
	}
	for _, d := range a.Done {
		c.done.add(i, d)
	}
	if a.Withdraw != nil {
		c.withdraw.add(i, a.Withdraw)
	}
	if !a.Alarm.IsZero() {
		c.alarms.add(i, wa.ConversationKind+":"+a.Key.String(), a.DecidedOn+uint64(len(a.Events)), a.Alarm)
	}
}

func timestamp(t time.Time) pgtype.Timestamptz {
	return pgtype.Timestamptz{Time: t, Valid: !t.IsZero()}
}

func text(s string) pgtype.Text { return pgtype.Text{String: s, Valid: s != ""} }
