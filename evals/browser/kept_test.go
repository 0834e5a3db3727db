package browser

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
)

// spoil makes the page's next sends ones that the server refuses for good.
const spoil = `(() => {
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) { return send.call(this, window.spoiled ? data.replace('"text":', '"txt":') : data); };
  window.spoiled = true;
})()`

// A text that was refused stays, over a reload too, until somebody decides what
// becomes of it.
func testKeptFailed(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Oi")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.pick("mine", "Helena")
	ana.mode("mine")
	ana.script(spoil)
	for _, text := range []string{"Frase um", "Frase dois", "Frase três"} {
		ana.write(at("compose"), text)
		ana.press(kb.Enter)
		ana.message(text, "failed")
	}
	ana.do("reload", chromedp.Reload())
	ana.live()
	ana.message("Frase um", "failed")
	ana.message("Frase dois", "failed")
	ana.message("Frase três", "failed")
	ana.see("document.querySelectorAll('[data-test=failure]').length === 3")
	ana.click(at("retry-send"))
	ana.message("Frase um", "delivered")
	ana.click(at("message") + `[data-state="failed"] [data-test=failure] button:nth-of-type(2)`)
	ana.see("document.querySelector('[data-test=compose]').value === 'Frase dois'")
	ana.click(at("message") + `[data-state="failed"] [data-test=failure] button:nth-of-type(3)`)
	ana.lacks(at("failure"))
	ana.do("reload", chromedp.Reload())
	ana.live()
	ana.message("Frase um", "delivered")
	ana.see("document.querySelector('[data-test=compose]').value === 'Frase dois'")
	ana.lacks(at("failure"))
	if got := d.FromBusiness(prosatest.Helena); len(got) != 1 || got[0] != "Frase um" {
		t.Errorf("the phone has %q", got)
	}
}

// Whoever logs out before something left finds it where it can be sent from; who
// cannot log out, for want of a connection, is told so and stays.
func testKeptLogout(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Oi")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	wire := newCable(t, d.Url)
	ana := c.seat(t, wire.url, "ana@lume.example", prosatest.TestPassword)
	ana.tolerate("net::ERR_", "WebSocket", "401 (Unauthorized)")
	ana.pick("mine", "Helena")
	ana.mode("mine")
	wire.cut()
	ana.see("document.querySelector('[data-test=net]')?.dataset.net !== 'live'")
	ana.write(at("compose"), "Ainda não saiu")
	ana.press(kb.Enter)
	ana.message("Ainda não saiu", "sending")
	ana.click(at("account"))
	ana.click(at("logout"))
	ana.glimpses(toasts, "You are not logged out")
	ana.message("Ainda não saiu", "sending")

	wire.mend()
	ana.live()
	ana.message("Ainda não saiu", "delivered")
	ana.script(`(window.kept = WebSocket.prototype.send, WebSocket.prototype.send = function (data) { if (!data.includes('"command"')) kept.call(this, data); })`)
	ana.write(at("compose"), "Nem isto")
	ana.press(kb.Enter)
	ana.message("Nem isto", "sending")
	ana.click(at("account"))
	ana.click(at("logout"))
	ana.see("document.querySelector('[data-test=login-email]')")
	ana.enter("ana@lume.example", prosatest.TestPassword)
	ana.pick("mine", "Helena")
	ana.see("document.querySelector('[data-test=compose]').value === 'Nem isto'")
	if got := d.FromBusiness(prosatest.Helena); len(got) != 1 {
		t.Errorf("the phone has %q", got)
	}
}

// leaving says whether the page asks before it goes.
const leaving = `(() => { const e = new Event('beforeunload', { cancelable: true }); dispatchEvent(e); return e.defaultPrevented; })()`

