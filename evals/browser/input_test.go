package browser

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/debugger"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/simulator"
)

// clipboard lets the tab's page use the clipboard, which all tabs share: only
// one test may do so at a time.
func (c *chromium) clipboard(b *tab, use func()) {
	b.t.Helper()
	c.copying.Lock()
	defer c.copying.Unlock()
	ctx, cancel := context.WithTimeout(b.ctx, await.Patience)
	defer cancel()
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		_, err := chromedp.CallBrowser(ctx, browser.SetPermission, browser.SetPermissionParams{
			Permission: &browser.PermissionDescriptor{Name: name, AllowWithoutSanitization: true}, Setting: browser.PermissionSettingGranted,
			BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID,
		})
		if err != nil {
			b.t.Fatalf("allow %s: %v", name, err)
		}
	}
	protocol(b, page.BringToFront, cdp.Empty{})
	use()
}

// paste puts a text into the clipboard and from there into the field with the
// focus, as Ctrl-V does.
func (c *chromium) paste(b *tab, text string) {
	b.t.Helper()
	c.clipboard(b, func() {
		if ok, err := ask[bool](b, fmt.Sprintf("navigator.clipboard.writeText(%q).then(() => true)", text)); err != nil || !ok {
			b.t.Fatalf("fill the clipboard: %v", err)
		}
		key := input.DispatchKeyEventParams{Key: "v", Code: "KeyV", WindowsVirtualKeyCode: 86, Modifiers: int64(kb.ModifierCtrl)}
		key.Type, key.Commands = input.DispatchKeyEventTypeRawKeyDown, []string{"paste"}
		protocol(b, input.DispatchKeyEvent, key)
		key.Type, key.Commands = input.DispatchKeyEventTypeKeyUp, nil
		protocol(b, input.DispatchKeyEvent, key)
	})
}

// Texts that no message can hold are kept whole, told with the limit, and sent as
// several, shortened or copied as the person likes. A megabyte does not freeze.
func testInputLong(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Manda a lista?")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.pick("mine", "Helena")
	ana.mode("mine")
	ana.write(at("compose"), "Antes: ")
	mega := strings.Repeat("palavra <b>de</b> teste 👗 ", 40_000)
	c.paste(ana, mega)
	ana.shows(at("oversize"), fmt.Sprintf("%s of 4,096", thousands(len([]rune(mega))+7)))
	ana.lacks(at("compose"))
	ana.see("document.querySelector('[data-test=send]').disabled")
	ana.looks("oversize")
	ana.do("reload", chromedp.Reload())
	ana.live()
	ana.shows(at("oversize"), "Antes: palavra <b>")
	ana.keepToasts(true)
	ana.click(at("shorten"))
	ana.see("[...document.querySelector('[data-test=compose]').value].length > 4000 && !document.querySelector('[data-test=send]').disabled")
	ana.undo()
	ana.shows(at("oversize"), thousands(len([]rune(mega))+7))
	ana.click(at("discard-long"))
	ana.see("document.querySelector('[data-test=compose]').value === ''")

	var lines []string
	for i := range 700 {
		lines = append(lines, fmt.Sprintf("%03d malha", i))
	}
	list := strings.Join(lines, "\n")
	ana.write(at("compose"), list)
	ana.shows(at("too-long"), "6,999 of 4,096")
	ana.shows(at("send-parts"), "2 messages")
	ana.looks("too-long")
	ana.click(at("send-parts"))
	ana.message("699 malha", "delivered")
	ana.see("document.querySelector('[data-test=compose]').value === ''")
	await.Eventually(t, "both have left", await.Is(2, func() int { return len(d.FromBusiness(prosatest.Helena)) }))
	if got := d.FromBusiness(prosatest.Helena); len(got) != 2 || strings.Join(got, "\n") != list {
		t.Errorf("the phone has %d messages, %d characters; want 2 and %d", len(got), len(strings.Join(got, "\n")), len(list))
	}
}

// thousands is a number as the page writes it in English.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}

