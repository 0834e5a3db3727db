package gateway_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/tenants"
)

type shownTenant struct {
	ID, Name, State, Reason string
	EraseAt                 *time.Time `json:"erase_at"`
	Limits, Use             struct{ Numbers, Seats *int }
}

// governed is a site with the operator's API and a key for it.
func governed(t *testing.T) (*site, *tenants.Tenants, *person) {
	t.Helper()
	s := startSite(t)
	all := tenants.New(s.pool, s.staff)
	s.url = s.startGateway("g2", func(c *gateway.Config) { c.Tenants = all })
	k, err := all.MakeKey(t.Context(), "Deploy")
	if err != nil {
		t.Fatal(err)
	}
	return s, all, s.program(k.Secret)
}

// Whoever runs the installation makes a tenant, and its administrator gets in.
func TestOperatorMakesTenant(t *testing.T) {
	t.Parallel()
	s, _, operator := governed(t)
	var made struct {
		Tenant shownTenant
		Link   string
	}
	operator.want(200, &made, "POST", "/api/v1/operator/tenants", body{"name": "Lume", "admin_email": "renata@lume.example", "limits": body{"seats": 1}})
	renata := s.stranger()
	renata.want(200, nil, "POST", "/api/v1/invitation", body{"token": tokenOf(t, made.Link), "name": "Renata", "password": "a quiet donkey sings"})
	var me struct {
		TenantName string `json:"tenant_name"`
		CSRF       string `json:"csrf_token"`
	}
	renata.want(200, &me, "GET", "/api/v1/me", nil)
	renata.csrf = me.CSRF
	var refused struct{ Code, Field string }
	renata.want(409, &refused, "POST", "/api/v1/invitations", body{"emails": []string{"bia@lume.example"}, "role": "agent"})
	if me.TenantName != "Lume" || refused.Code != "tenant_limit" || refused.Field != "emails" {
		t.Errorf("%+v, %+v", me, refused)
	}
	var own shownTenant
	renata.want(200, &own, "PATCH", "/api/v1/tenant", body{"name": "Lume Ltda"})
	if own.Name != "Lume Ltda" || own.Limits.Seats == nil || *own.Limits.Seats != 1 || *own.Use.Seats != 1 {
		t.Errorf("its own: %+v", own)
	}
	renata.want(400, &refused, "PATCH", "/api/v1/tenant", body{"name": " "})
	for field, in := range map[string]body{
		"name": {"name": "", "admin_email": "a@x.example"}, "admin_email": {"name": "A", "admin_email": "nonsense"},
		"limits.seats": {"name": "A", "admin_email": "a@x.example", "limits": body{"seats": 0}},
	} {
		operator.want(400, &refused, "POST", "/api/v1/operator/tenants", in)
		if refused.Field != field {
			t.Errorf("%v: refused %q", in, refused.Field)
		}
	}
	operator.want(409, &refused, "POST", "/api/v1/operator/tenants", body{"name": "A", "admin_email": "renata@lume.example"})
	operator.want(404, nil, "POST", "/api/v1/operator/tenants/nobody/resume", nil)
	var changed shownTenant
	operator.want(200, &changed, "PUT", "/api/v1/operator/tenants/"+made.Tenant.ID+"/limits", body{"seats": 5})
	renata.want(200, nil, "POST", "/api/v1/invitations", body{"emails": []string{"bia@lume.example"}, "role": "agent"})
	if n := s.counted(`SELECT count(*) FROM audit WHERE tenant_id = $1 AND by_kind = 'operator' AND by_name = 'Deploy'`, made.Tenant.ID); n != 3 {
		t.Errorf("%d lines of the operator", n)
	}
}

// An operator key opens the operator's API and nothing of a tenant's; nothing of a
// tenant's opens the operator's. Wrong keys are slowed down.
func TestOperatorKeyIsApart(t *testing.T) {
	t.Parallel()
	s, _, operator := governed(t)
	root := s.hire("t1", "root", staff.RoleAdmin)
	s.inbound("100", "c1", "wamid.1", "oi")
	for _, path := range []string{"/api/v1/me", "/api/v1/conversations", "/api/v1/tenant", "/api/v1/agents", "/api/v1/audit", "/api/v1/keys"} {
		operator.want(401, nil, "GET", path, nil)
	}
	operator.want(200, nil, "GET", "/api/v1/operator/tenants", nil)
	root.want(401, nil, "GET", "/api/v1/operator/tenants", nil)
	s.hire("t1", "ana", staff.RoleAgent, "red").want(403, nil, "GET", "/api/v1/tenant", nil)
	key := s.program(makeKey(root, "own", nil, "read", "write", "admin").Secret)
	key.want(200, nil, "GET", "/api/v1/tenant", nil)
	key.want(401, nil, "GET", "/api/v1/operator/tenants", nil)
	statuses, guess := map[int]int{}, s.program("prosaop_guess")
	for range 15 {
		answer := guess.call("GET", "/api/v1/operator/tenants", nil)
		answer.Body.Close()
		statuses[answer.StatusCode]++
	}
	if statuses[401] != 10 || statuses[429] != 5 {
		t.Errorf("fifteen wrong keys: %v", statuses)
	}
}

