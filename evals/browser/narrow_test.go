package browser

import (
	"fmt"
	"testing"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// On a telephone there is no Escape, and the palette leaves nothing beside it:
// each dialogue has a way out for a finger.
func testNarrowDialogues(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	d.Say(t, prosatest.Helena, "um")
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	const search = ".tabbar button:nth-of-type(4)"
	for _, scheme := range []string{"light", "dark"} {
		ana.scheme(scheme)
		ana.size(390, 844)
		ana.click(search)
		ana.see("document.activeElement.matches('[data-test=palette-input]')")
		ana.see(`(({ width, height }) => width >= 44 && height >= 44)(document.querySelector('[data-test=close]').getBoundingClientRect())`)
		ana.fits()
		ana.accessible("palette on a telephone, " + scheme)
		ana.shot("narrow palette " + scheme)
		ana.click(at("close"))
		ana.lacks(at("palette"))
	}
	ana.click(search)
	ana.click(at("do-keys"))
	ana.shows(at("keys"), "")
	ana.fits()
	ana.shot("narrow keys")
	ana.click(at("close"))
	ana.lacks(at("keys"))
	ana.size(1440, 900)
	ana.press("?")
	ana.lacks(at("keys") + " " + at("close")) // Escape is at hand
}

// Wherever there is no room for the views, the list says that the connection is
// cut, and how to get it back.
func testNarrowConnection(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	d.Say(t, prosatest.Helena, "um")
	wire := newCable(t, d.Url)
	ana := c.seat(t, wire.url, "ana@lume.example", prosatest.TestPassword)
	ana.tolerate("net::ERR_", "WebSocket")
	ana.click(at("view-unclaimed"))
	ana.row("Helena")
	wire.cut()
	for _, width := range []int64{390, 721, 1020, 1021} {
		ana.size(width, 844)
		said := at("net-strip")
		if width > 1020 {
			said = at("net")
		}
		ana.shows(said, "No connection.")
		ana.see(`[...document.querySelectorAll('[data-test=net-strip], [data-test=net]')].filter((e) => e.checkVisibility()).length === 1`)
		ana.shows(said+" "+at("retry"), "Try now")
		ana.fits()
		ana.accessible(fmt.Sprintf("cut at %d pixels", width))
		ana.shot(fmt.Sprintf("narrow cut %d", width))
	}
	ana.scheme("dark")
	ana.size(390, 844)
	ana.accessible("cut on a telephone, dark")
	ana.shot("narrow cut dark")
	wire.mend()
	ana.click(at("net-strip") + " " + at("retry"))
	ana.live()
	ana.lacks(at("net-strip"))
}
