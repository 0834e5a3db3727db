package browser

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// The size of the inbox that is measured, and how fast it changes.
const (
	figureRows     = 10_000
	figureMessages = 10_000 // of the longest thread
	figureUpdates  = 1_000  // a minute
)

// testInboxFigures measures in the browser what people feel, in an inbox of
// 10,000 conversations. It prints its figures (go test -v) and judges none of
// them: machines differ. It fails when something does not come, or comes wrong.
func testInboxFigures(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)

	flood(t, d, figureRows, 1)
	d.Say(t, prosatest.Helena, "a primeira")
	ana := c.window(t)
	ana.tolerate("401 (Unauthorized)")
	protocol(ana, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: stopwatch})
	ana.open(d.Url)
	ana.enter("ana@lume.example", prosatest.TestPassword)
	ana.click(at("view-unclaimed"))
	ana.see("document.querySelectorAll('[data-test=row]').length > 5")

	var paint, list, open []float64
	for range 5 {
		ana.open(d.Url + "/inbox/unclaimed")
		ana.see("stopwatch.rows > 0 && stopwatch.paint() > 0")
		paint, list = append(paint, figure(ana, "stopwatch.paint()")), append(list, figure(ana, "stopwatch.rows"))
	}
	ana.live()
	ana.see("document.querySelectorAll('[data-test=row]').length < 60")
	for n := range 10 { // none of them was read before
		open = append(open, figure(ana, fmt.Sprintf("stopwatch.open(%d)", n)))
	}
	tell(t, "first paint", paint)
	tell(t, "list of 10,000 shown", list)
	tell(t, "conversation opened", open)

	// Helena's thread grows meanwhile to its full length.
	thread := "/inbox/unclaimed/" + strings.TrimPrefix(d.Ana.Find(t, "Helena"), "/api/v1/conversations/")
	grow(t, d, figureMessages)
	ana.open(d.Url + thread)
	ana.see("document.querySelector('[data-test=stream]')")
	ana.shows(at("text"), "a última")
	ana.live()

	tell(t, "key to picture, nothing else happens", ana.typing())
	stop := trickle(t, d)
	tell(t, "key to picture, 1,000 updates a minute", ana.typing())
	stop()
	var burst sync.WaitGroup
	burst.Go(func() { flood(t, d, figureUpdates, 2) })
	tell(t, "key to picture, 1,000 rows at once", ana.typing())
	burst.Wait()
	ana.see("document.querySelectorAll('[data-test=row]').length < 60 && document.querySelectorAll('[data-test=message]').length < 200")
	tell(t, "exact again after a cut", cuts(t, d, c, thread))
}

// cuts measures from the word that the network is back until what was missed
// meanwhile is on the screen: 300 messages in the list, one in the open thread.
func cuts(t *testing.T, d *prosatest.Desk, c *chromium, place string) (times []float64) {
	t.Helper()
	wire := newCable(t, d.Url)
	b := c.window(t)
	b.tolerate("401 (Unauthorized)", "net::ERR_", "WebSocket")
	protocol(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: stopwatch})
	b.open(wire.url)
	b.enter("bruno@lume.example", prosatest.TestPassword)
	b.open(wire.url + place)
	b.live()
	b.see("document.querySelector('[data-test=stream]')")
	for round := range 5 {
		wire.cut()
		b.see("document.querySelector('[data-test=net]')?.dataset.net === 'cut'")
		flood(t, d, 300, 3+round)
		text := fmt.Sprintf("de volta %d", round)
		d.Say(t, prosatest.Helena, text)
		wire.mend()
		times = append(times, figure(b, fmt.Sprintf("stopwatch.back(%q)", text)))
	}
	return times
}

// typing writes into the composer, checks that nothing of it is lost, and tells
// how long each key took to show.
func (b *tab) typing() []float64 {
	b.t.Helper()
	b.click(at("compose"))
	b.script("stopwatch.keys.length = 0")
	text := strings.Repeat("digo que sim, e digo outra vez. ", 2)
	pace := time.NewTicker(80 * time.Millisecond) // a fast typist
	defer pace.Stop()
	for _, key := range text {
		<-pace.C
		b.press(string(key))
	}
	b.see(fmt.Sprintf("document.querySelector('[data-test=compose]').value === %q", text))
	times := figures(b, "stopwatch.typed()")
	b.rewrite(at("compose"), "")
	return times
}

