package browser

import (
	"net/http"
	"testing"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// silence stops what the page does by itself now and then: from here on it learns only
// what it is told.
func (b *tab) silence() {
	b.t.Helper()
	b.script("(() => { const last = setInterval(() => {}, 1e6); for (let n = 0; n <= last; n++) clearInterval(n); })()")
}

// Two administrators see each other's changes without asking for them.
func testSettingsLive(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	d.Hire(t, "Rita", "admin")
	admin, rita := c.seat(t, d.Url, "admin@lume.example", prosatest.TestPassword), c.seat(t, d.Url, "rita@lume.example", prosatest.TestPassword)
	admin.click(at("rail-settings"))
	admin.click(at("settings-people"))
	admin.shows(at("people-page"), "ana@lume.example")
	rita.open(d.Url + "/settings/people/" + d.Ana.Id)
	rita.shows(at("person-drawer"), "ana@lume.example")
	admin.silence()
	rita.silence()

	rita.rewrite(at("person-name"), "Ana Maria Ribeiro")
	rita.click(at("person-save"))
	admin.shows(at("person-"+d.Ana.Id), "Ana Maria Ribeiro")
	admin.click(at("invite"))
	admin.write(at("invite-emails"), "carla@lume.example")
	admin.click(at("invite-send"))
	admin.see("document.querySelector('[data-test=invite-link]')")
	rita.click(at("people-invited"))
	rita.shows(at("invitation"), "carla@lume.example")

	admin.open(d.Url + "/settings/teams")
	admin.shows(at("teams-page"), "Teams")
	rita.click(at("settings-teams"))
	rita.click(at("team-new"))
	admin.silence()
	rita.write(at("team-name"), "Pós-venda")
	rita.click(at("team-save"))
	admin.shows(at("teams-page"), "Pós-venda")
}

// Two administrators rename the same team, and say how long files are kept: the second
// sees both values and chooses.
func testSettingsConflict(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	admin := c.seat(t, d.Url, "admin@lume.example", prosatest.TestPassword)
	admin.tolerate("409 (Conflict)", "400 (Bad Request)")
	team := prosatest.Expect(t, d.Admin.Post(t, "/api/v1/teams", map[string]any{"id": "vip", "name": "VIP"}), http.StatusOK)
	admin.open(d.Url + "/settings/teams/vip")
	admin.rewrite(at("team-name"), "Vips")
	prosatest.Expect(t, d.Admin.Post(t, "/api/v1/teams", map[string]any{"id": "vip", "name": "Premium", "revision": team.At("revision")}), http.StatusOK)
	admin.click(at("team-save"))
	admin.shows(at("theirs-name"), "Premium")
	admin.shows(at("mine-name"), "Vips")
	admin.looks("settings team conflict")
	admin.click(at("team-save"))
	admin.shows(at("teams-page"), "Vips")
	admin.lacks(at("conflict"))

	admin.click(at("settings-data"))
	admin.shows(at("data-history"), "default of the installation")
	admin.looks("settings data")
	admin.rewrite(at("keep-days"), "30")
	admin.write(at("keep-note"), "LGPD")
	admin.click(at("keep-save"))
	admin.shows(at("keep-sure"), "Delete files older than 30 days")
	admin.looks("settings data sure")
	admin.click(at("confirm-yes"))
	admin.shows(at("data-version"), "30 days")
	admin.shows(at("data-version"), "LGPD")
	admin.rewrite(at("keep-days"), "7")
	admin.shows(at("keep-removes"), "older than 7 days")
	prosatest.Expect(t, d.Admin.Put(t, "/api/v1/settings/media", map[string]any{"seen_version": 1, "settings": map[string]any{"keep_days": 14}}), http.StatusOK)
	admin.shows(at("data-history"), "14 days")
	admin.click(at("keep-save"))
	admin.click(at("confirm-yes"))
	admin.shows(at("theirs-days"), "14 days")
	admin.shows(at("mine-days"), "7 days")
	admin.looks("settings data conflict")
	admin.click(at("theirs-days"))
	admin.see("document.querySelector('[data-test=keep-save]').disabled")
	admin.click(at("mine-days"))
	admin.click(at("keep-save"))
	admin.click(at("confirm-yes"))
	admin.shows(at("data-page")+" h1 + .sub", "7 days")
	admin.lacks(at("conflict"))
}
