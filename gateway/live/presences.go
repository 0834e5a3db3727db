package live

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"

	"github.com/prosa-chat/prosa/actors/wa"
)

// presences is who is present in one conversation, by socket of all gateways.
// Its list for inboxes is encoded when it is first wanted and kept until it
// changes: everybody who comes back after a cut asks for the lists of all rooms,
// under the lock that hands out every update.
// It is under the stream's lock.
type presences struct {
	sockets map[string]presence
	list    []byte    // comma-separated views; nil: not encoded since the last change
	team    wa.TeamID // that all in list were told of in; "" when there are several
}

// put notes a socket and returns what was known of it.
func (a *presences) put(socket string, p presence) (was presence) {
	was = a.sockets[socket]
	if a.sockets == nil {
		a.sockets = make(map[string]presence)
	}
	a.sockets[socket] = p
	if was.who != p.who || was.state != p.state || was.team != p.team {
		a.list = nil
	}
	return was
}

// remove forgets a socket and returns what was known of it.
func (a *presences) remove(socket string) (was presence) {
	was = a.sockets[socket]
	delete(a.sockets, socket)
	a.list = nil
	return was
}

// stateOf is what a person does in the conversation, over all sockets.
// Who types in one window and looks on in another types.
func (a *presences) stateOf(id string) string {
	state := stateGone
	for _, p := range a.sockets {
		if p.who.ID == id && (p.state == stateTyping || state == stateGone) {
			state = p.state
		}
	}
	return state
}

// views lists the people that a socket's person may know of, each once.
func (a *presences) views(c *client) []presenceView {
	var views []presenceView
	for _, p := range a.sockets {
		known := slices.ContainsFunc(views, func(v presenceView) bool { return v.Who.ID == p.who.ID })
		if !known && c.worksFor(p.team) {
			views = append(views, presenceView{Who: p.who, State: a.stateOf(p.who.ID)})
		}
	}
	slices.SortFunc(views, func(a, b presenceView) int { return cmp.Compare(a.Who.ID, b.Who.ID) })
	return views
}

// encoded is views for an inbox's list: comma-separated, each with its
// conversation. Who sees the one team of all shares the bytes with the others.
func (a *presences) encoded(key wa.ConversationKey, c *client) []byte {
	if a.list != nil && a.team != "" && c.worksFor(a.team) {
		return a.list
	}
	views := a.views(c)
	if len(views) == 0 {
		return nil
	}
	for i := range views {
		views[i].Conversation = key.String()
	}
	list := encodeList(views)
	if a.team = a.oneTeam(); a.team != "" && c.worksFor(a.team) {
		a.list = list
	}
	return list
}

// oneTeam is "" while some gateway has not followed a move yet: then each list is made for
// the one who gets it, and not kept.
func (a *presences) oneTeam() (team wa.TeamID) {
	for _, p := range a.sockets {
		if team != "" && p.team != team {
			return ""
		}
		team = p.team
	}
	return team
}

// encodeList never fails: views, one at least, are texts alone.
func encodeList(views []presenceView) []byte {
	body, err := json.Marshal(views)
	if err != nil {
		panic("a list of texts always encodes: " + err.Error())
	}
	return body[1 : len(body)-1]
}

// withPresences adds to an encoded frame who is present in the conversations of a
// person's inbox.
// Whoever may not see where a room is hears of nobody in it (I10), and of those in it
// only whom their gateway told of in a team that he sees.
func (ts *tenantStream) withPresences(frame []byte, c *client) []byte {
	size, parts := len(frame)+len(`,"present":[]`), make([][]byte, 0, len(ts.rooms))
	for key, rm := range ts.rooms {
		if len(rm.presences.sockets) == 0 || !c.sees(rm.at.Place) {
			continue
		}
		if part := rm.presences.encoded(key, c); len(part) > 0 {
			parts, size = append(parts, part), size+len(part)+1
		}
	}
	if len(parts) == 0 {
		return frame
	}
	whole := bytes.NewBuffer(make([]byte, 0, size))
	whole.Write(frame[:len(frame)-1])
	whole.WriteString(`,"present":[`)
	for i, part := range parts {
		if i > 0 {
			whole.WriteByte(',')
		}
		whole.Write(part)
	}
	whole.WriteString("]}")
	return whole.Bytes()
}
