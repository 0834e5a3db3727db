package browser

import (
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
