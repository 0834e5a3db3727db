package browser

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
)

// What nobody knows the outcome of stands in a list, with what is known around it.
func testUnconfirmed(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Oi")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.pick("mine", "Helena")
	d.Sim.Trigger(chance.Gateway)
	ana.write(at("compose"), "Pela lista")
	ana.press(kb.Enter)
	ana.click(at("view-unconfirmed"))
	ana.shows(at("unconfirmed-send"), "Pela lista")
	ana.shows(at("unconfirmed-send"), "WhatsApp has told nothing of this number since")
	ana.looks("unconfirmed")
	ana.click(at("unconfirmed-resend"))
	ana.shows(at("unconfirmed-none"), "Everything that was sent is confirmed")
	ana.press(kb.Escape)
	ana.message("Pela lista", "delivered")
	ana.lacks(at("view-unconfirmed"))
}
