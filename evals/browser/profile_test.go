package browser

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// adds picks a language of a list that keeps what was picked elsewhere.
func (b *tab) adds(list, tag string) {
	b.t.Helper()
	b.script(fmt.Sprintf(`((s) => { s.value = %q; s.dispatchEvent(new Event("change", { bubbles: true })); })(document.querySelector(%q))`, tag, at(list)))
	b.shows(at("writes-"+tag), "")
}

// An administrator says what somebody can do, with the mistakes that people make; what
// another one has changed meanwhile is shown beside it.
func testSettingsProfile(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	agent := "/api/v1/agents/" + d.Ana.Id
	prosatest.Expect(t, d.Admin.Patch(t, "/api/v1/agents/"+d.Bruno.Id, map[string]any{"skills": []string{"boleto"}}), http.StatusOK)
	admin := c.seat(t, d.Url, "admin@lume.example", prosatest.TestPassword)
	admin.tolerate("409 (Conflict)", "400 (Bad Request)")
	admin.open(d.Url + "/settings/people/" + d.Ana.Id)
	admin.shows(at("person-drawer"), "Skills")
	admin.see("document.querySelector('#person-skills-others option').value === 'boleto'") // what colleagues have is offered
	admin.write(at("person-skills"), "nota fiscal, troca,")
	admin.shows(at("skill-troca"), "troca")
	admin.insert("jeans")
	admin.press(kb.Enter)
	admin.shows(at("skill-jeans"), "jeans")
	admin.click(at("skill-troca"))
	admin.lacks(at("skill-troca"))
	admin.write(at("person-skills"), "linho") // is not ended, and saved
	admin.adds("person-languages", "pt-BR")
	admin.adds("person-languages", "es")
	admin.shows(at("writes-es"), "Spanish")
	admin.write(at("person-zone"), "Mars/Olympus")
	admin.choose(at("person-screen"), "es")
	admin.rewrite(at("person-capacity"), "12")
	admin.click(at("person-save"))
	admin.shows(at("wrong-time_zone"), "no such zone")
	admin.shows(at("skill-linho"), "linho")
	admin.looks("settings profile refused")
	admin.rewrite(at("person-zone"), "America/Bogota")
	admin.write(at("person-skills"), strings.Repeat("x", 200))
	admin.click(at("person-save"))
	admin.shows(at("wrong-skills"), "at most 40 letters")
	admin.click(at("skill-" + strings.Repeat("x", 200)))
	many := make([]string, 51)
	for n := range many {
		many[n] = "s" + string(rune('A'+n%26)) + string(rune('A'+n/26))
	}
	admin.write(at("person-skills"), strings.Join(many, ",")+",")
	admin.shows(at("skill-"+many[50]), many[50])
	admin.click(at("person-save"))
	admin.shows(at("wrong-skills"), "At most 50 skills")
	admin.within("fifty-one skills")
	for _, skill := range many {
		admin.script("document.querySelector('" + at("skill-"+skill) + "').click()")
		admin.lacks(at("skill-" + skill))
	}
	admin.click(at("person-save"))
	admin.see("document.querySelector('[data-test=person-cancel]').disabled") // nothing is left to save
	admin.lacks(at("wrong-skills"))
	now := prosatest.Expect(t, d.Ana.Get(t, "/api/v1/me"), http.StatusOK)
	for field, want := range map[string]any{
		"agent.skills.0": "nota fiscal", "agent.skills.1": "jeans", "agent.skills.2": "linho", "agent.languages.1": "es",
		"agent.time_zone": "America/Bogota", "agent.interface_language": "es", "agent.capacity": 12.0,
	} {
		if got := now.At(field); got != want {
			t.Errorf("%s is %v, want %v", field, got, want)
		}
	}
	admin.looks("settings profile")

	admin.click(at("skill-jeans"))
	prosatest.Expect(t, d.Admin.Patch(t, agent, map[string]any{"skills": []string{"contrato"}, "time_zone": "America/Lima"}), http.StatusOK)
	admin.click(at("person-save"))
	admin.shows(at("theirs-skills"), "contrato")
	admin.shows(at("mine-skills"), "nota fiscal, linho")
	admin.lacks(at("conflict-time_zone"))
	admin.see("document.querySelector('[data-test=person-zone]').value === 'America/Lima'") // untouched here: theirs
	admin.looks("settings profile conflict")
	admin.click(at("theirs-skills"))
	admin.shows(at("skill-contrato"), "contrato")
	admin.lacks(at("skill-linho"))
	admin.click(at("mine-skills"))
	admin.click(at("person-save"))
	admin.lacks(at("conflict"))
	admin.press(kb.Escape)
	admin.write(at("people-find"), "linho")
	admin.see("document.querySelectorAll('[data-test=people-page] tbody tr').length === 1")
	admin.click(at("settings-audit"))
	admin.shows(at("audit-page"), "America/Lima")
	admin.shows(at("audit-page"), "Spanish")
	admin.looks("settings audit of a profile")
}

