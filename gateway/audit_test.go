package gateway_test

import (
	"encoding/csv"
	"strconv"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/staff"
)

type auditLines struct {
	Lines []struct {
		ID     int64
		By     struct{ Kind, ID, Name string }
		Action string
		Object struct{ Kind, ID, Name string }
		Before map[string]any
		After  map[string]any
		Client string
	}
	Next int64
}

// An administrator sees who changed what, from where, filtered and page by page;
// nobody else does, and nobody sees another tenant's.
func TestAuditOverTheAPI(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.url = s.startGateway("g2", func(c *gateway.Config) {
		c.Audit = audit.New(s.pool)
		c.Registrar = registrar{numbers.New(s.pool, nil), effects.NewSends(s.pool, nil)}
	})
	root, boss, ana := s.hire("t1", "root", staff.RoleAdmin), s.hire("t1", "boss", staff.RoleManager), s.hire("t1", "ana", staff.RoleAgent, "red")
	other := s.hire("t2", "root2", staff.RoleAdmin)
	root.want(200, nil, "PATCH", "/api/v1/agents/"+ana.id, body{"name": `=HYPERLINK("x")`})
	root.want(200, nil, "POST", "/api/v1/teams", body{"id": "vip", "name": "VIP"})
	root.want(200, nil, "POST", "/api/v1/numbers", body{"id": "300", "account_id": "a1", "portfolio_id": "p1", "team_id": "vip", "display": "+3 00"})

	for path, want := range map[string]int{"/api/v1/audit": 403, "/api/v1/audit/export": 403} {
		ana.want(want, nil, "GET", path, nil)
		boss.want(want, nil, "GET", path, nil)
	}
	var all, page, rest, theirs auditLines
	root.want(200, &all, "GET", "/api/v1/audit", nil)
	if len(all.Lines) < 9 || all.Lines[0].Action != "number.registered" || all.Lines[0].Object.ID != "300" || all.Lines[0].By.ID != root.id {
		t.Fatalf("lines: %+v", all)
	}
	root.want(200, &page, "GET", "/api/v1/audit?limit=2", nil)
	root.want(200, &rest, "GET", "/api/v1/audit?before="+strconv.FormatInt(page.Next, 10), nil)
	if len(page.Lines) != 2 || len(page.Lines)+len(rest.Lines) != len(all.Lines) || rest.Lines[0].ID != all.Lines[2].ID {
		t.Errorf("pages of %d and %d lines, all are %d", len(page.Lines), len(rest.Lines), len(all.Lines))
	}
	root.want(200, &page, "GET", "/api/v1/audit?action=person.changed&object_id="+ana.id+"&by="+root.id, nil)
	if len(page.Lines) != 1 || page.Lines[0].Before["name"] != "ana" || page.Lines[0].Client == "" {
		t.Errorf("a change of a name: %+v", page)
	}
	other.want(200, &theirs, "GET", "/api/v1/audit", nil)
	for _, l := range theirs.Lines {
		if l.By.ID == root.id || l.Object.ID == ana.id {
			t.Errorf("another tenant sees %+v", l)
		}
	}
	var refused struct{ Field string }
	for query, field := range map[string]string{"from=yesterday": "from", "limit=0": "limit", "before=x": "before", "q=" + strings.Repeat("x", 101): "q"} {
		root.want(400, &refused, "GET", "/api/v1/audit?"+query, nil)
		if refused.Field != field {
			t.Errorf("%s: refused %q, want %q", query, refused.Field, field)
		}
	}

	answer := root.call("GET", "/api/v1/audit/export?action=person", nil)
	defer answer.Body.Close()
	table, err := csv.NewReader(answer.Body).ReadAll()
	if err != nil || answer.StatusCode != 200 || len(table) < 5 || table[0][1] != "at" {
		t.Fatalf("export: %d, %d rows, %v", answer.StatusCode, len(table), err)
	}
	for _, row := range table[1:] {
		if strings.HasPrefix(row[8], "=") {
			t.Errorf("a formula among the cells: %q", row)
		}
	}
	root.want(200, &page, "GET", "/api/v1/audit?action=audit.exported", nil)
	if len(page.Lines) != 1 || page.Lines[0].By.ID != root.id {
		t.Errorf("the export is no line: %+v", page)
	}
}
