package live

import (
	"iter"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/view"
)

type clients map[*client]struct{}

// audience indexes the sockets of a tenant by what they may see, so that an
// update costs as much as those who get it.
// A socket's scope never changes, see client: it is found again under what it was added
// by.
type audience struct {
	all    clients               // inbox of people who see all teams
	byTeam map[wa.TeamID]clients // inbox of the others
	me     map[wa.AgentID]clients
}

func newAudience() audience {
	return audience{all: make(clients), byTeam: make(map[wa.TeamID]clients), me: make(map[wa.AgentID]clients)}
}

func (a *audience) addInbox(c *client) {
	if c.scope.AllTeams {
		a.all[c] = struct{}{}
		return
	}
	for _, team := range c.scope.Teams {
		if a.byTeam[team] == nil {
			a.byTeam[team] = make(clients)
		}
		a.byTeam[team][c] = struct{}{}
	}
}

func (a *audience) removeInbox(c *client) {
	delete(a.all, c)
	for _, team := range c.scope.Teams {
		if delete(a.byTeam[team], c); len(a.byTeam[team]) == 0 {
			delete(a.byTeam, team)
		}
	}
}

func (a *audience) addMe(c *client) {
	if a.me[c.person.ID] == nil {
		a.me[c.person.ID] = make(clients)
	}
	a.me[c.person.ID][c] = struct{}{}
}

func (a *audience) removeMe(c *client) {
	if delete(a.me[c.person.ID], c); len(a.me[c.person.ID]) == 0 {
		delete(a.me, c.person.ID)
	}
}

func (a *audience) removeAll(c *client) {
	a.removeInbox(c)
	a.removeMe(c)
}

func (a *audience) inInbox(c *client) bool {
	if _, in := a.all[c]; in {
		return true
	}
	for _, team := range c.scope.Teams {
		if _, in := a.byTeam[team][c]; in {
			return true
		}
	}
	return false
}

// streams names the streams of the feed that the socket listens to.
func (a *audience) streams(c *client) []string {
	var streams []string
	if a.inInbox(c) {
		streams = append(streams, inboxStream)
	}
	if _, in := a.me[c.person.ID][c]; in {
		streams = append(streams, meStream)
	}
	return streams
}

// of yields each inbox that shows a team, once.
// A socket is in all or in sets of teams, never in both.
func (a *audience) of(team wa.TeamID) iter.Seq[*client] {
	return func(yield func(*client) bool) {
		for c := range a.all {
			if !yield(c) {
				return
			}
		}
		for c := range a.byTeam[team] {
			if !yield(c) {
				return
			}
		}
	}
}

// losing yields the inboxes that showed the conversation and may no longer.
// Whoever sees all teams loses nothing by a move. A socket may be in the sets of several
// teams and is told once.
func (a *audience) losing(e *ringEntry) iter.Seq[*client] {
	return func(yield func(*client) bool) {
		if e.gone == nil {
			return
		}
		told := make(clients)
		for team, members := range a.byTeam {
			if e.before != "" && team != e.before {
				continue
			}
			for c := range members {
				if _, twice := told[c]; twice || c.scope.Sees(c.person.TenantID, e.team) {
					continue
				}
				told[c] = struct{}{}
				if !yield(c) {
					return
				}
			}
		}
	}
}

// everyone yields each socket that listens to the feed, once.
func (a *audience) everyone() iter.Seq[*client] {
	return func(yield func(*client) bool) {
		seen := make(clients)
		groups := []clients{a.all}
		for _, members := range a.byTeam {
			groups = append(groups, members)
		}
		for _, members := range a.me {
			groups = append(groups, members)
		}
		for _, members := range groups {
			for c := range members {
				if _, twice := seen[c]; twice {
					continue
				}
				seen[c] = struct{}{}
				if !yield(c) {
					return
				}
			}
		}
	}
}

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
// Entry n has the offset first+n. The map of teams may reach further back than the
// entries: it tells a move from a conversation that was not seen before.
type ring struct {
	entries []ringEntry
	bytes   int                           // of their frames
	first   uint64                        // offset of entries[0]
	teams   map[wa.ConversationKey]teamAt // where each conversation in the ring was last
}

// teamAt is the team that a conversation was with at a version.
type teamAt struct {
	team    wa.TeamID
	version uint64
}

// ringEntry is one update. Gone is the frame for those who saw it in the team
// before, or, with before "", in whatever team; nil when it did not move.
type ringEntry struct {
	at     time.Time
	key    wa.ConversationKey
	team   wa.TeamID
	before wa.TeamID
	row    []byte
	gone   []byte
}

func newRing() ring { return ring{first: 1, teams: make(map[wa.ConversationKey]teamAt)} }

func (r *ring) reset(first uint64) {
	r.entries, r.bytes, r.first = nil, 0, first
	clear(r.teams)
}

// add encodes an update and keeps it.
// Also while nobody listens: a page that is loaded anew resumes from here.
func (r *ring) add(epoch string, offset uint64, u *view.Update, now time.Time) *ringEntry {
	e := ringEntry{at: now, key: u.Key, team: wa.TeamID(u.Row.TeamId)}
	e.row = encodeFrame(&frameOut{T: "row", Stream: inboxStream, Epoch: epoch, Offset: &offset, Row: u.View})
	before, known := r.teams[e.key]
	if known && before.team != e.team || !known && mayHaveMoved(u) {
		e.before = before.team
		e.gone = encodeFrame(&frameOut{
			T: "gone", Stream: inboxStream, Epoch: epoch, Offset: &offset, Conversation: e.key.String(), Version: u.Row.Version,
		})
	}
	r.teams[e.key] = teamAt{e.team, u.Row.Version}
	r.bytes += e.size()
	r.forget(now)
	r.entries = append(r.entries, e)
	return &r.entries[len(r.entries)-1]
}

// mayHaveMoved says whether a conversation that was not seen before may come
// from another team. Of a bare row nobody knows.
func mayHaveMoved(u *view.Update) bool {
	if len(u.Events) == 0 {
		return true
	}
	for _, e := range u.Events {
		if e.Type != "OwnerChanged" {
			continue
		}
		event, _ := e.Decode()
		if change, ok := event.(*actorpb.OwnerChanged); !ok || change.TeamId != "" {
			return true
		}
	}
	return false
}

func (e *ringEntry) size() int { return len(e.row) + len(e.gone) }

// forget keeps the bounds of the ring. The map of teams is made anew when it has grown to
// twice the ring: of what is only in there a move is then told like one unknown.
func (r *ring) forget(now time.Time) {
	old := 0
	for old < len(r.entries) && (len(r.entries)-old >= ringSize || r.bytes > ringBytes || now.Sub(r.entries[old].at) > ringDepth) {
		r.bytes -= r.entries[old].size()
		r.entries[old] = ringEntry{} // the array behind it lives on for a while
		old++
	}
	r.entries, r.first = r.entries[old:], r.first+uint64(old)
	if len(r.teams) > 2*ringSize {
		all := r.teams
		r.teams = make(map[wa.ConversationKey]teamAt)
		for i := range r.entries {
			r.teams[r.entries[i].key] = all[r.entries[i].key]
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
		case c.scope.Sees(c.person.TenantID, e.team):
			frames = append(frames, e.row)
		case e.gone != nil && (e.before == "" || c.scope.Sees(c.person.TenantID, e.before)):
			frames = append(frames, e.gone)
		}
		if len(frames) > limit {
			return nil, false
		}
	}
	return frames, true
}
