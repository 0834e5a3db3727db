package browser

import (
	"net/http"
	"testing"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// A team is made, gets its people, and is merged into another: its conversations
// follow, and each says where it went.
func testSettingsTeams(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "bom dia")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	admin := c.seat(t, d.Url, "admin@lume.example", prosatest.TestPassword)
	admin.open(d.Url + "/settings/teams/+")
	admin.write(at("team-name"), "Trocas")
	admin.click(at("team-save"))
	admin.shows(at("teams-page"), "Trocas")
	admin.click(at("team-row-trocas") + " button")
	admin.shows(at("team-drawer"), "Trocas")
	admin.click(at("member-" + d.Ana.Id))
	admin.rewrite(at("team-name"), "Trocas e devoluções")
	admin.looks("settings team")
	admin.click(at("team-save"))
	admin.shows(at("team-row-trocas"), "Trocas e devoluções")
	admin.see("document.querySelector('[data-test=team-row-trocas] .av') !== null")

	first, err := ask[string](admin, "[...document.querySelectorAll('[data-test^=team-row-]')].find((r) => !/trocas/.test(r.dataset.test)).dataset.test")
	if err != nil {
		t.Fatal(err)
	}
	admin.click(at(first) + " button")
	admin.click(at("team-end"))
	admin.shows(at("team-end-dialog"), "Conversations stay with their owners")
	admin.looks("settings team end")
	admin.click(at("how-remove"))
	admin.shows(at("team-end-dialog"), "Conversations go to the queue")
	admin.click(at("how-merge"))
	admin.click(at("team-end-confirm"))
	admin.lacks(at(first))
	admin.shows(at("job"), "1 passed on")
	admin.looks("settings teams after a merge")
	admin.click(at("job-results"))
	admin.shows(at("job-item"), "Ana")
	admin.looks("settings job")
}
