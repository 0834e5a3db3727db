package gateway_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/oauth2"

	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/gateway/identity"
	"github.com/prosa-chat/prosa/gateway/identity/providertest"
	"github.com/prosa-chat/prosa/persistence"
	providers "github.com/prosa-chat/prosa/persistence/identity"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// company is a site whose tenant t1 signs in by a provider.
type company struct {
	*site
	root     *person
	provider *providertest.Provider
	names    *providertest.Names
	revision int
}

func startCompany(t *testing.T) *company {
	t.Helper()
	c := &company{site: startSite(t), names: providertest.StartNames(t)}
	sealer, err := persistence.NewSealer("a secret key for these tests only")
	if err != nil {
		t.Fatal(err)
	}
	c.url = c.startGateway("g2", func(cfg *gateway.Config) {
		cfg.Sealer, cfg.Providers, cfg.PrivateProviders, cfg.Resolver = sealer, providers.New(c.pool, sealer), true, c.names.Resolver()
	})
	c.root = c.hire("t1", "root", staff.RoleAdmin)
	c.provider = providertest.Start(t, c.url+identity.CallbackPath, "s-root=root@x.example", "s-ana=ana@x.example", "s-other=ana@x.example",
		"s-una=una@x.example!", "s-out=out@else.example", "s-eva=eva@x.example", "s-new=new@x.example", "s-gone=gone@x.example")
	return c
}

func (c *company) settings(change body) body {
	all := body{
		"issuer": c.provider.Issuer, "client_id": providertest.Client, "domains": []string{"x.example"}, "label": "One's own",
		"trusts_email": false, "trusts_factor": false, "exclusive": false, "password_people": []string{}, "joins": false,
		"join_role": "agent", "join_teams": []string{},
	}
	for name, value := range change {
		all[name] = value
	}
	return all
}

// set sets the provider of t1.
func (c *company) set(change body) {
	c.t.Helper()
	var now struct{ Revision int }
	c.root.want(200, &now, "PUT", "/api/v1/settings/provider",
		body{"seen_revision": c.revision, "client_secret": providertest.Secret, "settings": c.settings(change)})
	if now.Revision != c.revision+1 {
		c.t.Fatalf("revision %d after %d", now.Revision, c.revision)
	}
	c.revision = now.Revision
}

// proven is how the domain of t1 is proven.
type proven struct {
	Domains []struct {
		Name, Record, Value string
		Proven              bool
	}
}

// prove proves that x.example is t1's.
func (c *company) prove() {
	c.t.Helper()
	var shown proven
	c.root.want(200, &shown, "GET", "/api/v1/settings/provider", nil)
	c.names.Set(shown.Domains[0].Record, shown.Domains[0].Value)
	c.root.want(200, nil, "POST", "/api/v1/settings/provider/prove", body{"domain": "x.example"})
}

// visitor is a browser of nobody yet, that goes where it is sent only when told to.
func (c *company) visitor() *person {
	c.t.Helper()
	jar, _ := cookiejar.New(nil)
	v := &person{s: c.site, url: c.url, http: c.client(jar)}
	v.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return v
}

// sent is where a browser is sent on to.
func (b *person) sent(path string) string {
	b.s.t.Helper()
	answer := b.call("GET", path, nil)
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther {
		b.s.t.Fatalf("GET %s = %d", path, answer.StatusCode)
	}
	return answer.Header.Get("Location")
}

// back signs somebody in at the provider, and returns where it sends him, below the site.
func (c *company) back(v *person, who string) string {
	c.t.Helper()
	to := c.provider.SignIn(v.sent("/api/v1/login/provider/t1"), who)
	path, ok := strings.CutPrefix(to, c.url)
	if !ok {
		c.t.Fatalf("%s is sent to %s", who, to)
	}
	return path
}

// arrives is where somebody is in the end, in a browser of his own.
func (c *company) arrives(who string) (*person, string) {
	c.t.Helper()
	v := c.visitor()
	return v, v.sent(c.back(v, who))
}

func (c *company) refused(who, reason string) {
	c.t.Helper()
	v, to := c.arrives(who)
	if to != "/#signin_failed="+reason {
		c.t.Errorf("%s is sent to %s, want the reason %s", who, to, reason)
	}
	v.want(401, nil, "GET", "/api/v1/me", nil)
}

