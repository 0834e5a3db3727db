package journal

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// pendingLoad is a conversation that is wanted. Absence is an answer.
type pendingLoad struct {
	key    wa.ConversationKey
	loaded ledger.Loaded
}

// Load reads a conversation; loads of many share one SELECT. A conversation that
// does not exist is not an error: its version is 0.
func (j *Journal) Load(ctx context.Context, key wa.ConversationKey) (ledger.Loaded, error) {
	p, err := j.loader.Do(ctx, pendingLoad{key: key})
	if err != nil {
		return ledger.Loaded{}, fmt.Errorf("load %s: %w", key, err)
	}
	return p.loaded, nil
}

// The LATERAL with OFFSET 0 keeps the planner to one index probe a key, whatever
// it believes about the size of the table.
const loadSQL = `
	SELECT k.i, c.version, c.snapshot, c.contact_name, c.contact_address, c.last_preview
	FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS k(p, c, i)
	JOIN LATERAL (
		SELECT version, snapshot, contact_name, contact_address, last_preview
		FROM conversation
		WHERE phone_number_id = k.p AND contact_id = k.c
		OFFSET 0) c ON true`

// loads makes one SELECT of many loads. It reads without a lock: what it finds may be
// old when the decision is made, and the gate then says so.
func loads(pool *pgxpool.Pool) *persistence.Group[pendingLoad] {
	type asked = persistence.Ask[pendingLoad]
	load := func(ctx context.Context, batch []*asked) error { return loadBatch(ctx, pool, batch) }
	return persistence.NewGroup(persistence.GroupConfig[pendingLoad]{
		Items: maxBatchLoads, Patience: commitTimeout, Do: load,
		Canary: func(ctx context.Context, _ []*asked) error { return load(ctx, []*asked{{}}) },
	})
}

// loadBatch leaves what has no row as it was asked: version 0, on which the first append
// of a conversation is decided.
func loadBatch(ctx context.Context, pool *pgxpool.Pool, batch []*persistence.Ask[pendingLoad]) error {
	numbers, contacts := make([]string, len(batch)), make([]string, len(batch))
	for i, p := range batch {
		numbers[i], contacts[i] = string(p.Of.key.PhoneNumberID), string(p.Of.key.ContactID)
	}
	rows, err := pool.Query(ctx, loadSQL, numbers, contacts)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var (
			i int64
			l ledger.Loaded
		)
		if err := rows.Scan(&i, &l.Version, &l.Snapshot, &l.ContactName, &l.ContactAddress, &l.LastPreview); err != nil {
			return err
		}
		batch[i-1].Of.loaded = l
	}
	return rows.Err()
}

// Stored says whether the conversation has a message of this id, of whatever
// direction and however old.
func (j *Journal) Stored(ctx context.Context, key wa.ConversationKey, id wa.MessageID) (stored bool, err error) {
	err = j.pool.QueryRow(ctx, `SELECT EXISTS (
		SELECT FROM message WHERE phone_number_id = $1 AND id = $2 AND contact_id = $3)`,
		key.PhoneNumberID, id, key.ContactID).Scan(&stored)
	if err != nil {
		return false, fmt.Errorf("look for message %s: %w", id, err)
	}
	return stored, nil
}

// StatusKnown is how far one of our messages got.
type StatusKnown struct {
	WAMID     wa.MessageID
	Sent      bool
	Delivered bool
	Read      bool
	Played    bool
	Failed    bool
	ContactID wa.ContactID
}

// MessageStatus reads the status row of one message of ours. ErrNotFound: it was
// never accepted, nor failed.
func (j *Journal) MessageStatus(ctx context.Context, number wa.PhoneNumberID, id wa.MessageID) (StatusKnown, error) {
	var k StatusKnown
	rows, err := j.pool.Query(ctx, `
		SELECT coalesce(wamid, ''), sent_at IS NOT NULL, delivered_at IS NOT NULL, read_at IS NOT NULL,
			played_at IS NOT NULL, failed_at IS NOT NULL, contact_id
		FROM message_status WHERE phone_number_id = $1 AND message_id = $2`, number, id)
	if err != nil {
		return k, fmt.Errorf("read status of %s: %w", id, err)
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return k, fmt.Errorf("read status of %s: %w", id, err)
		}
		return k, fmt.Errorf("read status of %s: %w", id, persistence.ErrNotFound)
	}
	if err := rows.Scan(&k.WAMID, &k.Sent, &k.Delivered, &k.Read, &k.Played, &k.Failed, &k.ContactID); err != nil {
		return k, fmt.Errorf("read status of %s: %w", id, err)
	}
	return k, nil
}

// Message is one message of the conversation, by its id or, of ours, by Meta's as well.
// ErrNotFound: the conversation has none.
func (j *Journal) Message(ctx context.Context, key wa.ConversationKey, id wa.MessageID) (m ledger.Message, err error) {
	const read = `
SELECT m.id, m.direction, m.kind, m.sent_at, m.author_kind, m.author_id, m.author_name, m.content FROM message m
WHERE m.phone_number_id = $1 AND m.contact_id = $2
	AND m.id = coalesce((SELECT message_id FROM message_status WHERE phone_number_id = $1 AND wamid = $3), $3)`
	author := &actorpb.Party{}
	m.Author = author
	err = j.pool.QueryRow(ctx, read, key.PhoneNumberID, key.ContactID, id).Scan(
		&m.ID, &m.Direction, &m.Kind, &m.SentAt, &author.Kind, &author.Id, &author.Name, &m.Content)
	if errors.Is(err, pgx.ErrNoRows) {
		err = persistence.ErrNotFound
	}
	if err != nil {
		return m, fmt.Errorf("read message %s: %w", id, persistence.Classed(err))
	}
	return m, nil
}

// Content is what a message of the conversation says, as JSON. ErrNotFound: it is
// not kept.
// Ids are unique to a number. The contact is asked for as well, so that a conversation
// reads no other's messages.
func (j *Journal) Content(ctx context.Context, key wa.ConversationKey, id wa.MessageID) ([]byte, error) {
	const read = `SELECT content FROM message WHERE phone_number_id = $1 AND id = $2 AND contact_id = $3`
	var content []byte
	err := j.pool.QueryRow(ctx, read, key.PhoneNumberID, id, key.ContactID).Scan(&content)
	if errors.Is(err, pgx.ErrNoRows) {
		err = persistence.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read message %s: %w", id, err)
	}
	return content, nil
}
