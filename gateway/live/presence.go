package live

import (
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence"
)

// Presence is told to all gateways, kept nowhere and repeated while it lasts: a
// gateway that dies is forgotten after presenceLife.
const (
	presenceRefresh = 20 * time.Second
	presenceLife    = 45 * time.Second
	typingLife      = 10 * time.Second
)

const (
	stateViewing = "viewing"
	stateTyping  = "typing"
	stateGone    = "gone"
	stateAsked   = "asked" // by a gateway that has just begun to listen
)

// presence is one socket in one conversation. Team is where the conversation was
// when the socket's gateway told of it: until that has followed a move, it does
// not know whether its person may still look on, and nobody new hears of them.
type presence struct {
	who   view.Party
	state string
	at    time.Time
	team  wa.TeamID
}

// attention is where the person of a local socket is; under stream.mu.
type attention struct {
	key   wa.ConversationKey
	state string
	told  time.Time
}

// attend takes what a socket says about its person. A socket is in one
// conversation at a time; one that it has not subscribed to is refused.
// Whoever has subscribed was asked whether he may see it (I10).
func (ts *tenantStream) attend(c *client, key wa.ConversationKey, state string) bool {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	rm := ts.rooms[key]
	if rm == nil || rm.subs[c] == nil {
		return false
	}
	if c.attention.state != "" && c.attention.key != key {
		ts.tell(c, c.attention.key, stateGone)
	}
	c.attention = attention{key, state, time.Now()}
	if state == stateGone {
		c.attention.state = ""
	}
	ts.tell(c, key, state)
	return true
}

// leave tells at once that a socket is no longer in a conversation, if it was.
func (ts *tenantStream) leave(c *client, key wa.ConversationKey) {
	if c.attention.state != "" && c.attention.key == key {
		c.attention.state = ""
		ts.tell(c, key, stateGone)
	}
}

// vanished tells that a socket is gone, after a grace in which it may be back. A
// hub that closes tells at once: nobody else knows.
// A page that is loaded anew is another socket of the same person: while that is known,
// the end of this one changes nothing that anybody sees.
func (ts *tenantStream) vanished(c *client) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if c.attention.state == "" {
		return
	}
	key := c.attention.key
	c.attention.state = ""
	ts.hub.wg.Go(func() {
		grace := time.NewTimer(ts.hub.cfg.Grace)
		defer grace.Stop()
		select {
		case <-grace.C:
		case <-ts.hub.done:
		}
		ts.hub.guard.Do("presence", func() {
			ts.mu.Lock()
			defer ts.mu.Unlock()
			ts.tell(c, key, stateGone)
		})
	})
}

// tell sends to every gateway, this one too; it never blocks.
// What this gateway shows of its own sockets it has heard as well: there is one way.
func (ts *tenantStream) tell(c *client, key wa.ConversationKey, state string) {
	msg := ts.presenceOf(c, key, state)
	for _, member := range ts.hub.cluster.Members() {
		ts.hub.cluster.TellMember(member.ID, hubEndpoint, msg)
	}
}

// presenceOf says with whom and where, as far as this gateway knows: those that know of a
// later move show it to nobody of the team before.
func (ts *tenantStream) presenceOf(c *client, key wa.ConversationKey, state string) *actorpb.Presence {
	msg := &actorpb.Presence{
		TenantId: string(ts.tenant), Conversation: key.String(), State: state, Socket: c.id,
		Who:    &actorpb.Party{Kind: actorpb.Party_KIND_AGENT, Id: string(c.person.ID), Name: c.person.Name},
		Origin: ts.hub.cluster.ID(),
	}
	if rm := ts.rooms[key]; rm != nil {
		msg.TeamId, msg.OwnerId, msg.Version = string(rm.at.Team), string(rm.at.Owner), rm.at.version
	}
	return msg
}

// askPresent asks the other gateways who is where: what they told before this
// one began to listen would else be known at their next repetition only.
func (ts *tenantStream) askPresent() {
	self := ts.hub.cluster.ID()
	msg := &actorpb.Presence{TenantId: string(ts.tenant), State: stateAsked, Origin: self}
	for _, member := range ts.hub.cluster.Members() {
		if member.ID != self {
			ts.hub.cluster.TellMember(member.ID, hubEndpoint, msg)
		}
	}
}

// answerPresences tells a gateway who is present at the sockets of this one.
func (ts *tenantStream) answerPresences(origin string) {
	for key, rm := range ts.rooms {
		for c := range rm.subs {
			if a := &c.attention; a.state != "" && a.key == key {
				ts.hub.cluster.TellMember(origin, hubEndpoint, ts.presenceOf(c, key, a.state))
			}
		}
	}
}

