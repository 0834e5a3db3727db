package journal

import (
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
)

// replacedSQL puts a message where its placeholder stands. Direction, author and place in
// the thread stay as they are: the message is read where the placeholder was. The contact
// is asked for, as the id may be known of another conversation of the number. Where there
// is no such row nothing is written, and the events are stored all the same.
const replacedSQL = `, replaced AS (
	UPDATE message m SET kind = r.kind, sent_at = r.sent_at, content = r.content
	FROM unnest(%1::int[], %2::text[], %3::text[], %4::timestamptz[], %5::json[]) AS r(i, id, kind, sent_at, content)
	JOIN ok ON ok.i = r.i
	WHERE m.phone_number_id = ok.phone_number_id AND m.id = r.id AND m.contact_id = ok.contact_id
)`

type replacedColumns struct {
	i       []int32
	id      []string
	kind    []string
	sentAt  []time.Time
	content [][]byte
}

func (c *replacedColumns) reset() {
	c.i = c.i[:0]
	c.id = c.id[:0]
	c.kind = c.kind[:0]
	c.sentAt = c.sentAt[:0]
	c.content = c.content[:0]
}

func (c *replacedColumns) add(i int32, m *actorpb.StoredMessage) {
	c.i = append(c.i, i)
	c.id = append(c.id, m.Id)
	c.kind = append(c.kind, m.Kind)
	c.sentAt = append(c.sentAt, m.SentAt())
	c.content = append(c.content, m.Content)
}

func (c *replacedColumns) args() []any { return []any{c.i, c.id, c.kind, c.sentAt, c.content} }
