package journal

import (
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
)

// The arrays of the append, one type for each piece, in the order of its SQL. In each
// of them i is the place of the append in its batch, from 0: the pieces are joined to
// the admitted appends by it, and so what a refused append carries is stored nowhere.
//
// reset keeps the memory of the batch before: at a thousand messages a second the
// arrays would be most of what this process allocates.

// gateColumns are the fence and the row. Of the two versions decidedOn is compared with
// what is stored, and version, as many higher as there are events, is what it becomes:
// a version is the number of a conversation's events, without a gap, and readers find
// what they miss by it.
//
// All else is the row of the lists, which commits with the events (I11).
type gateColumns struct {
	numbers        []string
	contacts       []string
	version        []int64
	decidedOn      []int64
	snapshot       [][]byte
	tenant         []string
	team           []string
	ownerID        []pgtype.Text
	phase          []int16
	contactName    []string
	contactAddress []string
	lastAt         []time.Time
	answered       []bool
	lastPreview    []string
	unread         []int32
	windowClosesAt []pgtype.Timestamptz
	startedAt      []time.Time
}

func (c *gateColumns) reset() {
	c.numbers = c.numbers[:0]
	c.contacts = c.contacts[:0]
	c.version = c.version[:0]
	c.decidedOn = c.decidedOn[:0]
	c.snapshot = c.snapshot[:0]
	c.tenant = c.tenant[:0]
	c.team = c.team[:0]
	c.ownerID = c.ownerID[:0]
	c.phase = c.phase[:0]
	c.contactName = c.contactName[:0]
	c.contactAddress = c.contactAddress[:0]
	c.lastAt = c.lastAt[:0]
	c.answered = c.answered[:0]
	c.lastPreview = c.lastPreview[:0]
	c.unread = c.unread[:0]
	c.windowClosesAt = c.windowClosesAt[:0]
	c.startedAt = c.startedAt[:0]
}

func (c *gateColumns) add(a *ledger.Append) {
	c.numbers = append(c.numbers, string(a.Key.PhoneNumberID))
	c.contacts = append(c.contacts, string(a.Key.ContactID))
	c.version = append(c.version, int64(a.DecidedOn)+int64(len(a.Events)))
	c.decidedOn = append(c.decidedOn, int64(a.DecidedOn))
	c.snapshot = append(c.snapshot, a.Snapshot)
	c.tenant = append(c.tenant, string(a.Row.TenantID))
	c.team = append(c.team, string(a.Row.TeamID))
	c.ownerID = append(c.ownerID, text(a.Row.OwnerID))
	c.phase = append(c.phase, a.Row.Phase)
	c.contactName = append(c.contactName, a.Row.ContactName)
	c.contactAddress = append(c.contactAddress, a.Row.ContactAddress)
	c.lastAt = append(c.lastAt, a.Row.LastAt)
	c.answered = append(c.answered, a.Row.Answered)
	c.lastPreview = append(c.lastPreview, a.Row.LastPreview)
	c.unread = append(c.unread, a.Row.Unread)
	c.windowClosesAt = append(c.windowClosesAt, timestamp(a.Row.WindowClosesAt))
	c.startedAt = append(c.startedAt, a.Row.StartedAt)
}

func (c *gateColumns) args() []any {
	return []any{c.numbers, c.contacts, c.version, c.decidedOn, c.snapshot, c.tenant, c.team, c.ownerID, c.phase, c.contactName, c.contactAddress, c.lastAt, c.answered, c.lastPreview, c.unread, c.windowClosesAt, c.startedAt}
}

// eventColumns are what happened. Their bodies hold no words of a person: those are in
// messageColumns and in the texts of the row, where they can be erased.
// Their order is the version's alone: at is business time, which people are told and
// which may leap.
type eventColumns struct {
	i       []int32
	version []int64
	kind    []string
	at      []time.Time
	body    [][]byte
}

func (c *eventColumns) reset() {
	c.i = c.i[:0]
	c.version = c.version[:0]
	c.kind = c.kind[:0]
	c.at = c.at[:0]
	c.body = c.body[:0]
}

func (c *eventColumns) add(i int32, version uint64, e ledger.Event) {
	c.i = append(c.i, i)
	c.version = append(c.version, int64(version))
	c.kind = append(c.kind, e.Type)
	c.at = append(c.at, e.At)
	c.body = append(c.body, e.Body)
}

