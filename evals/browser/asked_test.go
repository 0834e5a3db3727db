package browser

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// still holds back what a page does a moment later: frames and short timers, as
// on a machine that is too busy for them. Keys still come, one after the other.
const still = `(() => {
  const real = { frame: window.requestAnimationFrame, timer: window.setTimeout, clear: window.clearTimeout }, late = new Map();
  let n = 1e9;
  const hold = (f) => { late.set(++n, f); return n; };
  window.requestAnimationFrame = (f) => hold(() => f(performance.now()));
  window.setTimeout = (f, ms = 0, ...more) => (ms > 5000 ? real.timer.call(window, f, ms, ...more) : hold(() => f(...more)));
  window.clearTimeout = (id) => { if (!late.delete(id)) real.clear.call(window, id); };
  window.moves = () => {
    window.requestAnimationFrame = real.frame; window.setTimeout = real.timer;
    for (const f of late.values()) f();
    late.clear();
  };
})()`

// burst presses keys without a frame or a timer between them.
func (b *tab) burst(keys func()) {
	b.t.Helper()
	b.script(still)
	keys()
	b.script("window.moves()")
}

// holds waits until a field has the focus and holds a text.
func (b *tab) holds(field, text string) {
	b.t.Helper()
	b.see(fmt.Sprintf("document.activeElement.matches(%q)", field))
	b.see(fmt.Sprintf("document.activeElement.value === %q", text))
}

// slow makes the page's processor so many times slower.
func (b *tab) slow(times float64) {
	b.t.Helper()
	protocol(b, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: times})
}

// From the key on that asks for a field, what is typed is that field's: no letter
// of it is a command, and no word of a note is in a reply.
func testInputAskedFor(t *testing.T, c *chromium) {
	const words = "Recado: nem Eva, nem Caio. Outro Tom, So Gente #1/2" // each of these letters is a command, too
	d := prosatest.OpenDesk(t, nil)
	hers, _ := d.Say(t, prosatest.Helena, "Manda a lista?")
	his, _ := d.Say(t, "5515955506650", "Qual o pedido minimo?")
	d.Hire(t, "Carolina", "manager", "main")
	prosatest.Expect(t, d.Ana.Post(t, hers+"/claim", map[string]any{}), http.StatusOK)
	prosatest.Expect(t, d.Bruno.Post(t, his+"/claim", map[string]any{}), http.StatusOK)
	carol := c.seat(t, d.Url, "carolina@lume.example", prosatest.TestPassword)
	carol.pick("all", "Loja da Vila")
	carol.mode("other")

	type asked struct {
		name, field, mode string
		keys              func()
		text              string
	}
	press := func(b *tab, keys string) func() { return func() { b.press(keys) } }
	try := func(b *tab, asks []asked) {
		for _, a := range asks {
			b.script("document.activeElement.blur()")
			text := cmp.Or(a.text, words)
			b.burst(func() { a.keys(); b.press(text) })
			b.holds(a.field, text)
			if a.mode != "" {
				b.mode(a.mode)
			}
			b.rewrite(a.field, "x")
			b.press(kb.Backspace)
			b.press(kb.Escape)
			b.lacks("[role=dialog]")
		}
	}
	palette := func(b *tab, of string) func() {
		return func() {
			b.press("k", kb.ModifierCtrl)
			b.press(of + kb.Enter)
		}
	}
	try(carol, []asked{
		{name: "note", field: at("compose"), mode: "note", keys: press(carol, "n")},
		{name: "note's button", field: at("compose"), mode: "note", keys: func() { carol.script("document.querySelector('[data-test=write-note]').click()") }},
		{name: "take over", field: at("reason-text"), keys: press(carol, "o")},
		{name: "transfer", field: "#gq", keys: press(carol, "t"), text: "Recado: nem Eva"},
		{name: "palette's note", field: at("compose"), mode: "note", keys: palette(carol, "write a note")},
	})
	// Where there is no field what is typed is lost, and nothing else.
	carol.burst(func() { carol.press("r" + "Entendi, te respondo no") })
	carol.mode("other")
	carol.lacks(at("takeover-form"))

	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.pick("mine", "Helena")
	ana.mode("mine")
	try(ana, []asked{
		{name: "note", field: at("compose"), mode: "note", keys: press(ana, "n")},
		{name: "reply", field: at("compose"), mode: "mine", keys: press(ana, "r")},
		{name: "tab of notes", field: at("compose"), mode: "note", keys: func() { ana.script("document.querySelector('[data-test=tab-note]').click()") }},
		{name: "tab of replies", field: at("compose"), mode: "mine", keys: func() { ana.script("document.querySelector('[data-test=tab-reply]').click()") }},
		{name: "details' note", field: at("compose"), mode: "note", keys: func() { ana.script("document.querySelector('[data-test=note-add]').click()") }},
		{name: "search", field: at("palette-input"), keys: press(ana, "/")},
		{name: "palette", field: at("palette-input"), keys: func() { ana.press("k", kb.ModifierCtrl) }},
		{name: "filter", field: at("filter-q"), keys: press(ana, "f")},
		{name: "transfer", field: "#gq", keys: press(ana, "t"), text: "Recado: nem Eva"},
		{name: "palette's note", field: at("compose"), mode: "note", keys: palette(ana, "write a note")},
		{name: "palette's reply", field: at("compose"), mode: "mine", keys: palette(ana, "reply")},
		{name: "templates", field: at("template-search"), keys: press(ana, "#"), text: "nem Eva"},
		{name: "row", field: at("compose"), mode: "mine", keys: press(ana, "j"+kb.Enter)},
	})
	// A template that is pointed at, and the field that is to be filled.
	ana.press("#")
	ana.see(fmt.Sprintf("document.querySelector(%q)", ana.option("retomar_atendimento")))
	ana.burst(func() {
		ana.script(fmt.Sprintf("document.querySelector(%q).click()", ana.option("retomar_atendimento")))
		ana.press("Nem Rosa")
	})
	ana.see(fmt.Sprintf("document.activeElement.matches(%q)", field("body.1")))
	ana.press(kb.Escape)

	// From a reply half written to a note, and note after note: none reaches the customer.
	ana.composes("")
	ana.insert("Separei ")
	ana.burst(func() {
		ana.press("k", kb.ModifierCtrl)
		ana.press("write a note" + kb.Enter + "Caloteira" + kb.Enter + "Rever o limite" + kb.Enter)
	})
	for _, text := range []string{"Caloteira", "Rever o limite"} {
		ana.shows(at("message")+`[data-direction="note"]`, text)
	}
	ana.press(kb.Escape)
	ana.burst(func() { ana.press("r" + "as 40" + kb.Enter) })
	ana.message("Separei as 40", "delivered")
	if got := d.FromBusiness(prosatest.Helena); !slices.Equal(got, []string{"Separei as 40"}) {
		t.Errorf("the phone has %q", got)
	}

	// The field that a takeover leads to comes after the server's answer.
	carol.slow(6)
	carol.script("document.activeElement.blur()")
	carol.press("o" + kb.Enter + "Estou aqui, Rosa. Nem Ec")
	carol.mode("mine")
	carol.holds(at("compose"), "Estou aqui, Rosa. Nem Ec")
	for _, path := range []string{hers, his} {
		if a := d.Admin.Get(t, path); a.Body["phase"] == "resolved" || a.Body["phase"] == "snoozed" {
			t.Errorf("%s is %v", path, a.Body["phase"])
		}
	}
}
