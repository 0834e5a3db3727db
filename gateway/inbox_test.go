package gateway_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// item is what the tests look at of a thread's item.
type item struct {
	Version uint64
	Type    string
	Message struct {
		ID, Direction, Kind string
		Content             struct {
			Text struct{ Body string }
		}
		Status struct{ State string }
	}
	Owner struct {
		Cause string
		To    struct{ ID string }
		Note  struct {
			Content struct {
				Text struct{ Body string }
			}
		}
	}
	Status struct {
		MessageID string `json:"message_id"`
		State     string
	}
	Media struct {
		State string
		Again bool
	}
}

func (i item) String() string {
	switch i.Type {
	case "message":
		return fmt.Sprintf("%s %q", i.Message.Direction, i.Message.Content.Text.Body)
	case "owner":
		return strings.TrimSpace("owner " + i.Owner.Cause + " " + i.Owner.Note.Content.Text.Body)
	case "status":
		return "status " + i.Status.State
	}
	return i.Type
}

type thread struct {
	Version, Before, After uint64
	Items                  []item
}

func (t thread) texts() []string {
	texts := []string{}
	for _, i := range t.Items {
		texts = append(texts, i.String())
	}
	return texts
}

type result struct {
	Already   bool
	MessageID string `json:"message_id"`
	Version   uint64
	Owner     struct {
		Kind, ID, Name string
		Epoch          uint64
	}
	Phase string
}

type body map[string]any