// Somebody says in which languages he writes and in which zone he is. The language of
// the screen changes at once, and is that of every device on which he logs in; the login
// of another browser stays in its own.
func testSettingsOwnProfile(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	prosatest.Expect(t, d.Admin.Patch(t, "/api/v1/agents/"+d.Ana.Id, map[string]any{"skills": []string{"troca"}}), http.StatusOK)
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.tolerate("400 (Bad Request)")
	ana.open(d.Url + "/settings/account")
	ana.shows(at("account-page"), "troca. An administrator changes them.")
	ana.adds("own-languages", "pt-BR")
	ana.write(at("own-zone"), "Lisbon")
	ana.click(at("own-profile-save"))
	ana.shows(at("wrong-time_zone"), "no such zone")
	ana.rewrite(at("own-zone"), "Europe/Lisbon")
	ana.click(at("own-profile-save"))
	ana.shows(toasts, "Saved")
	ana.see("document.querySelector('[data-test=own-profile-save]').disabled")
	ana.choose(at("language"), "pt-BR")
	ana.see("document.documentElement.lang === 'pt-BR'")
	ana.shows(at("account-page"), "Fuso horário")
	ana.looks("settings own profile")
	ana.do("reload", chromedp.Reload())
	ana.shows(at("account-page"), "Fuso horário")
	ana.see("document.querySelector('[data-test=own-zone]').value === 'Europe/Lisbon'")

	other := c.window(t) // another device
	other.tolerate("401 (Unauthorized)", "net::ERR_")
	other.open(d.Url)
	other.see("document.documentElement.lang === 'en'")
	other.enter("ana@lume.example", prosatest.TestPassword)
	other.see("document.documentElement.lang === 'pt-BR'")
	other.see("localStorage.getItem('prosa.language') === null")
	other.do("reload", chromedp.Reload())
	other.live()
	other.see("document.documentElement.lang === 'pt-BR'")

	// What an administrator makes of it holds from the next time on.
	prosatest.Expect(t, d.Admin.Patch(t, "/api/v1/agents/"+d.Ana.Id, map[string]any{"interface_language": "es"}), http.StatusOK)
	other.do("reload", chromedp.Reload())
	other.live()
	other.see("document.documentElement.lang === 'es'")

	// What cannot be kept is taken back.
	other.click(at("account"))
	other.block("me")
	other.script("((s) => { s.value = 'en'; s.dispatchEvent(new Event('change', { bubbles: true })); })(document.querySelector('[data-test=language]'))")
	other.glimpses(toasts, "servidor")
	other.see("document.documentElement.lang === 'es'")
	other.see("document.querySelector('[data-test=language]').value === 'es'")
	other.block()
	other.choose(at("language"), "")
	other.see("document.documentElement.lang === 'en'")
}
