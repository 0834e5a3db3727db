package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/deploy/demo"
	"github.com/prosa-chat/prosa/evals/prosatest"
)

// The whole work by keyboard alone: log in, find, claim, answer, note, pass on,
// resolve.
func testInboxKeyboard(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	d.Say(t, prosatest.Helena, "Bom dia!")
	b := c.window(t)
	b.tolerate("401 (Unauthorized)")
	b.open(d.Url)
	b.see("document.activeElement.matches('[data-test=login-email]')")
	b.insert("ana@lume.example")
	b.press(kb.Tab)
	b.insert(prosatest.TestPassword)
	b.press(kb.Enter)
	b.live()

	b.chord("gu")
	b.row("Helena")
	b.press("j")
	b.see("document.activeElement.matches('[data-test=row]')")
	b.press(kb.Enter)
	b.mode("unclaimed")
	b.message("Bom dia!", "")
	b.see("document.activeElement.matches('[data-test=compose]')")
	b.press(kb.Escape)
	b.press("c")
	b.mode("mine")
	b.press("r")
	b.see("document.activeElement.matches('[data-test=compose]')")
	b.insert("Bom dia, Helena!")
	b.press(kb.Enter, kb.ModifierShift)
	b.insert("Em que posso ajudar?")
	b.press(kb.Enter)
	b.message("Em que posso ajudar?", "delivered")

	b.press(kb.Escape)
	b.press("n")
	b.mode("note")
	b.see("document.activeElement.matches('[data-test=compose]')")
	b.accessible("note")
	b.insert("Cliente antiga")
	b.press(kb.Enter)
	b.shows(`[data-test="message"][data-direction="note"]`, "Cliente antiga")
	b.press(kb.Escape)

	b.press("t")
	b.see("document.querySelector('[data-test=transfer-sheet]')?.contains(document.activeElement)")
	b.press(strings.Repeat(kb.Tab, 9)) // the focus goes round inside
	b.see("document.querySelector('[data-test=transfer-sheet]')?.contains(document.activeElement)")
	b.press(kb.Escape)
	b.see("!document.querySelector('[role=dialog]')")
	b.press("?")
	b.shows(at("keys"), "")
	b.accessible("keys")
	b.shot("inbox 13 keys")
	b.press(kb.Escape)

	b.press("k", kb.ModifierCtrl)
	b.see("document.activeElement.matches('[data-test=palette-input]')")
	b.accessible("palette")
	b.shot("inbox 12 palette")
	b.insert("resolve")
	b.press(kb.Enter)
	b.see("document.querySelector('[data-test=event-resolved]')")
	b.chord("gr")
	b.row("Helena")
	if got := d.FromBusiness(prosatest.Helena); len(got) != 1 || got[0] != "Bom dia, Helena!\nEm que posso ajudar?" {
		t.Errorf("the phone has %q", got)
	}
}

// The first minute: the demo with its customers, light and dark, wide and
// narrow, and a window that closes because the simulator's clock moves.
func testDemoTour(t *testing.T, c *chromium) {
	d := prosatest.StartDemo(t, prosatest.EmbeddedFolder(t))
	ana := c.seat(t, d.Gateway, "ana@lume.example", demo.DemoPassword)
	ana.scheme("light")
	tourWide(ana)
	tourNarrow(ana)
	ana.scheme("light")
	ana.size(1440, 900)
	tourWindow(t, c, d, ana)
}

