package browser

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
)

// at is the selector of what the page names for tests.
func at(name string) string { return fmt.Sprintf("[data-test=%q]", name) }

// seat opens the inbox and logs in.
func (c *chromium) seat(t *testing.T, url, email, password string) *tab {
	t.Helper()
	b := c.window(t)
	b.tolerate("401 (Unauthorized)") // the page asks who it is before anybody logged in
	b.open(url)
	b.enter(email, password)
	return b
}

// enter logs in, where the page asks for it.
func (b *tab) enter(email, password string) {
	b.t.Helper()
	b.see("document.querySelector('[data-test=login], [data-net=live]')")
	if out, err := ask[bool](b, "!!document.querySelector('[data-test=login]')"); err == nil && out {
		b.write(at("login-email"), email)
		b.write(at("login-password"), password)
		b.press(kb.Enter)
	}
	b.live()
}

func (b *tab) live() {
	b.t.Helper()
	b.see("document.querySelector('[data-test=net]')?.dataset.net === 'live'")
}

// row is the selector of the row of a contact, once it shows.
func (b *tab) row(name string) string {
	b.t.Helper()
	b.shows(at("row-name"), name)
	id, err := ask[string](b, fmt.Sprintf(`[...document.querySelectorAll('[data-test="row"]')].find((r) => r.textContent.includes(%q))?.dataset.id ?? ''`, name))
	if err != nil {
		b.t.Fatal(err)
	}
	return fmt.Sprintf(`[data-test="row"][data-id=%q]`, id)
}

// pick opens a view and in it the conversation with somebody.
func (b *tab) pick(view, name string) {
	b.t.Helper()
	b.click(at("view-" + view))
	b.click(b.row(name))
	b.shows(at("thread-name"), name)
	b.see("document.querySelector('[data-test=stream]')")
}

// mode waits until the composer is in a state.
func (b *tab) mode(name string) {
	b.t.Helper()
	b.see(fmt.Sprintf("document.querySelector('[data-test=composer]')?.dataset.mode === %q", name))
}

// message waits for a bubble with a text, in a state.
func (b *tab) message(text, state string) {
	b.t.Helper()
	b.shows(fmt.Sprintf(`[data-test="message"][data-state=%q]`, state), text)
}

// texts are the bubbles of the thread, from the top.
func (b *tab) texts() []string {
	b.t.Helper()
	list, err := ask[[]string](b, `[...document.querySelectorAll('[data-test="message"] [data-test="text"]')].map((e) => e.innerText)`)
	if err != nil {
		b.t.Fatal(err)
	}
	return list
}

// A customer writes, the row appears, an agent claims and answers in one step,
// and the ticks go to read.
func testInboxPath(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	ana := c.window(t)
	ana.tolerate("401 (Unauthorized)")
	ana.open(d.Url)
	ana.see("document.activeElement.matches('[data-test=login-email]')")
	ana.looks("login")
	ana.write(at("login-email"), "ana@lume.example")
	ana.write(at("login-password"), "wrong")
	ana.press(kb.Enter)
	ana.shows(at("login-error"), "wrong")
	ana.rewrite(at("login-password"), prosatest.TestPassword)
	ana.click(at("login-submit"))
	ana.live()
	ana.shows(at("list-empty"), "")
	ana.accessible("empty inbox")
	ana.shot("inbox 09 empty")

	ana.click(at("view-unclaimed"))
	if _, err := d.Sim.Say(prosatest.Helena, prosatest.Brasil, `Eu levo as 40 <img src=x onerror="document.title='open'">`); err != nil {
		t.Fatal(err)
	}
	row := ana.row("Helena Prado")
	ana.shows(row, "Eu levo as 40 <img")
	ana.shows(at("count-unclaimed"), "1")
	ana.accessible("list")
	ana.click(row)
	ana.mode("unclaimed")
	ana.message("Eu levo as 40", "")
	ana.accessible("thread, unclaimed")
	ana.shot("inbox 02 claim and reply")
	ana.write(at("compose"), "Fechado, Helena!\nJá separei 👗")
	ana.click(at("send"))
	ana.mode("mine")
	ana.message("Fechado, Helena!", "delivered")
	ana.see("document.querySelector('[data-test=compose]').value === ''")
	ana.see("document.querySelector('[data-test=event-claim], [data-test=event-take_over]')")
	if err := d.Sim.OpenChat(prosatest.Helena, prosatest.Brasil); err != nil {
		t.Fatal(err)
	}
	ana.message("Já separei", "read")
	ana.click(at("view-mine"))
	ana.see(fmt.Sprintf("document.querySelector('%s [aria-label=read]')", ana.row("Helena")))
	ana.shows(at("countdown"), "23 h 5")
	ana.see("!document.querySelector('[data-test=message] img') && !document.title.includes('open')")
	if got := d.FromBusiness(prosatest.Helena); len(got) != 1 || got[0] != "Fechado, Helena!\nJá separei 👗" {
		t.Errorf("the phone has %q", got)
	}
	ana.accessible("thread, mine")
	ana.shot("inbox 01 inbox")
}

