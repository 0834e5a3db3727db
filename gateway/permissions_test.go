package gateway_test

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/gateway/connection"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/fleet"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/tenants"
)

var update = flag.Bool("update", false, "write testdata/permissions.txt anew; then read the difference")

// caller is somebody in the table of permissions.
type caller struct {
	name string
	*person
}

// fullSite has what the routes of administration answer from.
func fullSite(t *testing.T) *site {
	t.Helper()
	s := fleetSite(t)
	s.url = s.startGateway("g3", func(c *gateway.Config) {
		sealer, err := persistence.NewSealer("0123456789abcdef")
		if err != nil {
			t.Fatal(err)
		}
		c.Audit, c.Jobs, c.Fleet = audit.New(s.pool), jobs.New(s.pool), fleet.New(s.pool)
		c.Tenants = tenants.New(s.pool, staff.New(s.pool))
		c.Connection = connection.Config{Numbers: numbers.New(s.pool, sealer)}
	})
	return s
}

// callers are one of each kind that the API tells apart, all of tenant t1.
func (s *site) callers(root *person) []caller {
	nobody := &person{s: s, url: s.url, http: s.client(nil)}
	own, some := s.hire("t1", "own", staff.RoleAgent, "red"), s.hire("t1", "some", staff.RoleAgent, "red", "blue")
	root.want(200, nil, "PATCH", "/api/v1/agents/"+own.id, body{"own_only": true})
	root.want(200, nil, "PATCH", "/api/v1/agents/"+some.id, body{"numbers": []string{"100"}})
	list := []caller{
		{"nobody", nobody},
		{"agent", s.hire("t1", "agent", staff.RoleAgent, "red")},
		{"own-only", own},
		{"one-number", some},
		{"manager", s.hire("t1", "manager", staff.RoleManager)},
		{"admin", s.hire("t1", "chief", staff.RoleAdmin)},
		{"auditor", s.hire("t1", "auditor", staff.RoleAuditor)},
	}
	for _, right := range []string{"read", "write", "admin"} {
		for _, policy := range []string{"own", "through"} {
			list = append(list, caller{right + "/" + policy, s.program(makeKey(root, policy, nil, right).Secret)})
		}
	}
	return append(list, caller{"read/red", s.program(makeKey(root, "through", []string{"red"}, "read").Secret)})
}

var parameter = regexp.MustCompile(`\{\w+\}`)

// permission is what the API says to a caller, by the status of its answer: who is let in
// gets 400 for an empty body and 404 for what is not there.
func permission(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "who?"
	case http.StatusForbidden:
		return "no"
	}
	return "yes"
}

// The table of who may call what is kept where it can be read. A route that is new, or
// that lets somebody else in, changes it, and somebody has to agree.
func TestPermissions(t *testing.T) {
	t.Parallel()
	s := fullSite(t)
	root := s.hire("t1", "root", staff.RoleAdmin)
	callers := s.callers(root)
	routes := s.first.Described()
	// What ends one's own session comes last.
	slices.SortStableFunc(routes, func(a, b gateway.Described) int {
		return strings.Compare(fmt.Sprint(strings.Contains(a.Path, "logout"), a.Path, a.Method), fmt.Sprint(strings.Contains(b.Path, "logout"), b.Path, b.Method))
	})
	var table strings.Builder
	for _, route := range routes {
		if strings.Contains(route.Path, "/demo/") || route.Path == "/api/v1/login" {
			continue // only there in the demo; a password decides, and how often it was tried
		}
		path := parameter.ReplaceAllStringFunc(route.Path, func(p string) string {
			if p == "{id}" && strings.HasPrefix(route.Path, "/api/v1/conversations/") {
				return "100:nobody"
			}
			return "0"
		})
		says := map[string][]string{}
		for _, c := range callers {
			var in any
			if route.Method != http.MethodGet && route.Method != http.MethodDelete {
				in = body{}
			}
			status := c.status(route.Method, path, in)
			word := permission(status)
			if status >= 500 {
				t.Errorf("%s: %s %s = %d", c.name, route.Method, path, status)
			}
			says[word] = append(says[word], c.name)
			unsafe := route.Method != http.MethodGet
			switch own := strings.HasPrefix(route.Path, "/api/v1/me/") || route.Path == "/api/v1/logout" || route.Path == "/api/v1/me" || route.Public; {
			case c.name == "nobody" && !route.Public && word == "yes":
				t.Errorf("anybody may %s %s", route.Method, route.Path)
			case word == "yes" && unsafe && !own && (c.name == "auditor" || strings.HasPrefix(c.name, "read/")):
				t.Errorf("%s only reads, and may %s %s", c.name, route.Method, route.Path)
			}
		}
		fmt.Fprintf(&table, "%-6s %s\n", route.Method, route.Path)
		for _, word := range []string{"yes", "no", "who?"} {
			if len(says[word]) == len(callers) {
				fmt.Fprintf(&table, "       %-4s everybody\n", word)
			} else if len(says[word]) > 0 {
				fmt.Fprintf(&table, "       %-4s %s\n", word, strings.Join(says[word], ", "))
			}
		}
	}
	golden := filepath.Join("testdata", "permissions.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(table.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(table.String(), "\n")); diff != "" {
		t.Errorf("who may call what has changed; read it, then go test ./gateway -run TestPermissions -update (-want +got):\n%s", diff)
	}
}

