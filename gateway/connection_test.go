package gateway_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/cloudapi/onboarding"
	"github.com/prosa-chat/prosa/gateway/connection"
	"github.com/prosa-chat/prosa/gateway/simulator"
	desk "github.com/prosa-chat/prosa/gateway/simulator/onboarding"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/staff"
)

const (
	connecting  = "/api/v1/connection"
	freshToken  = "EAAG-of-the-fresh-account"
	freshPIN    = "246810"
	freshNumber = "1001"
)

// connector is an administrator who connects a number at a simulated Meta.
type connector struct {
	*person
	site *site
	meta *simulator.Simulator
}

func newConnector(t *testing.T) *connector {
	t.Helper()
	scopes := []string{onboarding.Messaging, onboarding.Management}
	meta := simulator.New(simulator.Config{
		Numbers: []simulator.Number{
			{ID: freshNumber, Display: "5571955500121", Name: "Lume Salvador", AccountID: "21", Portfolio: "31", Token: freshToken, Fresh: true, PIN: freshPIN},
			{ID: "1002", Display: "5571955500122", Name: "Lume on a phone", AccountID: "21", Portfolio: "31", Token: freshToken, Fresh: true, OnPhone: true},
			{ID: "900", Display: "900", Name: "Moved", AccountID: "21", Portfolio: "31", Token: freshToken},
			{ID: "3001", Display: "3001", Name: "Foreign", AccountID: "23", Portfolio: "p2", Token: "foreign"},
			{ID: "4001", Display: "4001", Name: "Ownerless", AccountID: "24", Token: "ownerless"},
			{ID: "5001", Display: "5001", Name: "Theirs", AccountID: "a2", Portfolio: "35", Token: "theirs"},
		},
		Grants: []desk.Grant{
			{Token: "narrow", Scopes: scopes[1:], Accounts: []wa.AccountID{"21"}},
			{Token: "both", Scopes: scopes, Accounts: []wa.AccountID{"21", "24"}},
			{Token: "past", Scopes: scopes, Accounts: []wa.AccountID{"21"}, ExpiresAt: time.Now().Add(-time.Hour)},
			{Token: "soon", Scopes: scopes, Accounts: []wa.AccountID{"21"}, ExpiresAt: time.Now().Add(24 * time.Hour)},
			{Token: "everywhere", Scopes: scopes},
		},
		Seed: 7,
	})
	if err := meta.Open("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = meta.Close() })
	client := cloudapi.NewClient(cloudapi.Config{BaseURL: meta.URL()})
	t.Cleanup(client.Close)
	s := startSite(t)
	sealer, err := persistence.NewSealer("a key of more than sixteen bytes")
	if err != nil {
		t.Fatal(err)
	}
	registry := numbers.New(s.pool, sealer)
	s.url = s.startGateway("g2", func(c *gateway.Config) {
		c.Registrar = registrar{registry, effects.NewSends(s.pool, nil)}
		c.Audit = audit.New(s.pool)
		c.Connection = connection.Config{Graph: onboarding.New(client), Drafts: numbers.NewDrafts(s.pool, sealer), Numbers: registry}
	})
	s.exec(`INSERT INTO portfolio (id, tenant_id) VALUES ('p2', 't2')`)
	return &connector{s.hire("t1", "root", staff.RoleAdmin), s, meta}
}

// step takes one and checks where it leads and what failed, as check:field:reason.
func (c *connector) step(name string, in body, leads string, failed ...string) connection.View {
	c.site.t.Helper()
	var v connection.View
	c.want(200, &v, "POST", connecting+"/"+name, in)
	c.check(name, &v, leads, failed...)
	return v
}

func (c *connector) check(name string, v *connection.View, leads string, failed ...string) {
	c.site.t.Helper()
	var got []string
	for _, check := range v.Checks {
		if check.State == "failed" {
			got = append(got, check.Name+":"+check.Field+":"+check.Reason)
			if check.Remedy == "" {
				c.site.t.Errorf("%s: no remedy for %+v", name, check)
			}
		}
	}
	if v.Step != leads || !slices.Equal(got, failed) {
		c.site.t.Errorf("%s leads to %s with %v failed; want %s with %v", name, v.Step, got, leads, failed)
	}
}

func (c *connector) now() (v connection.View) {
	c.site.t.Helper()
	c.want(200, &v, "GET", connecting, nil)
	return v
}

func (c *connector) wrong(step string, in body, field string) {
	c.site.t.Helper()
	var p struct{ Code, Field string }
	c.want(400, &p, "POST", connecting+"/"+step, in)
	if p.Field != field {
		c.site.t.Errorf("%s %v: about %q, want %q", step, in, p.Field, field)
	}
}

func TestConnect(t *testing.T) {
	t.Parallel()
	c := newConnector(t)
	v := c.now()
	c.check("nothing", &v, "account")
	c.want(409, nil, "POST", connecting+"/number", body{"id": freshNumber})
	c.wrong("account", body{}, "token")
	c.wrong("account", body{"token": "with blanks "}, "token")
	v = c.step("account", body{"token": freshToken}, "number")
	if v.Account == nil || v.Account.Portfolio != "31" || len(v.Numbers) != 3 || v.Numbers[2].Taken != "other" || v.ExpiresAt == nil {
		t.Errorf("after the account: %+v", v)
	}
	c.wrong("number", body{"id": "+55 71"}, "id")
	v = c.step("number", body{"id": freshNumber}, "confirm")
	c.wrong("code", body{"method": "pigeon"}, "method")
	c.wrong("code", body{"method": "sms", "language": "Portuguese"}, "language")
	v = c.step("code", body{"method": "sms", "language": "pt-BR"}, "confirm")
	if v.Code == nil || v.Code.TriesLeft != 3 {
		t.Errorf("a code was sent: %+v", v.Code)
	}
	c.wrong("verify", body{"code": "12345"}, "code")
	v = c.step("verify", body{"code": "000000"}, "confirm", "code:code:code_wrong")
	if i := slices.IndexFunc(v.Checks, func(k connection.Check) bool { return k.Name == "code" }); v.Checks[i].TriesLeft == nil || *v.Checks[i].TriesLeft != 2 || v.Checks[i].Code != 136025 {
		t.Errorf("a wrong code: %+v", v.Checks[i])
	}

	// The page is closed and opened again, perhaps at another member.
	v = c.now()
	c.check("again", &v, "confirm", "code:code:code_wrong")
	code := c.meta.Code(freshNumber)
	v = c.step("verify", body{"code": code[:3] + " " + code[3:]}, "activate")

	c.wrong("activate", body{"pin": "12"}, "pin")
	v = c.step("activate", body{"pin": "000000"}, "activate", "register:pin:pin_wrong")
	if !v.Subscribed { // what was done is told
		t.Errorf("the webhooks: %+v", v)
	}
	c.want(409, nil, "POST", connecting+"/finish", body{"name": "Salvador", "team_id": "red"})
	if n := c.site.counted(`SELECT count(*) FROM phone_number WHERE id = $1`, freshNumber); n != 0 {
		t.Error("a number is there before the last step")
	}
	v = c.step("activate", body{"pin": freshPIN}, "finish")
	c.wrong("finish", body{"name": "", "team_id": "red"}, "name")
	c.wrong("finish", body{"name": "Salvador", "team_id": "red", "language": "!"}, "language")
	c.want(422, nil, "POST", connecting+"/finish", body{"name": "Salvador", "team_id": "green"})
	var shown struct{ ID, Name, Display, Health string }
	c.want(200, &shown, "POST", connecting+"/finish", body{"name": "Salvador", "team_id": "red", "language": "pt-BR"})
	if shown.ID != freshNumber || shown.Name != "Salvador" || shown.Health != "ok" {
		t.Errorf("connected: %+v", shown)
	}
	if n := c.site.counted(`SELECT count(*) FROM phone_number WHERE id = $1 AND language = 'pt-BR' AND sealed_token IS NOT NULL`, freshNumber); n != 1 {
		t.Error("the number is not stored whole")
	}
	v = c.now()
	if v.ExpiresAt != nil {
		t.Errorf("a draft is left: %+v", v)
	}
	for _, action := range []string{"number.verified", "number.subscribed", "number.activated", "number.registered"} {
		if n := c.site.counted(`SELECT count(*) FROM audit WHERE tenant_id = 't1' AND action = $1 AND object_id = $2`, action, freshNumber); n != 1 {
			t.Errorf("%d lines %s", n, action)
		}
	}
	for _, secret := range []string{freshToken, freshPIN, code} {
		if n := c.site.counted(`SELECT count(*) FROM audit WHERE strpos(audit::text, $1) > 0`, secret); n != 0 {
			t.Errorf("the audit tells %d secrets", n)
		}
	}
}

// What cannot be is said at its field, and leaves nothing behind.
func TestConnectRefused(t *testing.T) {
	t.Parallel()
	c := newConnector(t)
	for _, test := range []struct {
		in     body
		failed string
	}{
		{body{"token": "nonsense"}, "token:token:token_invalid"},
		{body{"token": "past"}, "token:token:token_expired"},
		{body{"token": "narrow"}, "messaging:token:not_permitted"},
		{body{"token": "everywhere", "account_id": "99"}, "account:account_id:unseen"},
		{body{"token": "foreign"}, "portfolio:account_id:foreign_portfolio"},
		{body{"token": "theirs"}, "account:account_id:foreign_account"},
		{body{"token": "ownerless"}, "portfolio:token:owner_untold"},
	} {
		v := c.step("account", test.in, "account", test.failed)
		if v.Account != nil {
			t.Errorf("%v: an account is chosen", test.in)
		}
		c.want(409, nil, "POST", connecting+"/number", body{"id": freshNumber})
	}
	v := c.step("account", body{"token": "everywhere"}, "account") // nobody told which
	if v.Checks[len(v.Checks)-1].Reason != "account_needed" {
		t.Errorf("which account: %+v", v.Checks)
	}
	v = c.step("account", body{"token": "both"}, "account")
	if len(v.Accounts) != 2 {
		t.Errorf("which of two: %+v", v)
	}
	v = c.step("account", body{"account_id": "21"}, "number") // with the token that is kept
	if v.Account == nil || v.Account.ID != "21" || v.Accounts != nil {
		t.Errorf("the one of two: %+v", v)
	}
	v = c.step("account", body{"token": "soon"}, "number")
	if v.Checks[0].State != "warning" || v.Checks[0].Reason != "token_expires" {
		t.Errorf("a token of tomorrow: %+v", v.Checks[0])
	}
	c.step("number", body{"id": "3001"}, "number", "number:id:unseen")
	c.step("number", body{"id": "900"}, "number", "number:id:foreign_number")
	c.want(204, nil, "DELETE", connecting, nil)
	v = c.now()
	c.check("given up", &v, "account")
	for _, table := range []string{"phone_number WHERE id IN ('1001', '900') AND tenant_id = 't1'", "account WHERE id = '21'", "portfolio WHERE id = '31'", "connection_draft"} {
		if n := c.site.counted(`SELECT count(*) FROM ` + table); n != 0 {
			t.Errorf("%d left of %s", n, table)
		}
	}
}

// A number that is used with the phone app is not registered: that would end the app.
func TestConnectCoexistence(t *testing.T) {
	t.Parallel()
	c := newConnector(t)
	c.meta.Override("21", "https://elsewhere.example/hook")
	c.step("account", body{"token": freshToken}, "number")
	c.step("number", body{"id": "1002"}, "activate")
	v := c.step("activate", body{}, "finish")
	i := slices.IndexFunc(v.Checks, func(k connection.Check) bool { return k.Name == "subscription" })
	if v.Checks[i].Reason != "override" || !strings.Contains(v.Checks[i].Detail, "elsewhere") {
		t.Errorf("webhooks that go elsewhere: %+v", v.Checks[i])
	}
	var shown struct{ Coexistence bool }
	c.want(200, &shown, "POST", connecting+"/finish", body{"name": "Phone", "team_id": "blue"})
	if !shown.Coexistence {
		t.Error("the phone app is forgotten")
	}
	// Connecting it anew is a renewal, and says so.
	c.step("account", body{"token": freshToken}, "number")
	v = c.step("number", body{"id": "1002"}, "activate")
	if v.Number.Taken != "ours" {
		t.Errorf("again: %+v", v.Number)
	}
}

// Another token replaces the one before only where it is good for just this number.
func TestReplaceToken(t *testing.T) {
	t.Parallel()
	c := newConnector(t)
	c.step("account", body{"token": freshToken}, "number")
	c.step("number", body{"id": "1002"}, "activate")
	c.step("activate", body{}, "finish")
	c.want(200, nil, "POST", connecting+"/finish", body{"name": "Phone", "team_id": "blue"})
	sealed := func() string {
		var text string
		if err := c.site.pool.QueryRow(t.Context(), `SELECT sealed_token::text FROM phone_number WHERE id = '1002'`).Scan(&text); err != nil {
			t.Fatal(err)
		}
		return text
	}
	before := sealed()
	const token = "/api/v1/numbers/1002/token"
	for given, reason := range map[string]string{
		"nonsense": "token_invalid", "past": "token_expired", "narrow": "not_permitted", "foreign": "unseen",
	} {
		var p struct{ Code, Field, Reason, Remedy string }
		c.want(422, &p, "PUT", token, body{"token": given})
		if p.Code != "not_proven" || p.Field != "token" || p.Reason != reason || p.Remedy == "" {
			t.Errorf("%s: %+v", given, p)
		}
	}
	c.want(400, nil, "PUT", token, body{"token": ""})
	c.want(404, nil, "PUT", "/api/v1/numbers/900/token", body{"token": freshToken}) // another tenant's
	c.want(404, nil, "PUT", "/api/v1/numbers/77/token", body{"token": freshToken})
	if sealed() != before {
		t.Error("a token that is not good has replaced the one before")
	}
	var replaced struct {
		ExpiresAt time.Time `json:"expires_at"`
	}
	c.want(200, &replaced, "PUT", token, body{"token": "soon"})
	if sealed() == before || replaced.ExpiresAt.IsZero() {
		t.Errorf("replaced: %+v", replaced)
	}
	if n := c.site.counted(`SELECT count(*) FROM audit WHERE action = 'number.changed' AND object_id = '1002' AND strpos(audit::text, 'soon') = 0`); n != 1 {
		t.Errorf("%d lines", n)
	}
}

// Drafts are each one's own; who is no administrator has none.
func TestConnectIsOnesOwn(t *testing.T) {
	t.Parallel()
	c := newConnector(t)
	c.step("account", body{"token": freshToken}, "number")
	var v connection.View
	c.site.hire("t1", "other", staff.RoleAdmin).want(200, &v, "GET", connecting, nil)
	c.check("another's", &v, "account")
	v = connection.View{}
	c.site.hire("t2", "eve", staff.RoleAdmin).want(200, &v, "GET", connecting, nil)
	c.check("another tenant's", &v, "account")
	c.site.hire("t1", "max", staff.RoleManager).want(403, nil, "GET", connecting, nil)
	c.site.exec(`UPDATE connection_draft SET sealed_token = '\x01'`) // the key was changed
	v = c.now()
	if !v.NeedsToken || v.Step != "account" || v.Account == nil {
		t.Errorf("without its token: %+v", v)
	}
	c.want(409, nil, "POST", connecting+"/number", body{"id": freshNumber})
}

// Meta does not answer: nothing is refused and nothing changes.
func TestConnectWithoutMeta(t *testing.T) {
	t.Parallel()
	c := newConnector(t)
	c.step("account", body{"token": freshToken}, "number")
	if err := c.meta.Close(); err != nil {
		t.Fatal(err)
	}
	c.want(503, nil, "POST", connecting+"/number", body{"id": freshNumber})
	c.want(503, nil, "POST", connecting+"/account", body{"token": freshToken})
	v := c.now()
	c.check("afterwards", &v, "number")
}
