package browser

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// The mark of the focus is whole, also in a list that scrolls.
func testFocusRing(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Amanhã eu vejo")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.pick("mine", "Helena")
	ana.press(kb.Escape)
	ana.press("s")
	ana.shows(at("snooze-sheet"), "")
	ana.see(`(() => {
	  const e = document.activeElement, list = e.closest('.people')?.getBoundingClientRect(), at = e.getBoundingClientRect();
	  const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(e), ring = parseFloat(outlineWidth) + parseFloat(outlineOffset);
	  return list && outlineStyle !== 'none' && at.left - ring >= list.left && at.right + ring <= list.right && at.top - ring >= list.top;
	})()`)
	ana.shot("focus ring")
}
