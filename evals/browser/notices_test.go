package browser

import (
	"net/http"
	"testing"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// A customer waits too long: the administrator is told in the rail and finds what to do;
// it is over when somebody takes the conversation. A webhook's secret is shown once.
func testSettingsNotices(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Alguém aí?")
	admin := c.seat(t, d.Url, "admin@lume.example", prosatest.TestPassword)
	admin.tolerate("400 (Bad Request)", "409 (Conflict)")
	admin.lacks(at("rail-notices"))
	admin.open(d.Url + "/settings/notices")
	admin.shows(at("notices-page"), "Nothing needs you")
	admin.shows(at("notices-page"), "No mail server is set up")
	admin.rewrite(at("queue-minutes"), "20")
	admin.click(at("notices-save"))
	admin.shows(toasts, "Saved")

	// Another administrator publishes meanwhile: both values stand side by side.
	admin.rewrite(at("queue-minutes"), "25")
	prosatest.Expect(t, d.Admin.Put(t, "/api/v1/settings/notices", map[string]any{
		"seen_version": 1, "settings": map[string]any{"queue_minutes": 15, "silent_hours": 48},
	}), http.StatusOK)
	admin.click(at("notices-save"))
	admin.shows(at("theirs-queue_minutes"), "15")
	admin.see("document.querySelector('[data-test=silent-hours]').value === '48'") // untouched here: theirs
	admin.looks("settings notices conflict")
	admin.click(at("mine-queue_minutes"))
	admin.click(at("notices-save"))
	admin.lacks(at("conflict"))

	if _, err := d.Db.Exec(t.Context(), `UPDATE installation SET ahead = interval '1 hour'`); err != nil {
		t.Fatal(err)
	}
	admin.shows(at("notice"), "waits too long")
	admin.shows(at("rail-notices"), "1")
	admin.looks("settings notices")

	admin.write(at("webhook-url"), "http://example.com/")
	admin.click(at("webhook-set"))
	admin.shows(at("wrong-url"), "https")
	admin.rewrite(at("webhook-url"), "https://hooks.example.com/prosa")
	admin.click(at("webhook-set"))
	admin.see("document.querySelector('[data-test=webhook-secret]')?.value.length > 30")
	admin.looks("settings webhook")

	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	admin.shows(at("notices-page"), "Nothing needs you")
	admin.lacks(at("rail-notices"))
	admin.shows(at("notices-page"), "Over")
}
