package browser

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
)

// A person writes as a customer on the page, the engine gets it, an agent
// answers, and the page shows the answer and how far everything got.
func testPhonesChat(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	page := c.window(t)
	page.open(d.Sim.URL())
	page.shows("#link", "live")
	page.shows(`[role=option][aria-selected=true]`, "Helena Prado")
	page.see("!location.search && document.title.includes('Phones')")

	page.write("#text", "Eu levo as 40")
	page.press(kb.Enter)
	page.shows(".msg.out", "Eu levo as 40")
	page.see("document.querySelector('#text').value === ''")
	path := d.Ana.Find(t, "Helena")
	prosatest.AssertThread(t, prosatest.Expect(t, d.Ana.Get(t, path+"/messages"), http.StatusOK), "Eu levo as 40")
	page.see("document.querySelector('.msg.out .tk').getAttribute('aria-label') === 'delivered'")

	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	message := d.Ana.Write(t, path, "e1", "Fechado, <b>Helena</b>!\n& até já 👋")
	page.shows(".msg.in", "Fechado, <b>Helena</b>!")
	page.see("!document.querySelector('.msg b')")
	d.Ana.WaitState(t, path, message, "read") // the chat is open, in a visible page

	// Markup of a customer stays text; Shift+Enter breaks the line.
	page.write("#text", `<img src=x onerror="document.title='open'">`)
	page.press(kb.Enter, kb.ModifierShift)
	page.insert("\u202ertl 🇧🇷")
	page.press(kb.Enter)
	page.shows(".msg.out", `<img src=x`)
	page.see("!document.querySelector('.msg img') && document.title.includes('Phones')")

	// A quote and a picture.
	page.script("document.querySelector('.msg.in .msg-acts button').focus()")
	page.press(kb.Enter)
	page.shows("#quoted", "Fechado")
	page.write("#text", "Combinado")
	page.click("#type .go")
	page.shows(".msg.out .quote", "Fechado")
	page.click("#attach")
	page.click("#files [data-kind=image]")
	page.see("document.querySelector('.msg.out img.pic')?.naturalWidth > 0")
	page.accessible("phones, a chat")
	page.shot("phones chat")
}

// Moving the clock closes the window, a switch makes Meta refuse; the page says
// so and the agent's message fails with Meta's reason.
func testPhonesClockAndFaults(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	page := c.window(t)
	page.open(d.Sim.URL())
	page.shows("#link", "live")
	page.shows("#window", "window closed")
	page.see("document.querySelector('#close-window').disabled")
	page.click("#quick .pick")
	page.shows(".msg.out", "Where is my order?")
	page.shows("#window", "window: 2")
	path := d.Ana.Find(t, "Helena")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)

	// By keyboard: the switch is a checkbox.
	page.script("document.querySelector('[data-fault=\"131000\"]').focus()")
	page.press(" ")
	await.Eventually(t, "the fault is on", func() (any, bool) {
		_, state := await.Fetch(t.Context(), d.Sim.URL()+"/sim/state")
		return state, strings.Contains(state, `"131000":1`)
	})
	page.shot("phones fault")
	refused := d.Ana.Write(t, path, "e1", "Um instante")
	page.shows("#log", "131000")
	page.click(`[data-fault="131000"]`)
	await.Eventually(t, "the fault is off", func() (any, bool) {
		code, state := await.Fetch(t.Context(), d.Sim.URL()+"/sim/state")
		return state, code == http.StatusOK && !strings.Contains(state, `"131000":1`)
	})
	d.Ana.WaitState(t, path, refused, "sent", "delivered", "read") // tried again by itself
	page.shows(".msg.in", "Um instante")

	page.shows("#msgs .day", "Today")
	page.see("document.querySelector('#ahead').hidden")
	page.click("#close-window")
	page.shows("#window", "window closed")
	page.shows("#ahead", "min ahead of the real time")
	page.shows("#msgs .day", "Yesterday")
	page.see("document.querySelector('#close-window').disabled")
	late := d.Ana.Write(t, path, "e2", "Ainda está aí?")
	d.Ana.WaitState(t, path, late, "failed")
	page.shows("#log", "131047")
	page.accessible("phones, closed window")
	page.shot("phones closed")
}