// Whatever of one tenant is named to the API by another's administrator, or by his key,
// is not there: nothing is shown, nothing changed, and no answer tells it from what does
// not exist.
func TestPermissionsEndAtTheTenant(t *testing.T) {
	t.Parallel()
	s := fullSite(t)
	root, ana := s.hire("t1", "root", staff.RoleAdmin), s.hire("t1", "ana", staff.RoleAgent, "red")
	other := s.hire("t2", "root2", staff.RoleAdmin)
	conversation := s.inbound("100", "c1", "wamid.1", "words of one")
	key := makeKey(root, "own", nil, "read", "write", "admin")
	var invited struct{ Invitations []struct{ ID string } }
	root.want(200, &invited, "POST", "/api/v1/invitations", body{"emails": []string{"n@x.example"}, "role": "agent", "teams": []string{"blue"}})
	var sessions struct{ Sessions []struct{ ID string } }
	root.want(200, &sessions, "GET", "/api/v1/agents/"+ana.id+"/sessions", nil)
	real := map[string]string{"agent": ana.id, "session": sessions.Sessions[0].ID, "mid": "wamid.1", "message": "wamid.1", "team": "blue"}
	ids := map[string]string{
		"/api/v1/conversations/": conversation, "/api/v1/invitations/": invited.Invitations[0].ID, "/api/v1/keys/": key.ID,
		"/api/v1/numbers/": "100",
	}
	state := func() (sums []string) {
		for _, table := range []string{"staff", "team", "phone_number", "account", "api_key", "invitation", "conversation", "message", "session"} {
			leaving := ""
			if table == "session" {
				leaving = " - 'last_seen' - 'used_at'"
			}
			sums = append(sums, fmt.Sprint(table, pgtest.Count(t, s.pool, fmt.Sprintf(`
SELECT coalesce(sum(hashtext((to_jsonb(x)%s)::text)::bigint), 0)::bigint FROM %s x %s`, leaving, table, ofTenantOne(table)))))
		}
		return sums
	}
	before := state()
	program := s.program(makeKey(other, "own", nil, "read", "write", "admin").Secret)
	for _, route := range s.first.Described() {
		if !strings.Contains(route.Path, "{") || strings.Contains(route.Path, "/demo/") || strings.HasPrefix(route.Path, "/api/v1/me/") {
			continue
		}
		path := parameter.ReplaceAllStringFunc(route.Path, func(p string) string {
			if id := real[strings.Trim(p, "{}")]; id != "" {
				return id
			}
			for prefix, id := range ids {
				if strings.HasPrefix(route.Path, prefix) {
					return id
				}
			}
			return "1"
		})
		bodies := []any{nil}
		if route.Method != http.MethodGet && route.Method != http.MethodDelete {
			bodies = []any{body{}, body{"text": "x", "echo_id": "e1", "seen_version": 1, "name": "Else", "reason": "x", "until": time.Now().Add(time.Hour), "agent_id": other.id, "token": "t", "rate": 5}}
		}
		for _, who := range []*person{other, program} {
			for _, in := range bodies {
				if status := who.status(route.Method, path, in); status < 300 || status == http.StatusConflict || status >= 500 {
					t.Errorf("another tenant's %s %s %v = %d", route.Method, path, in, status)
				}
			}
		}
	}
	if diff := cmp.Diff(before, state()); diff != "" {
		t.Errorf("another tenant changed something (-before +after):\n%s", diff)
	}
}

// ofTenantOne narrows a table to t1.
func ofTenantOne(table string) string {
	switch table {
	case "message":
		return "WHERE phone_number_id IN ('100', '200')"
	case "session":
		return "WHERE staff_id IN (SELECT id FROM staff WHERE tenant_id = 't1')"
	}
	return "WHERE tenant_id = 't1'"
}
