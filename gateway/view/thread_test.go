package view

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/actors/actorpb"
)

// The API lists every type of item that there is, and what is a line of a thread is shown.
func TestItemTypesAreThoseOfEvents(t *testing.T) {
	t.Parallel()
	known, shown := ItemTypes(), []string(nil)
	events := actorpb.File_actors_actorpb_events_proto.Messages()
	for n := range events.Len() {
		name := string(events.Get(n).Name())
		item, ok, err := itemOf(&actorpb.StoredEvent{Version: 1, Type: name, AtMs: 7})
		switch line := slices.Contains(actorpb.LineTypes(), name); {
		case err != nil:
			t.Errorf("%s: %v", name, err)
		case line && !ok:
			t.Errorf("%s is a line of the thread and is not shown: it says not who did it", name)
		case ok && !slices.Contains(known, item.Type):
			t.Errorf("%s is shown as %q, which the API does not list", name, item.Type)
		case ok:
			shown = append(shown, item.Type)
		}
	}
	for _, name := range known {
		if !slices.Contains(shown, name) {
			t.Errorf("%q is listed, and no event is shown as it", name)
		}
	}
}

// waved is what an event that nothing here knows looks like: it has a place, and says
// who did it.
type waved struct{ *actorpb.PhaseChanged }

func TestALineWithoutCaseSaysWhoDidIt(t *testing.T) {
	t.Parallel()
	var got Item
	ok := got.describe(waved{&actorpb.PhaseChanged{By: &actorpb.Party{Kind: actorpb.Party_KIND_AGENT, Id: "ana", Name: "Ana"}}})
	want := Item{Type: "phase_changed", By: &Party{Kind: "agent", ID: "ana", Name: "Ana"}}
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("shown %v\n%s", ok, diff)
	}
}
