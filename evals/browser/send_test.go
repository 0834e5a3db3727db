package browser

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// A reply that resolves or snoozes in one step: from the menu, by its key and
// from the palette, with a claim; a send that is refused does nothing else.
func testInboxSendAnd(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Fechado!")
	other, _ := d.Say(t, "5515955506650", "Boa tarde")
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.pick("unclaimed", "Helena")
	ana.mode("unclaimed")
	ana.see("document.querySelector('[data-test=send-more]').disabled")
	ana.write(at("compose"), "Obrigada!")
	ana.click(at("send-more"))
	ana.see("document.activeElement.matches('[data-test=send-schedule][role=menuitem]') && document.querySelector('[data-test=send-more]').ariaExpanded === 'true'")
	ana.looks("send-menu")
	ana.press(kb.ArrowDown)
	ana.see("document.activeElement.matches('[data-test=send-resolve]')")
	ana.press(kb.Escape)
	ana.lacks(at("send-menu"))
	ana.see("document.activeElement.matches('[data-test=send-more]')")
	ana.press(kb.ArrowUp)
	ana.see("document.activeElement.matches('[data-test=send-snooze]')")
	ana.click(at("thread-name")) // beside it
	ana.lacks(at("send-menu"))
	ana.composes("Obrigada!")

	// Claim, send and resolve by one key.
	ana.write(at("compose"), " Até!")
	ana.press(kb.Enter, kb.ModifierAlt)
	ana.shows(at("toast"), "Sent and resolved")
	ana.message("Obrigada! Até!", "delivered")
	ana.shows(at("thread-name")+" + .thread-sub", "Resolved")
	if a := d.Ana.Get(t, path); a.Text("phase") != "resolved" || a.Text("owner.name") != "Ana" {
		t.Errorf("the conversation is %v", a.Body)
	}
	ana.click(at("toast") + " button")
	ana.lacks(".thread-sub .tag")

	// By the menu; the focus is where one writes on.
	ana.write(at("compose"), "Mais uma coisa")
	ana.click(at("send-more"))
	ana.see("document.activeElement.matches('[data-test=send-schedule]')")
	ana.press(kb.End)
	ana.see("document.activeElement.matches('[data-test=send-snooze]')")
	ana.press(kb.Enter)
	ana.shows(at("snooze-sheet")+" h2", "Send and snooze until")
	ana.accessible("send and snooze")
	ana.shot("inbox send and snooze")
	ana.press(kb.Escape)
	ana.lacks(at("snooze-sheet"))
	ana.composes("Mais uma coisa")
	ana.see("document.activeElement.matches('[data-test=send-more]')")
	ana.press(kb.Enter)
	ana.click(at("send-snooze"))
	ana.click(at("snooze-tomorrow"))
	ana.shows(at("toast"), "Sent and snoozed")
	ana.shows(".thread-sub", "Snoozed")
	ana.message("Mais uma coisa", "delivered")
	ana.see("document.activeElement.matches('[data-test=compose]')")

	// Stale: nothing is sent, nothing resolved, and "send anyway" only sends.
	ana.pick("unclaimed", "Loja da Vila")
	ana.mode("unclaimed")
	ana.write(at("compose"), "Boa tarde, o mínimo é 12")
	prosatest.Expect(t, d.Bruno.Post(t, other+"/claim", map[string]any{}), http.StatusOK)
	ana.mode("other")
	prosatest.Expect(t, d.Bruno.Post(t, other+"/messages", map[string]any{"echo_id": "b", "text": "Já respondo", "despite_stale": true}), http.StatusCreated)
	prosatest.Expect(t, d.Bruno.Post(t, other+"/release", map[string]any{}), http.StatusOK)
	ana.mode("unclaimed")
	ana.script("(document.querySelector('[data-test=stream]').scrollTop = 0)")
	ana.press("k", kb.ModifierCtrl)
	ana.write(".pal-in input", "send and resolve")
	ana.shows(at("do-sendResolve"), "Send and resolve")
	ana.press(kb.Escape)
	// Bruno is faster by a moment: the page's last word of the owner is that nobody has it.
	ana.script("(window.hush = WebSocket.prototype.send, WebSocket.prototype.send = function (f) { (window.kept ??= []).push(() => window.hush.call(this, f)); })")
	ana.click(at("compose"))
	ana.press(kb.Enter, kb.ModifierAlt)
	ana.message("o mínimo é 12", "sending")
	d.Say(t, "5515955506650", "Espera, são 60")
	ana.script("(WebSocket.prototype.send = window.hush, window.kept.forEach((f) => f()))")
	ana.shows(at("stale"), "Espera, são 60")
	if a := d.Ana.Get(t, other); a.Text("phase") != "open" || a.Text("owner.name") != "" {
		t.Errorf("after a stale send the conversation is %v", a.Body)
	}
	ana.click(at("send-anyway"))
	ana.message("o mínimo é 12", "delivered")
	ana.mode("mine")
	if a := d.Ana.Get(t, other); a.Text("phase") != "open" {
		t.Errorf("after sending anyway it is %s", a.Text("phase"))
	}

	// From the palette, and the help names the key.
	ana.write(at("compose"), "Pronto")
	ana.press("k", kb.ModifierCtrl)
	ana.write(".pal-in input", "send and resolve")
	ana.shows(at("do-sendResolve"), "Send and resolve")
	ana.press(kb.Enter)
	ana.message("Pronto", "delivered")
	ana.shows(".thread-sub", "Resolved")
	ana.composes("")
	ana.press(kb.Escape)
	ana.press("?", kb.ModifierShift)
	ana.shows(at("keys"), "Send and resolve")
}
