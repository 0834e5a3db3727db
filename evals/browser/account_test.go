package browser

import (
	"net/http"
	"testing"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// Somebody renames himself, changes his password with the mistakes that people make,
// ends a session elsewhere, and in the end all of them.
func testSettingsAccount(t *testing.T, c *chromium) {
	const next = "a quieter donkey sings"
	d := prosatest.OpenDesk(t, nil)
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.tolerate("400 (Bad Request)", "401 (Unauthorized)")
	ana.click(at("account"))
	ana.click(at("my-account"))
	ana.shows(at("account-page"), "ana@lume.example")
	ana.looks("settings account")
	ana.rewrite(at("own-name"), "Ana Maria")
	ana.click(at("own-save"))
	ana.shows(at("account"), "Ana Maria")

	ana.write(at("own-current"), "guess")
	ana.write(at("own-next"), next)
	ana.click(at("own-change"))
	ana.shows(at("wrong-current"), "not your present password")
	ana.rewrite(at("own-current"), prosatest.TestPassword)
	ana.rewrite(at("own-next"), "senha123")
	ana.click(at("own-change"))
	ana.shows(at("wrong-password"), "nothing that others try first")
	ana.looks("settings account refused")
	ana.rewrite(at("own-next"), next)
	ana.click(at("own-change"))
	ana.shows(toasts, "password was changed")
	prosatest.Expect(t, d.Ana.Get(t, "/api/v1/me"), http.StatusUnauthorized)

	other := c.seat(t, d.Url, "ana@lume.example", next)
	other.tolerate("401 (Unauthorized)")
	other.live()
	ana.open(d.Url + "/settings/account")
	ana.see("document.querySelectorAll('[data-test=session-end]').length === 2")
	ana.script("[...document.querySelectorAll('[data-test=sessions] li')].find((l) => !l.textContent.includes('this one')).querySelector('button').click()")
	other.shows(at("login-ended"), "")
	ana.click(at("logout-all"))
	ana.shows(at("login"), "")
}
