package gateway_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// program is somebody with an API key and nothing else.
func (s *site) program(secret string) *person {
	return &person{s: s, url: s.url, http: &http.Client{Transport: bearing{secret, s.client(nil).Transport}}}
}

type bearing struct {
	secret string
	next   http.RoundTripper
}

func (b bearing) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+b.secret)
	r.Header.Del("X-Csrf-Token")
	r.Header.Del("Origin")
	return b.next.RoundTrip(r)
}

type madeKey struct {
	ID, Secret string
	LastFour   string `json:"last_four"`
}

func makeKey(root *person, policy string, teams []string, rights ...string) (k madeKey) {
	root.s.t.Helper()
	root.want(200, &k, "POST", "/api/v1/keys", body{"name": "Shop", "rights": rights, "policy": policy, "teams": teams, "all_teams": teams == nil})
	return k
}

// A key may do what it was given, in its teams, and nothing that is a person's own.
func TestKeyRights(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.url = s.startGateway("g2", func(c *gateway.Config) { c.Audit = audit.New(s.pool) })
	root, other := s.hire("t1", "root", staff.RoleAdmin), s.hire("t2", "root2", staff.RoleAdmin)
	red, blue, foreign := s.inbound("100", "c1", "wamid.1", "oi"), s.inbound("200", "c2", "wamid.2", "oi"), s.inbound("900", "c3", "wamid.3", "oi")
	note := func(echo string) body { return body{"echo_id": echo, "text": "visto"} }
	reader := s.program(makeKey(root, "through", []string{"red"}, "read").Secret)
	writer := s.program(makeKey(root, "through", nil, "write").Secret)
	runner := s.program(makeKey(root, "own", nil, "admin").Secret)

	for _, test := range []struct {
		name   string
		who    *person
		status int
		method string
		path   string
		in     any
	}{
		{"reads its team's", reader, 200, "GET", "/api/v1/conversations/" + red, nil},
		{"reads another team's", reader, 404, "GET", "/api/v1/conversations/" + blue, nil},
		{"reads another tenant's", reader, 404, "GET", "/api/v1/conversations/" + foreign, nil},
		{"writes without the right", reader, 403, "POST", "/api/v1/conversations/" + red + "/notes", note("e1")},
		{"counts as managers do", reader, 403, "GET", "/api/v1/contacts/suggestions", nil},
		{"lists people as an admin", reader, 403, "GET", "/api/v1/invitations", nil},
		{"writes", writer, 201, "POST", "/api/v1/conversations/" + blue + "/notes", note("e2")},
		{"writes to another tenant", writer, 404, "POST", "/api/v1/conversations/" + foreign + "/notes", note("e3")},
		{"reads without the right", writer, 403, "GET", "/api/v1/conversations", nil},
		{"runs", runner, 200, "GET", "/api/v1/invitations", nil},
		{"makes a team", runner, 200, "POST", "/api/v1/teams", body{"id": "vip", "name": "VIP"}},
		{"makes another key", runner, 403, "POST", "/api/v1/keys", body{"name": "x", "rights": []string{"read"}, "policy": "own", "all_teams": true}},
		{"changes a password", runner, 403, "POST", "/api/v1/me/password", body{"current": password, "password": "another good one"}},
		{"lists its sessions", runner, 403, "GET", "/api/v1/me/sessions", nil},
		{"logs out", runner, 403, "POST", "/api/v1/logout", nil},
	} {
		answer := test.who.call(test.method, test.path, test.in)
		answer.Body.Close()
		if answer.StatusCode != test.status {
			t.Errorf("%s: %d, want %d", test.name, answer.StatusCode, test.status)
		}
	}
	var lines auditLines
	root.want(200, &lines, "GET", "/api/v1/audit?action=team", nil)
	if len(lines.Lines) != 1 || lines.Lines[0].By.Kind != "integration" || lines.Lines[0].By.Name != "Shop" {
		t.Errorf("what a key did in the audit: %+v", lines)
	}
	var theirs struct{ Keys []struct{ ID string } }
	other.want(200, &theirs, "GET", "/api/v1/keys", nil)
	if len(theirs.Keys) != 0 {
		t.Errorf("another tenant sees %+v", theirs)
	}
}