// Where the browser keeps nothing, it asks before it forgets.
func testKeptNowhere(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Oi")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	ana := c.window(t)
	ana.tolerate("401 (Unauthorized)")
	protocol(ana, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }`,
	})
	ana.open(d.Url)
	ana.enter("ana@lume.example", prosatest.TestPassword)
	ana.pick("mine", "Helena")
	ana.mode("mine")
	ana.see("!" + leaving)
	ana.write(at("compose"), "Só aqui")
	ana.shows(at("saved"), "do not reload")
	ana.see(leaving)
	ana.press(kb.Enter)
	ana.message("Só aqui", "delivered")
	ana.see("!" + leaving)

	ana.script(spoil)
	ana.write(at("compose"), "Recusado")
	ana.press(kb.Enter)
	ana.message("Recusado", "failed")
	ana.see(leaving)
	ana.click(at("message") + `[data-state="failed"] [data-test=failure] button:nth-of-type(3)`)
	ana.lacks(at("failure"))
	ana.see("!" + leaving)
}

// dropped drops something on an element, as the browser tells the page of it. It
// is true where the page keeps the browser from opening it.
const dropped = `((selector, kind) => {
  const data = new DataTransfer();
  if (kind === 'file') data.items.add(new File(['x'], 'x.html', { type: 'text/html' }));
  else data.setData('text/plain', 'palavras');
  return ['dragover', 'drop'].map((type) => {
    const e = new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data });
    document.querySelector(selector).dispatchEvent(e);
    return e.defaultPrevented;
  }).every(Boolean);
})(%q, %q)`

// Nothing that is dropped or pasted takes the page away, a note stays where it
// was refused, and the screen does not change under who has begun to write.
func testKeptInPlace(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Oi")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	other, _ := d.Say(t, "5515955506650", "Boa tarde")
	prosatest.Expect(t, d.Ana.Post(t, other+"/claim", map[string]any{}), http.StatusOK)
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.pick("mine", "Helena")
	ana.mode("mine")
	ana.write(at("compose"), "Meia frase")
	for _, on := range []string{at("compose"), at("stream"), at("row"), "body"} {
		ana.see(fmt.Sprintf(dropped, on, "file"))
	}
	ana.see("document.querySelectorAll('[data-test=attachment]').length === 4") // wherever it was dropped, it is attached
	for range 4 {
		ana.click(at("remove-file"))
	}
	ana.see("!document.querySelector('[data-test=attachment]')")
	ana.see(fmt.Sprintf(dropped, at("stream"), "text"))
	ana.see("!" + fmt.Sprintf(dropped, at("compose"), "text"))
	ana.script(`document.querySelector('[data-test=compose]').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true }))`)
	ana.script(`document.querySelector('[data-test=compose]').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }))`)
	ana.see("document.querySelector('[data-test=compose]').value === 'Meia frase'")

	// The way to the next conversation is slow, and she goes on writing here.
	ana.script(`(window.late = [], window.sends = WebSocket.prototype.send, WebSocket.prototype.send = function (data) {
	  if (data.includes('"resolve"')) late.push(() => sends.call(this, data)); else sends.call(this, data); })`)
	ana.click(at("thread-name"))
	ana.script("document.activeElement.blur()")
	ana.press("E", kb.ModifierShift)
	ana.see("late.length === 1")
	ana.write(at("compose"), " e o resto")
	ana.keepToasts(true)
	ana.script("late[0]()")
	ana.shows(toasts, "Resolved")
	ana.shows(at("thread-name"), "Helena")
	ana.see("document.querySelector('[data-test=compose]').value === 'Meia frase e o resto'")
	ana.undo()
	ana.see("document.querySelector('[data-test=resolve]')")

	ana.click(at("transfer"))
	ana.click(at("to-queue"))
	ana.write(at("transfer-note"), "Já pagou")
	ana.script(`(WebSocket.prototype.send = function (data) { sends.call(this, data.replace('"note":', '"nota":')); })`)
	ana.click(at("transfer-go"))
	ana.glimpses(toasts, "cannot be sent")
	ana.see("document.querySelector('[data-test=transfer-note]')?.value === 'Já pagou'")
}

// A server that neither answers nor hangs up is given up: for one that answers,
// and nothing that was sent meanwhile is lost or sent twice.
func testKeptHalfOpen(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Oi")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	d.Say(t, "5515955506650", "Boa tarde")
	wire := newCable(t, d.Url)
	ana := c.seat(t, wire.url, "ana@lume.example", prosatest.TestPassword)
	ana.tolerate("net::ERR_", "WebSocket")
	ana.pick("mine", "Helena")
	ana.mode("mine")
	wire.hush(true)
	ana.write(at("compose"), "Alguém ouve?")
	ana.press(kb.Enter)
	ana.message("Alguém ouve?", "sending")
	ana.script("dispatchEvent(new Event('online'))") // it is looked at once, not only at the next ping
	ana.see("document.querySelector('[data-test=net]')?.dataset.net === 'cut'")
	before := wire.unheard()
	ana.click(at("retry"))
	await.Eventually(t, "a try that meets silence", func() (any, bool) {
		now := wire.unheard()
		return now, now > before
	})
	wire.hush(false)
	ana.live()
	ana.message("Alguém ouve?", "delivered")
	if got := d.FromBusiness(prosatest.Helena); len(got) != 1 {
		t.Errorf("the phone has %q", got)
	}

	// A question that meets silence ends too, with a way on.
	ana.click(at("view-unclaimed"))
	row := ana.row("Loja da Vila")
	wire.hush(true)
	ana.click(row)
	ana.shows(at("thread-error"), "cannot be reached")
	wire.hush(false)
	ana.click(at("thread-error") + " button")
	ana.message("Boa tarde", "")
}

// asking counts the requests for older messages.
const asking = `(window.asks = 0, window.plain = fetch, window.fetch = (...of) => { if (String(of[0]).includes('before=')) asks++; return plain(...of); })`

// An older page that cannot be read is asked for again after a pause, not as fast
// as it fails; and an address that was cut short opens its view.
func testKeptAsking(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "a primeira de todas")
	d.Deliver(t, 1, func(int) []byte { return manyWebhook(0, 100) })
	await.Eventually(t, "the messages", func() (any, bool) {
		version := d.Ana.Get(t, path).Number("version")
		return version, version > 100
	})
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.tolerate("net::ERR_")
	ana.pick("unclaimed", "Helena")
	ana.shows(at("text"), "linha 99")
	ana.script(asking)
	ana.block("conversations/*/messages*")
	ana.script("document.querySelector('[data-test=stream]').scrollTop = 0")
	ana.see("asks === 1")
	frames, err := ask[float64](ana, `(async () => { for (let i = 0; i < 30; i++) await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 10))); return asks; })()`)
	if err != nil || frames > 2 {
		t.Errorf("asked %v times within thirty pictures (%v)", frames, err)
	}
	ana.block()
	ana.see("asks > 1")
	ana.see("(document.querySelector('[data-test=stream]').scrollTop = 0, document.querySelector('[data-test=stream]').textContent.includes('a primeira de todas'))")

	ana.open(d.Url + "/inbox/unclaimed/%E0%A4?window=x")
	ana.live()
	ana.row("Helena")
}
