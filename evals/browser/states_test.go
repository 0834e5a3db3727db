package browser

import (
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	intercept "github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
)

// hold keeps requests to a path without an answer until release.
func (b *tab) hold(path string) {
	b.t.Helper()
	protocol(b, intercept.Enable, intercept.EnableParams{Patterns: []*intercept.RequestPattern{{URLPattern: "*/api/v1/" + path}}})
}

func (b *tab) release() {
	b.t.Helper()
	protocol(b, intercept.Disable, cdp.Empty{})
}

// block makes requests to a path fail; with none, all pass again.
func (b *tab) block(paths ...string) {
	b.t.Helper()
	patterns := []*network.BlockPattern{}
	for _, path := range paths {
		patterns = append(patterns, &network.BlockPattern{URLPattern: "http://*:*/api/v1/" + path, Block: true})
	}
	protocol(b, network.Enable, network.EnableParams{})
	protocol(b, network.SetBlockedURLs, network.SetBlockedURLsParams{URLPatterns: patterns})
}

// Empty, not read yet, and not readable: each looks like itself, and errors have
// a way on.
func testStateReading(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	d.Say(t, prosatest.Helena, "Oi")
	d.Say(t, "5515955506650", "Boa tarde")
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.tolerate("net::ERR_", "WebSocket")
	ana.shows(at("list-empty"), "2 have no owner")
	ana.looks("empty")

	ana.hold("conversations*") // from the first: rows that were heard of meanwhile would be shown at once
	ana.open(d.Url + "/inbox/all")
	ana.see("document.querySelector('[data-test=list-loading]')")
	ana.see("document.getAnimations().filter((a) => a.playState === 'running').length === 0") // little motion was asked for
	ana.looks("loading")
	ana.release()
	ana.row("Helena")

	ana.hold("conversations/*/messages*")
	ana.click(ana.row("Helena"))
	ana.see("document.querySelector('[data-test=thread-loading]')")
	ana.looks("thread-loading")
	ana.release()
	ana.message("Oi", "")

	ana.block("conversations/*")
	ana.click(ana.row("Loja da Vila"))
	ana.shows(at("thread-error"), "could not be loaded")
	ana.looks("thread-error")
	ana.block()
	ana.click(at("thread-error") + " button")
	ana.message("Boa tarde", "")

	// What is known stays, with the word that it may be old; without anything
	// known the list says so alone.
	ana.block("conversations*")
	ana.click(at("view-unclaimed"))
	ana.shows(at("list-old"), "could not be loaded")
	ana.row("Helena")
	ana.script("document.querySelector('.thread-bar .back').click()")
	ana.looks("list-old")
	ana.block()
	ana.click(at("list-old") + " button")
	ana.lacks(at("list-old"))
	ana.block("conversations*")
	ana.open(d.Url + "/inbox/all")
	ana.shows(at("list-error"), "could not be loaded")
	ana.looks("list-error")
	ana.block()
	ana.click(at("list-error") + " button")
	ana.row("Helena")
}

// The engine stops and another takes its place: the page says so, keeps what was
// sent meanwhile and sends it once.
func testStateServerGone(t *testing.T, c *chromium) {
	s := prosatest.NewSite(t, nil)
	first := s.StartProcess(t, nil)
	s.Furnish(t, first.Url)
	d := s.Staffed(t, first.Url)
	path, _ := d.Say(t, prosatest.Helena, "Ainda tem?")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	wire := newCable(t, first.Url)
	ana := c.seat(t, wire.url, "ana@lume.example", prosatest.TestPassword)
	ana.tolerate("net::ERR_", "WebSocket", "503 (Service Unavailable)")
	ana.pick("mine", "Helena")
	ana.message("Ainda tem?", "")

	first.Signal(t, syscall.SIGTERM)
	<-first.Done
	ana.see("document.querySelector('[data-test=net]')?.dataset.net === 'cut'")
	ana.shows(at("net"), "No connection")
	ana.shows(at("net"), "as of")
	ana.write(at("compose"), "Tenho sim, três peças")
	ana.press(kb.Enter)
	ana.message("Tenho sim", "sending")
	ana.write(at("compose"), "E mais uma coisa")
	ana.looks("reconnecting")

	next := s.StartProcess(t, nil)
	s.Sim.SetWebhook(next.Url + "/webhooks/meta")
	wire.lead(next.Url)
	ana.retry()
	ana.live()
	ana.message("Tenho sim", "delivered")
	ana.see("document.querySelector('[data-test=compose]').value === 'E mais uma coisa'")
	ana.see("document.querySelectorAll('[data-test=message]').length === 2")
	if got := d.FromBusiness(prosatest.Helena); len(got) != 1 {
		t.Errorf("the phone has %q", got)
	}
}

