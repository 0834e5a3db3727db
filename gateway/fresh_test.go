package gateway_test

import (
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/persistence/staff"
)

// Whoever signs in by a provider and knows no password proves who he is by a fresh
// sign-in there, as himself, for a while and in that session alone.
func TestFreshSignInStandsForThePassword(t *testing.T) {
	t.Parallel()
	c := startCompany(t)
	c.hire("t1", "ana", staff.RoleAgent, "red")
	c.set(nil)
	ana, elsewhere := c.admitted("s-ana", "ana@x.example"), c.admitted("s-ana", "ana@x.example")
	for _, b := range []*person{ana, elsewhere} {
		var me struct {
			Agent     struct{ ID string }
			CSRFToken string `json:"csrf_token"`
		}
		b.want(200, &me, "GET", "/api/v1/me", nil)
		b.csrf = me.CSRFToken
	}
	var own struct {
		Company, Provider string
		Proven            bool
	}
	ana.want(200, &own, "GET", "/api/v1/me/factor", nil)
	if own.Company != "t1" || own.Provider != "One's own" || own.Proven {
		t.Fatalf("%+v", own)
	}
	var p answeredProblem
	ana.want(400, &p, "POST", "/api/v1/me/factor", body{})
	if p.Field != "password" {
		t.Errorf("no proof: %+v", p)
	}

	proves := func(b *person, who string) string {
		t.Helper()
		at := b.sent("/api/v1/login/provider/t1?fresh=true")
		if !strings.Contains(at, "prompt=login") || !strings.Contains(at, "max_age=0") {
			t.Errorf("the provider is not told to ask anew: %s", at)
		}
		return b.sent(strings.TrimPrefix(c.provider.SignIn(at, who), c.url))
	}
	if to := proves(ana, "s-root"); to != "/settings/account#signin_failed=person" {
		t.Errorf("somebody else: %s", to)
	}
	if to := proves(c.visitor(), "s-ana"); to != "/settings/account#signin_failed=person" {
		t.Errorf("nobody is signed in: %s", to)
	}
	ana.want(400, &p, "POST", "/api/v1/me/factor", body{})
	if to := proves(ana, "s-ana"); to != "/settings/account" {
		t.Fatalf("herself: %s", to)
	}
	ana.want(200, &own, "GET", "/api/v1/me/factor", nil)
	if !own.Proven {
		t.Errorf("%+v", own)
	}
	elsewhere.want(400, nil, "POST", "/api/v1/me/factor", body{})
	var begun struct{ Secret string }
	ana.want(200, &begun, "POST", "/api/v1/me/factor", body{})
	ana.want(200, nil, "POST", "/api/v1/me/factor/confirm", body{"code": codeOf(t, begun.Secret, 0)})
	ana.want(400, &p, "POST", "/api/v1/me/password", body{"password": "password"})
	if p.Field != "password" {
		t.Errorf("a weak one: %+v", p)
	}
	ana.want(204, nil, "POST", "/api/v1/me/password", body{"password": "another long password"})
	c.logsIn("ana", "another long password", 202)

	c.exec(`UPDATE session SET proven_at = now() - interval '11 minutes' WHERE proven_at IS NOT NULL`)
	ana.want(400, nil, "POST", "/api/v1/me/factor", body{"code": "000000"})
}
