package browser

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// apart waits until two elements are there and do not lie over each other.
func (b *tab) apart(one, other string) {
	b.t.Helper()
	b.see(fmt.Sprintf(`(() => {
  const [a, b] = [%q, %q].map((s) => [...document.querySelectorAll(s)].find((e) => e.checkVisibility())?.getBoundingClientRect());
  return a && b && (a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top);
})()`, one, other))
}

// Nothing lies over what one writes in or presses, at any width, and who has a
// conversation is told on one line in every language.
func testInboxFits(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	hers, _ := d.Say(t, prosatest.Helena, "Manda a lista?")
	d.Say(t, prosatest.Helena, "E a tabela?")
	his, _ := d.Say(t, "5515955506650", "Qual o pedido mínimo?")
	prosatest.Expect(t, d.Ana.Post(t, hers+"/claim", map[string]any{}), http.StatusOK)
	prosatest.Expect(t, d.Bruno.Post(t, his+"/claim", map[string]any{}), http.StatusOK)
	if _, err := d.Sim.Say(prosatest.Helena, prosatest.Lisboa, "Também escrevo aqui"); err != nil {
		t.Fatal(err)
	}
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	sizes := [][2]int64{{1440, 900}, {1280, 720}, {1000, 700}, {760, 700}}

	// A long word of the system, over the list and not over the composer.
	ana.pick("unclaimed", "Helena")
	ana.mode("unclaimed")
	ana.keepToasts(true)
	ana.press("t")
	ana.shows(toasts, "Claim it first, or ask a manager")
	for _, size := range sizes {
		ana.size(size[0], size[1])
		ana.apart(toasts, at("composer"))
		ana.fits()
	}
	ana.keepToasts(false)

	// The drawer leaves Send where it can be pressed, and the last message in sight.
	ana.size(1440, 900)
	ana.pick("mine", "Helena")
	ana.write(at("compose"), "Vai já")
	for _, size := range sizes[1:] {
		ana.size(size[0], size[1])
		ana.press(kb.Escape)
		ana.press("d")
		ana.shows(at("details"), "Helena")
		for _, part := range []string{at("send"), at("send-more"), at("templates"), at("tab-note"), at("message") + " .bub"} {
			ana.apart(at("details"), part)
		}
		ana.click(at("tab-note"))
		ana.click(at("tab-reply"))
		ana.shot(fmt.Sprintf("drawer %d", size[0]))
		ana.fits()
		ana.press(kb.Escape)
		ana.press("d")
		ana.lacks(at("details"))
	}

	// A message is copied by its key: the newest, or that which the keys went to.
	c.clipboard(ana, func() {
		for _, step := range []struct{ keys, want string }{{"y", "E a tabela?"}, {"KKy", "Manda a lista?"}, {"Jy", "E a tabela?"}} {
			ana.see("navigator.clipboard.writeText('').then(() => true)")
			ana.press(step.keys)
			ana.see(fmt.Sprintf("navigator.clipboard.readText().then((text) => text === %q)", step.want))
		}
	})
	ana.see("document.activeElement.matches('[data-test=message]')")

	ana.size(1440, 900)
	ana.pick("all", "Loja da Vila")
	for language, word := range map[string]string{"pt-BR": "Pedir", "es": "Pedir", "en": "Ask"} {
		ana.click(at("account"))
		ana.choose(at("language"), language)
		ana.press(kb.Escape)
		ana.shows(at("ask"), word)
		ana.see("document.querySelector('[data-test=locked] small').getBoundingClientRect().height < 20")
		ana.see("(([a, b]) => a.top === b.top)([...document.querySelectorAll('[data-test=takeover], [data-test=ask]')].map((e) => e.getBoundingClientRect()))")
		ana.fits()
		ana.shot("owned by another " + language)
	}
}

// Without a connection nobody blames the server: what was not read yet is told so,
// and comes by itself.
func testStateOffline(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Manda a lista?")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	wire := newCable(t, d.Url)
	ana := c.seat(t, wire.url, "ana@lume.example", prosatest.TestPassword)
	ana.tolerate("net::ERR_", "WebSocket")
	ana.click(at("view-mine"))
	row := ana.row("Helena")
	wire.cut()
	ana.see("document.querySelector('[data-test=net]')?.dataset.net === 'cut'")
	ana.click(row)
	ana.shows(at("thread-error"), "has not been read here yet")
	ana.looks("offline, unread")
	ana.click(at("view-resolved"))
	ana.shows(at("list-error"), "no connection")
	wire.mend()
	ana.retry()
	ana.live()
	ana.message("Manda a lista?", "")
	ana.shows(at("list-empty"), "Nothing resolved")
}