// A suspended tenant receives, and nobody works there: sockets close, sessions end,
// keys are refused with the reason, logging in says it. Resumed, all is as before.
func TestSuspendedTenant(t *testing.T) {
	t.Parallel()
	s, _, operator := governed(t)
	root, other := s.hire("t1", "root", staff.RoleAdmin), s.hire("t2", "root2", staff.RoleAdmin)
	key := s.program(makeKey(root, "own", nil, "read").Secret)
	socket, theirs := root.open(), other.open()
	var refused struct{ Code, Detail string }
	operator.want(400, nil, "POST", "/api/v1/operator/tenants/t1/suspend", body{"reason": " "})
	operator.want(200, nil, "POST", "/api/v1/operator/tenants/t1/suspend", body{"reason": "the invoice of October is open"})
	s.first.TenantShut("t1")
	socket.ended()
	root.want(401, nil, "GET", "/api/v1/conversations", nil)
	key.want(403, &refused, "GET", "/api/v1/conversations", nil)
	if refused.Code != "tenant_suspended" || refused.Detail != "the invoice of October is open" {
		t.Errorf("the key hears %+v", refused)
	}
	s.stranger().want(403, &refused, "POST", "/api/v1/login", body{"email": "root@x.example", "password": password})
	if refused.Code != "tenant_suspended" || !strings.Contains(refused.Detail, "October") {
		t.Errorf("logging in says %+v", refused)
	}
	s.stranger().want(401, nil, "POST", "/api/v1/login", body{"email": "root@x.example", "password": "wrong password"})
	id := s.inbound("100", "c1", "wamid.1", "oi")
	other.want(200, nil, "GET", "/api/v1/conversations", nil)
	theirs.subscribe("inbox")
	operator.want(200, nil, "POST", "/api/v1/operator/tenants/t1/resume", nil)
	key.want(200, nil, "GET", path(id), nil)
	s.browser(root.id, "root").want(200, nil, "GET", path(id, "messages"), nil)
}

// To delete asks for the name once more, and is as a suspension until the term is over.
func TestDeletingTenant(t *testing.T) {
	t.Parallel()
	s, _, operator := governed(t)
	root := s.hire("t1", "root", staff.RoleAdmin)
	var refused struct{ Field string }
	operator.want(400, &refused, "POST", "/api/v1/operator/tenants/t1/delete", body{"name": "Two"})
	if refused.Field != "name" {
		t.Errorf("the wrong name: %+v", refused)
	}
	operator.want(400, &refused, "POST", "/api/v1/operator/tenants/t1/delete", body{"name": "One", "days": 400})
	root.want(200, nil, "GET", "/api/v1/me", nil)
	var closing shownTenant
	operator.want(200, &closing, "POST", "/api/v1/operator/tenants/t1/delete", body{"name": "One", "days": 7})
	if closing.State != "closing" || closing.EraseAt == nil {
		t.Errorf("%+v", closing)
	}
	root.want(401, nil, "GET", "/api/v1/me", nil)
	operator.want(409, nil, "POST", "/api/v1/operator/tenants/t1/suspend", body{"reason": "unpaid"})
	operator.want(200, nil, "POST", "/api/v1/operator/tenants/t1/resume", nil)
	s.browser(root.id, "root").want(200, nil, "GET", "/api/v1/me", nil)
}

// An export is one archive for whoever runs the installation, and a line in the audit.
func TestOperatorExportsTenant(t *testing.T) {
	t.Parallel()
	s, _, operator := governed(t)
	root := s.hire("t1", "root", staff.RoleAdmin)
	s.inbound("100", "c1", "wamid.1", "bom dia")
	answer := operator.call("GET", "/api/v1/operator/tenants/t1/export", nil)
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "application/zip" {
		t.Fatalf("%s, %v", answer.Status, err)
	}
	archive, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil || archive.File[len(archive.File)-1].Name != "manifest.json" {
		t.Fatal(err)
	}
	root.want(401, nil, "GET", "/api/v1/operator/tenants/t1/export", nil)
	operator.want(404, nil, "GET", "/api/v1/operator/tenants/nobody/export", nil)
	if n := pgtest.Count(t, s.pool, `SELECT count(*) FROM audit WHERE tenant_id = 't1' AND action = 'tenant.exported' AND by_name = 'Deploy'`); n != 1 {
		t.Errorf("%d lines of it in the audit", n)
	}
}
