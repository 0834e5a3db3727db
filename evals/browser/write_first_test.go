package browser

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/simulator"
)

// first is the selector of a part of the dialogue of first messages.
func first(part string) string { return at("first") + " " + part }

// Ana writes to somebody who never wrote, by the keyboard alone: what cannot be an address
// is said at its field, what was filled in outlives the dialogue, a cut is the reason that
// nothing goes, and what goes goes once. The conversation opens as hers.
func testWriteFirst(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	d.Templates(t, 4)
	const newcomer = "5511944440001"
	if err := d.Sim.AddPhone(simulator.Phone{WaID: newcomer, Name: "Novo Cliente"}); err != nil {
		t.Fatal(err)
	}
	wire := newCable(t, d.Url)
	ana := c.seat(t, wire.url, "ana@lume.example", prosatest.TestPassword)
	ana.tolerate("net::ERR_", "WebSocket", "409 (Conflict)")
	ana.shows(at("write-first"), "New message")
	ana.press("m")
	ana.see("document.activeElement.matches('[data-test=first-to]')")
	ana.shows(first(at("first-why")), "Write whom it goes to.")
	ana.insert("98888")
	ana.lacks(at("first-to-wrong"))
	ana.press(kb.Enter)
	ana.see("document.activeElement.matches('[data-test=first-name]')")
	ana.shows(at("first-to-wrong"), "Write a phone with its country")
	ana.see("document.querySelector('[data-test=first-to]').getAttribute('aria-invalid') === 'true'")
	ana.accessible("a first message, no address")
	ana.rewrite(at("first-to"), "+55 (11) 94444-0001")
	ana.shows(at("first-to-says"), "Goes to +55 11 94444-0001.")
	ana.choose(at("first-number"), string(prosatest.Brasil))
	ana.write(at("first-name"), "Feira de sábado")
	ana.press(kb.Enter)
	ana.see("document.activeElement.matches('[data-test=first] [data-test=template-search]')")
	ana.insert("pedido")
	ana.shows(first(at("template-preview")), "Oi, Feira!")
	ana.press(kb.Enter)
	ana.see(fmt.Sprintf("document.activeElement.matches(%q)", first(field("header.1"))))
	ana.insert("48.190")
	ana.shows(first(at("template-preview")), "48.190")
	ana.shows(first(at("first-why")), "Fill in what the template leaves open.")
	for _, scheme := range []string{"light", "dark"} {
		ana.scheme(scheme)
		ana.see(fmt.Sprintf("document.documentElement.dataset.theme === %q", scheme))
		ana.accessible("a first message, " + scheme)
		ana.shot("first message " + scheme)
		ana.size(360, 740)
		ana.fits()
		ana.see(`(({ bottom }) => bottom <= innerHeight)(document.querySelector('[data-test=first] [data-test=send-template]').getBoundingClientRect())`)
		ana.accessible("a first message at 360 px, " + scheme)
		ana.shot("first message 360 " + scheme)
		ana.size(1440, 900)
	}

	ana.press(kb.Escape)
	ana.lacks(at("first"))
	ana.press("k", chromedp.ModifierCtrl)
	ana.write(at("palette-input"), "new message")
	ana.click(at("do-first"))
	ana.see("document.querySelector('[data-test=first-to]')?.value === '+55 (11) 94444-0001'")
	ana.write(first(field("body.2")), "sexta")
	ana.press(kb.Enter)
	ana.see(fmt.Sprintf("document.activeElement.matches(%q)", first(field("button.1"))))
	ana.insert("48190")
	ana.shows(first(at("first-why")), "You will own the conversation")
	wire.cut()
	ana.shows(first(at("first-why")), "There is no connection just now.")
	ana.see("document.querySelector('[data-test=first] [data-test=send-template]').disabled")
	wire.mend()
	ana.shows(first(at("first-why")), "You will own the conversation")
	ana.shows(first(at("send-template")), "Send template to Feira de sábado")
	ana.press(kb.Enter, chromedp.ModifierCtrl)
	ana.shows(at("thread-name"), "Feira de sábado")
	ana.lacks(at("first"))
	ana.message("Pode retirar até", "delivered")
	ana.shows(at("owner"), "you")
	ana.accessible("a conversation that we began")
	if got := len(d.Sim.Messages(newcomer, prosatest.Brasil)); got != 1 {
		t.Errorf("%d messages on the phone", got)
	}
	d.Say(t, newcomer, "quem é?")
	ana.message("quem é?", "")
	ana.mode("mine")

	ana.click(at("write-first"))
	ana.see("document.querySelector('[data-test=first-to]')?.value === ''") // nothing is left of what went

	bruno := c.seat(t, d.Url, "bruno@lume.example", prosatest.TestPassword)
	bruno.tolerate("409 (Conflict)")
	bruno.click(at("write-first"))
	bruno.write(at("first-to"), newcomer)
	bruno.choose(at("first-number"), string(prosatest.Brasil))
	bruno.click(first(bruno.option("retomar_atendimento")))
	bruno.write(first(field("body.1")), "Cliente")
	bruno.click(first(at("send-template")))
	bruno.shows(at("first-owned"), "Ana has the conversation")
	bruno.accessible("a first message to whom somebody has")
	if got := len(d.Sim.Messages(newcomer, prosatest.Brasil)); got != 2 {
		t.Errorf("%d messages on the phone", got)
	}
}

// From the details of a customer one writes by another of our numbers, and by no other.
func testWriteFirstOther(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Oi")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	d.Templates(t, 4)
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.pick("mine", "Helena")
	ana.press("#") // the composer chooses among templates, too
	ana.option("order_ready")
	ana.press(kb.Escape)
	ana.click(at("templates"))
	ana.click(at("first-other"))
	ana.shows(first("h2"), "Write from another number")
	ana.see(fmt.Sprintf("[...document.querySelectorAll('[data-test=first-number] option')].map((o) => o.value).join() === %q", prosatest.Lisboa))
	ana.see(fmt.Sprintf("document.querySelector('[data-test=first-to]').value.replace(/\\D/g, '') === %q", prosatest.Helena))
	ana.see("document.querySelector('[data-test=first-name]').value !== ''")
	ana.accessible("from another number")
	ana.shot("first message other number")
	ana.click(first(`[data-test=template-option][data-name="retomar_atendimento"]`))
	ana.shows(first(at("template-preview")), "Olá, Helena!")
	ana.click(first(at("send-template")))
	ana.message("Podemos continuar?", "delivered")
	ana.shows(at("other"), "")
	if got := len(d.Sim.Messages(prosatest.Helena, prosatest.Lisboa)); got != 1 {
		t.Errorf("%d messages from Lisboa", got)
	}
}
