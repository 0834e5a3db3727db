package gateway_test

import (
	"net/http"
	"testing"

	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// changed waits for word of one thing; word of others is passed by.
func (w *tab) changed(kind, id string) (revision uint64) {
	w.s.t.Helper()
	for {
		if f := w.next("changed"); f.Kind == kind && f.ID == id {
			return f.Revision
		}
	}
}

// Administrators hear of each other's changes, over whichever member, and of nothing
// that happens at another tenant; what a frame says is no more than that.
func TestChangesAreTold(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	with := func(c *gateway.Config) { c.Audit, c.Jobs = audit.New(s.pool), jobs.New(s.pool) }
	s.url = s.startGateway("g2", with)
	root, other := s.hire("t1", "root", staff.RoleAdmin), s.hire("t2", "root2", staff.RoleAdmin)
	eye := s.hire("t1", "eye", staff.RoleAuditor)
	s.url = s.startGateway("g3", with)
	second, ana := s.hire("t1", "second", staff.RoleAdmin), s.hire("t1", "ana", staff.RoleAgent, "red")

	w, looks, theirs := root.open(), eye.open(), other.open()
	for _, x := range []*tab{w, looks, theirs} {
		x.subscribe("settings")
	}
	second.want(200, nil, "PATCH", "/api/v1/agents/"+ana.id, body{"name": "Ana Maria"})
	first := w.changed("person", ana.id)
	second.want(200, nil, "POST", "/api/v1/teams", body{"id": "vip", "name": "VIP"})
	if later := w.changed("team", "vip"); first == 0 || later <= first {
		t.Errorf("revisions %d and %d", first, later)
	}
	second.want(200, nil, "PUT", "/api/v1/settings/media", body{"settings": body{"keep_days": 30}})
	w.changed("settings", "media")
	second.want(200, nil, "POST", "/api/v1/agents/"+ana.id+"/disable", body{})
	w.changed("job", "1")
	looks.changed("team", "vip")

	other.want(200, nil, "POST", "/api/v1/teams", body{"id": "theirs", "name": "Theirs"})
	if f := theirs.next("changed"); f.Kind != "team" || f.ID != "theirs" {
		t.Errorf("another tenant heard first of %+v", f)
	}
	w.send(body{"t": "unsubscribe", "stream": "settings", "ref": "u"})
	w.next("unsubscribed", "changed")
	w.subscribe("settings")
	second.want(200, nil, "POST", "/api/v1/teams", body{"id": "last", "name": "Last"})
	w.changed("team", "last")
}

// Who may not read the audit hears of himself and of quick replies alone, and a key
// without the right of nothing.
func TestChangesAreNotForEverybody(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.url = s.startGateway("g2", func(c *gateway.Config) { c.Audit = audit.New(s.pool) })
	root := s.hire("t1", "root", staff.RoleAdmin)
	secret := makeKey(root, "through", nil, "read").Secret
	for name, role := range map[string]staff.Role{"ana": staff.RoleAgent, "boss": staff.RoleManager} {
		who := s.hire("t1", name, role, "red")
		w := who.open()
		w.subscribe("settings")
		root.want(200, nil, "POST", "/api/v1/teams", body{"id": "of-" + name, "name": "VIP of " + name})
		root.want(200, nil, "PATCH", "/api/v1/agents/"+root.id, body{"name": "Root of " + name})
		root.want(200, nil, "PATCH", "/api/v1/agents/"+who.id, body{"name": "Another " + name})
		if f := w.next("changed"); f.Kind != "person" || f.ID != who.id {
			t.Errorf("%s heard of %+v", name, f)
		}
	}
	conn, answer, err := s.program(secret).dialRaw(http.Header{"Authorization": {"Bearer " + secret}})
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	defer conn.Close()
	for _, f := range []body{{"t": "identify"}, {"t": "subscribe", "stream": "settings"}} {
		if err := conn.WriteJSON(f); err != nil {
			t.Fatal(err)
		}
	}
	for {
		var f frame
		if err := conn.ReadJSON(&f); err != nil {
			t.Fatal(err)
		}
		if f.T == "error" {
			if f.Error.Name != "forbidden" {
				t.Errorf("a key to read: %+v", f)
			}
			break
		}
	}
}
