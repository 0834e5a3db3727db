package inbox

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// EventQuery asks for a page of a journal. With After the page follows that
// version, with Before it ends before it, with Around it has that version in its
// middle, with none it is the newest.
type EventQuery struct {
	After  uint64
	Before uint64
	Around uint64
	Types  []string // nil is all
	Limit  int
}

// Events returns a page of a conversation's journal, oldest first. The caller
// has checked that its person may see the conversation.
func (b *Inbox) Events(ctx context.Context, key wa.ConversationKey, q EventQuery) ([]*actorpb.StoredEvent, error) {
	const ascending = `
SELECT version, type, at, body FROM event
WHERE phone_number_id = $1 AND contact_id = $2 AND version > $3 AND ($4::text[] IS NULL OR type = ANY($4))
ORDER BY version LIMIT $5`
	const descending = `
SELECT version, type, at, body FROM event
WHERE phone_number_id = $1 AND contact_id = $2 AND version < $3 AND ($4::text[] IS NULL OR type = ANY($4))
ORDER BY version DESC LIMIT $5`
	if q.Around != 0 {
		return b.eventsAround(ctx, key, q)
	}
	sql, from := ascending, q.After
	if q.After == 0 {
		sql, from = descending, q.Before
		if from == 0 {
			from = math.MaxInt64
		}
	}
	events, err := b.events(ctx, sql, key, from, q.Types, q.Limit)
	if err == nil && q.After == 0 {
		slices.Reverse(events)
	}
	return events, err
}

// eventsAround reads half of the page from before the version, itself included,
// and half from after it.
func (b *Inbox) eventsAround(ctx context.Context, key wa.ConversationKey, q EventQuery) ([]*actorpb.StoredEvent, error) {
	later, err := b.Events(ctx, key, EventQuery{After: q.Around, Types: q.Types, Limit: q.Limit / 2})
	if err != nil {
		return nil, err
	}
	earlier, err := b.Events(ctx, key, EventQuery{Before: q.Around + 1, Types: q.Types, Limit: q.Limit - q.Limit/2})
	return append(earlier, later...), err
}

// EventsAfter returns what follows a version, of every type and without gaps,
// for a reader that resumes; version 0 starts with the first event.
func (b *Inbox) EventsAfter(ctx context.Context, key wa.ConversationKey, version uint64, limit int) ([]*actorpb.StoredEvent, error) {
	const after = `
SELECT version, type, at, body FROM event
WHERE phone_number_id = $1 AND contact_id = $2 AND version > $3 AND ($4::text[] IS NULL OR type = ANY($4))
ORDER BY version LIMIT $5`
	return b.events(ctx, after, key, version, nil, limit)
}

func (b *Inbox) events(
	ctx context.Context, sql string, key wa.ConversationKey, from uint64, types []string, limit int,
) ([]*actorpb.StoredEvent, error) {
	return persistence.Collect(ctx, b.pool, "read events of "+key.String(), ScanEvent,
		sql, key.PhoneNumberID, key.ContactID, from, types, limit)
}

// ScanEvent reads the columns version, type, at and body.
func ScanEvent(row pgx.CollectableRow) (*actorpb.StoredEvent, error) {
	var e actorpb.StoredEvent
	var at time.Time
	err := row.Scan(&e.Version, &e.Type, &at, &e.Body)
	e.AtMs = at.UnixMilli()
	return &e, err
}

// Messages returns those of the ids that belong to the conversation, in no
// order. One that was never stored is missing.
func (b *Inbox) Messages(ctx context.Context, key wa.ConversationKey, ids []wa.MessageID) ([]*actorpb.StoredMessage, error) {
	const read = `
SELECT` + MessageColumns + ` FROM message m
WHERE phone_number_id = $1 AND id = ANY($2) AND contact_id = $3`
	if len(ids) == 0 {
		return nil, nil
	}
	return persistence.Collect(ctx, b.pool, "read messages of "+key.String(), ScanMessage,
		read, key.PhoneNumberID, ids, key.ContactID)
}

// MessageColumns are what ScanMessage reads of a message m.
const MessageColumns = `
m.id, m.direction, m.author_kind, m.author_id, m.author_name, m.kind, m.sent_at, m.content, coalesce(m.place, m.sent_at)`

// ScanMessage reads MessageColumns.
func ScanMessage(row pgx.CollectableRow) (*actorpb.StoredMessage, error) {
	var m MessageScan
	err := row.Scan(m.Columns()...)
	return m.Message(), err
}

// MessageScan is where MessageColumns are scanned to, for one who reads more beside.
type MessageScan struct {
	author        actorpb.Party
	message       actorpb.StoredMessage
	direction     ledger.Direction
	sentAt, place time.Time
}

// Columns are what to scan MessageColumns into.
func (s *MessageScan) Columns() []any {
	m, a := &s.message, &s.author
	return []any{&m.Id, &s.direction, &a.Kind, &a.Id, &a.Name, &m.Kind, &s.sentAt, &m.Content, &s.place}
}

