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

// The first minute: the printed link opens the inbox as Ana without a word
// typed, its link opens the phones, a customer writes, Ana claims and answers,
// and the phone shows it. She leaves, and Bruno is a choice.
func testDemoFirstMinute(t *testing.T, c *chromium) {
	d := prosatest.StartDemo(t, prosatest.EmbeddedFolder(t))
	ana := c.window(t)
	ana.tolerate("401 (Unauthorized)") // the page asks who it is before it is somebody
	ana.open(d.Gateway)
	ana.live()
	ana.shows(at("account"), "Ana Ribeiro")
	ana.shows(at("tenant"), "Lume Atacado")
	ana.shows(at("demo-mark"), "Demo")
	ana.see("document.querySelector('[data-test=demo-mark]').title.includes('WhatsApp')")

	link, err := ask[string](ana, "document.querySelector('[data-test=phones]').href")
	if err != nil || strings.TrimSuffix(link, "/") != d.Phones {
		t.Fatalf("the phones are at %q (%v), printed %s", link, err, d.Phones)
	}
	phones := ana.another()
	phones.open(link)
	phones.shows("#link", "live")
	phones.write("#text", "Ainda dá tempo de fechar hoje?")
	phones.press(kb.Enter)

	ana.click(at("view-unclaimed"))
	row := ana.row("Helena Prado")
	ana.shows(row, "Ainda dá tempo")
	ana.click(row)
	ana.mode("unclaimed")
	ana.message("Ainda dá tempo", "")
	ana.write(at("compose"), "Dá sim, Helena!")
	ana.press(kb.Enter)
	ana.mode("mine")
	phones.shows(".msg.in", "Dá sim, Helena!")
	ana.message("Dá sim, Helena!", "read")
	ana.shot("first 01 inbox")

	// Bruno beside her, under the machine's other name.
	ana.click(at("account"))
	ana.shows(at("account-sheet"), "Switch to Bruno Tavares")
	ana.accessible("account of the demo")
	ana.shot("first 02 account")
	beside, err := ask[string](ana, "document.querySelector('[data-test=\"beside-bruno@lume.example\"]').href")
	if err != nil || !strings.Contains(beside, "//localhost:") {
		t.Fatalf("beside: %q, %v", beside, err)
	}
	bruno := ana.another()
	bruno.tolerate("401 (Unauthorized)")
	bruno.open(beside)
	bruno.live()
	bruno.shows(at("account"), "Bruno Tavares")
	bruno.pick("all", "Helena")
	bruno.mode("other")
	bruno.shows(at("locked-by"), "Ana")
	ana.press(kb.Escape)
	ana.shows(at("present"), "Bruno")

	leave(ana, d)
}

// leave logs out and chooses who to be.
func leave(ana *tab, d *prosatest.Demo) {
	ana.click(at("account"))
	ana.click(at("logout"))
	ana.shows(at("demo-door"), "Rafaela Nunes")
	ana.shows(at("demo-door"), "Manager")
	ana.do("reload", chromedp.Reload())
	ana.shows(at("demo-door"), "Ana Ribeiro") // she left on purpose
	ana.fits()
	ana.accessible("choice, light")
	ana.shot("first 03 choice")
	ana.scheme("dark")
	ana.see("document.documentElement.dataset.theme === 'dark'")
	ana.accessible("choice, dark")
	ana.shot("first 04 choice dark")
	ana.size(360, 740)
	ana.fits()
	ana.accessible("choice, 360 px dark")
	ana.shot("first 05 choice phone dark")
	ana.scheme("light")
	ana.see("document.documentElement.dataset.theme === 'light'")
	ana.accessible("choice, 360 px light")
	ana.size(1440, 900)
	ana.write(at("login-email"), "bruno@lume.example")
	ana.write(at("login-password"), "not this")
	ana.press(kb.Enter)
	ana.shows(at("login-error"), "wrong")
	ana.click(at("be-bruno@lume.example"))
	ana.live()
	ana.shows(at("account"), "Bruno Tavares")
	ana.pick("all", "Helena")
	ana.mode("other")
	ana.size(360, 740)
	ana.shows(at("demo-strip"), "WhatsApp")
	ana.fits()
	ana.keepToasts(true)
	ana.script("document.querySelector('[data-test=transfer]').click()")
	ana.apart(toasts, at("owner")) // and under the name, however much stands above
	ana.shot("first 06 phone, a word of the system")
	ana.keepToasts(false)
	ana.accessible("thread of the demo, 360 px")
	ana.shot("first 06 phone")
	ana.open(d.Gateway + "/?as=rafaela@lume.example") // an address that asks for somebody else
	ana.live()
	ana.size(1440, 900)
	ana.shows(at("account"), "Rafaela Nunes")
}

// What people run without -demo has no way in but a password, and says nothing
// of a demo.
func TestPlainServeHasNoDemo(t *testing.T) {
	t.Parallel()
	url := prosatest.NewSite(t, nil).StartHere(t)
	if code, _ := await.Fetch(t.Context(), url+"/api/v1/demo"); code != http.StatusNotFound {
		t.Errorf("GET /api/v1/demo = %d", code)
	}
	p := &prosatest.Person{Url: url, Http: &http.Client{}}
	if a := p.Post(t, "/api/v1/demo/login", map[string]any{"email": "ana@lume.example"}); a.Status != http.StatusNotFound {
		t.Errorf("POST /api/v1/demo/login = %d", a.Status)
	}
	if _, page := await.Fetch(t.Context(), url+"/"); page == "" || strings.Contains(page, "prosa-demo") {
		t.Errorf("the inbox is marked as a demo, or empty: %.300s", page)
	}
}

// A fresh installation leads to its first number: an administrator is shown the first
// steps, an agent hears whom to ask, and the page goes on by itself.
func testInboxFresh(t *testing.T, c *chromium) {
	s := prosatest.NewSite(t, nil)
	url := s.StartFresh(t)
	boss := prosatest.Login(t, url, "admin@lume.example", prosatest.TestPassword)
	prosatest.Expect(t, boss.Post(t, "/api/v1/agents", map[string]any{
		"email": "ana@lume.example", "name": "Ana", "role": "agent", "teams": []string{"main"}, "password": prosatest.TestPassword,
	}), http.StatusOK)
	ana := c.seat(t, url, "ana@lume.example", prosatest.TestPassword)
	ana.shows(at("setup-ask"), "Ask your administrator")
	ana.lacks(at("list-empty"))
	ana.looks("fresh, agent")
	admin := c.seat(t, url, "admin@lume.example", prosatest.TestPassword)
	admin.shows(at("setup"), "Connect the first number")
	admin.looks("fresh")
	prosatest.Expect(t, boss.Post(t, "/api/v1/numbers", map[string]any{
		"id": prosatest.Brasil, "account_id": "21", "portfolio_id": "33", "team_id": "main", "display": "5511955501002", "name": "Brás", "token": prosatest.TestToken,
	}), http.StatusOK)
	for _, b := range []*tab{admin, ana} {
		b.shows(at("list-empty"), "caught up")
		b.lacks(at("setup") + "," + at("setup-ask"))
	}
	s.Sim.SetWebhook(url + "/webhooks/meta")
	if _, err := s.Sim.Say(prosatest.Helena, prosatest.Brasil, "Oi!"); err != nil {
		t.Fatal(err)
	}
	ana.pick("unclaimed", "Helena")
}
