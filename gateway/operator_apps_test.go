package gateway_test

import (
	"context"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/metaapp"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/tenants"
)

type shownApp struct {
	ID, Name       string
	CallbackURL    string  `json:"callback_url"`
	VerifyToken    string  `json:"verify_token"`
	PreviousSecret *string `json:"previous_secret_until"`
}

// Whoever runs the installation has apps of its own, by which every company may connect;
// companies see, change and make none of them, and he none of theirs. Each change is a
// line without a secret.
func TestOperatorApps(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	sealer, err := persistence.NewSealer("0123456789abcdef")
	if err != nil {
		t.Fatal(err)
	}
	all := tenants.New(s.pool, s.staff)
	s.url = s.startGateway("g2", func(c *gateway.Config) {
		c.Tenants, c.Apps, c.AppsChanged = all, metaapp.New(s.pool, sealer), func(context.Context) error { return nil }
	})
	key, err := all.MakeKey(t.Context(), "Deploy")
	if err != nil {
		t.Fatal(err)
	}
	operator, root := s.program(key.Secret), s.hire("t1", "root", staff.RoleAdmin)
	const first, second = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"
	const own, ours = "/api/v1/apps", "/api/v1/operator/apps"

	var made, theirs, shown shownApp
	operator.want(200, &made, "POST", ours, body{"name": "Common", "secret": first})
	if !strings.HasSuffix(made.CallbackURL, "/webhooks/meta/"+made.ID) || len(made.VerifyToken) != 32 {
		t.Errorf("made: %+v", made)
	}
	root.want(200, &theirs, "POST", own, body{"name": "Loja", "secret": first})
	var list struct{ Apps []shownApp }
	if operator.want(200, &list, "GET", ours, nil); len(list.Apps) != 1 || list.Apps[0].ID != made.ID || list.Apps[0].VerifyToken != "" {
		t.Errorf("the installation's: %+v", list.Apps)
	}
	if root.want(200, &list, "GET", own, nil); len(list.Apps) != 1 || list.Apps[0].ID != theirs.ID {
		t.Errorf("the company's: %+v", list.Apps)
	}
	for _, foreign := range []struct {
		who  *person
		path string
	}{{operator, ours + "/" + theirs.ID}, {root, own + "/" + made.ID}} {
		foreign.who.want(404, nil, "PATCH", foreign.path, body{"name": "Mine"})
		foreign.who.want(404, nil, "POST", foreign.path+"/secret", body{"secret": second})
		foreign.who.want(404, nil, "DELETE", foreign.path+"/secret/previous", nil)
		foreign.who.want(404, nil, "POST", foreign.path+"/verify_token", nil)
		foreign.who.want(404, nil, "DELETE", foreign.path, nil)
	}
	root.want(401, nil, "GET", ours, nil)
	root.want(401, nil, "POST", ours, body{"name": "Mine", "secret": first})
	operator.want(401, nil, "GET", own, nil)

	var refused refusal
	for field, in := range map[string]body{"name": {"name": " ", "secret": first}, "secret": {"name": "Common", "secret": "short"}} {
		if operator.want(400, &refused, "POST", ours, in); refused.Field != field {
			t.Errorf("%s: %+v", field, refused)
		}
	}
	one := ours + "/" + made.ID
	operator.want(200, nil, "PATCH", one, body{"name": "Shared"})
	if operator.want(400, &refused, "POST", one+"/secret", body{"secret": first}); refused.Field != "secret" {
		t.Errorf("the same secret: %+v", refused)
	}
	if operator.want(200, &shown, "POST", one+"/secret", body{"secret": second}); shown.Name != "Shared" || shown.PreviousSecret == nil {
		t.Errorf("rotated: %+v", shown)
	}
	shown = shownApp{}
	if operator.want(200, &shown, "DELETE", one+"/secret/previous", nil); shown.PreviousSecret != nil {
		t.Errorf("dropped: %+v", shown)
	}
	if operator.want(200, &shown, "POST", one+"/verify_token", nil); len(shown.VerifyToken) != 32 || shown.VerifyToken == made.VerifyToken {
		t.Errorf("another verify token: %+v", shown)
	}
	operator.want(200, nil, "DELETE", one+"/verify_token/previous", nil)
	operator.want(204, nil, "DELETE", one, nil)
	operator.want(404, nil, "DELETE", one, nil)

	lines, err := audit.New(s.pool).Installation(t.Context())
	if err != nil || len(lines) != 7 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	for _, line := range lines {
		if line.By.Kind != audit.ByOperator || line.By.ID != key.ID || line.By.Name != "Deploy" || line.Object.ID != made.ID || line.TenantID != "" {
			t.Errorf("line: %+v", line)
		}
	}
	if last := lines[0]; last.Action != audit.AppRemoved || last.Object.Name != "Shared" {
		t.Errorf("the newest: %+v", last)
	}
	if n := s.counted(`SELECT count(*) FROM installation_audit a WHERE a::text LIKE '%' || $1 || '%' OR a::text LIKE '%' || $2 || '%'`, first, second); n != 0 {
		t.Error("a secret stands in the audit")
	}
	if n := s.counted(`SELECT count(*) FROM audit WHERE object_id = $1`, made.ID); n != 0 {
		t.Error("a line of the installation stands in a company's audit")
	}
	if _, err := s.pool.Exec(t.Context(), `UPDATE installation_audit SET by_name = 'nobody'`); err == nil {
		t.Error("a line was changed")
	}
}
