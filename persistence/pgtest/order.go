package pgtest

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/actorpb"
)

// Post is a customer's message as it was brought: when it was posted first, and
// when a 200 came for it.
type Post struct {
	ID          string
	Sent, Acked time.Time
}

// placedSQL are the lines of threads that are messages, with their places. The
// first field of an event that brings one is its id, which has less than 128 bytes.
const placedSQL = `
WITH placed AS (
    SELECT m.phone_number_id, m.contact_id, m.id, m.direction, m.sent_at, coalesce(m.place, m.sent_at) AS place, e.version
    FROM message m JOIN event e ON e.phone_number_id = m.phone_number_id AND e.contact_id = m.contact_id
        AND e.type IN ('InboundReceived', 'SendRequested')
        AND substring(e.body FROM 3 FOR get_byte(e.body, 1)) = convert_to(m.id, 'UTF8')
    WHERE m.kind NOT IN ('edit', 'revoke', 'reaction')
)`

// Disordered counts the customers' messages that stand, by place and version,
// after one that was written later: in a later second of Meta's, or posted when
// the first had been acknowledged. What came more than ten minutes late stands
// where it arrived, and is not counted.
func Disordered(t testing.TB, pool *pgxpool.Pool, posts []Post) int64 {
	t.Helper()
	ids, sent, acked := make([]string, len(posts)), make([]time.Time, len(posts)), make([]time.Time, len(posts))
	for i, p := range posts {
		ids[i], sent[i], acked[i] = p.ID, p.Sent, p.Acked
	}
	return number(t, pool, placedSQL+`, brought AS (
    SELECT d.*, p.sent, p.acked FROM placed d LEFT JOIN unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) AS p (id, sent, acked) USING (id)
    WHERE direction = 0 AND place - sent_at <= interval '10 minutes'
)
SELECT count(*) FROM brought a WHERE EXISTS (
    SELECT FROM brought b WHERE b.phone_number_id = a.phone_number_id AND b.contact_id = a.contact_id
        AND (a.sent_at < b.sent_at OR a.sent_at = b.sent_at AND a.acked < b.sent) AND (b.place, b.version) < (a.place, a.version))`, ids, sent, acked)
}

// StaleRows counts the conversations whose row shows another message than the one
// that stands last in the thread.
func StaleRows(t testing.TB, pool *pgxpool.Pool) int64 {
	t.Helper()
	rows, err := pool.Query(context.Background(), placedSQL+`
SELECT c.snapshot, last.id FROM conversation c
JOIN (SELECT DISTINCT ON (phone_number_id, contact_id) phone_number_id, contact_id, id FROM placed
    ORDER BY phone_number_id, contact_id, place DESC, version DESC) last USING (phone_number_id, contact_id)`)
	if err != nil {
		t.Fatal(err)
	}
	var stale int64
	var snapshot []byte
	var last string
	_, err = pgx.ForEachRow(rows, []any{&snapshot, &last}, func() error {
		var s actorpb.ConversationSnapshot
		if actorpb.ReadSnapshot(snapshot, &s) != nil || s.LastMessageId != last {
			stale++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return stale
}

func number(t testing.TB, pool *pgxpool.Pool, sql string, args ...any) (n int64) {
	t.Helper()
	if err := pool.QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
