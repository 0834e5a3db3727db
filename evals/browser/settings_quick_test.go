package browser

import (
	"net/http"
	"testing"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// Quick replies are made, found, changed and removed in the settings: by an administrator
// those of the company, by an agent his own; what somebody else changed meanwhile stands
// beside what one wrote oneself.
func testSettingsQuick(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	admin := c.seat(t, d.Url, "admin@lume.example", prosatest.TestPassword)
	admin.tolerate("400 (Bad Request)", "409 (Conflict)")
	admin.open(d.Url + "/settings/quick")
	admin.shows(at("settings-none"), "Write once what you write every day")
	admin.looks("settings quick none")
	admin.click(at("quick-new"))
	admin.see("document.querySelector('[data-test=quick-save]').disabled")
	admin.choose(at("quick-place"), "company")
	admin.write(at("quick-word"), "/Prazo entrega")
	admin.write(at("quick-title"), "Prazo de entrega")
	admin.write(at("quick-text"), "Oi, {{contact.first_nam}}! Chega em {{prazo}}.")
	admin.click(at("quick-save"))
	admin.shows(at("wrong-shortcut"), "without blanks")
	admin.rewrite(at("quick-word"), "/Prazo")
	admin.click(at("quick-save"))
	admin.shows(at("wrong-text"), "A variable is not right")
	admin.looks("settings quick wrong")
	admin.rewrite(at("quick-text"), "Oi, {{contact.first_name}}! Chega em {{prazo}}. — ")
	admin.click(at("quick-put-agent.name"))
	admin.shows(at("quick-preview"), "Oi, Helena! Chega em prazo. —")
	admin.shows(at("quick-drawer"), "Asks for: prazo")
	admin.click(at("quick-save"))
	admin.shows(at("quick-page"), "1 reply")
	admin.lacks(at("quick-drawer"))
	admin.shows(at("quick-row"), "/prazo")

	// An agent reads it, changes nothing of it, and has his own.
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.open(d.Url + "/settings/quick")
	ana.click(at("quick-prazo"))
	ana.shows(at("quick-locked"), "Managers and administrators")
	ana.lacks(at("quick-save"))
	ana.looks("settings quick locked")
	ana.click(at("quick-new"))
	ana.see("document.querySelectorAll('[data-test=quick-place] option').length === 1")
	ana.write(at("quick-word"), "prazo")
	ana.write(at("quick-title"), "Meu prazo")
	ana.write(at("quick-text"), "Três dias úteis.")
	ana.click(at("quick-save"))
	ana.shows(at("quick-tab-own"), "1")
	ana.shows(at("quick-page"), "2 replies")
	ana.write(at("quick-find"), "uteis")
	ana.see("document.querySelectorAll('[data-test=quick-row]').length === 1")
	ana.rewrite(at("quick-find"), "nada")
	ana.shows(at("settings-none"), "Nothing with “nada”")

	// Two change the same.
	admin.click(at("quick-prazo"))
	admin.rewrite(at("quick-title"), "Prazo, como eu digo")
	list := d.Admin.Get(t, "/api/v1/quick_replies")
	prosatest.Expect(t, list, http.StatusOK)
	reply := list.Body["replies"].([]any)[0].(map[string]any)
	prosatest.Expect(t, d.Admin.Patch(t, "/api/v1/quick_replies/"+reply["id"].(string), map[string]any{
		"revision": reply["revision"], "title": "Prazo dos outros", "text": "Chega em {{prazo}}.",
	}), http.StatusOK)
	admin.shows(at("quick-row"), "Prazo dos outros") // live
	admin.click(at("quick-save"))
	admin.shows(at("theirs-title"), "Prazo dos outros")
	admin.shows(at("mine-title"), "Prazo, como eu digo")
	admin.see("document.querySelector('[data-test=quick-text]').value === 'Chega em {{prazo}}.'")
	admin.looks("settings quick conflict")
	admin.click(at("quick-save"))
	admin.shows(at("quick-row"), "Prazo, como eu digo")
	admin.lacks(at("conflict"))
	admin.click(at("quick-remove"))
	admin.shows(at("quick-removing"), "Nobody finds it any more")
	admin.click(at("confirm-yes"))
	admin.lacks(at("quick-row"))
	ana.rewrite(at("quick-find"), "")
	ana.shows(at("quick-page"), "1 reply")
	admin.click(at("settings-audit"))
	admin.shows(at("audit-page"), "removed a quick reply")
	admin.looks("settings quick audit")
}