// Message is what was scanned; it belongs to the caller.
func (s *MessageScan) Message() *actorpb.StoredMessage {
	m := &s.message
	m.Author, m.Direction, m.SentAtMs, m.PlaceMs = &s.author, s.direction.String(), s.sentAt.UnixMilli(), s.place.UnixMilli()
	return m
}

// Statuses returns how far those of the ids got that have left, in no order.
func (b *Inbox) Statuses(ctx context.Context, key wa.ConversationKey, ids []wa.MessageID) ([]ledger.StatusChange, error) {
	const read = `
SELECT message_id, coalesce(wamid, ''), accepted_at, sent_at, delivered_at, read_at, played_at, failed_at, ambiguous_at,
    withdrawn_at, error_code, error_text
FROM message_status WHERE phone_number_id = $1 AND message_id = ANY($2) AND contact_id = $3`
	if len(ids) == 0 {
		return nil, nil
	}
	return persistence.Collect(ctx, b.pool, "read statuses of "+key.String(), scanStatus, read, key.PhoneNumberID, ids, key.ContactID)
}

func scanStatus(row pgx.CollectableRow) (ledger.StatusChange, error) {
	var s ledger.StatusChange
	var at [8]*time.Time
	err := row.Scan(&s.MessageID, &s.WAMID, &at[0], &at[1], &at[2], &at[3], &at[4], &at[5], &at[6], &at[7],
		&s.ErrorCode, &s.ErrorText)
	s.AcceptedAt, s.SentAt, s.DeliveredAt, s.ReadAt = OrZero(at[0]), OrZero(at[1]), OrZero(at[2]), OrZero(at[3])
	s.PlayedAt, s.FailedAt, s.AmbiguousAt, s.WithdrawnAt = OrZero(at[4]), OrZero(at[5]), OrZero(at[6]), OrZero(at[7])
	return s, err
}

// NumberInfo is what everybody who works with a number may know of it.
type NumberInfo struct {
	ID      wa.PhoneNumberID
	TeamID  wa.TeamID
	Display string
	Name    string
}

// Numbers returns the business numbers of the scope, as people write them: those of
// its teams, and those with a conversation that was passed on to its teams and is
// not resolved. Of somebody who sees his own conversations alone, those with one.
func (b *Inbox) Numbers(ctx context.Context, scope persistence.Scope) ([]NumberInfo, error) {
	sees := `(@all OR n.team_id = ANY(@teams) OR n.id IN (
	SELECT phone_number_id FROM conversation WHERE NOT @all AND tenant_id = @tenant AND team_id = ANY(@teams) AND phase IN (1, 2, 3)))`
	if scope.OwnOnly {
		sees = `n.id IN (SELECT c.phone_number_id FROM conversation c WHERE` + scope.ShownSQL() + `)`
	}
	list := `
SELECT n.id, n.team_id, n.display, n.name FROM phone_number n WHERE n.tenant_id = @tenant AND ` + sees + scope.NumberSQL("n.id") + `
ORDER BY n.display, n.id`
	return persistence.Collect(ctx, b.pool, "list numbers", pgx.RowToStructByPos[NumberInfo], list, scope.Args(pgx.NamedArgs{}))
}

// ConversationOf is the conversation in which a message stands that came in to a number.
// ErrNotFound: there is none within the scope.
func (b *Inbox) ConversationOf(ctx context.Context, scope persistence.Scope, number wa.PhoneNumberID, id wa.MessageID) (key wa.ConversationKey, err error) {
	find := `
SELECT c.contact_id FROM message m JOIN conversation c ON c.phone_number_id = m.phone_number_id AND c.contact_id = m.contact_id
WHERE m.phone_number_id = @number AND m.id = @id AND m.direction = 0 AND` + scope.ShownSQL()
	key.PhoneNumberID = number
	err = b.pool.QueryRow(ctx, find, scope.Args(pgx.NamedArgs{"number": number, "id": id})).Scan(&key.ContactID)
	if errors.Is(err, pgx.ErrNoRows) {
		err = persistence.ErrNotFound
	}
	if err != nil {
		return wa.ConversationKey{}, fmt.Errorf("find conversation of a message: %w", err)
	}
	return key, nil
}

// NumberOfAccount is one number of an account that the scope works with. ErrNotFound:
// there is none.
func (b *Inbox) NumberOfAccount(ctx context.Context, scope persistence.Scope, account wa.AccountID) (id wa.PhoneNumberID, err error) {
	find := `
SELECT n.id FROM phone_number n WHERE n.tenant_id = @tenant AND n.account_id = @account AND (@all OR n.team_id = ANY(@teams))` +
		scope.NumberSQL("n.id") + ` ORDER BY n.id LIMIT 1`
	err = b.pool.QueryRow(ctx, find, scope.Args(pgx.NamedArgs{"account": account})).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		err = persistence.ErrNotFound
	}
	if err != nil {
		return "", fmt.Errorf("find number of an account: %w", err)
	}
	return id, nil
}
