package live

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// scopedClients are sockets of people of every kind of scope.
func scopedClients() map[string]*client {
	scopes := map[string]persistence.Scope{
		"manager":          {AllTeams: true},
		"red":              {Teams: []wa.TeamID{"red"}},
		"red and blue":     {Teams: []wa.TeamID{"red", "blue"}},
		"nobody's":         {},
		"numbers":          {AllTeams: true, Numbers: []wa.PhoneNumberID{"1", "3"}},
		"red, of a number": {Teams: []wa.TeamID{"red"}, Numbers: []wa.PhoneNumberID{"2"}},
		"ana":              {Teams: []wa.TeamID{"red", "blue"}, OwnOnly: true},
		"bia":              {Teams: []wa.TeamID{"red"}, OwnOnly: true},
		"eva":              {Teams: []wa.TeamID{"red", "blue"}, OwnOnly: true, Numbers: []wa.PhoneNumberID{"1"}},
	}
	all := make(map[string]*client)
	for name, scope := range scopes {
		scope.TenantID, scope.Person = "lume", wa.AgentID(name)
		all[name] = &client{person: staff.Person{TenantID: "lume", ID: wa.AgentID(name)}, scope: scope, hub: &Hub{cfg: SocketConfig{QueueFrames: 1 << 20, QueueBytes: 1 << 30}}}
	}
	return all
}

// stand is a conversation as a test knows it.
type stand struct {
	at      persistence.Place
	version uint64
}

// moves is an update of a conversation to a place; bare: its events got lost.
func (s *stand) moves(t *testing.T, contact string, to persistence.Place, bare bool) *actorpb.ConversationUpdate {
	t.Helper()
	party := func(id wa.AgentID) *actorpb.Party {
		if id == "" {
			return &actorpb.Party{}
		}
		return &actorpb.Party{Kind: actorpb.Party_KIND_AGENT, Id: string(id)}
	}
	s.version++
	snapshot, err := proto.Marshal(&actorpb.ConversationSnapshot{
		Schema: actorpb.SnapshotSchema, TenantId: "lume", TeamId: string(to.Team), Owner: party(to.Owner),
	})
	if err != nil {
		t.Fatal(err)
	}
	u := &actorpb.ConversationUpdate{Row: &actorpb.InboxRow{
		TenantId: "lume", TeamId: string(to.Team), PhoneNumberId: string(to.Number), ContactId: contact, Version: s.version, Snapshot: snapshot,
	}}
	if change := (&actorpb.OwnerChanged{From: party(s.at.Owner), To: party(to.Owner)}); !bare && s.at != to {
		if s.at.Team != to.Team {
			change.TeamId = string(to.Team)
		}
		body, err := proto.Marshal(change)
		if err != nil {
			t.Fatal(err)
		}
		u.Events = []*actorpb.StoredEvent{{Version: s.version, Type: "OwnerChanged", Body: body}}
	} else if !bare {
		u.Events = []*actorpb.StoredEvent{{Version: s.version, Type: "ConversationRead"}}
	}
	s.at = to
	return u
}

// I10, live: while conversations move between teams and owners, each inbox holds at every
// moment what its person may see, whether frames came as they happened or were resumed;
// nobody is sent a row that he may not see; and who never saw it hears of no end, unless
// nobody knows where it was.
func TestI10InboxesHoldTheirScopes(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	dice := rand.New(rand.NewPCG(seed, 1))
	ts, clients, now := newTenantStream(nil, "lume"), scopedClients(), time.Now()
	held, resumed := map[string]map[string]uint64{}, map[string]map[string]uint64{}
	for name, c := range clients {
		ts.audience.addInbox(c)
		held[name], resumed[name] = map[string]uint64{}, map[string]uint64{}
	}
	conversations := make([]stand, 6)
	teams, people := []wa.TeamID{"red", "blue"}, []wa.AgentID{"", "ana", "bia", "eva", "red"}
	since := uint64(0)
	for step := range uint64(4000) {
		n := dice.IntN(len(conversations))
		s, contact := &conversations[n], fmt.Sprint("c", n)
		to := persistence.Place{Team: teams[dice.IntN(2)], Number: wa.PhoneNumberID(fmt.Sprint(1 + n%3)), Owner: people[dice.IntN(len(people))]}
		if s.version > 0 && dice.IntN(3) == 0 {
			to = s.at // something else happens
		}
		before, bare := s.at, dice.IntN(10) == 0
		u := view.OfUpdate(s.moves(t, contact, to, bare))
		if dice.IntN(50) == 0 {
			ts.ring.places = map[wa.ConversationKey]placeAt{} // as of a gateway that has just begun
		}
		e := ts.ring.add("e", step+1, u, now)
		for c := range ts.audience.of(e.at) {
			c.push(e.row)
		}
		for c := range ts.audience.losing(e) {
			c.push(e.gone)
		}
		for name, c := range clients {
			frames, _ := c.take()
			if len(frames) > 1 {
				t.Fatalf("seed %d, step %d: %s gets %d frames", seed, step, name, len(frames))
			}
			for _, f := range frames {
				apply(t, held[name], f)
			}
			if told := len(frames) > 0; told && !bare && e.owned && !c.sees(to) && c.scope.OwnOnly && !(before.Owner == c.scope.Person) {
				t.Fatalf("seed %d, step %d: %s, who never saw it, is told of %s", seed, step, name, contact)
			}
			for n := range conversations {
				key := fmt.Sprint(1+n%3, ":c", n)
				if _, has := held[name][key]; has != (conversations[n].version > 0 && c.sees(conversations[n].at)) {
					t.Fatalf("seed %d, step %d: %s holds %s: %v", seed, step, name, key, has)
				}
			}
		}
		if step%40 == 39 {
			for name, c := range clients {
				frames, ok := ts.ring.since(since, c, 1000)
				if !ok {
					t.Fatal("nothing is resumed")
				}
				for _, f := range frames {
					apply(t, resumed[name], f)
				}
				if !slices.Equal(keys(resumed[name]), keys(held[name])) {
					t.Fatalf("seed %d, step %d: %s resumed to %v and holds %v", seed, step, name, resumed[name], held[name])
				}
			}
			since = step + 1
		}
	}
	for _, c := range clients {
		if c.scope.Person != "nobody's" && !ts.audience.inInbox(c) {
			t.Errorf("%s is not found again", c.person.ID)
		}
		ts.audience.removeAll(c)
	}
	if a := &ts.audience; len(a.all)+len(a.byTeam)+len(a.byNumber)+len(a.own)+len(a.me) > 0 {
		t.Errorf("who has left is still there: %+v", a)
	}
}

func apply(t *testing.T, held map[string]uint64, frame []byte) {
	t.Helper()
	var f frameOut
	if err := json.Unmarshal(frame, &f); err != nil {
		t.Fatal(err)
	}
	switch f.T {
	case "row":
		held[f.Row.ID] = f.Row.Version
	case "gone":
		delete(held, f.Conversation)
	}
}

func keys(of map[string]uint64) (list []string) {
	for key := range of {
		list = append(list, key)
	}
	slices.Sort(list)
	return list
}