// Whoever logs out in one place, or is shut out, is told at once in every tab,
// and what was typed waits for the next login.
func testSessionEnds(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Oi")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	one := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	one.tolerate("WebSocket")
	two := one.another()
	two.tolerate("401 (Unauthorized)", "WebSocket")
	two.open(d.Url)
	two.live()
	two.pick("mine", "Helena")
	two.write(at("compose"), "Ainda não enviado")
	one.click(at("account"))
	one.click(at("logout"))
	one.see("document.querySelector('[data-test=login]')")
	one.lacks(at("login-ended")) // it was asked for
	one.see("document.querySelector('[data-test=login]').offsetWidth <= 340")
	two.shows(at("login-ended"), "kept in this browser")
	two.looks("session-ended")
	two.shows(at("login-ended"), "")
	two.enter("ana@lume.example", prosatest.TestPassword)
	two.mode("mine")
	two.see("document.querySelector('[data-test=compose]').value === 'Ainda não enviado'")

	prosatest.Expect(t, d.Admin.Post(t, "/api/v1/agents/"+d.Ana.Id+"/disable", map[string]any{}), http.StatusOK)
	two.shows(at("login-ended"), "")
	two.write(at("login-email"), "bruno@lume.example")
	two.write(at("login-password"), prosatest.TestPassword)
	two.press(kb.Enter)
	two.live()
	two.mode("unclaimed")                                                          // handed over
	two.see("(document.querySelector('[data-test=compose]')?.value ?? '') === ''") // nothing of hers is his
}

// A conversation that moves out of the person's sight says so, shows no word of
// it any more, and gives back what the person had written.
func testPermissionLost(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Segredo da Helena")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	prosatest.Expect(t, d.Admin.Post(t, "/api/v1/teams", map[string]any{"id": "vip", "name": "VIP"}), http.StatusOK)
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.tolerate("404 (Not Found)", "WebSocket", "401 (Unauthorized)")
	ana.pick("mine", "Helena")
	ana.write(at("compose"), "Rascunho <i>meu</i>")
	prosatest.Expect(t, d.Admin.Post(t, path+"/transfer", map[string]any{"team_id": "vip"}), http.StatusOK)
	ana.shows(at("thread-gone"), "You cannot see this conversation")
	ana.shows(at("gone-kept"), "Rascunho <i>meu</i>")
	ana.see("!document.body.innerText.includes('Segredo')")
	ana.looks("gone")
	c.clipboard(ana, func() {
		ana.click(at("gone-copy"))
		ana.glimpses(toasts, "Copied")
		if got, err := ask[string](ana, "navigator.clipboard.readText()"); err != nil || got != "Rascunho <i>meu</i>" {
			t.Errorf("copied %q (%v)", got, err)
		}
	})

	// Out of the team altogether: the socket comes back with other rights.
	back, _ := d.Say(t, "5515955506650", "Boa tarde")
	ana.click(at("thread-gone") + " .btn:last-child")
	ana.pick("unclaimed", "Loja da Vila")
	ana.message("Boa tarde", "")
	if _, err := d.Db.Exec(t.Context(), `DELETE FROM staff_team WHERE staff_id = $1`, d.Ana.Id); err != nil {
		t.Fatal(err)
	}
	prosatest.Expect(t, d.Ana.Post(t, "/api/v1/logout", map[string]any{}), http.StatusNoContent) // her other session; the word reaches this one
	ana.shows(at("thread-gone"), "")
	ana.lacks(at("row"))
	ana.live()
	if a := d.Bruno.Get(t, back); a.Status != http.StatusOK {
		t.Errorf("the conversation = %d", a.Status)
	}
	if slices.Contains(ana.texts(), "Boa tarde") {
		t.Error("its words are still on the page")
	}
}

// looks keeps a screen in every look and checks each: light and dark, and on a
// narrow telephone, where nothing may stick out.
func (b *tab) looks(state string) {
	b.t.Helper()
	for _, scheme := range []string{"light", "dark"} {
		b.scheme(scheme)
		b.see(fmt.Sprintf("document.documentElement.dataset.theme === %q", scheme))
		b.accessible(state + ", " + scheme)
		b.shot("inbox " + state + " " + scheme)
	}
	b.scheme("light")
	b.size(360, 740)
	b.see("innerWidth === 360")
	b.within(state)
	b.accessible(state + ", 360 px")
	b.shot("inbox " + state + " 360")
	b.size(1440, 900)
	b.see("innerWidth === 1440")
}