// A key is shown once, hashed at rest, seen when it was used, and ends at once when it
// is revoked or its term is over.
func TestKeyLives(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	root, other := s.hire("t1", "root", staff.RoleAdmin), s.hire("t2", "root2", staff.RoleAdmin)
	k := makeKey(root, "own", nil, "read")
	if !strings.HasPrefix(k.Secret, "prosa_") || !strings.HasSuffix(k.Secret, k.LastFour) || len(k.LastFour) != 4 {
		t.Fatalf("made %+v", k)
	}
	if n := s.counted(`SELECT count(*) FROM api_key k, audit a WHERE k::text LIKE '%' || $1 || '%' OR a::text LIKE '%' || $1 || '%'`, k.Secret[6:]); n != 0 {
		t.Error("the key itself is stored")
	}
	var list struct {
		Keys []struct {
			ID, Secret string
			UsedAt     *time.Time `json:"used_at"`
			RevokedAt  *time.Time `json:"revoked_at"`
		}
	}
	root.want(200, &list, "GET", "/api/v1/keys", nil)
	if len(list.Keys) != 1 || list.Keys[0].Secret != "" || list.Keys[0].UsedAt != nil {
		t.Errorf("listed: %+v", list)
	}
	p := s.program(k.Secret)
	p.want(200, nil, "GET", "/api/v1/conversations", nil)
	root.want(200, &list, "GET", "/api/v1/keys", nil)
	if list.Keys[0].UsedAt == nil {
		t.Error("its use is not seen")
	}
	for _, wrong := range []string{"", "prosa_", k.Secret + "x", k.Secret[:len(k.Secret)-1]} {
		answer := s.program(wrong).call("GET", "/api/v1/conversations", nil)
		answer.Body.Close()
		if answer.StatusCode != 401 {
			t.Errorf("%q: %d", wrong, answer.StatusCode)
		}
	}
	other.want(404, nil, "DELETE", "/api/v1/keys/"+k.ID, nil)
	root.want(204, nil, "DELETE", "/api/v1/keys/"+k.ID, nil)
	p.want(401, nil, "GET", "/api/v1/conversations", nil)
	root.want(204, nil, "DELETE", "/api/v1/keys/"+k.ID, nil)
	short := makeKey(root, "own", nil, "read")
	s.exec(`UPDATE api_key SET expires_at = now() WHERE id = $1`, short.ID)
	s.program(short.Secret).want(401, nil, "GET", "/api/v1/conversations", nil)

	// The token of a session is no key: it would need no CSRF token.
	for _, cookie := range root.http.Jar.Cookies(mustURL(t, s.url)) {
		answer := s.program(cookie.Value).call("GET", "/api/v1/me", nil)
		answer.Body.Close()
		if answer.StatusCode != 401 {
			t.Errorf("the cookie %s works as a key: %d", cookie.Name, answer.StatusCode)
		}
	}
}

// Each mistake is named at its field.
func TestKeyRefused(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	root := s.hire("t1", "root", staff.RoleAdmin)
	good := func(change body) body {
		b := body{"name": "Shop", "rights": []string{"read"}, "policy": "own", "all_teams": true}
		for k, v := range change {
			b[k] = v
		}
		return b
	}
	for field, in := range map[string]body{
		"name": good(body{"name": " "}), "rights": good(body{"rights": []string{}}), "policy": good(body{"policy": "mine"}),
		"teams": good(body{"teams": []string{"red"}}), "expires_at": good(body{"expires_at": time.Now().Add(-time.Hour)}),
	} {
		var refused struct{ Field string }
		root.want(400, &refused, "POST", "/api/v1/keys", in)
		if refused.Field != field {
			t.Errorf("%v: refused %q, want %q", in, refused.Field, field)
		}
	}
	var refused struct{ Field string }
	for _, in := range []body{
		good(body{"rights": []string{"read", "fly"}}), good(body{"all_teams": false}), good(body{"all_teams": false, "teams": []string{"green"}}),
		good(body{"expires_at": time.Now().AddDate(9, 0, 0)}),
	} {
		root.want(400, &refused, "POST", "/api/v1/keys", in)
		if !slices.Contains([]string{"rights", "teams", "expires_at"}, refused.Field) {
			t.Errorf("%v: refused %q", in, refused.Field)
		}
	}
	if n := s.counted(`SELECT count(*) FROM api_key`); n != 0 {
		t.Errorf("%d keys of refused requests", n)
	}
}

