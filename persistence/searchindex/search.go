package searchindex

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/inbox"
)

// Index reads the search index. Its queries are tsqueries in Postgres' own
// notation; whoever makes them quotes every word. A text that was erased since it
// was indexed is not found: each hit is joined to its message.
type Index struct{ pool *pgxpool.Pool }

// New reads from the database of pool, which the caller closes.
func New(pool *pgxpool.Pool) *Index { return &Index{pool} }

// Found is a message that fits a query, and where it stands in its thread.
type Found struct {
	Key     wa.ConversationKey
	Version uint64
	At      time.Time
	Message *actorpb.StoredMessage
	Text    []byte // the content as the thread shows it: that of the newest edit, else the message's own
}

// Cursor is the place behind a hit; the zero value is the start. Hits are
// ordered by time, then number and id, all falling.
type Cursor struct {
	At      time.Time
	Number  wa.PhoneNumberID
	Message wa.MessageID
}

const foundColumns = `
s.phone_number_id, s.contact_id, s.version, s.at, coalesce(t.content, m.content) AS text,` + inbox.MessageColumns

// foundJoins reads the hits one by one, in the order in which they come, until
// there are enough: most that match another team's are never joined to anything.
func foundJoins(scope persistence.Scope) string {
	return `
JOIN LATERAL (
    SELECT FROM conversation c WHERE c.phone_number_id = s.phone_number_id AND c.contact_id = s.contact_id
        AND` + scope.ShownSQL() + ` OFFSET 0) c ON true
JOIN LATERAL (SELECT * FROM message m WHERE m.phone_number_id = s.phone_number_id AND m.id = s.message_id OFFSET 0) m ON true
LEFT JOIN LATERAL (SELECT content FROM message t WHERE t.phone_number_id = s.phone_number_id AND t.id = s.text_id OFFSET 0) t ON true
ORDER BY s.at DESC, s.phone_number_id DESC, s.message_id DESC LIMIT @limit`
}

// Messages returns the newest messages of the scope that fit, behind the cursor.
func (s *Index) Messages(ctx context.Context, scope persistence.Scope, query string, after Cursor, limit int) ([]Found, error) {
	find := `SELECT` + foundColumns + ` FROM (
    SELECT * FROM message_search
    WHERE words @@ @query::text::tsquery AND (NOT @after OR (at, phone_number_id, message_id) < (@at, @number, @message))
    ORDER BY at DESC, phone_number_id DESC, message_id DESC OFFSET 0) s` + foundJoins(scope)
	return persistence.Collect(ctx, s.pool, "search messages", scanFound, find, scope.Args(pgx.NamedArgs{
		"query": query, "limit": limit, "after": !after.At.IsZero(), "at": after.At, "number": after.Number, "message": after.Message,
	}))
}

// MessagesByID returns the messages of the scope that have an id, ours or Meta's.
func (s *Index) MessagesByID(ctx context.Context, scope persistence.Scope, id wa.MessageID) ([]Found, error) {
	find := `
WITH named AS (
    SELECT n.id AS number, @id::text AS message FROM phone_number n WHERE n.tenant_id = @tenant
    UNION
    SELECT n.id, st.message_id FROM phone_number n
    JOIN message_status st ON st.phone_number_id = n.id AND st.wamid = @id WHERE n.tenant_id = @tenant
)
SELECT` + foundColumns + `
FROM named k JOIN message_search s ON s.phone_number_id = k.number AND s.message_id = k.message` + foundJoins(scope)
	return persistence.Collect(ctx, s.pool, "find message by id", scanFound, find, scope.Args(pgx.NamedArgs{"id": id, "limit": 10}))
}

func scanFound(row pgx.CollectableRow) (Found, error) {
	var f Found
	var m inbox.MessageScan
	err := row.Scan(append([]any{&f.Key.PhoneNumberID, &f.Key.ContactID, &f.Version, &f.At, &f.Text}, m.Columns()...)...)
	f.Message = m.Message()
	return f, err
}

// Conversations returns those of the scope whose contact fits, in whatever
// phase, the newest first. Of a query that finds very many it looks among the
// newest only.
func (s *Index) Conversations(ctx context.Context, scope persistence.Scope, query string, limit int) ([]actorpb.Row, error) {
	find := `SELECT` + inbox.RowColumns + ` FROM conversation_search s
JOIN conversation c ON c.phone_number_id = s.phone_number_id AND c.contact_id = s.contact_id
WHERE s.words @@ @query::text::tsquery AND` + scope.ShownSQL() + `
ORDER BY c.last_at DESC, c.phone_number_id, c.contact_id LIMIT @limit`
	many, err := inbox.Frequent(ctx, s.pool, query)
	if err != nil {
		return nil, err
	}
	if many {
		return s.newest(ctx, scope, query, limit)
	}
	return persistence.Collect(ctx, s.pool, "search conversations", inbox.ScanRow, find,
		scope.Args(pgx.NamedArgs{"query": query, "limit": limit}))
}

// newest merges what the lists show of a frequent query.
func (s *Index) newest(ctx context.Context, scope persistence.Scope, query string, limit int) (found []actorpb.Row, err error) {
	box := inbox.New(s.pool)
	for _, view := range []actorpb.View{actorpb.ViewAll, actorpb.ViewResolved} {
		page, err := box.Page(ctx, scope, inbox.ListQuery{View: view, Query: query, Limit: limit, Frequent: true})
		if err != nil {
			return nil, err
		}
		found = append(found, page.Conversations...)
	}
	slices.SortStableFunc(found, func(a, b actorpb.Row) int { return cmp.Compare(b.LastAtMs, a.LastAtMs) })
	return found[:min(limit, len(found))], nil
}

// Rows returns those of the conversations that are in the scope.
func (s *Index) Rows(ctx context.Context, scope persistence.Scope, keys []wa.ConversationKey) (map[wa.ConversationKey]actorpb.Row, error) {
	read := `SELECT` + inbox.RowColumns + ` FROM conversation c
JOIN unnest(@numbers::text[], @contacts::text[]) AS k (number, contact) ON c.phone_number_id = k.number AND c.contact_id = k.contact
WHERE` + scope.ShownSQL()
	numbers, contacts := keyColumns(keys)
	list, err := persistence.Collect(ctx, s.pool, "read found conversations", inbox.ScanRow, read,
		scope.Args(pgx.NamedArgs{"numbers": numbers, "contacts": contacts}))
	if err != nil {
		return nil, err
	}
	rows := make(map[wa.ConversationKey]actorpb.Row, len(list))
	for _, c := range list {
		rows[c.Key] = c
	}
	return rows, nil
}

func keyColumns(keys []wa.ConversationKey) (numbers, contacts []string) {
	numbers, contacts = make([]string, len(keys)), make([]string, len(keys))
	for i, k := range keys {
		numbers[i], contacts[i] = string(k.PhoneNumberID), string(k.ContactID)
	}
	return numbers, contacts
}