// The second agent sees who has it and may not write, takes it over with a
// reason, and the first is told.
func testInboxTakeOver(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Eu levo as 40")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	bruno := c.seat(t, d.Url, "bruno@lume.example", prosatest.TestPassword)
	ana.pick("mine", "Helena")
	ana.mode("mine")
	bruno.pick("all", "Helena")
	bruno.mode("other")
	bruno.shows(at("locked-by"), "Ana")
	bruno.lacks(at("compose"))
	ana.shows(at("present"), "Bruno")
	ana.write(at("compose"), "Meia frase")
	bruno.glimpses(locked, "typing")
	bruno.accessible("thread, another owns")
	bruno.shot("inbox 03 owned by other")
	bruno.click(at("takeover"))
	bruno.shows(at("takeover-form"), "Ana")
	bruno.accessible("take over")
	bruno.shot("inbox 04 takeover reason")
	bruno.click(at("reason-mine"))
	bruno.click(at("takeover-go"))
	bruno.mode("mine")
	ana.mode("other")
	ana.shows(at("locked-by"), "Bruno")
	for _, b := range []*tab{ana, bruno} {
		b.see("document.querySelector('[data-test=event-take_over]')")
		b.shows("[data-test^=event-], [data-test=message]", "my customer")
	}
	ana.looks("taken over")
	// Her half sentence waits for the day that she owns it again.
	if _, err := d.Sim.Say(prosatest.Helena, prosatest.Brasil, "Oi?"); err != nil {
		t.Fatal(err)
	}
	bruno.message("Oi?", "")
	bruno.lacks(at("row-unread")) // it has stood there long enough to be seen
	bruno.write(at("compose"), "Estou aqui, Helena")
	bruno.press(kb.Enter)
	ana.message("Estou aqui", "delivered")
	ana.click(at("takeover"))
	ana.click(at("takeover-go"))
	ana.mode("mine")
	ana.see("document.querySelector('[data-test=compose]').value === 'Meia frase'")
	bruno.shows(at("locked"), "you replied just now") // the owner did not
}

// Who asks is heard: the owner is told wherever she is, and one step leads there.
func testInboxAsk(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Eu levo as 40")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.row("Helena")
	bruno := c.seat(t, d.Url, "bruno@lume.example", prosatest.TestPassword)
	bruno.pick("all", "Helena")
	bruno.mode("other")
	ana.keepToasts(true)
	bruno.click(at("ask"))
	bruno.shows(at("ask")+"[aria-disabled]", "Asked at") // asking again would say no more
	ana.shows(toasts, "Bruno left a note on Helena")
	ana.accessible("told of a note")
	ana.undo()
	ana.shows(at("message")+`[data-direction="note"]`, "may I take this conversation")
}

