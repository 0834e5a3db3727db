package gateway_test

import (
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/persistence/staff"
)

const another = "a quieter donkey sings"

func (s *site) logsIn(name, word string, status int) {
	s.t.Helper()
	s.stranger().want(status, nil, "POST", "/api/v1/login", map[string]string{"email": name + "@x.example", "password": word})
}

func (s *site) counted(sql string, args ...any) (n int) {
	s.t.Helper()
	if err := s.pool.QueryRow(s.t.Context(), sql, args...).Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

// Whoever changes his password proves that he knows the present one, and stays
// logged in where he did; everywhere else the session and its sockets end.
func TestChangeOfPassword(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	elsewhere := s.browser(ana.id, "ana")
	socket := elsewhere.open()
	for _, c := range []struct{ current, next, field string }{
		{"guess", another, "current"},
		{"", another, "current"},
		{strings.Repeat("x", 100_000), another, "current"},
		{password, "short", "password"},
		{password, "senha123", "password"},
		{password, "ana@x.example", "password"},
	} {
		var p answeredProblem
		ana.want(400, &p, "POST", "/api/v1/me/password", body{"current": c.current, "password": c.next})
		if p.Field != c.field {
			t.Errorf("%.20q to %q: field %q, want %q", c.current, c.next, p.Field, c.field)
		}
	}
	ana.want(204, nil, "POST", "/api/v1/me/password", body{"current": password, "password": another})
	ana.want(200, nil, "GET", "/api/v1/me", nil)
	elsewhere.want(401, nil, "GET", "/api/v1/me", nil)
	if code := socket.ended(); code != 4503 {
		t.Errorf("the socket closed with %d", code)
	}
	s.logsIn("ana", password, 401)
	s.logsIn("ana", another, 200)
}

// A stolen session does not give the password away by trying.
func TestChangeOfPasswordIsLimited(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	ana.limited(400, "/api/v1/me/password", map[string]string{"current": "guess", "password": another})
}

func (s *site) emailOf(id string) (email string) {
	s.t.Helper()
	if err := s.pool.QueryRow(s.t.Context(), `SELECT email FROM staff WHERE id = $1`, id).Scan(&email); err != nil {
		s.t.Fatal(err)
	}
	return email
}

func TestPasswordByALink(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	root := s.hire("t1", "root", staff.RoleAdmin)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	eva := s.hire("t2", "eva", staff.RoleAdmin)
	reset := "/api/v1/agents/" + ana.id + "/reset"
	ana.want(403, nil, "POST", reset, nil)
	eva.want(404, nil, "POST", reset, nil)
	ask := func() string {
		t.Helper()
		var link struct{ Link string }
		root.want(200, &link, "POST", reset, nil)
		at, token, found := strings.Cut(link.Link, "/#reset=")
		if !found || at != s.url || len(token) < 40 {
			t.Fatalf("link %q", link.Link)
		}
		return token
	}
	set := func(status int, token, word string) (p answeredProblem) {
		t.Helper()
		var into any = &p
		if status == 204 {
			into = nil
		}
		s.stranger().want(status, into, "POST", "/api/v1/password/reset", body{"token": token, "password": word})
		return p
	}
	replaced, token := ask(), ask()
	if s.counted(`SELECT count(*) FROM password_reset WHERE encode(token_hash, 'escape') LIKE '%' || $1 || '%'`, token) != 0 {
		t.Error("the token itself is stored")
	}
	if p := set(410, replaced, another); p.Code != "link_used" || p.Remedy == "" {
		t.Errorf("a link that was replaced: %+v", p)
	}
	var of struct{ Email string }
	s.stranger().want(200, &of, "POST", "/api/v1/password/link", body{"token": token})
	if email := s.emailOf(ana.id); of.Email != email {
		t.Errorf("the link is for %q, want %q", of.Email, email)
	}
	for _, wrong := range []string{replaced, "guess", ""} {
		s.stranger().want(410, nil, "POST", "/api/v1/password/link", body{"token": wrong})
	}
	set(410, "guess", another)
	set(410, "", another)
	if p := set(400, token, "password1"); p.Field != "password" {
		t.Errorf("a common password: %+v", p)
	}
	ana.want(200, nil, "GET", "/api/v1/me", nil)
	set(204, token, another)
	set(410, token, "the same link once more")
	ana.want(401, nil, "GET", "/api/v1/me", nil)
	s.logsIn("ana", password, 401)
	s.logsIn("ana", another, 200)

	old := ask()
	s.exec(`UPDATE password_reset SET expires_at = now() - interval '1 second'`)
	set(410, old, "too late for this one")

	shut := ask()
	root.want(200, nil, "POST", "/api/v1/agents/"+ana.id+"/disable", nil)
	set(410, shut, "not after she has left")
	var p answeredProblem
	root.want(409, &p, "POST", reset, nil)
	if p.Code != "seat_closed" {
		t.Errorf("a link for a disabled account: %+v", p)
	}
}

func TestLogoutEverywhere(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	root := s.hire("t1", "root", staff.RoleAdmin)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	max := s.hire("t1", "max", staff.RoleAgent, "red")
	eva := s.hire("t2", "eva", staff.RoleAdmin)
	second := s.browser(ana.id, "ana")
	socket := second.open()
	ana.want(204, nil, "POST", "/api/v1/me/logout_all", nil)
	ana.want(401, nil, "GET", "/api/v1/me", nil)
	second.want(401, nil, "GET", "/api/v1/me", nil)
	if code := socket.ended(); code != 4503 {
		t.Errorf("the socket closed with %d", code)
	}
	eva.want(404, nil, "POST", "/api/v1/agents/"+max.id+"/logout", nil)
	max.want(200, nil, "GET", "/api/v1/me", nil)
	root.want(204, nil, "POST", "/api/v1/agents/"+max.id+"/logout", nil)
	max.want(401, nil, "GET", "/api/v1/me", nil)
}
