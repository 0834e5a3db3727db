package gateway_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// limit changes what somebody sees of his teams.
func limit(admin, who *person, limits body) {
	admin.s.t.Helper()
	admin.want(200, nil, "PATCH", "/api/v1/agents/"+who.id, limits)
}

// shown are the conversations of a view.
func (b *person) shown(view string) (ids []string) {
	b.s.t.Helper()
	var list struct {
		Conversations []struct{ ID string }
	}
	b.want(200, &list, "GET", "/api/v1/conversations?view="+view, nil)
	for _, c := range list.Conversations {
		ids = append(ids, c.ID)
	}
	slices.Sort(ids)
	return ids
}

// counts are how many conversations the counts say of each view.
func (b *person) counts() map[string]struct{ N int } {
	b.s.t.Helper()
	var counts struct{ Views map[string]struct{ N int } }
	b.want(200, &counts, "GET", "/api/v1/counts", nil)
	return counts.Views
}

// A conversation that is handed to somebody who sees his own alone appears on his socket,
// in his lists and counts; what he gives away, or what is taken from him, disappears, and
// its thread, files and commands with it. He never hears of any other.
func TestOwnConversationsOnly(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ada, own := s.hire("t1", "ada", staff.RoleAdmin), s.hire("t1", "own", staff.RoleAgent, "red")
	bia := s.hire("t1", "bia", staff.RoleAgent, "red")
	limit(ada, own, body{"own_only": true})
	w, x := own.open(), bia.open()
	w.subscribe("inbox")
	x.subscribe("inbox")
	id, other := s.inbound("100", "c1", "wamid.1", "hello"), s.inbound("100", "c2", "wamid.2", "queued")
	x.next("row")
	x.next("row")
	for _, view := range []string{"mine", "unclaimed", "all", "snoozed", "resolved"} {
		if ids := own.shown(view); ids != nil {
			t.Errorf("%s of who owns nothing: %v", view, ids)
		}
	}
	for _, order := range []string{"claim", "release", "resolve"} {
		own.want(404, nil, "POST", path(id, order), nil)
	}
	own.want(404, nil, "POST", path(id, "takeover"), body{"reason": "mine"})
	own.want(404, nil, "GET", path(id, "messages"), nil)
	w.send(body{"t": "subscribe", "stream": "conversation:" + id})
	if f := w.next("error"); f.Error.Name != "not_found" { // and no row before it
		t.Errorf("subscribed to the queue: %+v", f)
	}

	bia.want(200, nil, "POST", path(id, "claim"), nil)
	bia.want(200, nil, "POST", path(id, "transfer"), body{"agent_id": own.id, "note": "yours"})
	if f := w.next("row"); f.Row.ID != id || f.Row.Owner.ID != own.id {
		t.Fatalf("handed over: %+v", f)
	}
	w.subscribe("conversation:" + id)
	s.inbound("100", "c1", "wamid.3", "and now?")
	w.next("thread", "row")
	if ids, counts := own.shown("all"), own.counts(); !slices.Equal(ids, []string{id}) || counts["mine"].N != 1 || counts["all"].N != 1 || counts["unclaimed"].N != 0 {
		t.Errorf("he is shown %v and counts %v", ids, counts)
	}
	s.follow()
	bia.indexed("queued", 1)
	if f := own.search("queued", ""); len(f.Messages) > 0 {
		t.Errorf("his search finds %+v in the queue", f)
	}
	own.indexed("hello", 1)
	own.want(201, nil, "POST", path(id, "messages"), body{"echo_id": "e1", "text": "hi", "seen_version": 99})
	own.want(404, nil, "POST", path(other, "notes"), body{"echo_id": "n1", "text": "psst"})

	own.want(200, nil, "POST", path(id, "transfer"), body{"agent_id": bia.id})
	gone := map[string]bool{}
	for range 2 {
		gone[w.next("gone", "row thread").Stream] = true
	}
	if !gone["inbox"] || !gone["conversation:"+id] {
		t.Errorf("of what he gave away he hears %v", gone)
	}
	own.want(404, nil, "GET", path(id, "details"), nil)
	own.want(404, nil, "POST", path(id, "notes"), body{"echo_id": "n2", "text": "psst"})
	if ids, counts := own.shown("all"), own.counts(); ids != nil || counts["all"].N+counts["mine"].N+counts["resolved"].N != 0 {
		t.Errorf("given away, he is shown %v and counts %v", ids, counts)
	}
	s.inbound("100", "c1", "wamid.4", "hello bia")
	s.inbound("100", "c2", "wamid.5", "hello queue")
	ada.want(200, nil, "POST", path(other, "assign"), body{"agent_id": own.id})
	if f := w.next("row"); f.Row.ID != other { // and nothing of bia's or the queue's before
		t.Errorf("assigned: %+v", f)
	}
	bia.want(200, nil, "POST", path(other, "takeover"), body{"reason": "he is at lunch"})
	if f := w.next("gone"); f.Conversation != other {
		t.Errorf("taken over: %+v", f)
	}
}

