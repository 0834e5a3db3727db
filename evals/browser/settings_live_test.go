package browser

import (
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
