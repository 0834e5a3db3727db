package browser

import (
	"testing"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/persistence/identity"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// An administrator is told at its field what is wrong with a provider, and whoever comes
// back from one is told at the login why he is not in.
func testProvider(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	admin := c.seat(t, d.Url, "admin@lume.example", prosatest.TestPassword)
	admin.tolerate("400 (Bad Request)")
	admin.open(d.Url + "/settings/audit")
	admin.shows(at("provider"), "sign in with their password")
	admin.click(at("provider-open"))
	admin.write(at("provider-issuer"), "http://127.0.0.1:1")
	admin.click(at("provider-test"))
	admin.shows(at("provider-bad-issuer"), "cannot be used")
	admin.looks("provider refused")

	// The domain of a provider that is set is proven by a record, which is not there.
	set := identity.Settings{Issuer: "https://login.lume.example", ClientID: "c", Domains: []string{"lume.example"}, Label: "Lume", JoinRole: staff.RoleAgent}
	var tenant wa.TenantID
	if err := d.Db.QueryRow(t.Context(), `SELECT tenant_id FROM staff WHERE email = 'admin@lume.example'`).Scan(&tenant); err != nil {
		t.Fatal(err)
	}
	if _, err := identity.New(d.Db, d.Sealer(t)).Put(t.Context(), tenant, 0, set, "secret"); err != nil {
		t.Fatal(err)
	}
	admin.open(d.Url + "/settings/audit")
	admin.shows(at("domain-lume.example"), "lume.example")
	admin.click(at("domain-check"))
	admin.shows(at("domain-bad"), "not seen yet")
	admin.looks("a domain that is not proven")
	b := c.window(t)
	b.tolerate("401 (Unauthorized)")
	b.open(d.Url + "/#signin_failed=account")
	b.shows(at("login-error"), "no account here yet")
	b.looks("login refused by a provider")
}