func (c *company) admitted(who, email string) *person {
	c.t.Helper()
	v, to := c.arrives(who)
	if to != "/" {
		c.t.Fatalf("%s is sent to %s", who, to)
	}
	var me struct{ Agent struct{ ID, Email string } }
	v.want(200, &me, "GET", "/api/v1/me", nil)
	if me.Agent.Email != email {
		c.t.Errorf("%s is %s", who, me.Agent.Email)
	}
	v.id = me.Agent.ID
	return v
}

// Whoever the provider names is let into the account that is his, and nobody into another.
func TestSignInByProvider(t *testing.T) {
	t.Parallel()
	c := startCompany(t)
	ana, gone := c.hire("t1", "ana", staff.RoleAgent, "red"), c.hire("t1", "gone", staff.RoleAgent, "red")
	c.hire("t1", "una", staff.RoleAgent, "red")
	c.hire("t2", "eva", staff.RoleAdmin)
	if to := c.visitor().sent("/api/v1/login/provider/t1"); to != "/#signin_failed=down" {
		t.Errorf("no provider: %s", to)
	}
	c.set(nil)

	c.admitted("s-ana", "ana@x.example")
	c.refused("s-other", "another")
	c.root.want(204, nil, "DELETE", "/api/v1/agents/"+ana.id+"/identity", nil)
	c.root.want(404, nil, "DELETE", "/api/v1/agents/"+ana.id+"/identity", nil)
	ana.want(401, nil, "GET", "/api/v1/me", nil)
	c.admitted("s-other", "ana@x.example")
	c.exec(`UPDATE staff SET email = 'ana.b@x.example' WHERE id = $1`, ana.id) // she is known by her subject now
	c.admitted("s-other", "ana.b@x.example")

	c.refused("s-una", "unverified")
	c.refused("s-out", "domain")
	c.refused("s-eva", "account")
	c.refused("s-new", "account")
	c.root.want(200, nil, "POST", "/api/v1/agents/"+gone.id+"/disable", body{"team_id": "red"})
	c.refused("s-gone", "disabled")

	c.prove()
	c.set(body{"trusts_email": true, "joins": true, "join_role": "agent", "join_teams": []string{"blue"}})
	c.admitted("s-una", "una@x.example")
	c.refused("s-eva", "account")
	c.admitted("s-new", "new@x.example")
	if n := c.counted(`SELECT count(*) FROM staff s JOIN staff_team m ON m.staff_id = s.id
WHERE email = 'new@x.example' AND s.tenant_id = 't1' AND name = 'P. s-new' AND role = 'agent' AND team_id = 'blue'`); n != 1 {
		t.Errorf("%d accounts of the newcomer", n)
	}
	for action, want := range map[string]int{"person.identity_linked": 4, "person.identity_unlinked": 1, "settings.changed": 3} {
		if n := c.counted(`SELECT count(*) FROM audit WHERE action = $1`, action); n != want {
			t.Errorf("%d lines of %s, want %d", n, action, want)
		}
	}
	if n := c.counted(`SELECT count(*) FROM audit WHERE concat(before, after) LIKE '%' || $1 || '%'`, providertest.Secret); n != 0 {
		t.Error("the secret stands in the audit")
	}
}

// A sign-in is good in the browser that began it, once, and only if all that the provider
// says belongs to it.
func TestSignInByProviderIsBound(t *testing.T) {
	t.Parallel()
	c := startCompany(t)
	c.hire("t1", "ana", staff.RoleAgent, "red")
	c.set(nil)
	over := func(what, to string) {
		t.Helper()
		if to != "/#signin_failed=over" {
			t.Errorf("%s: %s", what, to)
		}
	}
	v := c.visitor()
	path := c.back(v, "s-ana")
	over("another browser", c.visitor().sent(path))
	over("another state", v.sent(strings.Replace(path, "state=", "state=x", 1)))
	at, _ := url.Parse(c.url + "/api/v1/login/")
	kept := v.http.Jar.Cookies(at)
	if to := v.sent(path); to != "/" {
		t.Errorf("the right one: %s", to)
	}
	over("once more", v.sent(path))
	v.http.Jar.SetCookies(at, kept)
	if to := v.sent(path); to != "/#signin_failed=invalid" {
		t.Errorf("a code once more, with a cookie that was kept: %s", to)
	}

	v = c.visitor()
	path = c.back(v, "s-ana")
	c.set(body{"label": "Another"})
	over("settings that were changed", v.sent(path))

	c.provider.Lie(func(r *http.Request) {
		if q := r.URL.Query(); q.Has("nonce") {
			q.Set("nonce", "of another sign-in")
			r.URL.RawQuery = q.Encode()
		}
	}, nil)
	c.refused("s-ana", "invalid")
	c.provider.Lie(nil, c.tokenOf(providertest.Other)) //nolint:bodyclose // it changes answers, and gets none
	c.refused("s-ana", "invalid")
	c.provider.Lie(nil, nil)
	c.admitted("s-ana", "ana@x.example")
}