// locate takes the news of where a conversation is; what is older than what is
// known says nothing. After a move the gateways tell of those who still look on. A change
// of owner moves nobody, but it shows the conversation to its new owner if he sees his
// own alone.
func (ts *tenantStream) locate(key wa.ConversationKey, rm *room, at placeAt) {
	if at.Team == "" || rm.at.Team != "" && at.version <= rm.at.version {
		return
	}
	moved, given := rm.at.Team != "" && rm.at.Team != at.Team, rm.at.Owner != at.Owner
	rm.at = at
	if given && at.Owner != "" {
		ts.introduce(key, rm)
	}
	if !moved {
		return
	}
	for c := range rm.subs {
		if a := &c.attention; a.state != "" && a.key == key && c.sees(at.Place) {
			ts.tell(c, key, a.state)
		}
	}
}

// introduce tells who is present to an owner whose inbox did not show the conversation
// before.
func (ts *tenantStream) introduce(key wa.ConversationKey, rm *room) {
	for c := range ts.audience.own[rm.at.Owner] {
		if !c.sees(rm.at.Place) {
			continue
		}
		for _, p := range rm.presences.views(c) {
			c.push(encodeFrame(&frameOut{T: "presence", Stream: inboxStream, Conversation: key.String(), Presence: &p}))
		}
	}
}

// heard takes a presence from a gateway and tells whoever may see the
// conversation, if it changes what they see of the person.
func (ts *tenantStream) heard(m *actorpb.Presence, now time.Time) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if m.State == stateAsked {
		ts.answerPresences(m.Origin)
		return
	}
	key, err := wa.ParseConversationKey(m.Conversation)
	if err != nil || len(m.Socket) == 0 {
		return
	}
	rm := ts.room(key)
	ts.locate(key, rm, placeAt{persistence.Place{Team: wa.TeamID(m.TeamId), Number: key.PhoneNumberID, Owner: wa.AgentID(m.OwnerId)}, m.Version})
	who, team := view.OfParty(m.Who), wa.TeamID(m.TeamId)
	before := rm.presences.stateOf(who.ID)
	switch m.State {
	case stateViewing, stateTyping:
		was := rm.presences.put(m.Socket, presence{who, m.State, now, team})
		if was.state != "" && was.team != team {
			before = "" // whom nobody of that team heard of yet
		}
	default:
		team = rm.presences.remove(m.Socket).team
	}
	ts.tellPresence(key, rm, who, before, team)
	ts.closeRoom(key, rm)
}

// closeRoom forgets a room that is empty.
// One that holds presences stays, also without a socket of ours: who comes is told them.
func (ts *tenantStream) closeRoom(key wa.ConversationKey, rm *room) {
	if len(rm.subs) == 0 && len(rm.presences.sockets) == 0 {
		delete(ts.rooms, key)
	}
}

// tellPresence tells those in the room and those whose inbox shows it, but
// nobody who may not see the team that the person was told of in.
func (ts *tenantStream) tellPresence(key wa.ConversationKey, rm *room, who view.Party, before string, team wa.TeamID) {
	state := rm.presences.stateOf(who.ID)
	if state == before || team == "" {
		return
	}
	view := &presenceView{Who: who, State: state}
	var frame []byte
	for c := range rm.subs {
		if c.worksFor(team) {
			frame = frameOnce(frame, &frameOut{T: "presence", Stream: conversationStream + key.String(), Presence: view})
			c.push(frame)
		}
	}
	frame = nil
	for c := range ts.audience.of(rm.at.Place) {
		if c.worksFor(team) {
			frame = frameOnce(frame, &frameOut{T: "presence", Stream: inboxStream, Conversation: key.String(), Presence: view})
			c.push(frame)
		}
	}
}

// frameOnce encodes a frame for the first who gets it.
func frameOnce(frame []byte, f *frameOut) []byte {
	if frame != nil {
		return frame
	}
	return encodeFrame(f)
}

// sweep repeats what is still true here and forgets what nobody repeats.
func (ts *tenantStream) sweep(now time.Time) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	for key, rm := range ts.rooms {
		for c := range rm.subs {
			if a := &c.attention; a.state != "" && a.key == key && now.Sub(a.told) > presenceRefresh {
				a.state, a.told = stateViewing, now // typing is repeated by the client
				ts.tell(c, key, stateViewing)
			}
		}
		for socket, p := range rm.presences.sockets {
			before := rm.presences.stateOf(p.who.ID)
			switch age := now.Sub(p.at); {
			case age > presenceLife:
				rm.presences.remove(socket)
			case age > typingLife && p.state == stateTyping:
				p.state = stateViewing
				rm.presences.put(socket, p)
			default:
				continue
			}
			ts.tellPresence(key, rm, p.who, before, p.team)
		}
		ts.closeRoom(key, rm)
	}
}
