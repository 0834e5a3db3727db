package gateway_test

import (
	"slices"
	"testing"

	"github.com/prosa-chat/prosa/persistence/staff"
)

// presenceIn waits for a presence in an inbox, whatever else it hears.
func (w *tab) presenceIn(id string, who *person, state string) {
	w.s.t.Helper()
	f := w.next("presence", "row")
	for f.Stream != "inbox" { // the conversation's own stream tells it too
		f = w.next("presence", "row")
	}
	if f.Conversation != id || f.Presence.Who.ID != who.id || f.Presence.State != state {
		w.s.t.Errorf("heard %+v, want %s %s in %s", f, who.id, state, id)
	}
}

func (w *tab) say(id, state string) {
	w.s.t.Helper()
	w.send(body{"t": "presence", "conversation": id, "state": state})
}

// caughtUp waits until what a socket said before has been carried out: another
// socket's frames have their own pace.
func (w *tab) caughtUp() {
	w.s.t.Helper()
	w.send(body{"t": "ping", "ref": "caught up"})
	w.next("pong", "row", "presence")
}

// Rows show who is there: presence reaches inboxes of the team on every gateway,
// a person counts once, and a gateway that has just begun to listen knows it.
func TestInboxesHearOfPresence(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	eva := s.hire("t1", "eva", staff.RoleAgent, "red")
	blue := s.hire("t1", "bob", staff.RoleAgent, "blue")
	other := s.hire("t2", "zoe", staff.RoleAdmin)
	eva.url = s.startGateway("g2")
	id, foreign := s.inbound("100", "c1", "wamid.1", "hello"), s.inbound("200", "c2", "wamid.2", "hello")

	w, x, y := ana.open(), eva.open(), eva.open()
	w.subscribe("inbox")
	z, o := blue.open(), other.open()
	z.subscribe("inbox")
	o.subscribe("inbox")
	for _, tab := range []*tab{x, y} {
		tab.subscribe("conversation:" + id)
	}
	x.say(id, "viewing")
	w.presenceIn(id, eva, "viewing")
	y.say(id, "viewing") // a second tab of hers changes nothing
	y.caughtUp()
	x.say(id, "typing")
	w.presenceIn(id, eva, "typing")
	x.conn.Close()
	w.presenceIn(id, eva, "viewing") // the other tab is still there

	late := *ana
	late.url = s.startGateway("g3")
	l := late.open()
	at := l.subscribe("inbox")
	for len(at.Present) == 0 { // g3 has asked the others; the answer may come after the subscription
		l.presenceIn(id, eva, "viewing")
		at = l.subscribe("inbox")
	}
	if len(at.Present) != 1 || at.Present[0].Conversation != id || at.Present[0].Who.ID != eva.id || at.Present[0].State != "viewing" {
		t.Errorf("present for a late gateway: %+v", at.Present)
	}
	y.conn.Close()
	w.presenceIn(id, eva, "gone")

	// All that the others hear is of their own.
	z.subscribe("conversation:" + foreign)
	z.say(foreign, "viewing")
	z.presenceIn(foreign, blue, "viewing")
	if at := o.subscribe("inbox"); len(at.Present) != 0 {
		t.Errorf("another tenant knows %+v", at.Present)
	}
	if at := w.subscribe("inbox"); len(at.Present) != 0 {
		t.Errorf("red knows of blue: %+v", at.Present)
	}
}

// A conversation that moves takes along only those who may follow it.
func TestPresenceMovesWithTheTeam(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	blue := s.hire("t1", "bob", staff.RoleAgent, "blue")
	manager := s.hire("t1", "max", staff.RoleManager)
	onlooker := s.hire("t1", "ivo", staff.RoleManager)
	manager.url = s.startGateway("g2")
	id := s.inbound("100", "c1", "wamid.1", "hello")

	a, b, m, o := ana.open(), blue.open(), manager.open(), onlooker.open()
	b.subscribe("inbox")
	o.subscribe("inbox")
	a.subscribe("conversation:" + id)
	m.subscribe("conversation:" + id)
	a.say(id, "viewing")
	o.presenceIn(id, ana, "viewing")
	m.say(id, "viewing")
	o.presenceIn(id, manager, "viewing")

	manager.want(200, nil, "POST", path(id, "claim"), nil)
	manager.want(200, nil, "POST", path(id, "transfer"), body{"team_id": "blue"})
	if f := b.next("row"); f.Row.ID != id {
		t.Errorf("blue got %+v", f)
	}
	b.presenceIn(id, manager, "viewing") // and nothing of ana
	a.next("gone", "thread", "presence", "row")
	var heard []string
	for !slices.Contains(heard, ana.id+" gone") {
		f := o.next("presence", "row")
		heard = append(heard, f.Presence.Who.ID+" "+f.Presence.State)
	}
	m.say(id, "gone")
	b.presenceIn(id, manager, "gone")
	if at := b.subscribe("inbox"); len(at.Present) != 0 {
		t.Errorf("present: %+v", at.Present)
	}
}
