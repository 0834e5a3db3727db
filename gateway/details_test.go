package gateway_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/persistence/staff"
)

type details struct {
	Username string
	Aliases  []struct {
		Kind, Value string
		Variant     bool
	}
	Others, Probably []struct{ ID string }
	History, Notes   []item
	MarketingStopped *stop `json:"marketing_stopped"`
	Blocked          *stop
}

type stop struct{ By, Name string }

// What stands beside a thread does not depend on how much of it was read, and
// shows nothing that the person may not see.
func TestDetails(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.exec(`INSERT INTO contact (portfolio_id, id, username) VALUES ('p1', 'c1', 'boutiquehelo')`)
	s.exec(`INSERT INTO alias (portfolio_id, kind, value, contact_id, variant) VALUES ('p1', 'phone', '5511', 'c1', false), ('p1', 'phone', '55119', 'c1', true)`)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	eva := s.hire("t1", "eva", staff.RoleAgent, "red")
	blue := s.hire("t1", "bob", staff.RoleAgent, "blue")
	manager := s.hire("t1", "max", staff.RoleManager)
	id, other := s.inbound("100", "c1", "wamid.1", "hello"), s.inbound("200", "c1", "wamid.2", "hello")
	s.inbound("200", "c2", "wamid.3", "somebody else")

	ana.want(200, nil, "POST", path(id, "claim"), nil)
	ana.want(201, nil, "POST", path(id, "notes"), body{"echo_id": "n1", "text": "be kind"})
	ana.want(200, nil, "POST", path(id, "transfer"), body{"agent_id": eva.id, "note": "yours"})
	for _, phase := range []string{"resolve", "reopen", "resolve"} {
		eva.want(200, nil, "POST", path(id, phase), nil)
	}
	for i := range 60 { // more than a page
		s.inbound("100", "c1", fmt.Sprint("wamid.x", i), "again")
	}

	var d details
	ana.want(200, &d, "GET", path(id, "details"), nil)
	told := []string{}
	for _, i := range append(d.History, d.Notes...) {
		told = append(told, i.String())
	}
	if diff := cmp.Diff([]string{"owner claim", "owner transfer yours", "phase", "phase", "phase", `note "be kind"`}, told); diff != "" {
		t.Errorf("history and notes (-want +got):\n%s", diff)
	}
	if d.Username != "boutiquehelo" || len(d.Aliases) != 2 || d.Aliases[0].Value != "5511" || d.Aliases[0].Variant || !d.Aliases[1].Variant {
		t.Errorf("contact: %+v", d)
	}
	if d.MarketingStopped != nil || d.Blocked != nil {
		t.Errorf("stopped: %+v", d)
	}
	s.exec(`INSERT INTO consent (portfolio_id, contact_id, scope, stopped, said_at, by_kind, by_name) VALUES
		('p1', 'c1', '', true, now(), 'customer', ''), ('p1', 'c1', '100', true, now(), 'agent', 'Eva')`)
	ana.want(200, &d, "GET", path(id, "details"), nil)
	if d.MarketingStopped == nil || d.MarketingStopped.By != "customer" || d.Blocked == nil || d.Blocked.Name != "Eva" {
		t.Errorf("stopped: %+v, %+v", d.MarketingStopped, d.Blocked)
	}
	d = details{}
	ana.want(200, &d, "GET", path(id, "details"), nil)
	if len(d.Others) != 0 {
		t.Errorf("red sees a conversation of blue: %+v", d.Others)
	}
	manager.want(200, &d, "GET", path(id, "details"), nil)
	if len(d.Others) != 1 || d.Others[0].ID != other {
		t.Errorf("others of the manager: %+v", d.Others)
	}
	var empty map[string]any
	blue.want(200, &empty, "GET", path(other, "details"), nil)
	for _, name := range []string{"others", "probably", "history", "notes"} {
		if list, ok := empty[name].([]any); !ok || len(list) != 0 {
			t.Errorf("%s of a conversation without is %v, want an empty list", name, empty[name])
		}
	}
	blue.want(404, nil, "GET", path(id, "details"), nil)
	ana.want(404, nil, "GET", path("nonsense", "details"), nil)
}

// Who is probably the same person is named beside both threads, and to managers
// in a list, as far as each may see.
func TestSuggestionsToMerge(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.exec(`INSERT INTO contact (portfolio_id, id, name) VALUES ('p1', 'c1', 'Helena'), ('p1', 'c2', 'Helena S')`)
	s.exec(`INSERT INTO merge_suggestion (portfolio_id, winner, other, reason) VALUES ('p1', 'c1', 'c2', 'one message named both: phone'), ('p2', 'c8', 'c9', 'foreign')`)
	red := s.hire("t1", "ana", staff.RoleAgent, "red")
	manager := s.hire("t1", "max", staff.RoleManager)
	stranger := s.hire("t2", "eve", staff.RoleAdmin)
	id, twin, blue := s.inbound("100", "c1", "wamid.1", "hello"), s.inbound("100", "c2", "wamid.2", "hello"), s.inbound("200", "c2", "wamid.3", "hello")
	s.inbound("100", "c3", "wamid.4", "somebody else")

	probably := func(b *person, id string) (ids []string) {
		var d details
		b.want(200, &d, "GET", path(id, "details"), nil)
		for _, row := range d.Probably {
			ids = append(ids, row.ID)
		}
		slices.Sort(ids)
		return ids
	}
	for _, want := range []struct {
		who *person
		id  string
		ids []string
	}{{red, id, []string{twin}}, {red, twin, []string{id}}, {manager, id, []string{twin, blue}}, {manager, blue, []string{id}}} {
		if diff := cmp.Diff(want.ids, probably(want.who, want.id)); diff != "" {
			t.Errorf("beside %s (-want +got):\n%s", want.id, diff)
		}
	}
	type side struct {
		ContactID     string `json:"contact_id"`
		Name          string
		Conversations []struct{ ID string }
	}
	var list struct {
		Suggestions []struct {
			Winner, Other side
			Reason        string
		}
	}
	manager.want(200, &list, "GET", "/api/v1/contacts/suggestions", nil)
	if len(list.Suggestions) != 1 {
		t.Fatalf("suggestions: %+v", list)
	}
	if got := list.Suggestions[0]; got.Winner.Name != "Helena" || got.Other.ContactID != "c2" || len(got.Winner.Conversations) != 1 ||
		len(got.Other.Conversations) != 2 || got.Reason == "" {
		t.Errorf("suggestion: %+v", got)
	}
	list.Suggestions = nil
	stranger.want(200, &list, "GET", "/api/v1/contacts/suggestions", nil)
	for _, got := range list.Suggestions {
		if len(got.Winner.Conversations)+len(got.Other.Conversations) > 0 || got.Winner.Name != "" {
			t.Errorf("a stranger sees %+v", got)
		}
	}
	manager.want(400, nil, "GET", "/api/v1/contacts/suggestions?limit=x", nil)
}
