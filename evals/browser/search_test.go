package browser

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
)

// oldWords is what the customer said long ago, before everything else.
const oldWords = "Queria a calça de linho cru, tamanho 42"

// Somebody looks for what was said hundreds of messages ago, by keyboard alone:
// the thread opens there, can be read on to its end and is live again.
func testSearch(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, oldWords)
	d.Deliver(t, 320, func(n int) []byte {
		return prosatest.TextWebhook(prosatest.Brasil, fmt.Sprintf("wamid.SEARCH.%d", n), prosatest.Helena, fmt.Sprintf(`"mensagem %d"`, n+1))
	})
	prosatest.Grows(t, "all messages", d.Db, 320, `SELECT count(*) FROM message WHERE id LIKE 'wamid.SEARCH.%'`)
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	prosatest.Expect(t, d.Ana.Post(t, path+"/notes", map[string]any{"echo_id": "n1", "text": "Linho só em outubro"}), http.StatusCreated)
	await.Eventually(t, "both that speak of linho are indexed", await.Is(2, func() int {
		found, _ := d.Ana.Get(t, "/api/v1/search?q=linho").At("messages").([]any)
		return len(found)
	}))
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)

	searchPalette(ana)
	ana.press(kb.Enter)
	searchThread(t, ana, d, path)
	searchList(ana)
	searchLooks(ana)
}

// searchPalette finds the message and chooses it.
func searchPalette(ana *tab) {
	ana.t.Helper()
	ana.press("k", kb.ModifierCtrl)
	ana.see("document.activeElement.matches('[data-test=palette-input]')")
	ana.insert("xyzzyx")
	ana.shows(at("palette")+" [role=status]", "Nothing found")
	ana.accessible("palette, nothing found")
	ana.shot("search 01 nothing")
	ana.rewrite(at("palette-input"), "LINHO CALCA")
	ana.shows(at("found-message"), oldWords)
	ana.rewrite(at("palette-input"), "linho")
	ana.see(fmt.Sprintf("document.querySelectorAll('%s').length === 2", at("found-message")))
	ana.see("[...document.querySelectorAll('[data-test=hit-text] mark')].map((m) => m.textContent).join() === 'Linho,linho'")
	ana.accessible("palette with messages")
	ana.shot("search 02 palette")
	for range 20 {
		if chosen, err := ask[bool](ana, fmt.Sprintf(`document.querySelector('[role=option][aria-selected=true]')?.textContent.includes(%q)`, oldWords)); err == nil && chosen {
			return
		}
		ana.press(kb.ArrowDown)
	}
	ana.t.Fatal("the arrows never come to the message")
}

func searchThread(t *testing.T, ana *tab, d *prosatest.Desk, path string) {
	t.Helper()
	ana.comesTo(oldWords)
	ana.see("document.activeElement.matches('[data-test=stream]') && new URLSearchParams(location.search).get('at') > 0")
	ana.accessible("thread at a message")
	ana.shot("search 03 thread at the message")
	ana.see("!document.querySelector('.is-hit')") // only for a moment

	// What comes meanwhile leaves no gap: it is not shown before the rest was read.
	if _, err := d.Sim.Say(prosatest.Helena, prosatest.Brasil, "ainda está aí?"); err != nil {
		t.Fatal(err)
	}
	ana.click(at("view-mine"))
	ana.shows(at("row-preview"), "ainda está aí?")
	ana.see("[...document.querySelectorAll('[data-test=stream] [data-test=text]')].every((e) => !e.textContent.includes('ainda'))")
	ana.see("document.querySelector('[data-test=to-newest]')")
	// Reading on leads to the end, with everything once and in order.
	for range 40 {
		if end, err := ask[bool](ana, "!document.querySelector('[data-test=to-newest]')"); err == nil && end {
			break
		}
		before, _ := ask[string](ana, "document.querySelector('[data-test=stream]').dataset.total")
		ana.script("document.querySelector('[data-test=stream]').scrollTo(0, 1e9)")
		ana.see(fmt.Sprintf("!document.querySelector('[data-test=to-newest]') || document.querySelector('[data-test=stream]').dataset.total !== %q", before))
	}
	ana.script("document.querySelector('[data-test=stream]').scrollTo(0, 1e9)")
	ana.message("ainda está aí?", "")
	if _, err := d.Sim.Say(prosatest.Helena, prosatest.Brasil, "e agora?"); err != nil {
		t.Fatal(err)
	}
	ana.message("e agora?", "")
	// With something unread, an answer from the middle would be told what it missed.
	await.Eventually(t, "all was read", await.Is(any(0.0), func() any { return d.Ana.Get(t, path).At("unread") }))
	var want []string
	for _, item := range d.Ana.Items(t, path) {
		if text, ok := prosatest.Walk(item, "message.content.text.body").(string); ok {
			want = append(want, text)
		}
	}
	got := ana.texts()
	if n := len(got); n < 5 || len(want) < n || !slices.Equal(got, want[len(want)-n:]) {
		t.Errorf("the end of the thread shows %q; want the end of %q", got, want)
	}
}