func (c *eventColumns) args() []any {
	return []any{c.i, c.version, c.kind, c.at, c.body}
}

// messageColumns are what was said. The place in the thread comes from the decision and
// is not made here: the feed sends the same one, and a replay finds it again.
// The id of what came in is Meta's, of what we send it is ours: a wamid is learned later
// and stands in the row of the statuses.
type messageColumns struct {
	i          []int32
	id         []string
	direction  []int16
	authorKind []int16
	authorID   []string
	authorName []string
	kind       []string
	sentAt     []time.Time
	content    [][]byte
	place      []pgtype.Timestamptz
}

func (c *messageColumns) reset() {
	c.i = c.i[:0]
	c.id = c.id[:0]
	c.direction = c.direction[:0]
	c.authorKind = c.authorKind[:0]
	c.authorID = c.authorID[:0]
	c.authorName = c.authorName[:0]
	c.kind = c.kind[:0]
	c.sentAt = c.sentAt[:0]
	c.content = c.content[:0]
	c.place = c.place[:0]
}

func (c *messageColumns) add(i int32, m *actorpb.StoredMessage) {
	c.i = append(c.i, i)
	c.id = append(c.id, m.Id)
	c.direction = append(c.direction, int16(ledger.DirectionOf(m.Direction)))
	c.authorKind = append(c.authorKind, int16(m.Author.GetKind()))
	c.authorID = append(c.authorID, m.Author.GetId())
	c.authorName = append(c.authorName, m.Author.GetName())
	c.kind = append(c.kind, m.Kind)
	c.sentAt = append(c.sentAt, m.SentAt())
	c.content = append(c.content, m.Content)
	c.place = append(c.place, pgtype.Timestamptz{Time: time.UnixMilli(m.PlaceMs), Valid: m.PlaceMs != 0})
}

func (c *messageColumns) args() []any {
	return []any{c.i, c.id, c.direction, c.authorKind, c.authorID, c.authorName, c.kind, c.sentAt, c.content, c.place}
}

// statusColumns are when one of our messages got how far. Times that are not told are
// NULL, which least() and coalesce() pass over.
// A zero time in its place would be the earliest of all, and stay.
type statusColumns struct {
	i         []int32
	id        []string
	wamid     []pgtype.Text
	accepted  []pgtype.Timestamptz
	sent      []pgtype.Timestamptz
	delivered []pgtype.Timestamptz
	read      []pgtype.Timestamptz
	played    []pgtype.Timestamptz
	failed    []pgtype.Timestamptz
	ambiguous []pgtype.Timestamptz
	withdrawn []pgtype.Timestamptz
	code      []int32
	text      []string
}

func (c *statusColumns) reset() {
	c.i = c.i[:0]
	c.id = c.id[:0]
	c.wamid = c.wamid[:0]
	c.accepted = c.accepted[:0]
	c.sent = c.sent[:0]
	c.delivered = c.delivered[:0]
	c.read = c.read[:0]
	c.played = c.played[:0]
	c.failed = c.failed[:0]
	c.ambiguous = c.ambiguous[:0]
	c.withdrawn = c.withdrawn[:0]
	c.code = c.code[:0]
	c.text = c.text[:0]
}

func (c *statusColumns) add(i int32, s ledger.StatusChange) {
	c.i = append(c.i, i)
	c.id = append(c.id, string(s.MessageID))
	c.wamid = append(c.wamid, text(string(s.WAMID)))
	c.accepted = append(c.accepted, timestamp(s.AcceptedAt))
	c.sent = append(c.sent, timestamp(s.SentAt))
	c.delivered = append(c.delivered, timestamp(s.DeliveredAt))
	c.read = append(c.read, timestamp(s.ReadAt))
	c.played = append(c.played, timestamp(s.PlayedAt))
	c.failed = append(c.failed, timestamp(s.FailedAt))
	c.ambiguous = append(c.ambiguous, timestamp(s.AmbiguousAt))
	c.withdrawn = append(c.withdrawn, timestamp(s.WithdrawnAt))
	c.code = append(c.code, s.ErrorCode)
	c.text = append(c.text, s.ErrorText)
}

func (c *statusColumns) args() []any {
	return []any{c.i, c.id, c.wamid, c.accepted, c.sent, c.delivered, c.read, c.played, c.failed, c.ambiguous, c.withdrawn, c.code, c.text}
}
