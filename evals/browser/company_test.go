package browser

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/tenants"
)

// An administrator renames the company and sees what it may have; an invitation beyond
// says so at its field. Suspended, the page ends at the login, which says why.
func testSettingsCompany(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	all := tenants.New(d.Db, staff.New(d.Db))
	list, err := all.List(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	lume := list[0]
	admin := c.seat(t, d.Url, "admin@lume.example", prosatest.TestPassword)
	admin.tolerate("409 (Conflict)", "401 (Unauthorized)", "403 (Forbidden)")
	admin.open(d.Url + "/settings/company")
	admin.shows(at("use-seats"), "no limit")
	admin.rewrite(at("company-name"), "Lume Moda")
	admin.click(at("company-save"))
	admin.shows(toasts, "Lume Moda")
	if err := all.Limit(t.Context(), lume.ID, tenants.Limits{Seats: &lume.Use.Seats}); err != nil {
		t.Fatal(err)
	}
	admin.open(d.Url + "/settings/company")
	admin.shows(at("use-seats"), "used up")
	admin.looks("settings company")
	admin.click(at("settings-people"))
	admin.click(at("invite"))
	admin.write(at("invite-emails"), "carla@lume.example")
	admin.click(at("invite-send"))
	admin.shows(at("wrong-emails"), "as much as it may have")
	if err := all.Suspend(t.Context(), lume.ID, "the invoice of October is open"); err != nil {
		t.Fatal(err)
	}
	admin.see("document.querySelector('[data-test=login]')")
	admin.write(at("login-email"), "admin@lume.example")
	admin.write(at("login-password"), prosatest.TestPassword)
	admin.press(kb.Enter)
	admin.shows(at("login-error"), "the invoice of October is open")
	admin.looks("suspended")
	if err := all.Resume(t.Context(), lume.ID); err != nil {
		t.Fatal(err)
	}
	admin.rewrite(at("login-password"), prosatest.TestPassword)
	admin.press(kb.Enter)
	admin.shows(at("settings"), "Settings")
}
