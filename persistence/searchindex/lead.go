package searchindex

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/inbox"
)

// searchLock is the key of the advisory lock that makes one follower the leader.
const searchLock = 7_318_004

// Lead is the right to write the search index, held by one session of the
// database at a time. All its work goes through that session: who loses it loses
// the right with it, and sees an error at the next step. Not safe for
// concurrent use.
type Lead struct{ conn *pgx.Conn }

// TakeLead takes the lead; ok is false while another process has it. The
// caller closes what it gets.
func TakeLead(ctx context.Context, pool *pgxpool.Pool) (lead *Lead, ok bool, err error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("lead search: %w", err)
	}
	if err = conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1)`, int64(searchLock)).Scan(&ok); err != nil {
		err = fmt.Errorf("lead search: %w", err)
	}
	if !ok {
		conn.Release()
		return nil, false, err
	}
	// Out of the pool: closing that must not wait for the lead to end.
	return &Lead{conn.Hijack()}, true, nil
}

// Close gives the lead back, by ending its session. It waits for that a second at
// most: a server that takes longer frees the lead when it gets to it.
func (l *Lead) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = l.conn.Close(ctx) // closed in either case
}

// Position is the place in the change log from which nothing that commits from
// now on is missed.
func (l *Lead) Position(ctx context.Context) (position uint64, err error) {
	const read = `SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint`
	if err := l.conn.QueryRow(ctx, read).Scan(&position); err != nil {
		return 0, fmt.Errorf("find place in change log: %w", err)
	}
	return position, nil
}

// Tail is what has changed since a place in the change log.
type Tail struct {
	Keys []wa.ConversationKey
	Next uint64        // the place after it
	Lag  time.Duration // age of the oldest change, also of one whose time has not come
}

// Tail returns the conversations that have changed since a place. As with
// ChangeLog.Tail, what an open transaction may still overtake is left for later.
// An emptied log is not noticed here: recovery, which empties it, ends this session too.
func (l *Lead) Tail(ctx context.Context, from uint64) (Tail, error) {
	const tail = `
WITH upto AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xid)
SELECT '', '', (SELECT xid::text::bigint FROM upto), coalesce((
    SELECT extract(epoch FROM clock_timestamp() - min(at)) FROM change_log
    WHERE xid >= $1::text::xid8 AND phone_number_id <> ''), 0)::float8
UNION ALL
SELECT phone_number_id, contact_id, 0, 0 FROM change_log
WHERE xid >= $1::text::xid8 AND xid < (SELECT xid FROM upto) AND phone_number_id <> ''
GROUP BY phone_number_id, contact_id`
	rows, err := l.conn.Query(ctx, tail, fmt.Sprint(from))
	if err != nil {
		return Tail{}, fmt.Errorf("tail change log for search: %w", err)
	}
	found := Tail{Next: from}
	var key wa.ConversationKey
	var next uint64
	var seconds float64
	_, err = pgx.ForEachRow(rows, []any{&key.PhoneNumberID, &key.ContactID, &next, &seconds}, func() error {
		if key.PhoneNumberID == "" {
			found.Next, found.Lag = max(from, next), max(0, time.Duration(seconds*float64(time.Second)))
			return nil
		}
		found.Keys = append(found.Keys, key)
		return nil
	})
	if err != nil {
		return Tail{}, fmt.Errorf("tail change log for search: %w", err)
	}
	return found, nil
}

// Behind walks the conversations in the order of their keys: it looks at the
// limit that follow a key and returns those that are not indexed as they are
// now, and the last one looked at, zero at the end.
func (l *Lead) Behind(ctx context.Context, after wa.ConversationKey, limit int) (behind []wa.ConversationKey, last wa.ConversationKey, err error) {
	const page = `
SELECT c.phone_number_id, c.contact_id, c.version IS DISTINCT FROM s.version
FROM (SELECT phone_number_id, contact_id, version FROM conversation
    WHERE (phone_number_id, contact_id) > ($1, $2) ORDER BY phone_number_id, contact_id LIMIT $3) c
LEFT JOIN conversation_search s ON s.phone_number_id = c.phone_number_id AND s.contact_id = c.contact_id
ORDER BY c.phone_number_id, c.contact_id`
	rows, err := l.conn.Query(ctx, page, after.PhoneNumberID, after.ContactID, limit)
	if err != nil {
		return nil, last, fmt.Errorf("compare search index: %w", err)
	}
	var key wa.ConversationKey
	var differs bool
	n := 0
	_, err = pgx.ForEachRow(rows, []any{&key.PhoneNumberID, &key.ContactID, &differs}, func() error {
		n++
		last = key
		if differs {
			behind = append(behind, key)
		}
		return nil
	})
	if err != nil {
		return nil, wa.ConversationKey{}, fmt.Errorf("compare search index: %w", err)
	}
	if n < limit {
		last = wa.ConversationKey{}
	}
	return behind, last, nil
}

// Subject is a conversation that is not indexed as it is now: what it is
// called, and from where on its journal is to be read.
type Subject struct {
	Key       wa.ConversationKey
	TenantID  wa.TenantID
	Version   uint64
	Indexed   uint64
	Names     []string // of the contact, username included
	Addresses []string // its aliases and what lists show
}

// Subjects returns those of the conversations that are not indexed as they are now.
func (l *Lead) Subjects(ctx context.Context, keys []wa.ConversationKey) ([]Subject, error) {
	const read = `
