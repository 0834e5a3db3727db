package gateway_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/persistence/staff"
)

type answeredProblem struct {
	Code, Field, Reason, Remedy, Type string
	Title, Detail                     string
	Status                            int
	Version                           uint64
	Owner                             struct{ Kind, ID, Name, Since string }
	Difference                        []item
}

func TestLoginAndLogout(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	var me struct {
		Agent struct {
			ID, Name, Role string
			Teams          []string
		}
		CSRF string `json:"csrf_token"`
	}
	ana.want(200, &me, "GET", "/api/v1/me", nil)
	if me.Agent.ID != ana.id || me.Agent.Role != "agent" || me.CSRF != ana.csrf || len(me.Agent.Teams) != 1 {
		t.Errorf("me: %+v", me)
	}
	ana.want(204, nil, "POST", "/api/v1/logout", nil)
	var p answeredProblem
	ana.want(401, &p, "GET", "/api/v1/me", nil)
	if p.Code != "no_session" || p.Remedy == "" {
		t.Errorf("after logging out: %+v", p)
	}
}

// A page must know that nothing can arrive yet from a list that is merely empty,
// also for somebody who may see no number of those that there are.
func TestMeCountsTheTenantsNumbers(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.exec(`INSERT INTO tenant (id, name) VALUES ('t3', 'Three')`)
	s.exec(`INSERT INTO team (tenant_id, id, name) VALUES ('t1', 'green', 'Green')`)
	for _, c := range []struct {
		who  *person
		want int
	}{
		{s.hire("t1", "ana", staff.RoleAgent, "green"), 2},
		{s.hire("t2", "eva", staff.RoleAdmin), 1},
		{s.hire("t3", "new", staff.RoleAdmin), 0},
	} {
		var me struct{ Setup *struct{ Numbers int } }
		c.who.want(200, &me, "GET", "/api/v1/me", nil)
		if me.Setup == nil || me.Setup.Numbers != c.want {
			t.Errorf("setup is %+v, want %d numbers", me.Setup, c.want)
		}
	}
}

func TestLoginCookie(t *testing.T) {
	t.Parallel()
	s := startSite(t, func(c *gateway.Config) { c.SecureCookies = true })
	ana := &person{s: s, url: s.url, http: &http.Client{Transport: &http.Transport{}}}
	t.Cleanup(ana.http.CloseIdleConnections)
	if _, err := s.staff.Create(t.Context(), staff.Person{TenantID: "t1", Email: "ana@x.example", Role: "agent"}, password); err != nil {
		t.Fatal(err)
	}
	answer := ana.call("POST", "/api/v1/login", map[string]string{"email": "ana@x.example", "password": password})
	defer answer.Body.Close()
	cookie := answer.Cookies()[0]
	if !cookie.HttpOnly || !cookie.Secure || cookie.SameSite != http.SameSiteLaxMode || len(cookie.Value) < 40 {
		t.Errorf("cookie %v", cookie)
	}
	for header, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cache-Control": "no-store",
	} {
		if got := answer.Header.Get(header); got != want {
			t.Errorf("%s is %q, want %q", header, got, want)
		}
	}
	if answer.Header.Get("X-Request-Id") == "" || answer.Header.Get("Strict-Transport-Security") == "" {
		t.Error("no request id or no HSTS")
	}
}

func TestLoginIsLimited(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.hire("t1", "ana", staff.RoleAgent, "red")
	eva := s.hire("t1", "eva", staff.RoleAgent, "red")
	guess := map[string]string{"email": "Ana@x.example", "password": "guess"}
	eva.limited(401, "/api/v1/login", guess)
	eva.want(200, nil, "POST", "/api/v1/login", map[string]string{"email": "eva@x.example", "password": password})
}