// tokenOf has the provider answer with a token that it has made for another client.
func (c *company) tokenOf(client string) func(*http.Response) error {
	c.t.Helper()
	config := oauth2.Config{
		ClientID: client, ClientSecret: providertest.Secret, RedirectURL: c.url + identity.CallbackPath, Scopes: []string{"openid", "email"},
		Endpoint: oauth2.Endpoint{AuthURL: c.provider.Issuer + "/auth", TokenURL: c.provider.Issuer + "/oauth/token"},
	}
	back, err := url.Parse(c.provider.SignIn(config.AuthCodeURL("state"), "s-ana"))
	if err != nil {
		c.t.Fatal(err)
	}
	token, err := config.Exchange(c.t.Context(), back.Query().Get("code"))
	if err != nil {
		c.t.Fatal(err)
	}
	return func(answer *http.Response) error {
		if answer.Request.URL.Path != "/oauth/token" {
			return nil
		}
		var said map[string]any
		if err := json.NewDecoder(answer.Body).Decode(&said); err != nil {
			return err
		}
		said["id_token"] = token.Extra("id_token")
		lie, err := json.Marshal(said)
		answer.Body, answer.ContentLength = io.NopCloser(bytes.NewReader(lie)), int64(len(lie))
		answer.Header.Del("Content-Length")
		return err
	}
}

// A second factor is asked for unless the provider is trusted with it; a provider that
// fails leaves passwords good.
func TestSignInByProviderAndFactor(t *testing.T) {
	t.Parallel()
	c := startCompany(t)
	c.set(nil)
	c.root.want(200, nil, "PUT", "/api/v1/settings/signin", body{"seen_version": 0, "settings": body{"factor": "admins"}})
	c.exec(`UPDATE config SET effective_from = now()`)
	v, to := c.arrives("s-root")
	token, ok := strings.CutPrefix(to, "/#signin=enrol.")
	if !ok {
		t.Fatalf("sent to %s", to)
	}
	v.want(401, nil, "GET", "/api/v1/me", nil)
	var begun struct{ Secret string }
	v.want(200, &begun, "POST", "/api/v1/login/enrol", body{"token": token})
	v.want(200, nil, "POST", "/api/v1/login/enrol/confirm", body{"token": token, "code": codeOf(t, begun.Secret, 0)})
	c.set(body{"trusts_factor": true})
	c.exec(`DELETE FROM second_factor`)
	c.admitted("s-root", "root@x.example").want(200, nil, "GET", "/api/v1/me", nil) // and stays, with no factor here
	c.askedNow(c.root)

	c.exec(`DELETE FROM config`)
	c.provider.Down(true)
	if to := v.sent(c.backFailing(v)); to != "/#signin_failed=down" {
		t.Errorf("a provider that fails: %s", to)
	}
	c.logsIn("root", password, 200)
}

// backFailing is where somebody comes back to whose provider has failed since.
func (c *company) backFailing(v *person) string {
	c.t.Helper()
	c.provider.Down(false)
	path := c.back(v, "s-root")
	c.provider.Down(true)
	return path
}