// A change of limits ends the sockets of the person, whose page comes back with the new
// ones; what he may own no more goes to its queue, and nobody passes it on to him.
func TestLimitsByNumber(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.url = s.startGateway("g2", func(c *gateway.Config) { c.Audit = audit.New(s.pool) })
	ada, num := s.hire("t1", "ada", staff.RoleAdmin), s.hire("t1", "num", staff.RoleAgent, "red", "blue")
	bia := s.hire("t1", "bia", staff.RoleAgent, "red", "blue")
	red, blue := s.inbound("100", "c1", "wamid.1", "hello"), s.inbound("200", "c2", "wamid.2", "hello")
	num.want(200, nil, "POST", path(blue, "claim"), nil)
	w := num.open()
	var changed struct {
		Job   int64
		Agent struct {
			Numbers []string
			OwnOnly bool `json:"own_only"`
		}
	}
	ada.want(200, &changed, "PATCH", "/api/v1/agents/"+num.id, body{"numbers": []string{"100"}})
	if code := w.ended(); changed.Job == 0 || !slices.Equal(changed.Agent.Numbers, []string{"100"}) || changed.Agent.OwnOnly || code != 4003 {
		t.Errorf("changed to %+v, socket ended with %d", changed, code)
	}
	if ids := num.shown("all"); !slices.Equal(ids, []string{red}) {
		t.Errorf("he is shown %v", ids)
	}
	num.want(404, nil, "POST", path(blue, "release"), nil)
	if counts := num.counts(); counts["all"].N != 1 || counts["mine"].N != 0 {
		t.Errorf("he counts %v", counts)
	}
	var numbers struct{ Numbers []struct{ ID string } }
	if num.want(200, &numbers, "GET", "/api/v1/numbers", nil); len(numbers.Numbers) != 1 {
		t.Errorf("his numbers: %+v", numbers)
	}
	num.want(404, nil, "GET", "/api/v1/numbers/200/templates", nil)

	other := s.inbound("200", "c3", "wamid.3", "hello")
	bia.want(200, nil, "POST", path(other, "claim"), nil)
	var refused answeredProblem
	bia.want(400, &refused, "POST", path(other, "transfer"), body{"agent_id": num.id})
	if refused.Field != "agent_id" || !strings.Contains(refused.Detail, "number") {
		t.Errorf("passed on to who does not work with the number: %+v", refused)
	}
	var people struct {
		Agents []struct {
			ID      string
			Numbers []string
		}
	}
	bia.want(200, &people, "GET", "/api/v1/agents", nil)
	for _, p := range people.Agents {
		if limited := p.ID == num.id; limited != slices.Equal(p.Numbers, []string{"100"}) {
			t.Errorf("a colleague sees numbers %v", p.Numbers)
		}
	}
	var lines struct {
		Lines []struct {
			Action        string
			Before, After map[string]any
		}
	}
	ada.want(200, &lines, "GET", "/api/v1/audit?limit=1", nil)
	if l := lines.Lines[0]; l.Action != "person.changed" || len(l.Before["numbers"].([]any)) != 0 || l.After["numbers"].([]any)[0] != "100" {
		t.Errorf("the audit says %+v", l)
	}

	// What cannot be is refused at its field, and nothing of it is done.
	bad := func(method, path, field string, sent body) {
		t.Helper()
		var refused answeredProblem
		if ada.want(400, &refused, method, path, sent); refused.Field != field || refused.Detail == "" {
			t.Errorf("%s %s %v: %+v, want it at %s", method, path, sent, refused, field)
		}
	}
	account := "/api/v1/agents/" + num.id
	bad("PATCH", account, "numbers", body{"numbers": []string{"900"}})
	bad("PATCH", account, "numbers", body{"numbers": []string{"1\x0000"}})
	bad("PATCH", account, "numbers", body{"role": "admin"})
	bad("PATCH", account, "own_only", body{"role": "manager", "own_only": true, "numbers": []string{}})
	bad("POST", "/api/v1/invitations", "numbers", body{"emails": []string{"n@x.example"}, "role": "agent", "numbers": []string{"nope"}})
	bad("POST", "/api/v1/invitations", "own_only", body{"emails": []string{"n@x.example"}, "role": "manager", "own_only": true})
	bad("POST", "/api/v1/agents", "numbers", body{"email": "n@x.example", "name": "N", "role": "admin", "password": password, "numbers": []string{"100"}})
	bad("POST", "/api/v1/keys", "numbers", body{"name": "K", "rights": []string{"read", "admin"}, "policy": "own", "all_teams": true, "numbers": []string{"100"}})
	if ids := num.shown("all"); !slices.Equal(ids, []string{red}) {
		t.Errorf("after what was refused he is shown %v", ids)
	}
}
