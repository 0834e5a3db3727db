package gateway_test

import (
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/persistence/staff"
)

// Everybody changes his own name, the auditor too, and nothing else of his account.
func TestOwnAccount(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	for _, role := range []staff.Role{staff.RoleAgent, staff.RoleManager, staff.RoleAdmin, staff.RoleAuditor} {
		one := s.hire("t1", string(role), role)
		var now struct{ Name, Role string }
		one.want(200, &now, "PATCH", "/api/v1/me", body{"name": " Maria " + string(role)})
		if now.Name != "Maria "+string(role) || now.Role != string(role) {
			t.Errorf("%s became %+v", role, now)
		}
		for _, wrong := range []string{"", "  ", strings.Repeat("x", 101)} {
			var p answeredProblem
			one.want(400, &p, "PATCH", "/api/v1/me", body{"name": wrong})
			if p.Field != "name" {
				t.Errorf("%.10q: field %q", wrong, p.Field)
			}
		}
		one.want(400, nil, "PATCH", "/api/v1/me", body{"name": "x", "role": "admin"})
		if s.counted(`SELECT count(*) FROM audit WHERE action = 'person.changed' AND object_id = $1 AND by_id = $1`, one.id) != 1 {
			t.Errorf("%s: the change is not told once", role)
		}
	}
	s.stranger().want(401, nil, "PATCH", "/api/v1/me", body{"name": "x"})
}
