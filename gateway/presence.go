package gateway

import (
	"cmp"
	"slices"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
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
)

// presence is one socket in one conversation.
type presence struct {
	who   partyView
	state string
	at    time.Time
}

// attention is where the person of a local socket is; under channel.mu.
type attention struct {
	key   wa.ConversationKey
	state string
	told  time.Time
}

// attend takes what a socket says about its person. A socket is in one
// conversation at a time; one that it has not subscribed to is refused.
func (ch *channel) attend(c *client, key wa.ConversationKey, state string) bool {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	rm := ch.rooms[key]
	if rm == nil || rm.subs[c] == nil {
		return false
	}
	if c.attention.state != "" && c.attention.key != key {
		ch.tell(c, c.attention.key, stateGone)
	}
	c.attention = attention{key, state, time.Now()}
	if state == stateGone {
		c.attention.state = ""
	}
	ch.tell(c, key, state)
	return true
}

// vanished tells that a socket is gone, after a grace in which it may be back.
func (ch *channel) vanished(c *client) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	if c.attention.state == "" {
		return
	}
	key := c.attention.key
	c.attention.state = ""
	time.AfterFunc(ch.hub.cfg.Grace, func() { ch.tell(c, key, stateGone) })
}

// tell sends to every gateway, this one too; it never blocks.
func (ch *channel) tell(c *client, key wa.ConversationKey, state string) {
	msg := &actorpb.Presence{
		TenantId: string(ch.tenant), Conversation: key.String(), State: state, Socket: c.id,
		Who:  &actorpb.Party{Kind: actorpb.Party_KIND_AGENT, Id: string(c.person.ID), Name: c.person.Name},
		AtMs: time.Now().UnixMilli(), Origin: ch.hub.cluster.ID(),
	}
	for _, member := range ch.hub.cluster.Members() {
		ch.hub.cluster.TellMember(member.ID, hubEndpoint, msg)
	}
}

// heard takes a presence from a gateway and tells the room if it changes what
// the room sees of the person.
func (ch *channel) heard(m *actorpb.Presence, now time.Time) {
	key, err := wa.ParseConversationKey(m.Conversation)
	if err != nil || len(m.Socket) == 0 {
		return
	}
	ch.mu.Lock()
	defer ch.mu.Unlock()
	rm := ch.room(key)
	who := viewParty(m.Who)
	before := rm.stateOf(who.ID)
	switch m.State {
	case stateViewing, stateTyping:
		rm.present[m.Socket] = presence{who, m.State, now}
	default:
		delete(rm.present, m.Socket)
	}
	rm.tellPresence(key, who, before)
	if len(rm.subs) == 0 && len(rm.present) == 0 {
		delete(ch.rooms, key)
	}
}

// stateOf is what a person does in the room, over all sockets.
func (rm *room) stateOf(id string) string {
	state := stateGone
	for _, p := range rm.present {
		if p.who.ID == id && (p.state == stateTyping || state == stateGone) {
			state = p.state
		}
	}
	return state
}

func (rm *room) tellPresence(key wa.ConversationKey, who partyView, before string) {
	state := rm.stateOf(who.ID)
	if state == before || len(rm.subs) == 0 {
		return
	}
	frame := encodeFrame(&frameOut{
		T: "presence", Stream: conversationStream + key.String(), Presence: &presenceView{who, state},
	})
	for c := range rm.subs {
		c.push(frame)
	}
}

// presentViews lists the people in the room, each once.
func (rm *room) presentViews() []presenceView {
	var views []presenceView
	for _, p := range rm.present {
		if !slices.ContainsFunc(views, func(v presenceView) bool { return v.Who.ID == p.who.ID }) {
			views = append(views, presenceView{p.who, rm.stateOf(p.who.ID)})
		}
	}
	slices.SortFunc(views, func(a, b presenceView) int { return cmp.Compare(a.Who.ID, b.Who.ID) })
	return views
}

// sweep repeats what is still true here and forgets what nobody repeats.
func (ch *channel) sweep(now time.Time) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	for key, rm := range ch.rooms {
		for c := range rm.subs {
			if a := &c.attention; a.state != "" && a.key == key && now.Sub(a.told) > presenceRefresh {
				a.state, a.told = stateViewing, now // typing is repeated by the client
				ch.tell(c, key, stateViewing)
			}
		}
		for socket, p := range rm.present {
			before := rm.stateOf(p.who.ID)
			switch age := now.Sub(p.at); {
			case age > presenceLife:
				delete(rm.present, socket)
			case age > typingLife && p.state == stateTyping:
				p.state = stateViewing
				rm.present[socket] = p
			default:
				continue
			}
			rm.tellPresence(key, p.who, before)
		}
		if len(rm.subs) == 0 && len(rm.present) == 0 {
			delete(ch.rooms, key)
		}
	}
}
