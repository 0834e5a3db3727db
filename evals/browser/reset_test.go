package browser

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// Whoever forgot his password sets another by the administrator's link, once, and
// is told why one is not taken. The token does not stay in the address.
func testPasswordLink(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	link := d.Admin.Post(t, "/api/v1/agents/"+d.Ana.Id+"/reset", map[string]any{})
	prosatest.Expect(t, link, http.StatusOK)
	const word = "a quieter donkey sings"
	ana := c.window(t)
	ana.tolerate("400 (Bad Request)", "401 (Unauthorized)", "410 (Gone)")
	ana.open(link.Text("link"))
	ana.shows(at("reset"), "Set a password")
	ana.see("!location.href.includes('reset=')")
	// Whose it is and what it must be is said before one is typed.
	ana.see(`document.querySelector('[data-test=reset-account]')?.value === 'ana@lume.example'`)
	ana.shows(at("reset-rule"), "at least 8 characters")
	ana.accessible("password link")
	ana.looks("password link")
	ana.write(at("reset-password"), "senha123")
	ana.press(kb.Enter)
	ana.shows(at("reset-error"), "nothing that others try first")
	ana.rewrite(at("reset-password"), word)
	ana.press(kb.Enter)
	ana.see("document.querySelector('[data-test=login]')")
	ana.enter("ana@lume.example", word)
	ana.live()
	prosatest.Expect(t, d.Ana.Get(t, "/api/v1/me"), http.StatusUnauthorized)

	again := c.window(t)
	again.tolerate("401 (Unauthorized)", "410 (Gone)")
	again.open(link.Text("link"))
	again.shows(at("reset-error"), "used already") // before anything is typed
	again.lacks(at("reset-account"))
	again.write(at("reset-password"), word)
	again.press(kb.Enter)
	again.shows(at("reset-error"), "used already")
}