func TestConversationFromClaimToResolve(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	eva := s.hire("t1", "eva", staff.RoleAgent, "red")
	id := s.inbound("100", "c1", "wamid.1", "hello")

	var r result
	ana.want(200, &r, "POST", path(id, "claim"), nil)
	if r.Owner.ID != ana.id || r.Owner.Kind != "agent" {
		t.Errorf("owner after the claim: %+v", r.Owner)
	}
	ana.want(201, &r, "POST", path(id, "messages"), body{"echo_id": "e1", "text": "hi", "seen_version": r.Version})
	first := r.MessageID
	ana.want(200, &r, "POST", path(id, "messages"), body{"text": "hi", "seen_version": r.Version}, "Idempotency-Key", "e1")
	if first == "" || r.MessageID != first || !r.Already {
		t.Errorf("sent again as %+v, first was %s", r, first)
	}
	ana.want(201, nil, "POST", path(id, "notes"), body{"echo_id": "n1", "text": "be kind"})
	ana.want(200, nil, "POST", path(id, "transfer"), body{"agent_id": eva.id, "note": "yours"})
	eva.want(200, &r, "POST", path(id, "resolve"), nil)
	if r.Phase != "resolved" {
		t.Errorf("phase %q", r.Phase)
	}

	var page thread
	eva.want(200, &page, "GET", path(id, "messages"), nil)
	want := []string{`in "hello"`, "owner claim", `out "hi"`, `note "be kind"`, "owner transfer yours", "phase"}
	if diff := cmp.Diff(want, page.texts()); diff != "" {
		t.Errorf("thread (-want +got):\n%s", diff)
	}
	if page.Version != r.Version || page.Items[2].Message.Status.State == "" {
		t.Errorf("version %d, want %d; first answer %+v", page.Version, r.Version, page.Items[2].Message)
	}

	// The same thread in pages, from both ends.
	var back, forth []string
	for before := uint64(0); ; {
		var p thread
		eva.want(200, &p, "GET", path(id, fmt.Sprintf("messages?limit=2&before=%d", before)), nil)
		back = append(p.texts(), back...)
		if before = p.Before; before == 0 {
			break
		}
	}
	for after := uint64(1); after != 0; {
		var p thread
		eva.want(200, &p, "GET", path(id, fmt.Sprintf("messages?limit=2&after=%d", after)), nil)
		forth = append(forth, p.texts()...)
		after = p.After
	}
	if diff := cmp.Diff(want, back); diff != "" {
		t.Errorf("backwards (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, forth); diff != "" {
		t.Errorf("forwards (-want +got):\n%s", diff)
	}
}

// I3: a send by anybody but the owner is refused with the owner's name.
func TestRefusals(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	eva := s.hire("t1", "eva", staff.RoleAgent, "red")
	blue := s.hire("t1", "bob", staff.RoleAgent, "blue")
	free := s.inbound("100", "free", "wamid.f", "hello")
	id := s.inbound("100", "c1", "wamid.1", "hello")
	ana.want(200, nil, "POST", path(id, "claim"), nil)
	var seen struct{ Version uint64 }
	ana.want(200, &seen, "GET", path(id), nil)
	s.inbound("100", "c1", "wamid.2", "and another thing")

	cases := map[string]struct {
		by          *person
		path        string
		body        any
		status      int
		code, field string
	}{
		"not the owner":       {eva, path(id, "messages"), body{"echo_id": "x", "text": "hi", "seen_version": 99}, 409, "not_owner", ""},
		"claimed already":     {eva, path(id, "claim"), nil, 409, "already_owned", ""},
		"unclaimed":           {eva, path(free, "messages"), body{"echo_id": "x", "text": "hi", "seen_version": 99}, 409, "unclaimed", ""},
		"stale":               {ana, path(id, "messages"), body{"echo_id": "x", "text": "hi", "seen_version": seen.Version}, 409, "stale", ""},
		"another's ownership": {ana, path(id, "messages"), body{"echo_id": "x", "text": "hi", "seen_version": 99, "owner_epoch": 77}, 409, "epoch", ""},
		"no text":             {ana, path(id, "messages"), body{"echo_id": "x", "text": ""}, 422, "bad_content", "text"},
		"a long text":         {ana, path(id, "messages"), body{"echo_id": "x", "text": strings.Repeat("x", 4097)}, 422, "bad_content", "text"},
		"two contents":        {ana, path(id, "messages"), body{"echo_id": "x", "text": "hi", "template": body{"name": "a", "language": "en"}}, 422, "bad_content", "template"},
		"half a template":     {ana, path(id, "messages"), body{"echo_id": "x", "template": body{"name": "a"}}, 422, "bad_content", "template"},
		"no echo id":          {ana, path(id, "messages"), body{"text": "hi"}, 400, "bad_request", "echo_id"},
		"unknown field":       {ana, path(id, "messages"), body{"echo_id": "x", "txt": "hi"}, 400, "bad_request", "txt"},
		"wrong type":          {ana, path(id, "messages"), body{"echo_id": 7}, 400, "bad_request", "echo_id"},
		"not JSON":            {ana, path(id, "messages"), "{", 400, "bad_request", ""},
		"two values":          {ana, path(id, "messages"), `{"echo_id":"x"} {}`, 400, "bad_request", ""},
		"too large":           {ana, path(id, "messages"), body{"text": strings.Repeat("x", 200_000)}, 413, "too_large", ""},
		"assigned by agent":   {ana, path(id, "assign"), body{"agent_id": eva.id}, 403, "forbidden", ""},
		"to nobody known":     {ana, path(id, "transfer"), body{"agent_id": "ghost"}, 400, "bad_request", "agent_id"},
		"to another team":     {ana, path(id, "transfer"), body{"agent_id": blue.id}, 400, "bad_request", "agent_id"},
		"to no team known":    {ana, path(id, "transfer"), body{"team_id": "green"}, 400, "bad_request", "team_id"},
		"snoozed to the past": {ana, path(id, "snooze"), body{"until": "2020-01-01T00:00:00Z"}, 400, "bad_request", "until"},
		"no reason":           {eva, path(id, "takeover"), nil, 400, "bad_request", "reason"},
		"unknown command":     {ana, path(id, "explode"), nil, 404, "not_found", ""},
		"no such one":         {ana, path("100:nobody", "claim"), nil, 404, "not_found", ""},
		"no id at all":        {ana, path("nonsense", "claim"), nil, 404, "not_found", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var p answeredProblem
			c.by.want(c.status, &p, "POST", c.path, c.body)
			if p.Code != c.code || p.Field != c.field || p.Status != c.status {
				t.Errorf("got %+v", p)
			}
			if c.status == 409 && c.code != "unclaimed" && (p.Owner.ID != ana.id || p.Owner.Name != "ana" || p.Owner.Since == "" || p.Version == 0) {
				t.Errorf("refusal does not name the owner: %+v", p)
			}
			if c.code == "stale" && (len(p.Difference) != 1 || p.Difference[0].String() != `in "and another thing"`) {
				t.Errorf("difference: %v", p.Difference)
			}
		})
	}

	var r result
	ana.want(201, &r, "POST", path(id, "messages"), body{"echo_id": "y", "text": "hi", "seen_version": seen.Version, "despite_stale": true})
}

