package browser

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
)

// Filters stand in the address: they survive a reload, the server applies them,
// and a row that no longer passes leaves at once.
func testListFilters(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Eu levo as 40")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	for number, text := range map[wa.PhoneNumberID]string{prosatest.Lisboa: "Entregam em Braga?", prosatest.Brasil: "Qual o pedido mínimo?"} {
		if _, err := d.Sim.Say(prosatest.Vila, number, text); err != nil {
			t.Fatal(err)
		}
	}
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.click(at("view-all"))
	ana.rowsAre(3)
	ana.click(at("number-" + string(prosatest.Lisboa)))
	ana.rowsAre(1)
	ana.shows(at("row-preview"), "Braga")
	ana.see("location.search.includes('number=" + string(prosatest.Lisboa) + "')")
	ana.do("reload", chromedp.Reload())
	ana.live()
	ana.rowsAre(1)
	ana.shows(at("row-preview"), "Braga")
	ana.accessible("list, filtered")
	ana.shot("lists 01 number")
	ana.click(at("number-" + string(prosatest.Lisboa)))
	ana.rowsAre(3)

	ana.click(at("filter"))
	ana.click(at("filter-turn-us"))
	ana.choose(at("filter-owner"), "nobody")
	ana.click(at("filter-number-" + string(prosatest.Brasil)))
	ana.accessible("filter")
	ana.shot("lists 02 filter")
	ana.click(at("filter-done"))
	ana.rowsAre(1)
	ana.shows(at("row-preview"), "mínimo")
	ana.shows(".cuts .pick", "Our turn")
	ana.scheme("dark")
	ana.accessible("list, filtered, dark")
	ana.shot("lists 03 filtered dark")
	ana.scheme("light")
	ana.do("reload", chromedp.Reload())
	ana.live()
	ana.rowsAre(1)
	id := d.Bruno.Get(t, "/api/v1/conversations?owner=nobody&number="+string(prosatest.Brasil)).Text("conversations.0.id")
	prosatest.Expect(t, d.Bruno.Post(t, "/api/v1/conversations/"+id+"/claim", map[string]any{}), http.StatusOK)
	ana.shows(at("list-empty"), "")
	ana.shot("lists 04 nothing fits")
}

// rowsAre waits until the list has so many rows.
func (b *tab) rowsAre(n int) {
	b.t.Helper()
	b.see(fmt.Sprintf("document.querySelectorAll('[data-test=row]').length === %d", n))
}

// Counts move with the rows, without asking the server, in every view, tab and
// number; asking changes nothing.
func testListCounts(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	d.Say(t, prosatest.Helena, "Eu levo as 40")
	if _, err := d.Sim.Say(prosatest.Vila, prosatest.Lisboa, "Entregam em Braga?"); err != nil {
		t.Fatal(err)
	}
	d.Ana.Find(t, "Loja da Vila")
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	bruno := c.seat(t, d.Url, "bruno@lume.example", prosatest.TestPassword)
	for _, b := range []*tab{ana, bruno} {
		b.pick("all", "Helena")
		b.counts("0 2 2 0 0 | 2 2 | 1 1")
		b.script(countsAlone)
	}
	ana.click(at("view-mine"))
	ana.write(at("compose"), "Fechado!")
	ana.click(at("send"))
	ana.message("Fechado!", "delivered")
	ana.counts("1 1 2 0 0 | 1 0 1 | 0 1")
	bruno.counts("0 1 2 0 0 | 2 1 | 1 1") // she has read it
	ana.shot("lists 05 counts")
	ana.click(at("resolve"))
	ana.counts("0 1 1 0 1 | 0 0 0 | 0 0")
	bruno.counts("0 1 1 0 1 | 1 1 | 1 0")
	for _, b := range []*tab{ana, bruno} { // what the server says is the same
		b.do("reload", chromedp.Reload())
		b.live()
	}
	ana.counts("0 1 1 0 1 | 0 0 0 | 0 0")
	bruno.counts("0 1 1 0 1 | 1 1 | 1 0")
}

// countsAlone lets no request for counts leave any more.
const countsAlone = `window.fetch = ((real) => (to, how) => String(to).includes('/counts') ? new Promise(() => {}) : real(to, how))(window.fetch)`