// Whoever is not the first to claim is told who was, and keeps the text.
func testStateRefused(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Alguém aí?")
	wire := newCable(t, d.Url)
	ana := c.seat(t, wire.url, "ana@lume.example", prosatest.TestPassword)
	ana.tolerate("net::ERR_", "WebSocket")
	ana.pick("unclaimed", "Helena")
	ana.mode("unclaimed")
	wire.cut()
	ana.see("document.querySelector('[data-test=net]')?.dataset.net !== 'live'")
	prosatest.Expect(t, d.Bruno.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	ana.write(at("compose"), "Eu atendo!")
	ana.press(kb.Enter)
	ana.message("Eu atendo!", "sending")
	wire.mend()
	ana.retry()
	if told := ana.glimpses(toasts, "Bruno"); !strings.Contains(told, "Your text is kept") {
		t.Errorf("told %q", told)
	}
	ana.mode("other")
	ana.see("document.querySelectorAll('[data-test=message]').length === 1")
	ana.shows(at("draft-kept"), "Eu atendo!")
	ana.looks("refused")
	if got := d.FromBusiness(prosatest.Helena); len(got) != 0 {
		t.Errorf("the phone has %q", got)
	}
	prosatest.Expect(t, d.Bruno.Post(t, path+"/release", map[string]any{}), http.StatusOK)
	ana.mode("unclaimed")
	ana.see("document.querySelector('[data-test=compose]').value === 'Eu atendo!'")
}

// What Meta does to a send: nobody knows, it fails, the number is refused. Each
// is told in words, with what may be done.
func testStateTroubles(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Oi")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.pick("mine", "Helena")
	write := func(fault chance.Fault, text string) {
		t.Helper()
		d.Sim.Trigger(fault)
		ana.write(at("compose"), text)
		ana.press(kb.Enter)
	}
	write(chance.Gateway, "Chegou ou não?")
	ana.shows(at("ambiguous"), "may or may not have arrived")
	ana.shows(at("row-preview"), "Not confirmed")
	ana.looks("ambiguous")
	ana.click(at("resend"))
	ana.message("Chegou ou não?", "delivered")

	write(chance.Gateway, "Esta desisto")
	ana.click(at("give-up"))
	ana.message("Esta desisto", "failed")
	ana.click(at("send-again"))
	ana.message("Esta desisto", "delivered")

	write(chance.Window, "Fora da janela")
	ana.shows(at("failure"), "the 24-hour window was closed (131047)")
	ana.looks("failed")
	ana.click(at("message") + ":last-child " + at("edit-again"))
	ana.see("document.querySelector('[data-test=compose]').value === 'Fora da janela'")
	if got := d.FromBusiness(prosatest.Helena); len(got) != 2 {
		t.Errorf("the phone has %q", got)
	}

	if _, err := d.Sim.Say(prosatest.Helena, prosatest.Lisboa, "Também escrevo aqui"); err != nil {
		t.Fatal(err)
	}
	if err := d.Sim.SetFault(chance.Token, 1); err != nil {
		t.Fatal(err)
	}
	ana.click(at("send"))
	await.Eventually(t, "the number is stopped", func() (any, bool) {
		list := d.Ana.Get(t, "/api/v1/numbers")
		return list, list.Text("numbers.0.health") == "stopped" || list.Text("numbers.1.health") == "stopped"
	})
	ana.do("reload", chromedp.Reload())
	ana.live()
	ana.mode("down")
	ana.shows(at("down"), "Brás is down")
	ana.shows(at("down"), "WhatsApp refuses our access token (190). An administrator must enter a new access token.")
	ana.shows(at("other-number"), "Answer from Lisboa")
	ana.write(at("compose"), "Espera um pouco")
	ana.see("document.querySelector('[data-test=send]').disabled")
	ana.looks("number-down")
	ana.click(at("other-number"))
	ana.message("Também escrevo aqui", "")
	ana.mode("unclaimed")
}

// Snoozing, waking, resolving and taking it back.
func testStatePhases(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Amanhã eu vejo")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.pick("mine", "Helena")
	ana.click(at("snooze"))
	ana.looks("snooze")
	ana.press(kb.Escape)
	prosatest.Expect(t, d.Ana.Post(t, path+"/snooze", map[string]any{"until": time.Now().Add(time.Hour)}), http.StatusOK)
	ana.click(at("view-snoozed"))
	ana.row("Helena")
	ana.looks("snoozed")
	d.Ana.SnoozeBriefly(t, path)
	ana.shows("[data-test^=event-]", "Back from its snooze: the time came")
	ana.lacks(at("row"))
	ana.click(at("view-mine"))
	ana.row("Helena")
	ana.lacks(at("row-back")) // she has seen it, in the open thread
	d.Say(t, "5515955506650", "Qual o pedido mínimo?")
	ana.pick("unclaimed", "Loja da Vila")
	prosatest.Expect(t, d.Ana.Post(t, path+"/snooze", map[string]any{"until": time.Now().Add(time.Hour)}), http.StatusOK)
	d.Ana.SnoozeBriefly(t, path)
	ana.click(at("view-mine"))
	ana.shows(ana.row("Helena")+" "+at("row-back"), "Back since")
	ana.looks("back")
	ana.pick("mine", "Helena")
	ana.lacks(at("row-back") + "," + at("row-unread"))

	ana.keepToasts(true)
	ana.click(at("resolve"))
	ana.shows(toasts, "Resolved")
	ana.looks("resolved")
	ana.undo()
	ana.shows("[data-test^=event-]", "reopened")
	ana.row("Helena")

	ana.press("n")
	ana.mode("note")
	ana.see("document.activeElement.matches('[data-test=compose]')")
	ana.insert("Só compra à vista 💸")
	ana.looks("note")
	ana.press(kb.Enter)
	ana.shows(at("message")+`[data-direction="note"]`, "Só compra à vista")
	ana.looks("noted")
}

// Sheets and the palette, over a conversation that another one has.
func testStateSheets(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Bom dia!")
	d.Say(t, "5515955506650", "Qual o pedido mínimo?")
	d.Hire(t, "Carolina", "manager", "main")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	bruno := c.seat(t, d.Url, "bruno@lume.example", prosatest.TestPassword)
	bruno.pick("unclaimed", "Loja da Vila")
	bruno.mode("unclaimed")
	bruno.looks("unclaimed")
	bruno.pick("all", "Helena")
	bruno.mode("other")
	bruno.looks("other")
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.pick("mine", "Helena")
	ana.mode("mine")
	bruno.shows(at("locked-by"), "looking")
	ana.write(at("compose"), "É que")
	bruno.glimpses(locked, "typing")
	bruno.glimpses(actions, "typing")
	bruno.looks("typing")
	bruno.click(at("takeover"))
	bruno.click(at("reason-other"))
	bruno.write(at("reason-text"), "Ela me pediu")
	bruno.looks("takeover")
	bruno.do("reload", chromedp.Reload())
	bruno.live()
	bruno.click(at("takeover"))
	bruno.click(at("reason-other"))
	bruno.see("document.querySelector('[data-test=reason-text]').value === 'Ela me pediu'")
	bruno.press(kb.Escape)
	bruno.see("!document.querySelector('[data-test=takeover-form]')")

	ana.looks("mine")
	ana.press(kb.Escape)
	for key, state := range map[string]string{"t": "transfer", "?": "keys", "f": "filter"} {
		ana.press(key)
		ana.see("document.querySelector('[role=dialog]')?.contains(document.activeElement)")
		ana.looks(state)
		ana.press(kb.Escape)
		ana.see("!document.querySelector('[role=dialog]')")
	}
	ana.press("k", kb.ModifierCtrl)
	ana.see("document.activeElement.matches('[data-test=palette-input]')")
	ana.insert("loj")
	ana.shows(at("palette")+" [role=option]", "Loja da Vila")
	ana.looks("palette")
	ana.press(kb.Escape)
	ana.click(at("account"))
	ana.looks("account")
}

// Where the keyboard goes, in which order, and that it is seen where it is. The
// title counts, the favicon is there.
func testStateFocus(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Oi")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.see("document.title.startsWith('(1) ')")
	ana.see("fetch(document.querySelector('link[rel=icon]').href).then((r) => r.ok)")
	ana.pick("mine", "Helena")
	ana.see("!document.title.startsWith('(') && document.title.includes('Helena')") // read
	ana.do("reload", chromedp.Reload())                                             // the focus begins at the top
	ana.mode("mine")
	ana.live()
	var order []string
	for range 60 {
		ana.press(kb.Tab)
		at, err := ask[string](ana, focused)
		if err != nil {
			t.Fatal(err)
		}
		place, ring, _ := strings.Cut(at, "|")
		if place == "" {
			break // round once
		}
		if ring == "" {
			t.Errorf("the focus does not show in %s", at)
		}
		if len(order) == 0 || order[len(order)-1] != place {
			order = append(order, place)
		}
	}
	if got, want := strings.Join(order, " "), "rail views list-pane thread-pane panel"; got != want {
		t.Errorf("the focus goes %s; want %s", got, want)
	}
}

// focused tells in which pane the focus is, and by what it shows.
const focused = `(() => {
  const e = document.activeElement;
  if (!e || e === document.body) return '|';
  const pane = e.closest('.rail, .views, .list-pane, .thread-pane, .panel'), frame = e.closest('.composer'), s = getComputedStyle(e);
  const shows = (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1) || s.boxShadow !== 'none' || (frame && getComputedStyle(frame).boxShadow !== 'none');
  return (pane?.classList[0] ?? e.outerHTML.slice(0, 80)) + '|' + (shows ? 'ring' : '');
})()`

// Portuguese and Spanish fit on a narrow telephone as English does.
func testStateLanguages(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Bom dia! Vocês ainda têm a calça pantalona preta na grade do P ao GG?")
	d.Say(t, "5515955506650", "Qual o pedido mínimo?")
	prosatest.Expect(t, d.Bruno.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.size(360, 740)
	for _, tongue := range []string{"pt-BR", "es"} {
		ana.script(fmt.Sprintf("localStorage.setItem('prosa.language', %q)", tongue))
		ana.open(d.Url + "/inbox/all")
		ana.see(fmt.Sprintf("document.documentElement.lang === %q", tongue))
		see := func(state string) {
			t.Helper()
			ana.within(tongue + " " + state)
			ana.accessible(tongue + " " + state)
			ana.shot("inbox " + state + " " + tongue + " 360")
		}
		ana.row("Helena")
		see("list")
		ana.click(ana.row("Helena"))
		ana.mode("other")
		see("other")
		ana.click(at("takeover"))
		see("takeover")
		ana.click(at("panel"))
		ana.see("document.querySelector('[data-test=details]').checkVisibility()")
		see("details")
		ana.open(d.Url + "/inbox/unclaimed")
		ana.click(ana.row("Loja da Vila"))
		ana.mode("unclaimed")
		see("unclaimed")
		ana.open(d.Url + "/inbox/mine")
		ana.shows(at("list-empty"), "")
		see("empty")
	}
}
