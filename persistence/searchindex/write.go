package searchindex

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/inbox"
)

// MessageRef names a message within all numbers.
type MessageRef struct {
	Number wa.PhoneNumberID
	ID     wa.MessageID
}

// Document is a message as the search index knows it.
type Document struct {
	MessageRef
	ContactID wa.ContactID
	Version   uint64
	At        time.Time
	TextID    wa.MessageID // the edit that holds its text now; "" is the message itself
	TextAt    time.Time    // when that edit was sent, zero without one
	Words     []string     // lexemes: not empty, at most 2 kB, without spaces
}

// Mark says up to which version a conversation is indexed, and by which
// words its contact is found.
type Mark struct {
	Key     wa.ConversationKey
	Version uint64
	Words   []string
}

// Change is what one step of the follower writes, all or nothing.
type Change struct {
	Put    []Document // replace what is known of them; one for each message
	Remove []MessageRef
	Marks  []Mark
}

// Texts returns when the messages were sent and what they say, as far as they are kept.
func (w Writer) Texts(ctx context.Context, refs []MessageRef) (map[MessageRef]*actorpb.StoredMessage, error) {
	const read = `
SELECT k.number, m.id, m.kind, m.sent_at, m.content FROM unnest($1::text[], $2::text[]) AS k (number, id)
JOIN LATERAL (SELECT id, kind, sent_at, content FROM message m WHERE m.phone_number_id = k.number AND m.id = k.id OFFSET 0) m ON true`
	numbers, ids := refColumns(refs)
	rows, err := w.tx.Query(ctx, read, numbers, ids)
	if err != nil {
		return nil, fmt.Errorf("read texts to index: %w", err)
	}
	texts := make(map[MessageRef]*actorpb.StoredMessage, len(refs))
	var number wa.PhoneNumberID
	var id, kind string
	var sentAt time.Time
	var content []byte
	_, err = pgx.ForEachRow(rows, []any{&number, &id, &kind, &sentAt, &content}, func() error {
		m := &actorpb.StoredMessage{Id: id, Kind: kind, SentAtMs: sentAt.UnixMilli(), Content: content}
		texts[MessageRef{number, m.MessageID()}] = m
		content = nil // the next row gets a slice of its own
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read texts to index: %w", err)
	}
	return texts, nil
}

// Documents returns what is indexed of the messages, without their words.
func (w Writer) Documents(ctx context.Context, refs []MessageRef) (map[MessageRef]Document, error) {
	const read = `
SELECT s.phone_number_id, s.message_id, s.contact_id, s.version, s.at, s.text_id, t.sent_at
FROM unnest($1::text[], $2::text[]) AS k (number, id)
JOIN message_search s ON s.phone_number_id = k.number AND s.message_id = k.id
LEFT JOIN LATERAL (SELECT sent_at FROM message t WHERE t.phone_number_id = s.phone_number_id AND t.id = s.text_id OFFSET 0) t ON true`
	numbers, ids := refColumns(refs)
	rows, err := w.tx.Query(ctx, read, numbers, ids)
	if err != nil {
		return nil, fmt.Errorf("read search documents: %w", err)
	}
	documents := make(map[MessageRef]Document, len(refs))
	var d Document
	var textID *wa.MessageID
	var textAt *time.Time
	_, err = pgx.ForEachRow(rows, []any{&d.Number, &d.ID, &d.ContactID, &d.Version, &d.At, &textID, &textAt}, func() error {
		if d.TextID, d.TextAt = "", inbox.OrZero(textAt); textID != nil {
			d.TextID = *textID
		}
		documents[d.MessageRef] = d
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read search documents: %w", err)
	}
	return documents, nil
}

func refColumns(refs []MessageRef) (numbers, ids []string) {
	numbers, ids = make([]string, len(refs)), make([]string, len(refs))
	for i, r := range refs {
		numbers[i], ids[i] = string(r.Number), string(r.ID)
	}
	return numbers, ids
}

// Write makes a change. What is there already as it should be is left alone, so
// that indexing again costs no space.
func (w Writer) Write(ctx context.Context, change *Change) error {
	if err := writeSearch(ctx, w.tx, change); err != nil {
		return fmt.Errorf("write search index: %w", persistence.Classed(err))
	}
	return nil
}

func writeSearch(ctx context.Context, tx pgx.Tx, change *Change) error {
	if err := putDocuments(ctx, tx, change.Put); err != nil {
		return err
	}
	if err := removeDocuments(ctx, tx, change.Remove); err != nil {
		return err
	}
	return putMarks(ctx, tx, change.Marks)
}

func putDocuments(ctx context.Context, tx pgx.Tx, documents []Document) error {
	const put = `
INSERT INTO message_search AS s (phone_number_id, message_id, contact_id, version, at, text_id, words)
SELECT d.number, d.id, d.contact, d.version, d.at, nullif(d.text, ''), array_to_tsvector(string_to_array(d.words, ' '))
FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[], $6::text[], $7::text[])
    AS d (number, id, contact, version, at, text, words)
ON CONFLICT (phone_number_id, message_id) DO UPDATE SET
    contact_id = excluded.contact_id, version = excluded.version, at = excluded.at, text_id = excluded.text_id, words = excluded.words
WHERE (s.contact_id, s.version, s.at, s.text_id, s.words)
    IS DISTINCT FROM (excluded.contact_id, excluded.version, excluded.at, excluded.text_id, excluded.words)`
	if len(documents) == 0 {
		return nil
	}
	var numbers, ids, contacts, texts, words []string
	var versions []int64
	var ats []time.Time
	for i := range documents {
		d := &documents[i]
		numbers, ids, contacts = append(numbers, string(d.Number)), append(ids, string(d.ID)), append(contacts, string(d.ContactID))
		versions, ats, texts = append(versions, int64(d.Version)), append(ats, d.At), append(texts, string(d.TextID))
		words = append(words, strings.Join(d.Words, " "))
	}
	_, err := tx.Exec(ctx, put, numbers, ids, contacts, versions, ats, texts, words)
	return err
}

func removeDocuments(ctx context.Context, tx pgx.Tx, refs []MessageRef) error {
	const remove = `DELETE FROM message_search s USING unnest($1::text[], $2::text[]) AS k (number, id)
WHERE s.phone_number_id = k.number AND s.message_id = k.id`
	if len(refs) == 0 {
		return nil
	}
	numbers, ids := refColumns(refs)
	_, err := tx.Exec(ctx, remove, numbers, ids)
	return err
}

func putMarks(ctx context.Context, tx pgx.Tx, marks []Mark) error {
	const put = `
INSERT INTO conversation_search AS s (phone_number_id, contact_id, version, words)
SELECT k.number, k.contact, k.version, array_to_tsvector(string_to_array(k.words, ' '))
FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[]) AS k (number, contact, version, words)
ON CONFLICT (phone_number_id, contact_id) DO UPDATE SET version = excluded.version, words = excluded.words
WHERE (s.version, s.words) IS DISTINCT FROM (excluded.version, excluded.words)`
	if len(marks) == 0 {
		return nil
	}
	var words []string
	keys, versions := make([]wa.ConversationKey, len(marks)), make([]int64, len(marks))
	for i, m := range marks {
		keys[i], versions[i], words = m.Key, int64(m.Version), append(words, strings.Join(m.Words, " "))
	}
	numbers, contacts := keyColumns(keys)
	_, err := tx.Exec(ctx, put, numbers, contacts, versions, words)
	return err
}
