package browser

import (
	"net/http"
	"testing"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// What the browser says of the network is heeded at once. No timer of the page is
// left here, so that nothing else can find out.
func testNetworkEvents(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "um")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	wire := newCable(t, d.Url)
	ana := c.seat(t, wire.url, "ana@lume.example", prosatest.TestPassword)
	ana.tolerate("net::ERR_", "WebSocket")
	ana.pick("mine", "Helena")
	ana.message("um", "")
	ana.script("(() => { for (let id = setInterval(() => {}, 1e9); id > 0; id--) clearInterval(id); })()")

	wire.hush(true)
	ana.script("dispatchEvent(new Event('offline'))")
	ana.see("document.querySelector('[data-test=net]')?.dataset.net === 'cut'")
	wire.hush(false)
	ana.script("dispatchEvent(new Event('online'))")
	ana.live()
}