// counts waits until the views, the tabs and the numbers tell these counts.
func (b *tab) counts(want string) {
	b.t.Helper()
	b.see(fmt.Sprintf(`(() => {
  const all = (selector) => [...document.querySelectorAll(selector)].map((e) => e.textContent).join(' ');
  const views = ['mine', 'unclaimed', 'all', 'snoozed', 'resolved'].map((v) => all('[data-test=count-' + v + ']')).join(' ');
  const now = [views, all('.tabs .n'), all('[data-test=count-%s], [data-test=count-%s]')].join(' | ');
  document.body.dataset.counts = now;
  return now === %q;
})()`, prosatest.Brasil, prosatest.Lisboa, want))
}

// A colleague is seen in the row, without the conversation being open.
func testListPresence(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Eu levo as 40")
	prosatest.Expect(t, d.Bruno.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	bruno := c.seat(t, d.Url, "bruno@lume.example", prosatest.TestPassword)
	ana.click(at("view-all"))
	row := ana.row("Helena")
	bruno.pick("mine", "Helena")
	ana.shows(row+" .eyes", "Bruno")
	ana.shot("lists 06 viewing")
	bruno.write(at("compose"), "Já vej")
	ana.glimpses(actions, "Bruno is typing")
	ana.accessible("list, somebody types")
	ana.shot("lists 07 typing")
	ana.size(360, 740)
	ana.fits()
	ana.shot("lists 08 typing, phone")
	bruno.lacks(at("row") + " .eyes") // oneself is not news
	bruno.open("about:blank")
	ana.lacks(row + " .eyes")
	ana.lacks(row + " .act")
}

// The panel tells of the person and of the conversation, however much of the
// thread was read, and follows what happens.
func testPanel(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Eu levo as 40")
	if _, err := d.Sim.Say(prosatest.Helena, prosatest.Lisboa, "Entregam em Braga?"); err != nil {
		t.Fatal(err)
	}
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	prosatest.Expect(t, d.Ana.Post(t, path+"/notes", map[string]any{"echo_id": "n", "text": "Paga sempre no Pix"}), http.StatusCreated)
	for i := range 70 { // so that the note is not on the first page
		if _, err := d.Sim.Say(prosatest.Helena, prosatest.Brasil, fmt.Sprintf("mensagem %d", i)); err != nil {
			t.Fatal(err)
		}
	}
	await.Eventually(t, "the engine has all", d.Ana.Preview(t, path, "mensagem 69"))
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	bruno := c.seat(t, d.Url, "bruno@lume.example", prosatest.TestPassword)
	for _, b := range []*tab{ana, bruno} {
		b.open(strings.Replace(path, "/api/v1/conversations/", d.Url+"/inbox/all/", 1))
		b.message("mensagem 69", "")
		b.shows(at("facts"), "+55 34 95550-1142")
		b.shows(at("facts"), "BR.8f3a…c21e")
		b.shows(at("facts"), "Local time")
		b.shows(at("other"), "Braga")
		b.shows(at("panel-notes"), "Pix")
		b.shows(at("history"), "claimed it")
	}
	ana.accessible("details")
	ana.shot("lists 09 panel")
	c.clipboard(ana, func() {
		ana.click(at("copy"))
		ana.glimpses(toasts, "Copied")
	})

	ana.click(at("transfer"))
	ana.click(at("colleague") + ":nth-of-type(2)")
	ana.write(at("transfer-note"), "Fecha hoje")
	ana.click(at("transfer-go"))
	for _, b := range []*tab{ana, bruno} {
		b.shows(at("history"), "Fecha hoje")
	}
	bruno.shows(at("history"), "got it from Ana")
	bruno.scheme("dark")
	bruno.accessible("details, dark")
	bruno.shot("lists 10 panel dark")
	bruno.scheme("light")
	bruno.click(at("note-add"))
	bruno.write(at("compose"), "Quer retirar na quarta")
	bruno.press(kb.Enter)
	for _, b := range []*tab{ana, bruno} {
		b.shows(at("panel-notes"), "retirar na quarta")
	}
	ana.click(at("takeover"))
	ana.click(at("takeover-go"))
	bruno.shows(at("history"), "took over from you")
	bruno.shows(at("event-take_over"), "took over from you")
	bruno.size(360, 740)
	bruno.click(at("panel"))
	bruno.see("document.querySelector('[data-test=details]').checkVisibility()")
	bruno.fits()
	bruno.accessible("details, 360 px")
	bruno.shot("lists 11 panel phone")
	ana.click(at("other"))
	ana.message("Entregam em Braga?", "")
	ana.shows(at("other"), "mensagem 69")
}
