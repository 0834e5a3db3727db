package browser

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
)

// From an installation that belongs to nobody to the first message, by nothing but what
// its pages say: the printed link, the company's name, a number, a colleague, a test.
func testStartSteps(t *testing.T, c *chromium) {
	s := prosatest.NewSite(t, nil)
	url, link := s.StartEmpty(t)
	if !strings.HasPrefix(link, url+"/#invitation=") {
		t.Fatalf("printed %q for the first administrator of %s", link, url)
	}
	if code, text := await.Fetch(t.Context(), url+"/readyz"); code != http.StatusOK || !strings.Contains(text, "nobody administers") {
		t.Errorf("readyz: %d %s", code, text)
	}
	root := c.window(t)
	root.tolerate("400 (Bad Request)", "401 (Unauthorized)", "410 (Gone)")
	root.open(link)
	root.shows(at("join"), "Set up Prosa")
	root.see("document.activeElement.matches('[data-test=join-email]')")
	root.looks("start join")
	root.write(at("join-email"), "renata@lume.example")
	root.write(at("join-name"), "Renata Alves")
	root.write(at("join-password"), "renata@lume.example")
	root.press(kb.Enter)
	root.shows(at("join-error"), "nothing that others try first")
	root.rewrite(at("join-password"), "a quieter donkey sings")
	root.press(kb.Enter)
	root.shows(at("start-page"), "0 of 4 done")
	if code, text := await.Fetch(t.Context(), url+"/readyz"); code != http.StatusOK || text != "ready\n" {
		t.Errorf("readyz: %d %s", code, text)
	}
	late := c.window(t)
	late.tolerate("410 (Gone)", "401 (Unauthorized)")
	late.open(link)
	late.shows(at("join-error"), "was used")

	root.looks("start company")
	root.write(at("start-name"), "Lume Atacado")
	root.press(kb.Enter)
	root.shows(at("step-company"), "Lume Atacado")
	root.see("document.querySelector('[data-test=step-company]').dataset.state === 'done'")

	root.shows(at("step-number"), "verify token")
	root.see("document.querySelector('[data-test=start-callback]').value === location.origin + '/webhooks/meta'")
	root.looks("start number")
	s.Sim.SetWebhook(url + "/webhooks/meta")
	if err := s.Sim.Handshake(t.Context()); err != nil {
		t.Fatal(err)
	}
	root.write(at("number-token"), prosatest.FreshToken)
	root.press(kb.Enter)
	root.click(at("choose-" + string(prosatest.Salvador)))
	root.click(at("connect-next"))
	root.shows(at("connect-confirm"), "sends a code")
	root.open(url + "/") // to look at something else
	root.click(at("setup-start"))
	root.shows(at("start-page"), "1 of 4 done")
	root.shows(at("connect-confirm"), "sends a code")
	root.click(at("connect-next"))
	root.shows(at("connect-confirm"), "Good until")
	root.write(at("number-code"), s.Sim.Code(prosatest.Salvador))
	root.press(kb.Enter)
	root.shows(at("connect-activate"), "PIN of six")
	root.write(at("number-pin"), prosatest.FreshPIN)
	root.press(kb.Enter)
	root.click(at("number-connect"))
	root.shows(at("test-message"), "Write to")
	root.click(at("connect-done")) // the message later
	root.see("document.querySelector('[data-test=step-number]').dataset.state === 'done'")

	root.shows(at("step-people"), "good once")
	root.looks("start people")
	root.click(at("start-invite"))
	root.write(at("invite-emails"), "bea@lume.example")
	root.click(at("invite-send"))
	root.see("document.querySelector('[data-test=invite-link]')?.value.includes('#invitation=')")
	hired, err := ask[string](root, "document.querySelector('[data-test=invite-link]').value")
	if err != nil {
		t.Fatal(err)
	}
	root.click(at("invite-done"))
	root.shows(at("step-people"), "one open invitation")

	root.shows(at("start-write"), "5571955500121")
	root.looks("start test")
	bea := c.window(t)
	bea.tolerate("401 (Unauthorized)")
	bea.open(hired)
	bea.shows(at("join"), "Lume Atacado")
	bea.write(at("join-name"), "Bea Nunes")
	bea.write(at("join-password"), "seven slow herons wade")
	bea.press(kb.Enter)
	bea.live()
	bea.open(url + "/settings/start")
	bea.shows(at("account-page"), "bea@lume.example") // not hers to do
	bea.lacks(at("start-page"))

	if _, err := s.Sim.Say(prosatest.Helena, prosatest.Salvador, "Chegou?"); err != nil {
		t.Fatal(err)
	}
	root.shows(at("start-came"), "Helena Prado: Chegou?")
	root.shows(at("step-people"), "2 people")
	root.shows(at("start-ready"), "Everything works")
	root.looks("start done")
	root.click(at("open-company"))
	root.see("document.querySelector('[data-test=start-name]').value === 'Lume Atacado'")
	root.click(at("open-test"))
	root.click(at("start-open"))
	root.shows(at("tenant"), "Lume Atacado")
	root.message("Chegou?", "")
	root.open(url + "/settings/audit")
	root.shows(at("audit-line"), "changed the company")
}
