package gateway_test

import (
	"testing"

	"github.com/prosa-chat/prosa/persistence/staff"
)

// Whoever renames a team that was renamed since he looked is told, and overwrites nothing;
// who says the same name again raises nothing.
func TestTeamIsNotOverwritten(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	root := s.hire("t1", "root", staff.RoleAdmin)
	var team struct {
		Name     string
		Revision int64
	}
	put := func(status int, revision int64, name string) {
		t.Helper()
		root.want(status, &team, "POST", "/api/v1/teams", body{"id": "vip", "name": name, "revision": revision})
	}
	put(200, 0, "VIP")
	seen := team.Revision
	put(200, seen, "VIP")
	if team.Revision != seen {
		t.Errorf("the same name made revision %d of %d", team.Revision, seen)
	}
	put(200, seen, "Vips")
	if team.Revision != seen+1 {
		t.Errorf("revision %d after %d", team.Revision, seen)
	}
	var refused answeredProblem
	root.want(409, &refused, "POST", "/api/v1/teams", body{"id": "vip", "name": "Premium", "revision": seen})
	if refused.Code != "outdated" {
		t.Errorf("refused with %+v", refused)
	}
	var list struct{ Teams []struct{ ID, Name string } }
	root.want(200, &list, "GET", "/api/v1/teams", nil)
	for _, one := range list.Teams {
		if one.ID == "vip" && one.Name != "Vips" {
			t.Errorf("the team is called %s", one.Name)
		}
	}
	put(200, 0, "Premium") // who names no revision means it anyway
}
