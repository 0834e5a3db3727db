package browser

import (
	"fmt"
	"time"

	"github.com/prosa-chat/prosa/evals/await"
)

// What the inbox shows for some seconds only: its tests may look too late, as a
// busy machine does. So the page itself notes all of it.
const (
	toasts  = `[data-test="toast"]`
	hits    = ".msg.is-hit"
	locked  = `[data-test="locked-by"]` // says that the owner types
	actions = `[data-test="row"] .act`  // the same in a row
)

// witness notes what appeared in a page, from before its first script, and keeps
// toasts as long as it is told to, as somebody does who points at them.
func witness() string {
	return fmt.Sprintf(`(() => {
  const toasts = %q, noted = new Map([toasts, %q, %q, %q].map((s) => [s, { shown: new Map(), texts: [] }]));
  const watch = { keeps: false };
  const look = () => {
    for (const [selector, note] of noted) {
      const shown = new Map([...document.querySelectorAll(selector)].map((e) => [e, e.textContent]));
      for (const [e, text] of shown) {
        if (note.shown.get(e) === text) continue;
        note.texts.push(text);
        if (watch.keeps && selector === toasts) setTimeout(() => e.dispatchEvent(new FocusEvent('focusin', { bubbles: true })), 100);
      }
      note.shown = shown;
    }
  };
  watch.all = (selector) => noted.get(selector).texts;
  watch.take = (selector, words) => {
    const texts = watch.all(selector), at = texts.findIndex((text) => text.includes(words));
    return at < 0 ? '' : texts.splice(0, at + 1)[at];
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ['class', 'data-test'] });
  window.witness = watch;
})()`, toasts, hits, locked, actions)
}

// glimpses waits until words have appeared in one of the places that the witness
// watches, after what was glimpsed there before, and returns the whole text.
func (b *tab) glimpses(place, words string) string {
	b.t.Helper()
	deadline := time.Now().Add(await.Patience)
	for {
		text, err := ask[string](b, fmt.Sprintf("window.witness.take(%q, %q)", place, words))
		if text != "" {
			return text
		}
		if time.Now().After(deadline) || b.ctx.Err() != nil {
			b.t.Fatalf("%q never appeared in %s (%v), but %s; the page says:\n%s", words, place, err,
				b.value(fmt.Sprintf("JSON.stringify(window.witness.all(%q))", place)), b.words("body"))
		}
		time.Sleep(25 * time.Millisecond)
	}
}

// keepToasts makes what is told from now on stay until its button is pressed, or
// lets it go again after its time.
func (b *tab) keepToasts(on bool) {
	b.t.Helper()
	b.script(fmt.Sprintf("window.witness.keeps = %t", on))
}

// undo presses the button of what is told.
func (b *tab) undo() {
	b.t.Helper()
	b.click(toasts + " button")
	b.keepToasts(false)
}

// comesTo waits until a message was set off, and stands on the screen.
func (b *tab) comesTo(text string) {
	b.t.Helper()
	b.glimpses(hits, text)
	b.see(fmt.Sprintf(`(() => {
  const line = [...document.querySelectorAll('.msg')].find((m) => m.textContent.includes(%q));
  const box = document.querySelector('[data-test=stream]')?.getBoundingClientRect(), at = line?.getBoundingClientRect();
  return at && at.top >= box.top && at.bottom <= box.bottom;
})()`, text))
}

// chord presses keys of which each must follow the one before within a second:
// the page gets them at once, however slowly this test goes on.
func (b *tab) chord(keys string) {
	b.t.Helper()
	b.script(fmt.Sprintf(`[...%q].forEach((key) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })))`, keys))
}

// retry presses the button that tries to connect, unless the page has by itself.
func (b *tab) retry() {
	b.t.Helper()
	b.script("document.querySelector('[data-test=retry]')?.click()")
}
