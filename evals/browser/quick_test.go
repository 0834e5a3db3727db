package browser

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// At a slash in the field quick replies are found, chosen and filled without a mouse; one
// with a variable that nobody has filled goes nowhere, and what is inserted is a text like
// any other.
func testQuickReplies(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Qual o prazo?")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	keep := func(who *prosatest.Person, visibility, shortcut, title, text string) {
		t.Helper()
		prosatest.Expect(t, who.Post(t, "/api/v1/quick_replies", map[string]any{
			"visibility": visibility, "shortcut": shortcut, "title": title, "text": text,
		}), http.StatusOK)
	}
	keep(d.Admin, "company", "prazo", "Prazo de entrega",
		"Oi, {{contact.first_name}}! O pedido {{número do pedido}} chega em {{prazo}}.\n{{agent.name}}, da {{company}}")
	keep(d.Admin, "company", "prazoboleto", "Prazo do boleto", "O boleto vence em 3 dias úteis.")
	keep(d.Ana, "own", "prazolinho", "Prazo do linho", "O linho chega na quinta.")
	keep(d.Admin, "company", "oi", "Saudação", "Bom dia!")
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.pick("mine", "Helena")
	ana.mode("mine")
	ana.click(at("compose"))
	ana.press("1/2")
	ana.lacks(at("quick-menu")) // a slash within a line asks for nothing
	ana.rewrite(at("compose"), "/")
	ana.shows(at("quick-menu"), "4 of 4")
	ana.press("PRAZO")
	ana.shows(at("quick-menu"), "3 of 4 with “PRAZO”")
	order := func(want string) {
		t.Helper()
		ana.see("[...document.querySelectorAll('[data-test=quick-option]')].map((o) => o.dataset.shortcut).join(' ') === '" + want + "'")
	}
	order("prazo prazolinho prazoboleto")
	ana.shows(at("quick-preview"), "Oi, Helena! O pedido número do pedido chega em prazo.")
	ana.shows(at("quick-preview")+" .is-missing", "número do pedido")
	ana.shows(at("quick-lacks"), "Missing: número do pedido")
	ana.see("document.querySelector('[data-test=quick-insert]').disabled")
	ana.looks("quick reply")

	// Enter leads to what is missing, and nothing is sent before it is filled.
	ana.press(kb.Enter)
	ana.see("document.activeElement.dataset.variable === 'número do pedido'")
	ana.insert("48.231")
	ana.press(kb.Enter)
	ana.see("document.activeElement.dataset.variable === 'prazo'")
	ana.press(kb.Escape)
	ana.lacks(at("quick-menu"))
	ana.composes("/PRAZO")
	ana.rewrite(at("compose"), "")
	ana.insert("/prazo")
	ana.shows(at("quick-menu"), "3 of 4")
	ana.press(kb.Tab) // to the one that is empty still
	ana.see("document.activeElement.dataset.variable === 'prazo'")
	ana.insert("3 dias")
	ana.see("!document.querySelector('[data-test=quick-insert]').disabled")
	ana.press(kb.Tab)
	ana.see("document.activeElement.matches('[data-test=quick-insert]')")
	ana.press(kb.Enter)
	ana.composes("Oi, Helena! O pedido 48.231 chega em 3 dias.\nAna, da Main")
	ana.lacks(at("quick-menu"))
	ana.see("document.activeElement.matches('[data-test=compose]')")
	ana.press(kb.Enter)
	ana.message("O pedido 48.231 chega em 3 dias.", "delivered")

	// The arrows choose; in the second line it works as in the first.
	ana.insert("Tudo bem?\n/prazo")
	order("prazo prazolinho prazoboleto")
	ana.press(kb.ArrowDown + kb.ArrowDown + kb.ArrowUp)
	ana.shows(at("quick-option")+"[aria-selected=true]", "Prazo do linho")
	ana.press(kb.Enter)
	ana.composes("Tudo bem?\nO linho chega na quinta.")
	ana.rewrite(at("compose"), "/oi")
	ana.click(at("quick-option"))
	ana.composes("Bom dia!")
	ana.rewrite(at("compose"), "")
	ana.click(at("quick-open"))
	ana.shows(at("quick-option")+":first-child", "used once") // one's own first

	// Nothing found: a new one begins with the word, and one goes on where one was.
	ana.rewrite(at("compose"), "/troca")
	ana.shows(at("quick-none"), "Nothing with “troca”.")
	ana.looks("quick reply none")
	ana.press(kb.Enter)
	ana.composes("/troca") // and is not sent
	ana.click(at("quick-create"))
	ana.see("document.querySelector('[data-test=quick-word]').value === 'troca'")
	ana.write(at("quick-title"), "Troca")
	ana.write(at("quick-text"), "A troca é grátis por 30 dias.")
	ana.click(at("quick-save"))
	ana.composes("/troca")
	ana.click(at("compose"))
	ana.shows(at("quick-preview"), "A troca é grátis por 30 dias.")

	// On a telephone the list stands over the preview, and a touch takes one.
	ana.size(360, 740)
	ana.see("innerWidth === 360")
	ana.within("quick reply")
	ana.click(at("quick-option"))
	ana.composes("A troca é grátis por 30 dias.")
}