// By the provider alone: passwords are refused, but for those who keep theirs, and no
// change may leave no administrator with one.
func TestProviderAlone(t *testing.T) {
	t.Parallel()
	c := startCompany(t)
	ana := c.hire("t1", "ana", staff.RoleAgent, "red")
	put := func(change body) body {
		return body{"seen_revision": c.revision, "client_secret": providertest.Secret, "settings": c.settings(change)}
	}
	var p answeredProblem
	for name, of := range map[string]body{
		"settings.exclusive": {"exclusive": true}, "settings.joins": {"joins": true}, "settings.issuer": {"issuer": c.provider.Issuer + "/nobody"}, "settings.domains": {"domains": []string{"x"}},
		"settings.client_id": {"client_id": " "}, "settings.label": {"label": ""}, "settings.join_role": {"join_role": "admin"},
		"settings.join_teams": {"join_teams": []string{"green"}},
	} {
		c.root.want(400, &p, "PUT", "/api/v1/settings/provider", put(of))
		if p.Field != name || p.Remedy == "" {
			t.Errorf("%s: %+v", name, p)
		}
	}
	ana.want(403, nil, "PUT", "/api/v1/settings/provider", put(nil))
	c.root.want(400, &p, "PUT", "/api/v1/settings/provider", body{"seen_revision": 0, "settings": c.settings(nil)})
	if p.Field != "client_secret" {
		t.Errorf("no secret: %+v", p)
	}
	c.set(nil)
	c.prove()
	c.root.want(400, &p, "PUT", "/api/v1/settings/provider", body{"seen_revision": c.revision, "settings": c.settings(body{"exclusive": true})})
	if p.Field != "settings.password_people" || p.Remedy == "" {
		t.Errorf("no administrator has a way in: %+v", p)
	}
	c.set(body{"exclusive": true, "password_people": []string{c.root.id}})
	c.root.want(409, nil, "PUT", "/api/v1/settings/provider", body{"seen_revision": 0, "client_secret": "x", "settings": c.settings(nil)})
	c.root.want(400, &p, "PUT", "/api/v1/settings/provider",
		body{"seen_revision": c.revision, "settings": c.settings(body{"issuer": "http://127.0.0.1:1"})})
	if p.Field != "client_secret" {
		t.Errorf("another issuer with the secret of this: %+v", p)
	}
	c.stranger().want(403, &p, "POST", "/api/v1/login", body{"email": "ana@x.example", "password": password})
	if p.Code != "provider_only" {
		t.Errorf("a password: %+v", p)
	}
	c.stranger().want(401, nil, "POST", "/api/v1/login", body{"email": "ana@x.example", "password": "guess"})
	c.logsIn("root", password, 200)
	c.admitted("s-ana", "ana@x.example")

	c.root.want(200, nil, "PATCH", "/api/v1/agents/"+ana.id, body{"role": "admin"})
	ana.want(409, &p, "POST", "/api/v1/agents/"+c.root.id+"/disable", body{"team_id": "red"})
	if p.Code != "last_way" {
		t.Errorf("the last way in: %+v", p)
	}
	var shown struct {
		Settings    map[string]any
		RedirectURI string `json:"redirect_uri"`
	}
	c.root.want(200, &shown, "GET", "/api/v1/settings/provider", nil)
	if shown.RedirectURI != c.url+identity.CallbackPath || shown.Settings["exclusive"] != true {
		t.Errorf("%+v", shown)
	}
	var ways struct {
		Ways []struct{ Company, Label string }
	}
	for _, q := range []body{{"email": "nobody@X.example"}, {"company": "t1"}} {
		c.stranger().want(200, &ways, "POST", "/api/v1/login/providers", q)
		if len(ways.Ways) != 1 || ways.Ways[0].Company != "t1" || ways.Ways[0].Label != "One's own" {
			t.Errorf("%v: %+v", q, ways)
		}
	}
	c.stranger().want(200, &ways, "POST", "/api/v1/login/providers", body{"email": "nobody@else.example"})
	if len(ways.Ways) != 0 {
		t.Errorf("another domain: %+v", ways)
	}
	c.root.want(200, nil, "POST", "/api/v1/settings/provider/test", body{"issuer": c.provider.Issuer})
	c.provider.Down(true)
	c.root.want(400, &p, "POST", "/api/v1/settings/provider/test", body{"issuer": c.provider.Issuer})
	if p.Field != "settings.issuer" {
		t.Errorf("one that fails: %+v", p)
	}
	c.root.want(204, nil, "DELETE", fmt.Sprintf("/api/v1/settings/provider?seen_revision=%d", c.revision), nil)
	c.logsIn("ana", password, 200)
}
