package gateway_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"testing"

	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// stranger has a browser and no account.
func (s *site) stranger() *person {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Transport: &http.Transport{}}
	s.t.Cleanup(client.CloseIdleConnections)
	return &person{s: s, url: s.url, http: client}
}

func mustURL(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

type demoAnswer struct {
	Agent  struct{ ID, Name string }
	Tenant string `json:"tenant_name"`
	CSRF   string `json:"csrf_token"`
	Demo   *struct {
		Phones string
		People []struct{ Email, Name, Role string }
	}
}

// Without a Demo, which nothing but serve -demo makes, there is no such route
// and nobody is told of one.
func TestNoDemoUnlessHandedIn(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	eva := s.stranger()
	eva.want(404, nil, "GET", "/api/v1/demo", nil)
	eva.want(404, nil, "POST", "/api/v1/demo/login", map[string]string{"email": "ana@x.example"})
	eva.want(401, nil, "GET", "/api/v1/me", nil)
	var me demoAnswer
	ana.want(200, &me, "GET", "/api/v1/me", nil)
	if me.Demo != nil || me.Tenant != "One" {
		t.Errorf("me: %+v", me)
	}
}

// In a demo anybody may be one of the named people of its tenant, and nobody
// else: not a colleague who is not named, not one who was shut out, not
// somebody of another tenant.
func TestDemoLogsInWithoutAPassword(t *testing.T) {
	t.Parallel()
	s := startSite(t, func(c *gateway.Config) {
		c.Demo = &gateway.Demo{Phones: "http://phones.example", Tenant: "t1", Emails: []string{
			"bea@x.example", "ana@x.example", "gone@x.example", "other@x.example", "nobody@x.example",
		}}
	})
	for _, name := range []string{"ana", "bea", "gone", "max"} {
		s.hire("t1", name, staff.RoleAgent, "red")
	}
	s.hire("t2", "other", staff.RoleAgent, "red")
	s.exec(`UPDATE staff SET disabled_at = now() WHERE email = 'gone@x.example'`)

	eva := s.stranger()
	var choice struct {
		Phones string
		People []struct{ Email, Name, Role string }
	}
	eva.want(200, &choice, "GET", "/api/v1/demo", nil)
	if len(choice.People) != 2 || choice.People[0].Name != "bea" || choice.People[1].Role != "agent" || choice.Phones == "" {
		t.Errorf("choice: %+v", choice)
	}
	for _, name := range []string{"gone", "max", "other", "nobody", ""} {
		eva.want(401, nil, "POST", "/api/v1/demo/login", map[string]string{"email": name + "@x.example"})
	}
	var me demoAnswer
	eva.want(200, &me, "POST", "/api/v1/demo/login", map[string]string{"email": "Ana@x.example"})
	if me.Agent.Name != "ana" || me.CSRF == "" || me.Tenant != "One" || me.Demo == nil || len(me.Demo.People) != 2 {
		t.Errorf("logged in: %+v", me)
	}
	eva.csrf = me.CSRF

	// Becoming somebody else ends the session of before.
	before := eva.http.Jar.Cookies(mustURL(t, s.url))
	eva.want(200, &me, "POST", "/api/v1/demo/login", map[string]string{"email": "bea@x.example"})
	eva.want(200, &me, "GET", "/api/v1/me", nil)
	if me.Agent.Name != "bea" {
		t.Errorf("after the change: %+v", me)
	}
	old := s.stranger()
	old.http.Jar.SetCookies(mustURL(t, s.url), before)
	old.want(401, nil, "GET", "/api/v1/me", nil)

	// Passwords still work, and are still needed for the others.
	eva.want(401, nil, "POST", "/api/v1/login", map[string]string{"email": "max@x.example", "password": "guess"})
	eva.want(200, nil, "POST", "/api/v1/login", map[string]string{"email": "max@x.example", "password": password})
}

// Only the server's own page may ask, and not without end.
func TestDemoLoginIsGuarded(t *testing.T) {
	t.Parallel()
	s := startSite(t, func(c *gateway.Config) {
		c.Demo = &gateway.Demo{Phones: "http://phones.example", Tenant: "t1", Emails: []string{"ana@x.example"}}
	})
	s.hire("t1", "ana", staff.RoleAgent, "red")
	eva := s.stranger()
	ana := map[string]string{"email": "ana@x.example"}
	for _, origin := range []string{"https://evil.example", "null", ""} {
		eva.want(403, nil, "POST", "/api/v1/demo/login", ana, "Origin", origin)
	}
	eva.limited(200, "/api/v1/demo/login", ana)
}
