package live

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/staff"
)

func presenceStream() *tenantStream { return newTenantStream(nil, "lume") }

func presenceClient(teams ...wa.TeamID) *client {
	return &client{
		person: staff.Person{TenantID: "lume"},
		scope:  persistence.Scope{TenantID: "lume", AllTeams: len(teams) == 0, Teams: teams},
	}
}

// hear is the presence of one socket of somebody in conversation n.
func (ts *tenantStream) hear(n int, who, socket, state string, team wa.TeamID, version uint64, now time.Time) {
	key := wa.ConversationKey{PhoneNumberID: "1", ContactID: wa.ContactID(fmt.Sprint("c", n))}
	ts.heard(&actorpb.Presence{
		TenantId: "lume", Conversation: key.String(), State: state, Socket: socket, TeamId: string(team), Version: version,
		Who: &actorpb.Party{Kind: actorpb.Party_KIND_AGENT, Id: who, Name: "Ana " + who},
	}, now)
}

// told is what a subscription to the inbox says, and asked what is true.
func told(t *testing.T, ts *tenantStream, c *client) []string {
	t.Helper()
	var f frameOut
	if err := json.Unmarshal(ts.withPresences(encodeFrame(&frameOut{T: "subscribed"}), c), &f); err != nil || f.T != "subscribed" {
		t.Fatalf("frame %+v: %v", f, err)
	}
	return viewTexts(f.Present)
}

func asked(ts *tenantStream, c *client) []string {
	var all []presenceView
	for key, rm := range ts.rooms {
		if !c.sees(rm.at.Place) {
			continue
		}
		for _, v := range rm.presences.views(c) {
			v.Conversation = key.String()
			all = append(all, v)
		}
	}
	return viewTexts(all)
}

func viewTexts(views []presenceView) []string {
	texts := []string{}
	for _, v := range views {
		texts = append(texts, fmt.Sprintf("%s %+v %s", v.Conversation, v.Who, v.State))
	}
	slices.Sort(texts)
	return texts
}

// The lists that subscribers share are what is true at every moment, for each
// scope: while people come, go, type, fall silent and conversations move.
func TestSharedListsOfThePresentAreExact(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	dice := rand.New(rand.NewPCG(seed, 1))
	ts, now := presenceStream(), time.Now()
	readers := []*client{presenceClient(), presenceClient("red"), presenceClient("blue"), presenceClient("red", "blue"), presenceClient("green")}
	states, teams := []string{stateViewing, stateTyping, stateGone}, []wa.TeamID{"red", "blue"}
	version := uint64(1)
	for step := range 3000 {
		switch dice.IntN(20) {
		case 0:
			now = now.Add(time.Duration(dice.IntN(30)) * time.Second)
			ts.sweep(now)
		case 1:
			version++
		}
		who, tab := dice.IntN(6), dice.IntN(2)
		ts.hear(dice.IntN(4), fmt.Sprint(who), fmt.Sprint(who, "/", tab), states[dice.IntN(3)], teams[dice.IntN(2)], version, now)
		for n, c := range readers {
			if got, want := told(t, ts, c), asked(ts, c); !slices.Equal(got, want) {
				t.Fatalf("seed %d, step %d: reader %d is told %q, present are %q", seed, step, n, got, want)
			}
		}
	}
}

// BenchmarkPresencesAtReconnect subscribes to an inbox while 2,000 are present and
// each subscriber changes the state of one of them: the stream's lock is held
// for all of it.
//
//	go test -run - -bench PresentAtReconnect ./gateway
func BenchmarkPresencesAtReconnect(b *testing.B) {
	const people = 2000
	ts, c, now := presenceStream(), presenceClient(), time.Now()
	for n := range people {
		ts.hear(n, fmt.Sprint("agent", n), fmt.Sprint("socket", n), stateViewing, "red", 1, now)
	}
	states := []string{stateTyping, stateViewing}
	answer := encodeFrame(&frameOut{T: "subscribed", Stream: inboxStream})
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		ts.hear(n%people, fmt.Sprint("agent", n%people), fmt.Sprint("socket", n%people), states[n/people%2], "red", 1, now)
		if len(ts.withPresences(answer, c)) < people*50 {
			b.Fatal("the list is short")
		}
	}
}