// stopwatch measures inside the page, from before its first script.
const stopwatch = `(() => {
  const watch = { rows: 0, keys: [] };
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const seen = (ok) => new Promise((done) => {
    const look = () => { if (!ok()) return; observer.disconnect(); done(); };
    const observer = new MutationObserver(look);
    observer.observe(document, { childList: true, subtree: true, characterData: true, attributes: true });
    look();
  });
  seen(() => document.querySelector('[data-test=row]')).then(painted).then(() => { watch.rows = performance.now(); });
  watch.paint = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0;
  watch.open = async (n) => {
    const row = document.querySelectorAll('[data-test=row]')[n], id = row.dataset.id;
    if (document.querySelector('[data-test=thread]')?.dataset.id === id) throw new Error('it is open already');
    const start = performance.now();
    row.click();
    await seen(() => { const t = document.querySelector('[data-test=thread]'); return t?.dataset.id === id && t.querySelector('[data-test=message]'); });
    await painted();
    return performance.now() - start;
  };
  addEventListener('keydown', (e) => { void painted().then(() => watch.keys.push(performance.now() - e.timeStamp)); }, true);
  watch.back = async (text) => {
    const start = performance.now(), says = (name) => [...document.querySelectorAll('[data-test=' + name + ']')].some((e) => e.textContent.includes(text));
    dispatchEvent(new Event('online'));
    await seen(() => says('row-preview') && says('text'));
    await painted();
    return performance.now() - start;
  };
  watch.typed = async () => { await painted(); return watch.keys; };
  window.stopwatch = watch;
})()`

func figure(b *tab, expression string) float64 {
	b.t.Helper()
	n, err := ask[float64](b, expression)
	if err != nil {
		b.t.Fatalf("measure %s: %v", expression, err)
	}
	return n
}

func figures(b *tab, expression string) []float64 {
	b.t.Helper()
	list, err := ask[[]float64](b, expression)
	if err != nil {
		b.t.Fatalf("measure %s: %v", expression, err)
	}
	return list
}

// tell prints the middle and the worst of some times in milliseconds.
func tell(t *testing.T, what string, ms []float64) {
	t.Helper()
	slices.Sort(ms)
	t.Logf("%-42s median %4.0f ms, 95th %4.0f ms, worst %4.0f ms, of %d", what,
		ms[len(ms)/2], ms[int(math.Ceil(0.95*float64(len(ms))))-1], ms[len(ms)-1], len(ms))
}

// flood posts a message of each of many customers, as fast as they are taken.
func flood(t *testing.T, d *prosatest.Desk, customers, round int) {
	t.Helper()
	d.Deliver(t, customers, func(n int) []byte {
		return prosatest.TextWebhook(prosatest.Brasil, fmt.Sprintf("wamid.FLOOD%d.%d", round, n), strconv.Itoa(5511900000000+n), fmt.Sprintf(`"recado %d de %d"`, round, n))
	})
	prosatest.Grows(t, "all that was posted", d.Db, int64(customers),
		`SELECT count(*) FROM conversation WHERE last_preview LIKE $1`, fmt.Sprintf("recado %d de %%", round))
}

// grow makes one thread long.
func grow(t *testing.T, d *prosatest.Desk, messages int) {
	t.Helper()
	const batch = 100
	d.Deliver(t, messages/batch, func(n int) []byte { return manyWebhook(n*batch, (n+1)*batch) })
	prosatest.Grows(t, "the long thread", d.Db, int64(messages), `SELECT count(*) FROM message WHERE id LIKE 'wamid.MANY.%'`)
	d.Say(t, prosatest.Helena, "a última") // the others overtook each other on their way
}

// trickle posts updates at a steady pace until it is stopped.
func trickle(t *testing.T, d *prosatest.Desk) (stop func()) {
	t.Helper()
	tick := time.NewTicker(time.Minute / figureUpdates)
	var ended atomic.Bool
	var posts sync.WaitGroup
	stop = func() {
		ended.Store(true)
		posts.Wait()
	}
	t.Cleanup(stop) // a test that fails meanwhile says why, and not that nobody answers any more
	posts.Go(func() {
		defer tick.Stop()
		for n := 0; !ended.Load() && t.Context().Err() == nil; n++ {
			<-tick.C
			body := prosatest.TextWebhook(prosatest.Brasil, fmt.Sprintf("wamid.TRICKLE.%d", n), strconv.Itoa(5511900000000+n*7%figureRows), `"e agora?"`)
			if status := prosatest.PostWebhook(t, d.Url, prosatest.TestSecret, body); status != 200 {
				t.Errorf("an update answered %d", status)
				return
			}
		}
	})
	return stop
}
