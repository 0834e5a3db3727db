package browser

import (
	"net/http"
	"testing"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// An administrator limits a colleague to her own conversations and to a number: her open
// page has no queue and no team any more, what she is given comes in, what is taken from
// her goes, and nobody offers her what is of another number.
func testSettingsLimits(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Vocês entregam em Braga?")
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.tolerate("404 (Not Found)", "WebSocket")
	ana.click(at("view-unclaimed"))
	ana.rowsAre(1)

	admin := c.seat(t, d.Url, "admin@lume.example", prosatest.TestPassword)
	admin.open(d.Url + "/settings/people/" + d.Ana.Id)
	admin.shows(at("person-drawer"), "Own conversations only")
	admin.click(at("own-only"))
	admin.click(at("limit-" + string(prosatest.Brasil)))
	admin.click(at("role-admin")) // who has no limits, and she keeps what was chosen
	admin.lacks(at("own-only"))
	admin.click(at("role-agent"))
	admin.looks("settings limits")
	admin.click(at("person-save"))
	admin.shows(at("person-"+d.Ana.Id), "Ana")
	admin.see("document.querySelector('[data-test=person-save]').disabled && document.querySelector('[data-test=own-only]').checked")

	// Her page comes back with the new rights, away from the queue that it stood in.
	ana.lacks(at("view-unclaimed"))
	ana.lacks(at("view-all"))
	ana.see("location.pathname.startsWith('/inbox/mine')")
	ana.rowsAre(0)
	ana.looks("own only, nothing")
	prosatest.Expect(t, d.Admin.Post(t, path+"/assign", map[string]any{"agent_id": d.Ana.Id}), http.StatusOK)
	ana.rowsAre(1)
	ana.pick("mine", "Helena")
	ana.mode("mine")
	ana.counts("1   0 0 | 1 1 0 | ")
	ana.looks("own only")
	prosatest.Expect(t, d.Admin.Post(t, path+"/takeover", map[string]any{"reason": "Almoço"}), http.StatusOK)
	ana.rowsAre(0)
	ana.shows(at("thread-gone"), "You cannot see this conversation")

	// Whoever passes on what is of another number is not offered her.
	if _, err := d.Sim.Say(prosatest.Vila, prosatest.Lisboa, "Bom dia"); err != nil {
		t.Fatal(err)
	}
	bruno := c.seat(t, d.Url, "bruno@lume.example", prosatest.TestPassword)
	bruno.pick("unclaimed", "Loja da Vila")
	bruno.press("c")
	bruno.mode("mine")
	bruno.press("t")
	bruno.shows(at("transfer-sheet"), "Pass Loja")
	bruno.see("![...document.querySelectorAll('[data-test=colleague]')].some((p) => p.textContent.includes('Ana'))")
	bruno.looks("passed to whom")

	// The same choice stands where somebody is invited and where a key is made.
	admin.click(at("invite"))
	admin.write(at("invite-emails"), "carla@lume.example")
	admin.see("document.querySelector('[data-test=invite-dialog] [data-test=own-only]')")
	admin.click(at("invite-dialog") + " " + at("own-only"))
	admin.looks("settings invite, limited")
	admin.click(at("invite-send"))
	admin.click(at("invite-done"))
	admin.click(at("people-invited"))
	admin.shows(at("invitation"), "Own conversations only")
	admin.open(d.Url + "/settings/keys")
	admin.click(at("key-new"))
	admin.write(at("key-name"), "Loja virtual")
	admin.click(at("limit-" + string(prosatest.Lisboa)))
	admin.looks("settings key, limited")
	admin.click(at("key-make"))
	admin.click(at("key-done"))
	admin.shows(at("key"), "Lisboa")
	admin.open(d.Url + "/settings/audit")
	admin.shows(at("audit-line"), "Loja virtual")
	admin.see("[...document.querySelectorAll('[data-test=audit-line]')].some((l) => /Own conversations only/.test(l.textContent) && /Brás/.test(l.textContent))")
	admin.looks("audit of limits")
	admin.click(at("audit-open"))
	admin.shows(at("audit-whole"), "Numbers")
	admin.looks("audit line")
}
