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

func presentChannel() *channel { return newChannel(nil, "lume") }

func presentClient(teams ...wa.TeamID) *client {
	return &client{
		person: staff.Person{TenantID: "lume"},
		scope:  persistence.Scope{TenantID: "lume", AllTeams: len(teams) == 0, Teams: teams},
	}
}

// hear is the presence of one socket of somebody in conversation n.
func (ch *channel) hear(n int, who, socket, state string, team wa.TeamID, version uint64, now time.Time) {
	key := wa.ConversationKey{PhoneNumberID: "1", ContactID: wa.ContactID(fmt.Sprint("c", n))}
	ch.heard(&actorpb.Presence{
		TenantId: "lume", Conversation: key.String(), State: state, Socket: socket, TeamId: string(team), Version: version,
		Who: &actorpb.Party{Kind: actorpb.Party_KIND_AGENT, Id: who, Name: "Ana " + who},
	}, now)
}

// told is what a subscription to the inbox says, and asked what is true.
func told(t *testing.T, ch *channel, c *client) []string {
	t.Helper()
	var f frameOut
	if err := json.Unmarshal(ch.withPresent(encodeFrame(&frameOut{T: "subscribed"}), c), &f); err != nil || f.T != "subscribed" {
		t.Fatalf("frame %+v: %v", f, err)
	}
	return viewTexts(f.Present)
}

func asked(ch *channel, c *client) []string {
	var all []presenceView
	for key, rm := range ch.rooms {
		if !c.scope.Sees(c.person.TenantID, rm.at.team) {
			continue
		}
		for _, v := range rm.present.views(c) {
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
	ch, now := presentChannel(), time.Now()
	readers := []*client{presentClient(), presentClient("red"), presentClient("blue"), presentClient("red", "blue"), presentClient("green")}
	states, teams := []string{stateViewing, stateTyping, stateGone}, []wa.TeamID{"red", "blue"}
	version := uint64(1)
	for step := range 3000 {
		switch dice.IntN(20) {
		case 0:
			now = now.Add(time.Duration(dice.IntN(30)) * time.Second)
			ch.sweep(now)
		case 1:
			version++
		}
		who, tab := dice.IntN(6), dice.IntN(2)
		ch.hear(dice.IntN(4), fmt.Sprint(who), fmt.Sprint(who, "/", tab), states[dice.IntN(3)], teams[dice.IntN(2)], version, now)
		for n, c := range readers {
			if got, want := told(t, ch, c), asked(ch, c); !slices.Equal(got, want) {
				t.Fatalf("seed %d, step %d: reader %d is told %q, present are %q", seed, step, n, got, want)
			}
		}
	}
}

// BenchmarkPresentAtReconnect subscribes to an inbox while 2,000 are present and
// each subscriber changes the state of one of them: the channel's lock is held
// for all of it.
//
//	go test -run - -bench PresentAtReconnect ./gateway
func BenchmarkPresentAtReconnect(b *testing.B) {
	const people = 2000
	ch, c, now := presentChannel(), presentClient(), time.Now()
	for n := range people {
		ch.hear(n, fmt.Sprint("agent", n), fmt.Sprint("socket", n), stateViewing, "red", 1, now)
	}
	states := []string{stateTyping, stateViewing}
	answer := encodeFrame(&frameOut{T: "subscribed", Stream: inboxStream})
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		ch.hear(n%people, fmt.Sprint("agent", n%people), fmt.Sprint("socket", n%people), states[n/people%2], "red", 1, now)
		if len(ch.withPresent(answer, c)) < people*50 {
			b.Fatal("the list is short")
		}
	}
}
