package live

import (
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence"
)

// Depth of what an inbox stream may resume: as a feed's, and less in a flood. A
// socket is sent resumeLimit frames and else fetches anew, so that nearly nobody
// could use what lies further back than ringBytes.
const (
	ringDepth = 10 * time.Minute
	ringSize  = 100_000
	ringBytes = 16 << 20 // of frames
)

// ring keeps the encoded frames of a tenant's updates for those who resume.
//
// Entry n has the offset first+n. The map of places may reach further back than the
// entries: it tells a move from a conversation that was not seen before.
type ring struct {
	entries []ringEntry
	bytes   int                            // of their frames
	first   uint64                         // offset of entries[0]
	places  map[wa.ConversationKey]placeAt // where each conversation in the ring was last
}

// placeAt is where a conversation stood at a version.
type placeAt struct {
	persistence.Place
	version uint64
}

// placeOf is where a row says that its conversation stands.
func placeOf(row *actorpb.Row) placeAt {
	at := placeAt{persistence.Place{Team: wa.TeamID(row.TeamId), Number: row.Key.PhoneNumberID}, row.Version}
	at.Owner = personOf(row.Owner)
	return at
}

func placeOfUpdate(u *view.Update) placeAt {
	at := placeAt{persistence.Place{Team: wa.TeamID(u.Row.TeamId), Number: u.Key.PhoneNumberID}, u.Row.Version}
	if u.View.Owner.Kind == "agent" {
		at.Owner = wa.AgentID(u.View.Owner.ID)
	}
	return at
}

// personOf is the person that a party is, if it is one.
func personOf(p *actorpb.Party) wa.AgentID {
	if p.GetKind() != actorpb.Party_KIND_AGENT {
		return ""
	}
	return wa.AgentID(p.GetId())
}

// ringEntry is one update. Gone is the frame for those who saw it where it stood
// before; nil when it did not move. Of that place the team is "" when it is not known,
// and then it was whatever team; the owner is only known if owned says so.
type ringEntry struct {
	when   time.Time
	key    wa.ConversationKey
	at     persistence.Place
	before persistence.Place
	owned  bool
	row    []byte
	gone   []byte
}

// showed says whether a socket's person saw the conversation before, as far as that is
// known.
func (e *ringEntry) showed(c *client) bool {
	return (e.before.Team == "" || c.worksFor(e.before.Team)) && c.scope.WorksWith(e.at.Number) &&
		(!c.scope.OwnOnly || !e.owned || e.before.Owner == c.scope.Person)
}

func newRing() ring { return ring{first: 1, places: make(map[wa.ConversationKey]placeAt)} }

func (r *ring) reset(first uint64) {
	r.entries, r.bytes, r.first = nil, 0, first
	clear(r.places)
}

// add encodes an update and keeps it.
// Also while nobody listens: a page that is loaded anew resumes from here.
func (r *ring) add(epoch string, offset uint64, u *view.Update, now time.Time) *ringEntry {
	at := placeOfUpdate(u)
	e := ringEntry{when: now, key: u.Key, at: at.Place}
	e.row = encodeFrame(&frameOut{T: "row", Stream: inboxStream, Epoch: epoch, Offset: &offset, Row: u.View})
	before, known := r.places[e.key]
	moved := known && before.Place != e.at
	e.before, e.owned = before.Place, known
	if !known {
		moved = e.mayHaveMoved(u)
	}
	if moved {
		e.gone = encodeFrame(&frameOut{
			T: "gone", Stream: inboxStream, Epoch: epoch, Offset: &offset, Conversation: e.key.String(), Version: u.Row.Version,
		})
	}
	r.places[e.key] = at
	r.bytes += e.size()
	r.forget(now)
	r.entries = append(r.entries, e)
	return &r.entries[len(r.entries)-1]
}

// mayHaveMoved says whether a conversation that was not seen before may come from
// another team or owner, and notes what its events tell of that. Of a bare row nobody
// knows.
func (e *ringEntry) mayHaveMoved(u *view.Update) (moved bool) {
	if len(u.Events) == 0 {
		return true
	}
	e.before.Team = e.at.Team
	for _, stored := range u.Events {
		if stored.Type != "OwnerChanged" {
			continue
		}
		event, _ := stored.Decode()
		change, ok := event.(*actorpb.OwnerChanged)
		if !moved && ok { // the first of them
			e.before.Owner, e.owned = personOf(change.From), true
		}
		if moved = true; !ok || change.TeamId != "" {
			e.before.Team = ""
		}
	}
	return moved
}

func (e *ringEntry) size() int { return len(e.row) + len(e.gone) }

// forget keeps the bounds of the ring. The map of places is made anew when it has grown to
// twice the ring: of what is only in there a move is then told like one unknown.
func (r *ring) forget(now time.Time) {
	old := 0
	for old < len(r.entries) && (len(r.entries)-old >= ringSize || r.bytes > ringBytes || now.Sub(r.entries[old].when) > ringDepth) {
		r.bytes -= r.entries[old].size()
		r.entries[old] = ringEntry{} // the array behind it lives on for a while
		old++
	}
	r.entries, r.first = r.entries[old:], r.first+uint64(old)
	if len(r.places) > 2*ringSize {
		all := r.places
		r.places = make(map[wa.ConversationKey]placeAt)
		for i := range r.entries {
			r.places[r.entries[i].key] = all[r.entries[i].key]
		}
	}
}

// since returns the frames after an offset that a scope may see; ok is false
// when the ring does not reach back so far, or there are more than limit.
// An offset ahead of the ring is of no use either: nobody was sent it by this stream. Who
// may see a frame is asked now, as when it was handed out.
func (r *ring) since(offset uint64, c *client, limit int) (frames [][]byte, ok bool) {
	if offset+1 < r.first || offset > r.first+uint64(len(r.entries))-1 {
		return nil, false
	}
	for _, e := range r.entries[offset+1-r.first:] {
		switch {
		case c.sees(e.at):
			frames = append(frames, e.row)
		case e.gone != nil && e.showed(c):
			frames = append(frames, e.gone)
		}
		if len(frames) > limit {
			return nil, false
		}
	}
	return frames, true
}