// tourWide looks at a full desk.
func tourWide(ana *tab) {
	ana.click(at("view-unclaimed"))
	ana.shows(at("count-unclaimed"), "4")
	ana.row("Marcos")
	ana.see(`document.querySelectorAll('[data-test="row"]').length === 4`)
	ana.accessible("list of the demo")
	ana.shot("tour 01 list")
	ana.pick("unclaimed", "Helena")
	ana.write(at("compose"), "Oi, Helena! Fechado, 6% no Pix.")
	ana.press(kb.Enter)
	ana.message("Fechado, 6%", "delivered")
	ana.accessible("thread of the demo")
	ana.shot("tour 02 thread")
	ana.scheme("dark")
	ana.see("document.documentElement.dataset.theme === 'dark'")
	ana.accessible("thread, dark")
	ana.shot("tour 03 dark")
	ana.press(kb.Escape)
	ana.press("k", kb.ModifierCtrl)
	ana.see("document.activeElement.matches('[data-test=palette-input]')")
	ana.insert("mar")
	ana.shows(at("palette")+" [role=option]", "Marcos")
	ana.accessible("palette, dark")
	ana.shot("tour 04 palette dark")
	ana.press(kb.Escape)
	ana.size(1280, 800)
	ana.fits()
	ana.shot("tour 05 laptop dark")
}

// tourNarrow looks at it on a telephone: one pane at a time.
func tourNarrow(ana *tab) {
	ana.size(360, 740)
	ana.fits()
	ana.see("document.querySelector('[data-test=stream]').checkVisibility()")
	ana.accessible("thread, 360 px dark")
	ana.shot("tour 06 phone thread dark")
	ana.click(at("panel"))
	ana.see("document.querySelector('[data-test=details]').checkVisibility()")
	ana.fits()
	ana.accessible("details, 360 px dark")
	ana.shot("tour 07 phone details dark")
	ana.click(at("details") + " .back")
	ana.click(at("back"))
	ana.row("Marcos")
	ana.lacks(at("stream"))
	ana.see("location.pathname === '/inbox/unclaimed'") // what is not shown is not open: nobody is told that she looks at it
	ana.fits()
	ana.accessible("list, 360 px dark")
	ana.shot("tour 08 phone list dark")
	ana.scheme("light")
	ana.see("document.documentElement.dataset.theme === 'light'")
	ana.accessible("list, 360 px light")
	ana.shot("tour 09 phone list")
	ana.click(ana.row("Marcos"))
	ana.mode("unclaimed")
	ana.message("Bom dia!", "")
	ana.write(at("compose"), "Temos sim!")
	ana.click(at("send"))
	ana.message("Temos sim!", "delivered")
	ana.fits()
	ana.accessible("thread, 360 px light")
	ana.shot("tour 10 phone thread")
}

// tourWindow closes the window from the phones' page and opens it again.
func tourWindow(t *testing.T, c *chromium, d *prosatest.Demo, ana *tab) {
	t.Helper()
	phones := c.window(t)
	phones.open(d.Phones)
	phones.shows(`[role=option][aria-selected=true]`, "Helena Prado")
	phones.shows(".msg.in", "Fechado, 6%")
	ana.pick("mine", "Helena")
	ana.mode("mine")
	ana.write(at("compose"), "Só mais uma coisa")
	phones.click("#close-window")
	phones.shows("#window", "window closed")
	ana.mode("closed")
	ana.see("document.querySelector('[data-test=event-closed]')")
	ana.shows(at("draft-kept"), "Só mais uma coisa")
	ana.accessible("window closed")
	ana.shot("tour 11 window closed")
	ana.click(ana.option("retomar_atendimento"))
	ana.write(field("body.3"), "o endereço")
	ana.shows(at("template-preview"), "Ficou faltando o endereço.")
	ana.accessible("template")
	ana.shot("tour 12 template")
	ana.click(at("send-template"))
	ana.message("Podemos seguir", "read")
	phones.shows(".msg.in", "Oi, Helena! Aqui é a Ana, da Lume. Ficou faltando o endereço.")
	phones.write("#text", "Pode sim!")
	phones.press(kb.Enter)
	ana.message("Pode sim!", "")
	ana.mode("mine")
	ana.see("document.querySelector('[data-test=compose]').value === 'Só mais uma coisa'")
	ana.scheme("dark")
	ana.shot("tour 13 answered dark")
}
