package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/simulator"
)

// On a telephone each way back goes one step, by the page's button and by the
// browser's alike: from the details to their thread, from there to the row
// in the list, which is scrolled as it was.
func testPhoneBack(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	const people = 30
	for n := range people {
		phone := fmt.Sprintf("55119000010%02d", n)
		if err := d.Sim.AddPhone(simulator.Phone{WaID: phone, BSUID: "BR." + phone, Name: fmt.Sprintf("Cliente %02d", n)}); err != nil {
			t.Fatal(err)
		}
		d.Say(t, phone, "Oi")
	}
	ana := c.window(t)
	ana.tolerate("401 (Unauthorized)")
	ana.size(360, 740)
	ana.open(d.Url + "/inbox/unclaimed")
	ana.enter("ana@lume.example", prosatest.TestPassword)
	ana.see(fmt.Sprintf("document.querySelector('[aria-setsize=\"%d\"]')", people))
	ana.live()
	ana.script("document.querySelector('.rows').scrollTop = 750")
	const scrolled = "document.querySelector('.rows').scrollTop === 750"
	ana.see("[...document.querySelectorAll('.row')].some((r) => Math.abs(r.getBoundingClientRect().top - document.querySelector('.rows').getBoundingClientRect().top) < r.offsetHeight)")
	ana.see(scrolled + " && document.querySelector('.rows').scrollHeight === 30 * document.querySelector('.row').offsetHeight")
	// One in the middle of what is seen: who wrote within one second may stand in
	// any order, and a click on a row that is cut off scrolls the list.
	name, err := ask[string](ana, `(() => {
		const box = document.querySelector('.rows').getBoundingClientRect();
		return document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)
			.closest('.row').querySelector('.row-name').textContent;
	})()`)
	if err != nil {
		t.Fatal(err)
	}
	open := ana.row(name)
	for _, back := range []struct{ panel, thread func() }{
		{func() { ana.click(".panel .back") }, func() { ana.click(".thread-bar .back") }},
		{func() { ana.script("history.back()") }, func() { ana.script("history.back()") }},
		{func() { ana.press("\x1b") }, func() { ana.press("\x1b") }},
	} {
		ana.click(open)
		ana.shows(at("thread-name"), name)
		ana.see("document.body.dataset.pane === 'thread'")
		ana.click(at("panel"))
		ana.see("document.body.dataset.pane === 'panel' && document.activeElement.matches('.panel .back')")
		back.panel()
		ana.see("document.body.dataset.pane === 'thread' && document.activeElement.matches('.to-panel')")
		ana.shows(at("thread-name"), name)
		back.thread()
		ana.see("document.body.dataset.pane === 'list' && location.pathname === '/inbox/unclaimed'")
		ana.see(fmt.Sprintf("document.activeElement.matches(%q)", open))
		ana.see(scrolled)
	}

	// Forward comes to the details again, and a reload stays there.
	ana.click(open)
	ana.click(at("panel"))
	ana.see("document.body.dataset.pane === 'panel'")
	ana.script("history.back()")
	ana.see("document.body.dataset.pane === 'thread'")
	ana.script("history.forward()")
	ana.see("document.body.dataset.pane === 'panel'")
	ana.do("reload", chromedp.Reload())
	ana.live()
	ana.see("document.body.dataset.pane === 'panel'")
	ana.accessible("details on a telephone")
	ana.click(at("note-add"))
	ana.see("document.body.dataset.pane === 'thread' && document.activeElement.matches('[data-test=compose]')")
	ana.script("history.back()")
	ana.see("document.body.dataset.pane === 'list'")
	ana.within("back at the list")
	ana.shot("inbox phone back")
}