// overflow lists the visible elements that stick out of the screen, and texts
// that are cut without being told to end in an ellipsis.
const overflow = `[...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() && !e.closest('.sr') && !e.closest('svg')).flatMap((e) => {
  const r = e.getBoundingClientRect(), s = getComputedStyle(e), name = e.tagName.toLowerCase() + '.' + e.className + ' "' + e.textContent.trim().slice(0, 40) + '"';
  if (r.width === 0 || r.height === 0) return [];
  if (e.parentElement.closest('.cut')) return []; // ends in an ellipsis there
  if (r.left < -1 || r.right > innerWidth + 1) return ['sticks out: ' + name + ' ' + Math.round(r.left) + '–' + Math.round(r.right)];
  const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
  if (own && e.tagName !== 'TEXTAREA' && s.overflowX !== 'auto' && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && s.textOverflow !== 'ellipsis') return ['is cut: ' + name];
  return [];
})`

// within checks that nothing is wider than the screen, and nothing cut off.
func (b *tab) within(state string) {
	b.t.Helper()
	b.fits()
	found, err := ask[[]string](b, overflow)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, e := range found {
		b.t.Errorf("%s: %s", state, e)
	}
}

// Names and words that want to be more than text, in both directions of writing.
func testInputNames(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	names := map[string]string{
		"5511900000001": `<img src=x onerror="document.title='open'"><b>Zé</b> & "Filho"`,
		"5511900000002": strings.Repeat("Confecções-Irmãos-Albuquerque-", 8),
		"5511900000003": "متجر الأزياء الراقية",
		"5511900000004": "👗🧵✨",
		"5511900000005": "</script><script>document.title='open'</script>",
	}
	texts := map[string]string{
		"5511900000001": `<a href="javascript:document.title='open'">clique</a> {{constructor}} ${1+1} javascript:alert(1)`,
		"5511900000002": strings.Repeat("semespaço", 450),
		"5511900000003": "أريد ٤٠ قطعة من فضلك <b>اليوم</b>",
		"5511900000004": "👩🏽‍🏭👨‍👩‍👧‍👦 🇧🇷 👗",
		"5511900000005": "Zalgo: t̸̢̛e̵͔͝x̷̱́t̶͙͝o",
	}
	for phone, name := range names {
		if err := d.Sim.AddPhone(simulator.Phone{WaID: phone, BSUID: "BR." + phone, Name: name}); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Sim.Say(phone, prosatest.Brasil, texts[phone]); err != nil {
			t.Fatal(err)
		}
	}
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.click(at("view-unclaimed"))
	ana.see("document.querySelectorAll('[data-test=row]').length === 5")
	ana.see("getComputedStyle([...document.querySelectorAll('[data-test=row-preview]')].find((e) => e.textContent.includes('قطعة'))).direction === 'rtl'")
	ana.looks("names")
	for _, phone := range []string{"5511900000001", "5511900000002", "5511900000003", "5511900000004", "5511900000005"} {
		row := fmt.Sprintf(`[...document.querySelectorAll('[data-test=row]')].find((r) => r.textContent.includes(%q))`, string([]rune(names[phone])[:3]))
		ana.see(row)
		ana.script(row + ".click()")
		ana.shows(at("text"), strings.Fields(texts[phone])[0])
		ana.see("!document.querySelector('main img, main script, [data-test=message] b, a[href^=javascript]')")
		ana.within(names[phone])
		switch phone {
		case "5511900000002":
			ana.looks("long-name")
		case "5511900000003":
			ana.see("getComputedStyle(document.querySelector('[data-test=message] .bub')).direction === 'rtl'")
			ana.write(at("compose"), "نعم لدينا")
			ana.see("getComputedStyle(document.querySelector('[data-test=compose]')).direction === 'rtl'")
			ana.looks("right-to-left")
		}
	}
	ana.see("document.title !== 'open'")
	// What came from outside is text in answers too.
	ana.rewrite(at("compose"), "<script>document.title='open'</script> 👗 *só* isso")
	ana.press(kb.Enter)
	ana.message("<script>document.title", "delivered")
	ana.see("document.querySelector('[data-test=message] b')?.textContent === 'só' && document.title !== 'open'")
}

// manyWebhook is a delivery of several texts of one customer, numbered.
func manyWebhook(from, to int) []byte {
	var items []string
	for n := from; n < to; n++ {
		items = append(items, fmt.Sprintf(`{"from":"%s","id":"wamid.MANY.%d","timestamp":"%d","type":"text","text":{"body":"linha %d"}}`, prosatest.Helena, n, time.Now().Unix(), n))
	}
	return fmt.Appendf(nil, `{"object":"whatsapp_business_account","entry":[{"id":"21","changes":[{"field":"messages","value":{`+
		`"messaging_product":"whatsapp","metadata":{"display_phone_number":"5511955501002","phone_number_id":"%s"},`+
		`"contacts":[{"profile":{"name":"Helena Prado"},"wa_id":"%s"}],"messages":[%s]}}]}]}`, prosatest.Brasil, prosatest.Helena, strings.Join(items, ","))
}