// The two policies: through leaves what nobody owns to nobody, own owns until the
// customer answers, and neither writes where a person does.
func TestKeyPolicies(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	root, ana := s.hire("t1", "root", staff.RoleAdmin), s.hire("t1", "ana", staff.RoleAgent, "red")
	through, own := s.program(makeKey(root, "through", nil, "read", "write").Secret), s.program(makeKey(root, "own", nil, "read", "write").Secret)
	owner := func(id string) string {
		var row struct{ Owner struct{ Kind string } }
		root.want(200, &row, "GET", "/api/v1/conversations/"+id, nil)
		return row.Owner.Kind
	}
	send := func(echo string, claim bool) body {
		return body{"echo_id": echo, "text": "seu pedido saiu", "claim": claim, "despite_stale": true}
	}
	first, second := s.inbound("100", "c1", "wamid.1", "oi"), s.inbound("100", "c2", "wamid.2", "oi")
	through.want(201, nil, "POST", "/api/v1/conversations/"+first+"/messages", send("e1", false))
	if got := owner(first); got != "nobody" {
		t.Errorf("after a send through: %s", got)
	}
	through.want(400, nil, "POST", "/api/v1/conversations/"+first+"/messages", send("e2", true))
	own.want(201, nil, "POST", "/api/v1/conversations/"+second+"/messages", send("e3", true))
	if got := owner(second); got != "integration" {
		t.Errorf("after a send of its own: %s", got)
	}
	s.inbound("100", "c2", "wamid.3", "obrigada")
	if got := owner(second); got != "nobody" {
		t.Errorf("after the answer: %s", got)
	}
	ana.want(200, nil, "POST", "/api/v1/conversations/"+second+"/claim", nil)
	for _, key := range []*person{through, own} {
		var refused struct{ Code string }
		key.want(409, &refused, "POST", "/api/v1/conversations/"+second+"/messages", send("e4", key == own))
		if refused.Code != "not_owner" {
			t.Errorf("refused as %s", refused.Code)
		}
	}
}

// What a key was given ends with it: it makes no administrator, opens no administrator's
// account, and is one of the whole company if it administers.
func TestKeysMakeNoAdministrators(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.url = s.startGateway("g2", func(c *gateway.Config) { c.Audit = audit.New(s.pool) })
	root, boss := s.hire("t1", "root", staff.RoleAdmin), s.hire("t1", "boss", staff.RoleAdmin)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	key := s.program(makeKey(root, "own", nil, "admin").Secret)
	if status := root.status("POST", "/api/v1/keys", body{"name": "x", "rights": []string{"admin"}, "policy": "own", "teams": []string{"red"}}); status != http.StatusBadRequest {
		t.Errorf("an administering key of one team: %d", status)
	}
	key.want(200, nil, "POST", "/api/v1/invitations", body{"emails": []string{"n@x.example"}, "role": "agent", "teams": []string{"red"}})
	var admins invitations
	root.want(200, &admins, "POST", "/api/v1/invitations", body{"emails": []string{"admin@x.example"}, "role": "admin"})
	invited := "/api/v1/invitations/" + admins.Invitations[0].ID
	all := s.program(makeKey(root, "own", nil, "admin", "read", "write").Secret)
	all.want(200, nil, "PATCH", "/api/v1/agents/"+ana.id, body{"role": "manager"})
	for _, test := range []struct {
		method, path string
		in           any
	}{
		{"POST", "/api/v1/agents", body{"email": "m@x.example", "name": "M", "role": "agent", "teams": []string{"red"}, "password": "a quieter donkey sings"}},
		{"POST", "/api/v1/invitations", body{"emails": []string{"Admin@x.example"}, "role": "agent", "teams": []string{"red"}}},
		{"POST", invited + "/renew", nil},
		{"DELETE", invited, nil},
		{"POST", "/api/v1/agents/" + boss.id + "/logout", nil},
		{"DELETE", "/api/v1/agents/" + boss.id + "/sessions/x", nil},
		{"POST", "/api/v1/teams/red/members", body{"add": []string{boss.id}}},
		{"PATCH", "/api/v1/agents/" + ana.id, body{"role": "admin"}},
		{"POST", "/api/v1/invitations", body{"emails": []string{"i@x.example"}, "role": "auditor"}},
		{"PATCH", "/api/v1/agents/" + ana.id, body{"role": "manager"}},
		{"POST", "/api/v1/invitations", body{"emails": []string{"i@x.example"}, "role": "manager"}},
		{"PATCH", "/api/v1/agents/" + boss.id, body{"role": "agent"}},
		{"POST", "/api/v1/agents/" + boss.id + "/disable", body{}},
		{"POST", "/api/v1/agents/" + boss.id + "/reset", nil},
		{"DELETE", "/api/v1/agents/" + boss.id + "/factor", nil},
		{"POST", "/api/v1/invitations", body{"emails": []string{"i@x.example"}, "role": "admin"}},
		{"PUT", "/api/v1/settings/signin", body{"seen_version": 0, "settings": body{}}},
	} {
		if status := key.status(test.method, test.path, test.in); status != http.StatusForbidden {
			t.Errorf("%s %s %v = %d", test.method, test.path, test.in, status)
		}
	}
}
