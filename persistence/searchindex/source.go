package searchindex

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/inbox"
)

// Writer reads what is to be indexed and writes the index, in a transaction of the
// one that leads.
type Writer struct{ tx pgx.Tx }

// In writes in a transaction, which the caller ends.
func In(tx pgx.Tx) Writer { return Writer{tx} }

// Behind returns those of the conversations that are not indexed at these versions.
func (w Writer) Behind(ctx context.Context, keys []wa.ConversationKey, versions []int64) ([]wa.ConversationKey, error) {
	const compare = `
SELECT k.number, k.contact FROM unnest($1::text[], $2::text[], $3::bigint[]) AS k (number, contact, version)
LEFT JOIN conversation_search s ON s.phone_number_id = k.number AND s.contact_id = k.contact
WHERE s.version IS DISTINCT FROM k.version
ORDER BY k.number, k.contact`
	numbers, contacts := keyColumns(keys)
	rows, err := w.tx.Query(ctx, compare, numbers, contacts, versions)
	if err != nil {
		return nil, fmt.Errorf("compare search index: %w", err)
	}
	behind, err := pgx.CollectRows(rows, pgx.RowToStructByPos[wa.ConversationKey])
	if err != nil {
		return nil, fmt.Errorf("compare search index: %w", err)
	}
	return behind, nil
}

// Clear removes the whole index.
func (w Writer) Clear(ctx context.Context) error {
	if _, err := w.tx.Exec(ctx, `TRUNCATE message_search, conversation_search`); err != nil {
		return fmt.Errorf("clear search index: %w", err)
	}
	return nil
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
func (w Writer) Subjects(ctx context.Context, keys []wa.ConversationKey) ([]Subject, error) {
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
	rows, err := w.tx.Query(ctx, read, numbers, contacts)
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
func (w Writer) Events(ctx context.Context, subjects []Subject, types []string, limit int) (map[wa.ConversationKey][]*actorpb.StoredEvent, error) {
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
	rows, err := w.tx.Query(ctx, read, numbers, contacts, indexed, types, limit)
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
func (w Writer) EventsBefore(ctx context.Context, key wa.ConversationKey, version uint64, eventType string, limit int) ([]*actorpb.StoredEvent, error) {
	const read = `
SELECT version, type, at, body FROM event
WHERE phone_number_id = $1 AND contact_id = $2 AND version < $3 AND type = $4
ORDER BY version DESC LIMIT $5`
	rows, err := w.tx.Query(ctx, read, key.PhoneNumberID, key.ContactID, version, eventType, limit)
	if err != nil {
		return nil, fmt.Errorf("read events of %s: %w", key, err)
	}
	events, err := pgx.CollectRows(rows, inbox.ScanEvent)
	if err != nil {
		return nil, fmt.Errorf("read events of %s: %w", key, err)
	}
	return events, nil
}

// Canary says whether the search index can be written. Its transaction is not to commit.
func (w Writer) Canary(ctx context.Context) error {
	id := persistence.CanaryID()
	ref := MessageRef{Number: persistence.CanaryName, ID: wa.MessageID(id)}
	key := wa.ConversationKey{PhoneNumberID: persistence.CanaryName, ContactID: wa.ContactID(id)}
	change := Change{
		Put:   []Document{{MessageRef: ref, ContactID: key.ContactID, At: time.Unix(0, 0), Words: []string{persistence.CanaryName}}},
		Marks: []Mark{{Key: key, Words: []string{persistence.CanaryName}}},
	}
	return w.Write(ctx, &change)
}
