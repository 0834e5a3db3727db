package browser

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/deploy/demo"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/simulator"
)

// field is the selector of the field of a variable.
func field(key string) string { return fmt.Sprintf("[data-key=%q]", key) }

// option waits for a template of a name among those that one may choose from.
func (b *tab) option(name string) string {
	b.t.Helper()
	option := fmt.Sprintf("[data-test=template-option][data-name=%q]", name)
	b.see(fmt.Sprintf("document.querySelector(%q)?.checkVisibility()", option))
	return option
}

// The window closes, a template is searched, filled and sent without a mouse; the
// phone shows its words and buttons, and an answer opens the window again. What was
// typed before is still there.
func testTemplatePicker(t *testing.T, c *chromium) {
	d := prosatest.StartDemo(t, prosatest.EmbeddedFolder(t))
	phones := c.window(t)
	phones.open(d.Phones)
	phones.shows(`[role=option][aria-selected=true]`, "Helena Prado")
	ana := c.seat(t, d.Gateway, "ana@lume.example", demo.DemoPassword)
	ana.pick("unclaimed", "Helena")
	ana.write(at("compose"), "Só mais uma coisa")
	phones.click("#close-window")
	phones.shows("#window", "window closed")
	ana.mode("closed")
	ana.option("confirmar_endereco")
	ana.see("[...document.querySelectorAll('[data-test=template-option]')].every((o) => !/cobranca|saldao/.test(o.dataset.name))")
	ana.shows(at("template-option")+":first-child", "pt-BR") // what Helena speaks, though the page is English
	ana.shows(at("template-state"), "")
	ana.looks("window closed")

	ana.press("#")
	ana.see("document.activeElement.matches('[data-test=template-search]')")
	ana.insert("Retomar pt-BR")
	ana.see("document.querySelectorAll('[data-test=template-option]').length === 1")
	ana.shows(at("template-preview"), "Oi, Helena! Aqui é a Ana, da Lume.")
	ana.shows(at("template-preview")+" .is-missing", "variable 3")
	ana.shows(at("template-state"), "1 variable to fill")
	ana.see("document.querySelector('[data-test=send-template]').disabled")
	ana.press(kb.Enter)
	ana.see(fmt.Sprintf("document.activeElement.matches(%q)", field("body.3")))
	ana.press(kb.Enter) // nothing is sent while something is missing
	ana.insert("o <b>endereço</b>     novo")
	ana.see("document.querySelector('[data-key=\"body.3\"]').getAttribute('aria-invalid') === 'true'")
	ana.accessible("template, a bad value")
	ana.rewrite(field("body.3"), "o <b>endereço</b> do pedido 48.190")
	ana.shows(at("template-preview"), "Ficou faltando o <b>endereço</b> do pedido 48.190. Podemos")
	ana.accessible("template")
	ana.shot("inbox 06 template")

	// A reload forgets nothing, and every screen shows it.
	ana.open(d.Gateway + "/")
	ana.live()
	ana.pick("unclaimed", "Helena")
	ana.shows(at("template-preview"), "do pedido 48.190. Podemos")
	ana.scheme("dark")
	ana.see("document.documentElement.dataset.theme === 'dark'")
	ana.accessible("template, dark")
	ana.shot("inbox 22 template dark")
	ana.size(360, 740)
	ana.fits()
	ana.see("document.querySelector('[data-test=send-template]').checkVisibility()")
	ana.accessible("template, 360 px dark")
	ana.shot("inbox 34 template 360 dark")
	ana.scheme("light")
	ana.shot("inbox 34 template 360")
	ana.size(1440, 900)

	ana.write(field("body.3"), "")
	ana.press(kb.Enter)
	ana.message("do pedido 48.190", "read")
	ana.shows(at("owner"), "you")
	ana.shows(at("message")+" .tpl", "retomar_atendimento · pt-BR")
	ana.shows(at("message")+" .tplbtn", "Sim, podemos")
	ana.accessible("template, sent")
	ana.shot("inbox 06 template sent")
	phones.shows(".msg.in", "Ficou faltando o <b>endereço</b> do pedido 48.190.")
	phones.accessible("phones, a template")
	phones.shot("phones template")
	phones.script("[...document.querySelectorAll('.tplbtn')].find((b) => b.textContent === 'Sim, podemos').click()")
	ana.message("Sim, podemos", "")
	ana.mode("mine")
	ana.see("document.querySelector('[data-test=compose]').value === 'Só mais uma coisa'")
	ana.pick("mine", "Helena")
	ana.lacks(ana.row("Helena") + " " + at("row-unread")) // it has stood there long enough to be seen
	testTemplateInside(ana)
}

