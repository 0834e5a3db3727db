package browser

import (
	"net/http"
	"testing"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// A list that cannot be read says so, also where an older one is shown, and can be
// read again; what cannot be sent from here is marked before it is chosen.
func testTemplateUnread(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Oi")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	d.Templates(t, 4)
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.tolerate("503 (Service Unavailable)")
	const refuse = `(() => { const real = window.fetch; window.refuses = true;
	  window.fetch = (...of) => (window.refuses && String(of[0]).includes('/templates')
	    ? Promise.resolve(new Response('{"code":"unavailable"}', { status: 503 })) : real(...of)); })()`
	ana.script(refuse)
	ana.pick("mine", "Helena")
	ana.click(at("templates"))
	ana.shows(at("template-none"), "The templates could not be loaded.")
	ana.accessible("templates that cannot be read")
	ana.shot("template unread")
	ana.script("window.refuses = false")
	ana.click(at("template-again"))
	ana.option("order_ready")
	ana.lacks(at("template-failed"))

	ana.click(at("template-back"))
	ana.script("(() => { const real = Date.now; Date.now = () => real() + 60000; })()") // the list is old by now
	ana.script("window.refuses = true")
	ana.click(at("templates"))
	ana.shows(at("template-failed"), "The templates could not be loaded.")
	ana.option("order_ready") // those of before
	ana.accessible("templates of before")
	ana.shot("template unread old")
	ana.script("window.refuses = false")
	ana.click(at("template-failed") + " button")
	ana.lacks(at("template-failed"))
}