// A transfer with a note: both see it, and the new owner may write.
func testInboxTransfer(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Vocês entregam em Braga?")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	bruno := c.seat(t, d.Url, "bruno@lume.example", prosatest.TestPassword)
	ana.pick("mine", "Helena")
	ana.click(at("transfer"))
	ana.shows(at("colleague"), "Bruno")
	ana.write(at("transfer-note"), "Ela já pagou <b>6%</b>; só falta a rota")
	ana.click(at("colleague") + ":nth-of-type(2)")
	ana.accessible("transfer")
	ana.shot("inbox 14 handover")
	ana.click(at("transfer-go"))
	ana.mode("other")
	bruno.glimpses(toasts, "Helena")
	bruno.click(at("view-mine"))
	bruno.shows(bruno.row("Helena")+" "+at("row-unread"), "1") // new to him, though she had read it all
	bruno.looks("given")
	bruno.pick("mine", "Helena")
	bruno.mode("mine")
	bruno.lacks(at("row-unread"))
	for _, b := range []*tab{ana, bruno} {
		b.shows(at("event-note"), "Ela já pagou <b>6%</b>")
	}
	bruno.accessible("thread, transferred")
	bruno.looks("handed over")
	bruno.write(at("compose"), "Entregamos sim!")
	bruno.press(kb.Enter)
	ana.message("Entregamos sim!", "delivered")
	bruno.click(at("resolve"))
	bruno.click(at("view-resolved"))
	bruno.row("Helena")
	ana.see("document.querySelector('[data-test=event-resolved]')")
}

// The network is cut: the page says so and keeps what is typed; when it is back
// nothing is missing and nothing is there twice, and a text that was written
// without knowing the newest message waits for a decision.
func testInboxCut(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "um")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	wire := newCable(t, d.Url)
	ana := c.seat(t, wire.url, "ana@lume.example", prosatest.TestPassword)
	ana.tolerate("net::ERR_", "WebSocket")
	ana.pick("mine", "Helena")
	ana.message("um", "")

	wire.cut()
	ana.see("document.querySelector('[data-test=net]')?.dataset.net === 'cut'")
	ana.shows(at("offline"), "")
	ana.looks("reconnecting")
	for _, text := range []string{"dois", "três"} {
		if _, err := d.Sim.Say(prosatest.Helena, prosatest.Brasil, text); err != nil {
			t.Fatal(err)
		}
	}
	await.Eventually(t, "the engine has all", d.Bruno.Preview(t, path, "três"))
	ana.write(at("compose"), "Separei para você")
	ana.press(kb.Enter)
	ana.message("Separei", "sending")

	ana.click(at("retry")) // in vain
	wire.mend()
	ana.retry()
	ana.live()
	ana.message("três", "")
	ana.shows(at("stale"), "três")
	ana.looks("stale send")
	if _, err := d.Sim.Say(prosatest.Helena, prosatest.Brasil, "e mais"); err != nil { // while she decides
		t.Fatal(err)
	}
	ana.shows(at("stale"), "3 messages arrived")
	if got := d.FromBusiness(prosatest.Helena); len(got) != 0 {
		t.Errorf("sent in spite of news: %q", got)
	}
	ana.rewrite(at("compose"), " ") // what was taken away is not sent
	ana.see(`document.querySelector('[data-test="send-anyway"]').disabled`)
	ana.rewrite(at("compose"), "Separei para você")
	ana.click(at("send-anyway"))
	ana.message("Separei para você", "delivered")
	ana.see(`document.querySelectorAll('[data-test="message"]').length === 5`)
	if got, want := ana.texts(), "um dois três e mais Separei para você"; strings.Join(got, " ") != want {
		t.Errorf("thread after the cut: %q; want %s", got, want)
	}
	if got := d.FromBusiness(prosatest.Helena); len(got) != 1 {
		t.Errorf("the phone has %q", got)
	}

	// A cut that nobody helps: it comes back by itself.
	wire.cut()
	ana.see("document.querySelector('[data-test=net]')?.dataset.net !== 'live'")
	if _, err := d.Sim.Say(prosatest.Helena, prosatest.Brasil, "quatro"); err != nil {
		t.Fatal(err)
	}
	wire.mend()
	ana.live()
	ana.message("quatro", "")
}