// searchList looks for the same in the list, and answers from where the hit is.
func searchList(ana *tab) {
	ana.t.Helper()
	ana.press(kb.Escape)
	ana.press("/")
	ana.see("document.activeElement.matches('[data-test=palette-input]')")
	ana.insert("calca")
	ana.click(at("do-search-list"))
	ana.shows(at("found")+" "+at("found-message"), oldWords)
	ana.accessible("found in the list")
	ana.shot("search 04 list")
	ana.click(at("found") + " " + at("found-message"))
	ana.comesTo(oldWords)
	ana.do("reload", chromedp.Reload())
	ana.live()
	ana.comesTo(oldWords)
	ana.shows(at("found")+" "+at("found-message"), oldWords)
	ana.see("document.querySelector('[data-test=found-message]')")
	ana.write(at("compose"), "Temos a de linho, sim")
	ana.press(kb.Enter)
	ana.message("Temos a de linho, sim", "delivered")
	ana.lacks(at("to-newest"))

	// The server cannot be asked: said, and tried again.
	ana.tolerate("net::ERR_FAILED")
	ana.script("window.honest = window.fetch, window.fetch = (to, how) => (String(to).includes('/search') ? Promise.reject(new TypeError('cut')) : window.honest(to, how))")
	ana.press(kb.Escape)
	ana.press("k", kb.ModifierCtrl)
	ana.see("document.activeElement.matches('[data-test=palette-input]')")
	ana.insert("linho")
	ana.shows(at("search-error"), "cannot be reached")
	ana.accessible("search failed")
	ana.shot("search 05 failed")
	ana.script("window.fetch = window.honest")
	ana.click(at("search-error") + " button")
	ana.shows(at("found-message"), oldWords)
}

// searchLooks shows it dark and narrow.
func searchLooks(ana *tab) {
	ana.t.Helper()
	ana.scheme("dark")
	ana.see("document.documentElement.dataset.theme === 'dark'")
	ana.accessible("palette with messages, dark")
	ana.shot("search 06 palette dark")
	ana.size(360, 740)
	ana.fits()
	ana.shows(at("found-message"), oldWords)
	ana.accessible("palette with messages, 360 px dark")
	ana.shot("search 07 phone palette dark")
	ana.press(kb.Escape)
	ana.click(at("back"))
	ana.shows(at("found")+" "+at("found-message"), "calça")
	ana.fits()
	ana.accessible("found in the list, 360 px dark")
	ana.shot("search 08 phone list dark")
	ana.scheme("light")
	ana.see("document.documentElement.dataset.theme === 'light'")
	ana.click(at("found") + " " + at("found-message"))
	ana.comesTo(oldWords)
	ana.fits()
	ana.accessible("thread at a message, 360 px")
	ana.shot("search 09 phone thread")
}
