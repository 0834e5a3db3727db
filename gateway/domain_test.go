package gateway_test

import (
	"testing"

	"github.com/prosa-chat/prosa/persistence/staff"
)

// Whoever names a domain gets none of its people until its name servers say that it is
// his: the login sends nobody to a provider that a stranger has set.
func TestDomainIsProven(t *testing.T) {
	t.Parallel()
	c := startCompany(t)
	ana := c.hire("t1", "ana", staff.RoleAgent, "red")
	c.set(nil)
	ways := func(question body) int {
		t.Helper()
		var of struct{ Ways []struct{ Company string } }
		c.stranger().want(200, &of, "POST", "/api/v1/login/providers", question)
		return len(of.Ways)
	}
	byAddress, byLink := body{"email": "eva@x.example"}, body{"company": "t1"}
	if ways(byAddress) != 0 || ways(byLink) != 1 {
		t.Errorf("unproven: %d by address, %d by the company's link", ways(byAddress), ways(byLink))
	}
	c.admitted("s-ana", "ana@x.example") // her account is the company's

	var shown proven
	c.root.want(200, &shown, "GET", "/api/v1/settings/provider", nil)
	d := shown.Domains[0]
	if d.Name != "x.example" || d.Proven || d.Record != "_prosa.x.example" || len(d.Value) < 40 {
		t.Fatalf("%+v", d)
	}
	var p answeredProblem
	refused := func(what string, domain string) {
		t.Helper()
		c.root.want(400, &p, "POST", "/api/v1/settings/provider/prove", body{"domain": domain})
		if p.Field != "domain" || p.Remedy == "" {
			t.Errorf("%s: %+v", what, p)
		}
	}
	refused("no record", "x.example")
	refused("a domain that is not named", "else.example")
	c.names.Set(d.Record, "prosa-domain=of another company")
	refused("the record of another", "x.example")
	c.names.Down(true)
	refused("name servers that fail", "x.example")
	c.names.Down(false)
	ana.want(403, nil, "POST", "/api/v1/settings/provider/prove", body{"domain": "x.example"})
	if ways(byAddress) != 0 {
		t.Error("what was refused counts")
	}
	c.prove()
	c.prove() // once more changes nothing
	if ways(byAddress) != 1 {
		t.Error("it is proven, and nobody is shown the button")
	}
	const lines = `SELECT count(*) FROM audit WHERE action = 'settings.changed' AND after::text LIKE '%proven_domains%x.example%'`
	if n := c.counted(lines); n != 1 {
		t.Errorf("%d lines of the proof", n)
	}

	// What is named no more is proven no more, also when it is named again.
	c.set(body{"domains": []string{"y.example"}})
	c.set(nil)
	if ways(byAddress) != 0 {
		t.Error("a domain that was taken away is still proven")
	}
}