// A customer that the page makes can write at once, and what is wrong is said.
func testPhonesNewCustomer(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	page := c.window(t)
	page.tolerate("400 (Bad Request)") // of the number that is taken
	page.open(d.Sim.URL())
	page.shows("#link", "live")
	page.click("#new-phone")
	page.write("#new-name", "Ateliê <Aurora>")
	page.write("#new-wa", prosatest.Helena)
	page.press(kb.Enter)
	page.see("!document.querySelector('#new-error').hidden")
	page.accessible("phones, new customer")
	page.shot("phones new customer")
	page.rewrite("#new-wa", "5541955507788")
	page.press(kb.Enter)
	page.see("!document.querySelector('#new-dialog').open")
	page.shows(`[role=option][aria-selected=true]`, "Ateliê <Aurora>")
	page.write("#text", "Olá!")
	page.press(kb.Enter)
	page.shows(".msg.out", "Olá!")
	d.Ana.Find(t, "Aurora")

	// The other number of the business is another chat.
	page.choose("#number", string(prosatest.Lisboa))
	page.shows("#business", "Lisboa")
	page.see("document.querySelectorAll('.msg').length === 0")
	// The address names the chat: another tab opens the same.
	twin := page.another()
	address, err := ask[string](page, "location.href")
	if err != nil {
		t.Fatal(err)
	}
	twin.open(address)
	twin.shows("#business", "Lisboa")
	twin.shows(`[role=option][aria-selected=true]`, "Ateliê <Aurora>")
}

// The page as people see it: light, dark, and on a telephone.
func testPhonesLooks(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	page := c.window(t)
	page.scheme("light")
	page.open(d.Sim.URL())
	page.shows("#link", "live")
	page.click("#quick .pick:nth-of-type(2)")
	page.shows(".msg.out", "exchange")
	path := d.Ana.Find(t, "Helena")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	d.Ana.Write(t, path, "e1", "Claro! Me manda o número do pedido, por favor. Eu já vejo com o estoque e te digo ainda hoje.")
	page.shows(".msg.in", "Claro!")
	page.accessible("phones, light")
	page.shot("phones light")

	dark := page.another()
	dark.scheme("dark")
	dark.open(d.Sim.URL())
	dark.shows(".msg.in", "Claro!")
	dark.see("document.documentElement.dataset.theme === 'dark'")
	dark.accessible("phones, dark")
	dark.shot("phones dark")

	dark.size(360, 740)
	dark.shows(".msg.in", "Claro!")
	dark.fits()
	dark.write("#text", "Do celular")
	dark.click("#type .go")
	dark.shows(".msg.out", "Do celular")
	dark.accessible("phones, 360 px dark")
	dark.shot("phones 360 dark")
	dark.click("#open-list")
	dark.shows("#phones [aria-selected=true]", "Helena Prado")
	dark.fits()
	dark.accessible("phones, 360 px list")
	dark.shot("phones 360 dark list")
	dark.click("#phones [aria-selected=true]")
	dark.click("#open-ctl")
	dark.shows("#faults", "shown once")
	dark.accessible("phones, 360 px simulator")
	dark.shot("phones 360 dark simulator")
	dark.click("#close-ctl")
	dark.see("document.querySelector('#text').checkVisibility()")
	dark.size(1280, 800)
	dark.click("#theme")
	dark.see("document.documentElement.dataset.theme === 'light'")

	// In another language, all of it, and still after a reload.
	dark.choose("#language", "pt-BR")
	dark.shows("#quick", "Cadê meu pedido?")
	dark.shows("#faults", "Webhooks em dobro")
	dark.shows("#log", "texto")
	dark.do("reload", chromedp.Reload())
	dark.shows("#link", "ao vivo")
	dark.shows(".demo-strip", "Nada aqui chega à Meta.")
	dark.see("document.documentElement.lang === 'pt-BR' && document.title === 'Celulares · Prosa'")
	dark.see("![...document.querySelectorAll('[data-t], [data-t-title], [data-t-label]')].some((e) => /^[a-z]+[A-Z][A-Za-z]+$/.test(e.textContent || e.title))")
	dark.accessible("phones, Portuguese")
	dark.shot("phones Portuguese")
	dark.choose("#language", "es")
	dark.shows("#faults", "Webhooks por duplicado")
}