// A window that closed an hour ago leaves templates alone; the customer's next
// word opens it, and the page follows.
func testInboxWindow(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	past := fmt.Appendf(nil, `"timestamp":"%d"`, time.Now().Add(-25*time.Hour).Unix())
	old := regexp.MustCompile(`"timestamp":"\d+"`).ReplaceAll(prosatest.TextWebhook(prosatest.Brasil, "wamid.old", prosatest.Helena, `"Tem tricô?"`), past)
	if code := prosatest.PostWebhook(t, d.Url, prosatest.TestSecret, old); code != http.StatusOK {
		t.Fatalf("webhook = %d", code)
	}
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.pick("unclaimed", "Cliente")
	ana.mode("closed")
	ana.shows(at("closed"), "Window closed")
	ana.see("document.querySelector('[data-test=event-closed]')")
	ana.lacks(at("compose"))
	ana.click(ana.option("retomar_atendimento"))
	ana.accessible("window closed")
	ana.rewrite(field("body.1"), "Helena")
	ana.shows(at("template-preview"), "Olá, Helena! Podemos continuar?")
	ana.click(at("send-template"))
	ana.message("Olá, Helena! Podemos continuar?", "delivered")
	ana.shows(at("owner"), "you")

	if _, err := d.Sim.Say(prosatest.Helena, prosatest.Brasil, "Pode sim!"); err != nil {
		t.Fatal(err)
	}
	ana.mode("mine")
	ana.message("Pode sim!", "")
	ana.shows(at("countdown"), "23 h 5")
}

// Two tabs of one person agree, and a draft survives a reload.
func testInboxTabs(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Tem em azul?")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	one := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	one.pick("mine", "Helena")
	two := one.another()
	two.open(d.Url) // the session is the browser's
	two.live()
	two.pick("mine", "Helena")
	one.write(at("compose"), "Tem sim, azul e verde")
	one.press(kb.Enter)
	one.message("azul e verde", "delivered")
	two.message("azul e verde", "delivered")
	two.see(`document.querySelectorAll('[data-test="message"]').length === 2`)
	two.write(at("compose"), "Quer foto?")
	two.press(kb.Enter)
	one.message("Quer foto?", "delivered")

	long := strings.Repeat("ç", 5000)
	two.write(at("compose"), long)
	two.see("document.querySelector('[data-test=send]').disabled")
	two.shows(at("saved"), "4,096")
	two.shot("inbox too long")
	two.do("reload", chromedp.Reload())
	two.live()
	two.mode("mine")
	two.see("[...document.querySelector('[data-test=compose]').value].length === 5000")
	two.rewrite(at("compose"), strings.Repeat("<b>much</b> ", 2_000))
	two.shows(at("saved"), "24,000 of 4,096")
	two.rewrite(at("compose"), "Então até já")
	two.press(kb.Enter)
	one.message("Então até já", "delivered")

	// The session ends in one tab: the other asks for the password as soon as it
	// wants something, and keeps what was typed.
	two.write(at("compose"), "Ainda não enviado")
	two.tolerate("401 (Unauthorized)")
	one.click(at("account"))
	one.accessible("account")
	one.click(at("logout"))
	one.see("document.querySelector('[data-test=login]')")
	// It may have noticed by itself, at its next look for the numbers' health.
	two.script("document.querySelector('[data-test=view-all]')?.click()")
	two.see("document.querySelector('[data-test=login]')")
	two.enter("ana@lume.example", prosatest.TestPassword)
	two.pick("all", "Helena")
	two.see("document.querySelector('[data-test=compose]').value === 'Ainda não enviado'")
}

