package browser

import (
	"context"
	"slices"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/simulator"
)

// Quotes and reactions by pointer and by key, and emoji found in one's own language.
func testQuoteAndReact(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	d.Say(t, prosatest.Helena, "Tem o vestido em azul?")
	d.Say(t, prosatest.Helena, "E o frete?")
	b := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	b.pick("all", "Helena")
	b.message("E o frete?", "")

	// By pointer: the message first written is quoted, and Escape takes it away.
	b.script("document.querySelector('[data-test=quote]').click()") // a browser without a mouse shows no button for one
	b.shows(at("quoting"), "Tem o vestido em azul?")
	b.see("document.activeElement.matches('[data-test=compose]')")
	b.accessible("quoting")
	b.shot("compose quote")
	b.press(kb.Escape)
	b.lacks(at("quoting"))

	// By key: the newest, sent with a claim; the phone shows it as an answer.
	b.press(kb.Escape)
	b.press("q")
	b.shows(at("quoting"), "E o frete?")
	b.open(d.Url + "/inbox/all") // a quote is kept with its draft
	b.live()
	b.click(b.row("Helena"))
	b.shows(at("quoting"), "E o frete?")
	b.write(at("compose"), "Grátis")
	b.press(kb.Enter)
	b.lacks(at("quoting"))
	b.message("Grátis", "delivered")
	b.shows(`[data-direction="out"] .quote`, "E o frete?")
	sees(t, d, func(m simulator.Bubble) bool { return m.Text == "Grátis" && m.Quoted != "" })

	// A reaction by key, another one by search in Portuguese, and none.
	b.press(kb.Escape)
	b.press("K", kb.ModifierShift) // the newest is ours
	b.press("K", kb.ModifierShift)
	b.press("+")
	b.see("document.querySelectorAll('[data-test=reactbar] .emo').length === 6")
	b.see("document.activeElement.matches('[data-test=reactbar] .emo')")
	b.accessible("reaction bar")
	b.shot("compose react")
	b.press(kb.ArrowRight)
	b.press(kb.Enter)
	b.lacks(at("reactbar"))
	b.shows(at("marks"), "❤️")
	sees(t, d, func(m simulator.Bubble) bool { return m.Reaction == "❤️" })
	b.press("+")
	b.see("document.activeElement.ariaPressed === 'true'")
	b.click(at("react-all"))
	b.see("document.querySelectorAll('[data-test=emoji] .emo').length > 1000")
	b.see("document.activeElement.matches('[data-test=emoji-search]')")
	b.accessible("emoji")
	b.shot("compose emoji")
	b.insert("rocket")
	b.see("document.querySelectorAll('[data-test=emoji] .emo').length < 5")
	b.press(kb.ArrowDown)
	b.see("document.activeElement.ariaLabel === 'rocket'")
	b.press(kb.Enter)
	b.shows(at("marks"), "🚀")
	b.press("+")
	b.see("document.querySelectorAll('[data-test=reactbar] .emo').length === 7")
	b.press(kb.Enter) // what stands there is taken back
	b.lacks(at("marks"))
	sees(t, d, func(m simulator.Bubble) bool { return m.Text == "E o frete?" && m.Reaction == "" })

	// Into the text, where the caret stands.
	b.write(at("compose"), "Até!")
	b.click(at("emoji-open"))
	b.insert("xyzzy")
	b.shows(at("emoji"), "No emoji for")
	b.rewrite(at("emoji-search"), "waving hand")
	b.press(kb.Enter)
	b.composes("Até!👋")
	b.press(kb.Escape)
	b.press("?", kb.ModifierShift)
	b.shows(at("keys"), "React to the message")
	b.shows(at("keys"), "Quote the message")
	b.press(kb.Escape)

	b.scheme("dark")
	b.press("+")
	b.accessible("reaction bar, dark")
	b.shot("compose react dark")
	b.click(at("react-all"))
	b.see("document.querySelectorAll('[data-test=emoji] .emo').length > 1000")
	b.accessible("emoji, dark")
	b.shot("compose emoji dark")
	b.press(kb.Escape)
	b.press("q")
	b.size(360, 740)
	b.fits()
	b.accessible("quoting at 360, dark")
	b.shot("compose quote 360 dark")
	b.click(at("emoji-open"))
	b.see("document.querySelectorAll('[data-test=emoji] .emo').length > 1000")
	b.fits()
	b.accessible("emoji at 360")
	b.shot("compose emoji 360")
}

// sees waits until Helena's phone has such a message from us.
func sees(t *testing.T, d *prosatest.Desk, is func(simulator.Bubble) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), await.Patience)
	defer cancel()
	_, err := d.Sim.WaitFor(ctx, prosatest.Helena, prosatest.Brasil, func(all []simulator.Bubble) bool {
		return slices.ContainsFunc(all, is)
	})
	if err != nil {
		t.Errorf("the phone does not have it: %v", err)
	}
}