func TestClosedWindow(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.now = s.now.AddDate(0, 0, -2)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	id := s.inbound("100", "c1", "wamid.1", "hello")
	var p answeredProblem
	ana.want(422, &p, "POST", path(id, "messages"), body{"echo_id": "x", "text": "hi", "seen_version": 99, "claim": true})
	if p.Code != "window_closed" || !strings.Contains(p.Remedy, "template") {
		t.Errorf("got %+v", p)
	}
	s.exec(`INSERT INTO template_sync (account_id, synced_at) VALUES ('a1', now())`)
	s.exec(`INSERT INTO template (account_id, tenant_id, name, language, meta_id, category, status, components) VALUES
		('a1', 't1', 'hello', 'en', '1', 'UTILITY', 'APPROVED', '[{"type":"BODY","text":"Hello!"}]')`)
	template := body{"name": "hello", "language": "en"}
	ana.want(201, nil, "POST", path(id, "messages"), body{"echo_id": "y", "template": template, "seen_version": 99, "claim": true})
}

func TestUnknownOutcome(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	id := s.inbound("100", "c1", "wamid.1", "hello")
	cases := map[string]struct {
		err    error
		status int
		code   string
	}{
		"time-out":      {fmt.Errorf("ask: %w", cluster.ErrUnknown), http.StatusGatewayTimeout, "unknown_outcome"},
		"by the shell":  {&cluster.Error{Code: "unknown"}, http.StatusGatewayTimeout, "unknown_outcome"},
		"busy":          {cluster.ErrBusy, http.StatusServiceUnavailable, "unavailable"},
		"no member":     {cluster.ErrNoMember, http.StatusServiceUnavailable, "unavailable"},
		"lost lease":    {&cluster.Error{Code: "unavailable"}, http.StatusServiceUnavailable, "unavailable"},
		"panic":         {&cluster.Error{Code: cluster.CodeInternal, Text: "secret"}, http.StatusInternalServerError, "internal"},
		"anything else": {errors.New("secret"), http.StatusInternalServerError, "internal"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s.host.mu.Lock()
			s.host.down = c.err
			s.host.mu.Unlock()
			var p answeredProblem
			ana.want(c.status, &p, "POST", path(id, "claim"), nil)
			if p.Code != c.code || c.code == "unknown_outcome" && !strings.Contains(p.Remedy, "same echo_id") {
				t.Errorf("got %+v", p)
			}
			if strings.Contains(fmt.Sprint(p), "secret") {
				t.Errorf("the outside sees %+v", p)
			}
		})
	}
}

type list struct {
	Conversations []struct {
		ID      string
		Contact struct{ Name string }
		Owner   struct{ ID string }
	}
	Next string
}

func (l list) ids() []string {
	ids := []string{}
	for _, c := range l.Conversations {
		ids = append(ids, c.ID)
	}
	return ids
}