const inputMessages = 5_000

// A page that does not read while five thousand messages come is disconnected and
// comes back by itself to the exact state.
func testInputFlood(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "a primeira de todas")
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.tolerate("WebSocket")
	ana.pick("unclaimed", "Helena")
	ana.message("a primeira de todas", "")
	ana.click(at("back") + ", " + at("view-all"))

	protocol(ana, debugger.Enable, debugger.EnableParams{})
	protocol(ana, debugger.Pause, cdp.Empty{})
	const batch, wave = 100, 1000
	for from := 0; from < inputMessages; from += wave {
		d.Deliver(t, wave/batch, func(n int) []byte { return manyWebhook(from+n*batch, from+(n+1)*batch) })
		prosatest.Grows(t, "the messages of a wave", d.Db, int64(from+wave), `SELECT count(*) FROM message WHERE id LIKE 'wamid.MANY.%'`)
	}
	await.Eventually(t, "a slow reader is let go", func() (any, bool) {
		_, metrics := await.Fetch(t.Context(), d.Url+"/metrics")
		return metrics, strings.Contains(metrics, `code="4002"`)
	})
	protocol(ana, debugger.Resume, debugger.ResumeParams{})
	protocol(ana, debugger.Disable, cdp.Empty{})
	ana.live()
	ana.shows(at("row-unread"), "999+")
	version := d.Ana.Get(t, path).Number("version")
	newest := d.Ana.Get(t, path).Text("last.preview")
	ana.shows(at("row-preview"), newest)
	ana.shows(at("text"), newest)
	ana.looks("flood")
	if version < inputMessages {
		t.Errorf("version %v", version)
	}
}

const climbMessages = 2_000

// Up to the start of a long thread by the key Home, page after page: few lines
// are drawn, and what is read stays where it is while older pages come.
func testInputClimb(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	d.Say(t, prosatest.Helena, "a primeira de todas")
	const batch = 100
	d.Deliver(t, climbMessages/batch, func(n int) []byte { return manyWebhook(n*batch, (n+1)*batch) })
	prosatest.Grows(t, "all messages", d.Db, climbMessages, `SELECT count(*) FROM message WHERE id LIKE 'wamid.MANY.%'`)
	ana := c.seat(t, d.Url, "ana@lume.example", prosatest.TestPassword)
	ana.pick("unclaimed", "Helena")
	newest := ana.words(at("row-preview"))
	ana.shows(at("text"), newest)
	ana.script(climb)
	ana.see("window.climbed === 'start'")
	ana.message("a primeira de todas", "")
	jumps, err := ask[[]string](ana, "window.jumps")
	if err != nil || len(jumps) > 0 {
		t.Errorf("it moved under the reader: %q (%v)", jumps, err)
	}
	ana.see("document.querySelectorAll('[data-test=message]').length < 200")
	ana.click(at("to-end"))
	ana.shows(at("text"), newest)
	ana.see("document.querySelectorAll('[data-test=message]').length < 200")
}

// climb scrolls to the start of the thread and notes whenever a line on the
// screen is somewhere else after older ones came. The first of a page may lose
// the space above a group.
const climb = `(window.jumps = [], window.climbed = '', (async () => {
  const box = document.querySelector('[data-test=stream]'), frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const place = () => new Map([...box.querySelectorAll('[data-test=message]')].map((e) => [e.dataset.key, e.getBoundingClientRect().top]));
  while (!(box.scrollTop === 0 && !box.querySelector('.older') && box.textContent.includes('a primeira de todas'))) {
    const total = box.dataset.total;
    box.scrollTop = 0; // the key Home
    let before = new Map();
    while (box.dataset.total === total && box.querySelector('.older')) {
      before = place();
      await frame();
    }
    await frame();
    const after = place();
    for (const [key, top] of before) {
      if (top > 0 && top < 600 && after.has(key) && Math.abs(after.get(key) - top) > 12) window.jumps.push(key + ' by ' + Math.round(after.get(key) - top));
    }
  }
  window.climbed = 'start';
})())`