// testTemplateInside opens the picker where a text could be written, and leaves it.
func testTemplateInside(ana *tab) {
	ana.t.Helper()
	ana.click(at("templates"))
	ana.see("document.activeElement.matches('[data-test=template-search]')")
	ana.press(kb.ArrowDown + kb.ArrowDown + kb.ArrowUp)
	ana.see("document.querySelectorAll('[data-test=template-option]')[1].getAttribute('aria-selected') === 'true'")
	ana.accessible("template inside the window")
	ana.shot("inbox template inside")
	ana.press(kb.Escape)
	ana.see("document.activeElement.matches('[data-test=compose]')")
	ana.press(kb.Escape)
	ana.press("#")
	ana.click(ana.option("pedido_pronto"))
	ana.shows(at("template-preview"), "Lume Atacado · Rua Oriente")
	ana.write(field("header.1"), "48.190")
	ana.press(kb.Enter)
	ana.see(fmt.Sprintf("document.activeElement.matches(%q)", field("body.2")))
	ana.insert("sexta")
	ana.press(kb.Enter)
	ana.see(fmt.Sprintf("document.activeElement.matches(%q)", field("button.0")))
	ana.insert("48190")
	ana.press(kb.Enter)
	ana.message("está pronto para retirada no Brás até sexta", "read")
	ana.mode("mine")
	ana.shot("inbox template with header")
}

// Nothing to choose from, a list that is old, and a refusal by Meta: each says what
// it is and what would help.
func testTemplateTrouble(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Oi")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	d.Templates(t, 4)
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.pick("mine", "Helena")
	ana.click(at("templates"))
	ana.option("order_ready")
	ana.write(at("template-search"), "não há")
	ana.shows(at("template-none"), "No template with “não há”")
	ana.rewrite(at("template-search"), "order")

	// The template changes at Meta and nobody told us: its own refusal is shown.
	d.Sim.PutTemplate(simulator.Template{Name: "order_ready", Language: "en", Category: "UTILITY", Body: "Hi {{name}}."})
	ana.write(field("body.order"), "48.190")
	ana.click(at("send-template"))
	ana.message("Hi Helena, order 48.190", "failed")
	ana.shows(at("failure"), "132000")
	ana.accessible("template, refused by Meta")

	// It is taken back meanwhile: what was filled in is kept.
	ana.click(at("templates"))
	ana.click(ana.option("retomar_atendimento"))
	ana.rewrite(field("body.1"), "Heleninha")
	if _, err := d.Db.Exec(t.Context(), `UPDATE template SET status = 'PAUSED' WHERE name = 'retomar_atendimento'`); err != nil {
		t.Fatal(err)
	}
	ana.press(kb.Enter)
	ana.glimpses(toasts, "Meta has paused this template")
	ana.click(at("templates"))
	ana.see(`localStorage.getItem(Object.keys(localStorage).find((k) => k.includes('.template.'))).includes('Heleninha')`)

	if _, err := d.Db.Exec(t.Context(), `DELETE FROM template`); err != nil {
		t.Fatal(err)
	}
	ana.open(d.Url)
	ana.live()
	ana.pick("mine", "Helena")
	ana.press("#")
	ana.shows(at("template-none"), "No approved template for this number")
	ana.accessible("no template")
	ana.shot("inbox 06 no template")
	if _, err := d.Db.Exec(t.Context(), `UPDATE template_sync SET synced_at = now() - interval '3 hours', error = 'x', due_at = now() + interval '1 hour'`); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Db.Exec(t.Context(), `INSERT INTO template SELECT '21', 'old_' || i, 'pt_BR', 'main', '1', 'MARKETING', 'APPROVED', '', '',
		jsonb_build_array(jsonb_build_object('type', 'BODY', 'text', $1::text)) FROM generate_series(1, 40) i`, strings.Repeat("Texto comprido ", 60)+"{{1}}"); err != nil {
		t.Fatal(err)
	}
	ana.click(at("template-again"))
	ana.shows(at("template-old"), "3 h")
	ana.accessible("an old list of templates")
	ana.shot("inbox 06 old templates")
	ana.size(360, 740)
	ana.fits()
	ana.see("document.querySelector('[data-test=send-template]').checkVisibility()")
	ana.shot("inbox 34 long template 360")
}
