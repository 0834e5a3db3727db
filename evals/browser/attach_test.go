package browser

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/simulator"
)

// pasted pastes files into the page: a picture, a text, an empty one and a film that is too large.
const pasted = `(async () => {
	const canvas = document.createElement('canvas'), data = new DataTransfer();
	canvas.width = canvas.height = 64;
	const picture = await new Promise((done) => canvas.toBlob(done, 'image/png'));
	data.items.add(new File([picture], 'arara-4.png', { type: 'image/png' }));
	data.items.add(new File(['a;b\n1;2\n'], 'tabela.csv', { type: 'text/csv' }));
	data.items.add(new File([], 'vazio.txt', { type: 'text/plain' }));
	data.items.add(new File([new Uint8Array(17 << 20)], 'lookbook.mp4', { type: 'video/mp4' }));
	dispatchEvent(new ClipboardEvent('paste', { clipboardData: data }));
	return true;
})()`

// Files in the composer: pasted, refused with the ways out, put in order, kept over a reload, and taken away.
func testAttach(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	d.Say(t, prosatest.Helena, "Manda as fotos?")
	b := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	b.script(pasted)
	b.shows(at("toast"), "Open a conversation")
	b.pick("all", "Helena")
	b.mode("unclaimed")
	b.script(pasted)
	b.see("document.querySelectorAll('[data-test=attachment]').length === 4")
	b.see("document.querySelectorAll('[data-test=attachment][data-state=there]').length === 2")
	b.see("document.querySelectorAll('[data-test=attachment][data-state=refused]').length === 2")
	b.shows(at("attachments"), "17 MB, Video may have 16 MB")
	b.shows(at("attachments"), "the file is empty")
	b.shows(at("send"), "Send 2")
	b.write(at("caption"), "Verde, cru e terracota")
	b.accessible("files")
	b.shot("compose attach")
	b.press(kb.ArrowDown, kb.ModifierAlt)
	b.see("document.querySelector('[data-test=attachment] b').textContent === 'tabela.csv'")
	b.see("document.activeElement.value === 'Verde, cru e terracota'")
	b.scheme("dark")
	b.accessible("files, dark")
	b.shot("compose attach dark")
	b.size(360, 740)
	b.fits()
	b.accessible("files at 360")
	b.shot("compose attach 360")
	b.size(1440, 900)
	b.scheme("light")
	b.open(d.Url + "/inbox/all") // what the server has is a draft
	b.live()
	b.click(b.row("Helena"))
	b.see("document.querySelectorAll('[data-test=attachment]').length === 2")
	b.see("document.querySelectorAll('[data-test=caption]')[1].value === 'Verde, cru e terracota'")
	b.click(at("remove-file"))
	b.click(at("remove-file"))
	b.lacks(at("attachment"))
}

// Buttons, a list, a link and places, with what WhatsApp takes of them said while they are written.
func testBuilder(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	d.Say(t, prosatest.Helena, "Como eu recebo?")
	b := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	b.pick("all", "Helena")
	b.mode("unclaimed")
	b.click(at("build"))
	b.see("document.activeElement.matches('[data-test=build-body]')")
	b.insert("Helena, como prefere receber as 40 peças?")
	b.write(at("build-button0"), "Retirar no Brás")
	b.write(at("build-button1"), "Quero ver o prazo antes")
	b.shows(at("builder"), "3 letters too many: WhatsApp takes 20.")
	b.shows(at("build-preview"), "Retirar no Brás")
	b.accessible("builder")
	b.shot("compose buttons")
	b.scheme("dark")
	b.accessible("builder, dark")
	b.shot("compose buttons dark")
	b.size(360, 740)
	b.fits()
	b.accessible("builder at 360")
	b.shot("compose buttons 360")
	b.size(1440, 900)
	b.scheme("light")
	b.press(kb.Enter) // nothing goes before it is mended
	b.shows(at("build-faults"), "1 field to mend")
	b.rewrite(at("build-button1"), "Retirar no Brás")
	b.shows(at("builder"), "Another one says the same.")
	b.rewrite(at("build-button1"), "Entregar na loja")
	b.press(kb.Enter)
	b.lacks(at("builder"))
	b.message("como prefere receber", "delivered")
	sees(t, d, func(m simulator.Bubble) bool { return len(m.Buttons) == 2 && m.Buttons[1].Text == "Entregar na loja" })

	b.click(at("build"))
	b.click(at("build-list"))
	b.write(at("build-body"), "Escolha o horário")
	b.write(at("build-label"), "Horários")
	b.write(`[data-test="build-row0.0"]`, "Manhã")
	b.click(at("build-add"))
	b.write(`[data-test="build-row0.1"]`, "Tarde")
	b.accessible("builder of a list")
	b.shot("compose list")
	b.press(kb.Enter)
	b.message("Escolha o horário", "delivered")

	b.click(at("build"))
	b.click(at("build-location"))
	b.write(at("build-place"), "https://maps.app.goo.gl/abc")
	b.shows(at("builder"), "Open a short link first")
	b.rewrite(at("build-place"), "https://www.google.com/maps/place/Rua+25+de+Mar%C3%A7o/@-23.5434,-46.6310,17z")
	b.shows(at("build-preview"), "Rua 25 de Março")
	b.accessible("builder of a place")
	b.press(kb.Enter)
	b.shows(`[data-direction="out"][data-state="delivered"] .doc`, "Rua 25 de Março")
}