// I10: nobody sees another tenant, or a team that is not theirs.
func TestNobodySeesWhatIsNotTheirs(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	red := s.hire("t1", "ana", staff.RoleAgent, "red")
	blue := s.hire("t1", "bob", staff.RoleAgent, "blue")
	manager := s.hire("t1", "max", staff.RoleManager)
	other := s.hire("t2", "zoe", staff.RoleAdmin)
	id := s.inbound("100", "c1", "wamid.1", "hello")
	for who, sees := range map[*person]bool{red: true, blue: false, manager: true, other: false} {
		var l list
		who.want(200, &l, "GET", "/api/v1/conversations?view=all", nil)
		var found list
		who.want(200, &found, "GET", "/api/v1/conversations?q=name+of", nil)
		var counts struct {
			Views map[string]struct{ N int }
		}
		who.want(200, &counts, "GET", "/api/v1/counts", nil)
		want, status := []string{}, 404
		if sees {
			want, status = []string{id}, 200
		}
		if diff := cmp.Diff(want, l.ids()); diff != "" {
			t.Errorf("list (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(want, found.ids()); diff != "" {
			t.Errorf("search (-want +got):\n%s", diff)
		}
		if got := counts.Views["all"].N; got != len(want) {
			t.Errorf("counts %d, want %d", got, len(want))
		}
		who.want(status, nil, "GET", path(id), nil)
		who.want(status, nil, "GET", path(id, "messages"), nil)
		who.want(status, nil, "POST", path(id, "read"), nil)
		if !sees {
			for _, command := range []string{"claim", "release", "takeover", "resolve", "messages/m1/resolve"} {
				who.want(404, nil, "POST", path(id, command), nil)
			}
			who.want(404, nil, "POST", path(id, "messages"), body{"echo_id": "x", "text": "hi", "claim": true})
		}
	}
	var numbers struct{ Numbers []struct{ ID string } }
	blue.want(200, &numbers, "GET", "/api/v1/numbers", nil)
	if len(numbers.Numbers) != 1 || numbers.Numbers[0].ID != "200" {
		t.Errorf("numbers of blue: %+v", numbers)
	}
	var agents struct{ Agents []struct{ Name string } }
	other.want(200, &agents, "GET", "/api/v1/agents", nil)
	if len(agents.Agents) != 1 {
		t.Errorf("another tenant's people: %+v", agents)
	}
}

func TestListPages(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	want := []string{}
	for i := range 7 {
		want = append(want, s.inbound("100", fmt.Sprint("c", i), fmt.Sprint("wamid.", i), "hello"))
	}
	got := []string{}
	for cursor, more := "", true; more; {
		var l list
		ana.want(200, &l, "GET", "/api/v1/conversations?view=unclaimed&sort=oldest&limit=3&cursor="+cursor, nil)
		got = append(got, l.ids()...)
		cursor, more = l.Next, l.Next != ""
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	for _, bad := range []string{
		"view=secret", "sort=random", "limit=0", "limit=1000", "cursor=x", "cursor=eHg", "unread=perhaps", "turn=mine", "window=ajar",
		"number=%00", "owner=%ff", "number=" + strings.Repeat("1&number=", 50),
	} {
		ana.want(400, nil, "GET", "/api/v1/conversations?"+bad, nil)
	}
}

func TestListFilters(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	manager := s.hire("t1", "max", staff.RoleManager)
	answered, waits := s.inbound("100", "c1", "wamid.1", "hello"), s.inbound("100", "c2", "wamid.2", "hello")
	other := s.inbound("200", "c3", "wamid.3", "hello")
	s.now = s.now.AddDate(0, 0, -2)
	late := s.inbound("100", "c4", "wamid.4", "long ago")
	ana.want(200, nil, "POST", path(answered, "claim"), nil)
	var seen struct{ Version uint64 }
	ana.want(201, &seen, "POST", path(answered, "messages"), body{"echo_id": "e", "text": "hi", "seen_version": 99})
	ana.want(200, nil, "POST", path(answered, "read"), body{"version": seen.Version})
	for query, want := range map[string][]string{
		"number=200":                   {other},
		"number=200&number=100":        {answered, other, waits, late},
		"unread=true":                  {other, waits, late},
		"unread=false":                 {answered, other, waits, late},
		"turn=us":                      {other, waits, late},
		"turn=customer":                {answered},
		"owner=nobody":                 {other, waits, late},
		"owner=" + ana.id:              {answered},
		"owner=" + manager.id:          {},
		"window=closed":                {late},
		"window=open":                  {answered, other, waits},
		"window=closing":               {},
		"number=100&turn=us&q=name+of": {waits, late},
	} {
		var l list
		manager.want(200, &l, "GET", "/api/v1/conversations?view=all&"+query, nil)
		got := l.ids()
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
	var l list
	ana.want(200, &l, "GET", "/api/v1/conversations?view=all&number=200", nil)
	if len(l.Conversations) != 0 {
		t.Errorf("a number of another team shows %v", l.ids())
	}
}
