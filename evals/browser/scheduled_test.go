package browser

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// leavesIn chooses a time of one's own, so many hours from now.
func (b *tab) leavesIn(hours int) {
	b.shows(at("later"), "")
	b.script(fmt.Sprintf(`(() => { const f = document.getElementById('later-at'), d = new Date(Date.now() + %d * 3600e3);
		d.setMinutes(d.getMinutes() - d.getTimezoneOffset()); f.value = d.toISOString().slice(0, 16);
		f.dispatchEvent(new Event('input', { bubbles: true })); })()`, hours))
	b.see("!document.querySelector('[data-test=later-go]').disabled")
}

// A reply is scheduled by key and by menu, moved, cancelled back into the composer, and
// held back because the customer was faster; past the window a template leaves.
func testScheduled(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	d.Templates(t, 4)
	path, _ := d.Say(t, prosatest.Helena, "Até amanhã")
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.pick("unclaimed", "Helena")
	ana.mode("unclaimed")
	ana.write(at("compose"), "Separei as calças")
	ana.press(kb.Enter, kb.ModifierCtrl, kb.ModifierShift)
	ana.shows(at("later")+" .later-top", "Helena’s time")
	ana.see("document.activeElement.matches('.later-opt')")
	for _, scheme := range []string{"light", "dark"} {
		ana.scheme(scheme)
		ana.accessible("schedule, " + scheme)
		ana.shot("composer schedule " + scheme)
	}
	ana.size(360, 740)
	ana.fits()
	ana.accessible("schedule on a phone")
	ana.shot("composer schedule phone")
	ana.size(1440, 900)
	ana.scheme("light")
	ana.press(kb.Escape)
	ana.lacks(at("later"))
	ana.composes("Separei as calças")

	ana.click(at("send-more"))
	ana.click(at("send-schedule"))
	ana.leavesIn(2)
	ana.click(at("later-go"))
	ana.shows(at("scheduled-line"), "Separei as calças")
	ana.shows(at("scheduled-line"), "unless Helena writes first")
	ana.composes("")
	ana.mode("mine")
	ana.accessible("scheduled line")
	ana.shot("thread scheduled")
	ana.click(at("scheduled-move"))
	ana.shows(at("later"), "Change the time")
	ana.leavesIn(3)
	ana.click(at("later-cancels"))
	ana.click(at("later-go"))
	ana.see("!document.querySelector('[data-test=scheduled-line]').textContent.includes('unless')")
	ana.click(at("transfer"))
	ana.shows(at("keepers"), "1 scheduled message")
	ana.accessible("hand over what is scheduled")
	ana.press(kb.Escape)
	ana.click(at("scheduled-cancel"))
	ana.lacks(at("scheduled-line"))
	ana.composes("Separei as calças")
	ana.shows(at("event-unscheduled"), "You cancelled a scheduled message")

	// The customer is faster: the text stands in the thread, to be used again.
	ana.press(kb.Enter, kb.ModifierCtrl, kb.ModifierShift)
	ana.leavesIn(2)
	ana.click(at("later-go"))
	ana.shows(at("scheduled-line"), "Separei as calças")
	if _, err := d.Sim.Say(prosatest.Helena, prosatest.Brasil, "Mudei de ideia"); err != nil {
		t.Fatal(err)
	}
	ana.shows(at("withdrawn"), "the person wrote before its time came")
	ana.lacks(at("scheduled-line"))

	// Past the window only a template may leave.
	ana.write(at("compose"), "Tarde demais")
	ana.press(kb.Enter, kb.ModifierCtrl, kb.ModifierShift)
	ana.leavesIn(30)
	ana.shows(at("later-go"), "Choose a template")
	ana.click(at("later-go"))
	ana.shows(at("awaits"), "This template leaves")
	ana.accessible("template that leaves later")
	ana.shot("template scheduled")
	if a := d.Ana.Get(t, path); a.At("scheduled") != nil {
		t.Errorf("scheduled before a template was chosen: %v", a.At("scheduled"))
	}
}

// A conversation that was read is marked unread by a key, stays so while it is open, and
// is read when it is opened again.
func testMarkedUnread(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	other, _ := d.Say(t, "5515955506650", "Bom dia")
	path, _ := d.Say(t, prosatest.Helena, "Até amanhã")
	for _, p := range []string{path, other} {
		prosatest.Expect(t, d.Ana.Post(t, p+"/claim", map[string]any{}), http.StatusOK)
	}
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.pick("mine", "Helena")
	ana.message("Até amanhã", "")
	ana.lacks("[aria-selected=true] " + at("row-unread"))
	ana.press(kb.Escape)
	ana.press("u")
	ana.shows(at("toast"), "Marked as unread")
	ana.see("!!document.querySelector('[aria-selected=true] [data-test=row-marked]')")
	ana.accessible("marked unread")
	ana.shot("list marked unread")
	ana.pick("mine", "Loja da Vila")
	ana.message("Bom dia", "")
	ana.pick("mine", "Helena")
	ana.lacks("[aria-selected=true] " + at("row-marked"))
	if a := d.Ana.Get(t, path); a.At("marked_unread") != nil {
		t.Errorf("still marked after it was read: %v", a.Body)
	}
}
