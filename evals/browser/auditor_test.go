package browser

import (
	"testing"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// An auditor reads every conversation and finds nothing to change; where he looked stands
// in the audit, which is all that he has of the settings.
func testSettingsAuditor(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	d.Say(t, prosatest.Helena, "Oi!")
	d.Hire(t, "Otto", "auditor")
	otto := c.seat(t, d.Url, "otto@lume.example", prosatest.TestPassword)
	otto.pick("unclaimed", "Helena")
	otto.shows(at("looks-on"), "You look on")
	for _, act := range []string{"resolve", "transfer", "snooze", "compose", "note-add"} {
		otto.lacks(at(act))
	}
	for _, key := range []string{"c", "e", "t", "n", "s"} { // do nothing here
		otto.press(key)
	}
	otto.lacks(at("snooze-sheet"))
	otto.lacks(at("compose"))
	otto.looks("auditor")
	otto.click(at("rail-settings"))
	otto.shows(at("audit-line"), "looked into a conversation")
	otto.lacks(at("settings-people"))
	otto.open(d.Url + "/settings/people")
	otto.shows(at("audit-line"), "Otto")
	if got := d.FromBusiness(prosatest.Helena); len(got) != 0 {
		t.Errorf("the phone has %q", got)
	}
}