// limited calls until it comes too often: after eight, and one more for every
// twenty seconds that they took, as hashing does on a busy machine.
func (b *person) limited(status int, path string, login map[string]string) {
	b.s.t.Helper()
	began := time.Now()
	for n := 0; ; n++ {
		answer := b.call("POST", path, login)
		var p answeredProblem
		err := json.NewDecoder(answer.Body).Decode(&p)
		answer.Body.Close()
		switch most := 8 + int(time.Since(began)/(20*time.Second)); {
		case answer.StatusCode == http.StatusTooManyRequests:
			if n < 8 || err != nil || p.Code != "too_many_attempts" {
				b.s.t.Errorf("after %d attempts: %+v, %v", n, p, err)
			}
			return
		case answer.StatusCode != status:
			b.s.t.Fatalf("attempt %d: status %d, want %d", n+1, answer.StatusCode, status)
		case n >= most:
			b.s.t.Fatalf("%d attempts passed in %v, want %d at most", n+1, time.Since(began), most)
		}
	}
}

func TestForeignPagesAreRefused(t *testing.T) {
	t.Parallel()
	s := startSite(t, func(c *gateway.Config) { c.Origins = []string{"https://inbox.example"} })
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	id := s.inbound("100", "c1", "wamid.1", "hello")
	cases := map[string]struct {
		method, path, origin, csrf string
		want                       int
	}{
		"own page":                {"POST", path(id, "claim"), s.url, ana.csrf, 200},
		"allowed page":            {"POST", path(id, "claim"), "https://inbox.example", ana.csrf, 200},
		"no browser":              {"POST", path(id, "claim"), "", ana.csrf, 200},
		"foreign page":            {"POST", path(id, "claim"), "https://evil.example", ana.csrf, 403},
		"a page without a name":   {"POST", path(id, "claim"), "null", ana.csrf, 403},
		"no token":                {"POST", path(id, "claim"), s.url, "", 403},
		"another's token":         {"POST", path(id, "claim"), s.url, strings.Repeat("A", 43), 403},
		"reading needs no token":  {"GET", path(id), s.url, "", 200},
		"foreign login":           {"POST", "/api/v1/login", "https://evil.example", "", 403},
		"logging out needs token": {"POST", "/api/v1/logout", s.url, "", 403},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			answer := ana.call(c.method, c.path, nil, "Origin", c.origin, "X-CSRF-Token", c.csrf)
			answer.Body.Close()
			if answer.StatusCode != c.want {
				t.Errorf("status %d, want %d", answer.StatusCode, c.want)
			}
		})
	}
	_, answer, err := ana.dialRaw(http.Header{"Origin": {"https://evil.example"}})
	if err == nil || answer == nil || answer.StatusCode != 403 {
		t.Errorf("a foreign page opened a socket: %v", err)
	}
	if answer != nil {
		answer.Body.Close()
	}
}

// dialRaw opens a socket with the person's cookies.
func (b *person) dialRaw(header http.Header) (*websocket.Conn, *http.Response, error) {
	d := websocket.Dialer{Jar: b.http.Jar}
	return d.DialContext(b.s.t.Context(), "ws"+strings.TrimPrefix(b.url, "http")+"/api/v1/ws", header)
}

func TestRoles(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	agent := s.hire("t1", "ana", staff.RoleAgent, "red")
	manager := s.hire("t1", "max", staff.RoleManager)
	var refused struct{ Detail, Remedy string }
	agent.want(403, &refused, "GET", "/api/v1/contacts/suggestions", nil)
	if !strings.Contains(refused.Detail, "manager or an admin") || !strings.Contains(refused.Remedy, "manager") {
		t.Errorf("what managers may is refused with %+v", refused)
	}
	manager.want(200, nil, "GET", "/api/v1/contacts/suggestions", nil)
	manager.want(403, &refused, "POST", "/api/v1/teams", body{})
	if !strings.Contains(refused.Detail, "only an admin") || strings.Contains(refused.Remedy, "manager") {
		t.Errorf("what admins may is refused with %+v", refused)
	}
	for _, b := range []*person{agent, manager} {
		for _, call := range [][2]string{
			{"POST", "/api/v1/numbers"},
			{"GET", "/api/v1/intake/problems"},
			{"POST", "/api/v1/intake/problems/1/replay"},
			{"GET", "/api/v1/unmatched"},
		} {
			b.want(403, nil, call[0], call[1], nil)
		}
	}
	var agents struct {
		Agents []struct{ Name, Email string }
	}
	agent.want(200, &agents, "GET", "/api/v1/agents", nil)
	for _, a := range agents.Agents {
		if a.Email != "" {
			t.Errorf("an agent sees the e-mail of %s", a.Name)
		}
	}
}