SELECT c.phone_number_id, c.contact_id, c.tenant_id, c.version, CASE WHEN s.version < c.version THEN s.version ELSE 0 END,
    ARRAY[c.contact_name, coalesce(p.name, ''), coalesce(p.username, '')], array_append(a.list, c.contact_address)
FROM unnest($1::text[], $2::text[]) AS k (number, contact)
JOIN LATERAL (SELECT * FROM conversation c WHERE c.phone_number_id = k.number AND c.contact_id = k.contact OFFSET 0) c ON true
LEFT JOIN conversation_search s ON s.phone_number_id = k.number AND s.contact_id = k.contact
LEFT JOIN phone_number n ON n.id = k.number
LEFT JOIN account w ON w.id = n.account_id
LEFT JOIN LATERAL (SELECT name, username FROM contact p WHERE p.portfolio_id = w.portfolio_id AND p.id = k.contact OFFSET 0) p ON true
LEFT JOIN LATERAL (SELECT array_agg(value) AS list FROM alias a WHERE a.portfolio_id = w.portfolio_id AND a.contact_id = k.contact OFFSET 0) a ON true
WHERE c.version IS DISTINCT FROM s.version`
	numbers, contacts := keyColumns(keys)
	rows, err := l.conn.Query(ctx, read, numbers, contacts)
	if err != nil {
		return nil, fmt.Errorf("read what to index: %w", err)
	}
	subjects, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Subject, error) {
		var s Subject
		err := row.Scan(&s.Key.PhoneNumberID, &s.Key.ContactID, &s.TenantID, &s.Version, &s.Indexed, &s.Names, &s.Addresses)
		return s, err
	})
	if err != nil {
		return nil, fmt.Errorf("read what to index: %w", err)
	}
	return subjects, nil
}

// Events returns for each subject its events of some types that are not indexed
// yet, in order, at most limit of one.
func (l *Lead) Events(ctx context.Context, subjects []Subject, types []string, limit int) (map[wa.ConversationKey][]*actorpb.StoredEvent, error) {
	const read = `
SELECT k.number, k.contact, e.version, e.type, e.at, e.body
FROM unnest($1::text[], $2::text[], $3::bigint[]) AS k (number, contact, indexed)
JOIN LATERAL (
    SELECT version, type, at, body FROM event
    WHERE phone_number_id = k.number AND contact_id = k.contact AND version > k.indexed AND type = ANY($4)
    ORDER BY version LIMIT $5) e ON true
ORDER BY k.number, k.contact, e.version`
	keys, indexed := make([]wa.ConversationKey, len(subjects)), make([]int64, len(subjects))
	for i := range subjects {
		keys[i], indexed[i] = subjects[i].Key, int64(subjects[i].Indexed)
	}
	numbers, contacts := keyColumns(keys)
	rows, err := l.conn.Query(ctx, read, numbers, contacts, indexed, types, limit)
	if err != nil {
		return nil, fmt.Errorf("read events to index: %w", err)
	}
	events := make(map[wa.ConversationKey][]*actorpb.StoredEvent, len(subjects))
	var key wa.ConversationKey
	var version uint64
	var kind string
	var at time.Time
	var body []byte
	_, err = pgx.ForEachRow(rows, []any{&key.PhoneNumberID, &key.ContactID, &version, &kind, &at, &body}, func() error {
		events[key] = append(events[key], &actorpb.StoredEvent{Version: version, Type: kind, AtMs: at.UnixMilli(), Body: body})
		body = nil // the next row gets a slice of its own
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read events to index: %w", err)
	}
	return events, nil
}

// EventsBefore returns the last events of one type before a version, newest first.
func (l *Lead) EventsBefore(ctx context.Context, key wa.ConversationKey, version uint64, eventType string, limit int) ([]*actorpb.StoredEvent, error) {
	const read = `
SELECT version, type, at, body FROM event
WHERE phone_number_id = $1 AND contact_id = $2 AND version < $3 AND type = $4
ORDER BY version DESC LIMIT $5`
	rows, err := l.conn.Query(ctx, read, key.PhoneNumberID, key.ContactID, version, eventType, limit)
	if err != nil {
		return nil, fmt.Errorf("read events of %s: %w", key, err)
	}
	events, err := pgx.CollectRows(rows, inbox.ScanEvent)
	if err != nil {
		return nil, fmt.Errorf("read events of %s: %w", key, err)
	}
	return events, nil
}

// Canary says whether the search index can be written.
func (l *Lead) Canary(ctx context.Context) error {
	id := persistence.CanaryID()
	ref := MessageRef{Number: persistence.CanaryName, ID: wa.MessageID(id)}
	key := wa.ConversationKey{PhoneNumberID: persistence.CanaryName, ContactID: wa.ContactID(id)}
	change := Change{
		Put:   []Document{{MessageRef: ref, ContactID: key.ContactID, At: time.Unix(0, 0), Words: []string{persistence.CanaryName}}},
		Marks: []Mark{{Key: key, Words: []string{persistence.CanaryName}}},
	}
	return persistence.Classed(persistence.Rehearse(ctx, l.conn, func(tx pgx.Tx) error { return writeSearch(ctx, tx, &change) }))
}