// composes waits until the open composer holds a text.
func (b *tab) composes(text string) {
	b.t.Helper()
	b.see(fmt.Sprintf("document.querySelector('[data-test=compose]')?.value === %q", text))
}

// What is typed and not sent shows in the list, and in every tab; two tabs that
// write the same draft lose nothing.
func testInboxDrafts(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Tem em azul?")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	other, _ := d.Say(t, "5515955506650", "Boa tarde")
	prosatest.Expect(t, d.Ana.Post(t, other+"/claim", map[string]any{}), http.StatusOK)
	one := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	one.pick("mine", "Helena")
	two := one.another()
	two.open(d.Url)
	two.live()
	two.pick("mine", "Helena")

	one.write(at("compose"), "Tem sim")
	two.composes("Tem sim")
	one.see("!document.querySelector('[data-test=row-draft]')") // the composer shows it
	two.write(at("compose"), ", azul")
	one.composes("Tem sim, azul")
	// A tab that does not hear what is typed, and types.
	one.script("(window.line = BroadcastChannel.prototype.postMessage, BroadcastChannel.prototype.postMessage = function (m) { (window.late ??= []).push(() => window.line.call(this, m)); })")
	one.insert(" e verde")
	two.insert(" e branco")
	two.composes("Tem sim, azul e branco")
	one.see("document.querySelector('[data-test=compose]').value.includes('e verde')")
	one.script("(BroadcastChannel.prototype.postMessage = window.line, window.late.forEach((send) => send()))")
	const both = "Tem sim, azul e branco\nTem sim, azul e verde"
	one.composes(both)
	two.composes(both)
	one.do("reload", chromedp.Reload())
	one.live()
	one.mode("mine")
	one.composes(both)

	// The caret of the tab that follows stays where it is.
	two.script("document.querySelector('[data-test=compose]').setSelectionRange(3, 3)")
	one.rewrite(at("compose"), "Tem sim! Azul.")
	two.composes("Tem sim! Azul.")
	two.see("document.querySelector('[data-test=compose]').selectionStart === 3")

	// In the list, of the conversation that is not open.
	row := one.row("Helena")
	one.click(one.row("Loja da Vila"))
	one.shows(row+" "+at("row-draft"), "Draft:")
	one.shows(row+" "+at("row-preview"), "Tem sim! Azul.")
	one.looks("draft")
	two.click(two.row("Loja da Vila"))
	two.shows(row+" "+at("row-preview"), "Tem sim! Azul.")
	two.do("reload", chromedp.Reload())
	two.live()
	two.shows(row+" "+at("row-draft"), "Draft:")
	one.click(row)
	one.click(at("tab-note"))
	one.write(at("compose"), "Perguntar ao estoque")
	two.see(fmt.Sprintf(`document.querySelector('%s .row-b [aria-label="and the draft of a note"]')`, row))
	one.click(at("tab-reply"))
	one.composes("Tem sim! Azul.")
	one.see("document.activeElement.matches('[data-test=compose]')")
	one.press(kb.Enter)
	one.message("Tem sim! Azul.", "delivered")
	two.shows(row+" "+at("row-preview"), "Perguntar ao estoque")
	one.click(at("tab-note"))
	one.rewrite(at("compose"), "x")
	one.press(kb.Backspace)
	two.lacks(row + " " + at("row-draft"))
	two.shows(row+" "+at("row-preview"), "Tem sim! Azul.")
	for language, word := range map[string]string{"pt-BR": "Rascunho:", "es": "Borrador:"} {
		one.composes("")
		one.insert("Falar com a Dora")
		one.click(at("account"))
		one.choose(at("language"), language)
		one.press(kb.Escape)
		two.shows(row+" "+at("row-draft"), "Draft:")
		one.click(one.row("Loja da Vila"))
		one.shows(row+" "+at("row-draft"), word)
		one.click(row)
		one.click(at("tab-note"))
		one.rewrite(at("compose"), "x")
		one.press(kb.Backspace)
	}
}
