package browser

import (
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
)

// code is what an authenticator shows for the secret on the screen, which it reads.
func (b *tab) secret() string {
	b.t.Helper()
	b.see("document.querySelector('[data-test=factor-secret]')?.value.length === 32 && document.querySelector('[data-test=factor-qr] path').getAttribute('d').length > 1000")
	secret, err := ask[string](b, "document.querySelector('[data-test=factor-secret]').value")
	if err != nil {
		b.t.Fatal(err)
	}
	return secret
}

func (b *tab) recovery() string {
	b.t.Helper()
	b.see("document.querySelectorAll('[data-test=recovery-codes] li').length === 10")
	code, err := ask[string](b, "document.querySelector('[data-test=recovery-codes] li').textContent")
	if err != nil {
		b.t.Fatal(err)
	}
	return code
}

func codeOf(t *testing.T, secret string, steps int) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, time.Now().Add(time.Duration(steps)*30*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// signsIn writes address and password, and comes to the second step.
func (c *chromium) signsIn(t *testing.T, url, email string) *tab {
	t.Helper()
	b := c.window(t)
	b.tolerate("400 (Bad Request)", "401 (Unauthorized)", "410 (Gone)")
	b.open(url)
	b.write(at("login-email"), email)
	b.write(at("login-password"), prosatest.TestPassword)
	b.click(at("login-submit"))
	b.shows(at("second-step"), "")
	return b
}

// Somebody sets a second factor up, gets in with a code and with a recovery code, and an
// administrator takes it away.
func testSecondFactor(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.tolerate("400 (Bad Request)", "401 (Unauthorized)")
	ana.open(d.Url + "/settings/account")
	ana.click(at("factor-on"))
	ana.write(at("factor-password"), "guess")
	ana.click(at("factor-next"))
	ana.shows(at("wrong-password"), "not your present password")
	ana.rewrite(at("factor-password"), prosatest.TestPassword)
	ana.click(at("factor-next"))
	secret := ana.secret()
	ana.looks("factor secret")
	ana.write(at("factor-code"), "000000")
	ana.click(at("factor-next"))
	ana.shows(at("wrong-code"), "clock")
	ana.rewrite(at("factor-code"), codeOf(t, secret, -1))
	ana.click(at("factor-next"))
	recovery := ana.recovery()
	ana.looks("factor recovery codes")
	ana.click(at("codes-kept"))
	ana.shows(at("factor"), "10 recovery codes are left")
	ana.looks("factor on")

	again := c.signsIn(t, d.Url, "ana@lume.example")
	again.looks("second step")
	again.write(at("code"), "000000")
	again.click(at("code-submit"))
	again.shows(at("code-error"), "clock")
	again.looks("second step refused")
	again.rewrite(at("code"), codeOf(t, secret, 0))
	again.click(at("code-submit"))
	again.live()
	lost := c.signsIn(t, d.Url, "ana@lume.example")
	lost.write(at("code"), recovery)
	lost.click(at("code-submit"))
	lost.live()

	admin := c.seat(t, d.Url, "admin@lume.example", prosatest.TestPassword)
	admin.open(d.Url + "/settings/people/" + d.Ana.Id)
	admin.click(at("factor-remove"))
	admin.click(at("factor-remove-sure"))
	admin.shows(toasts, "was removed")
	lost.shows(at("login-ended"), "")
	c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword).live()
}

// The policy leads an administrator to a second factor at the next sign-in.
func testFactorPolicy(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	admin := c.seat(t, d.Url, "admin@lume.example", prosatest.TestPassword)
	admin.open(d.Url + "/settings/audit")
	admin.shows(at("factor-policy"), "Whoever wants one")
	admin.choose(at("policy"), "admins")
	admin.click(at("policy-save"))
	admin.shows(at("policy-sure"), "whole company")
	admin.looks("factor policy sure")
	admin.click(at("confirm-yes"))
	admin.shows(at("audit-page"), "changed a setting")
	admin.looks("factor policy")
	await.Eventually(t, "the policy", func() (any, bool) { // three seconds after, and a second until sessions know
		var holds bool
		err := d.Db.QueryRow(t.Context(), `SELECT effective_from < now() - interval '2 seconds' FROM config WHERE kind = 'signin'`).Scan(&holds)
		return err, holds
	})
	admin.tolerate("401 (Unauthorized)")
	admin.open(d.Url + "/settings/account") // open since before
	admin.shows(at("login"), "Log in")
	next := c.signsIn(t, d.Url, "admin@lume.example")
	secret := next.secret()
	next.looks("factor demanded")
	next.write(at("code"), codeOf(t, secret, 0))
	next.click(at("code-submit"))
	next.recovery()
	next.looks("factor demanded codes")
	next.click(at("codes-kept"))
	next.live()
}
