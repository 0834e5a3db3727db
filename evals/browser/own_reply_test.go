package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// Whoever reads further up and answers sees what he has said, and is not told of it as
// of news; what a customer says meanwhile is news and moves nothing.
func testOwnReplyInSight(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	for n := range 40 {
		if _, err := d.Sim.Say(prosatest.Helena, prosatest.Brasil, fmt.Sprintf("Linha %d", n)); err != nil {
			t.Fatal(err)
		}
	}
	d.Say(t, prosatest.Helena, "A última")
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.pick("unclaimed", "Helena")
	ana.message("A última", "")
	const away = "(() => { const s = document.querySelector('[data-test=stream]'); return s.scrollHeight - s.scrollTop - s.clientHeight; })()"
	up := func() {
		ana.script("document.querySelector('[data-test=stream]').scrollTop = 0")
		ana.see(away + " > 300")
		ana.shows(at("to-end"), "latest")
	}
	up()
	ana.write(at("compose"), "Já vejo")
	ana.press(kb.Enter)
	ana.shows(at("message"), "Já vejo")
	ana.see(away + " < 5")
	ana.lacks(at("jump"))
	up()
	if _, err := d.Sim.Say(prosatest.Helena, prosatest.Brasil, "E mais uma"); err != nil {
		t.Fatal(err)
	}
	ana.shows(at("jump"), "1 new")
	ana.see(away + " > 300")
	ana.click(at("jump"))
	ana.see(away + " < 5")
}
