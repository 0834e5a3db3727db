package browser

import (
	"testing"

	"github.com/prosa-chat/prosa/evals/prosatest"
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
	b := c.window(t)
	b.tolerate("401 (Unauthorized)")
	b.open(d.Url + "/#signin_failed=account")
	b.shows(at("login-error"), "no account here yet")
	b.looks("login refused by a provider")
}
