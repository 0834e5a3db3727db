package browser

import (
	"net/http"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// A number from its token to the first message: what is wrong is said at its field,
// what is closed can be taken up again, and everything shows in the audit.
func testConnect(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	admin := c.seat(t, d.Url, "admin@lume.example", prosatest.TestPassword)
	admin.tolerate("400 (Bad Request)")
	admin.open(d.Url + "/settings/numbers")
	admin.click(at("number-new"))
	admin.shows(at("connect-dialog"), "Missing: the token")
	admin.write(at("number-token"), "nonsense")
	admin.press(kb.Enter)
	admin.shows(at("wrong-token"), "does not accept this token")
	admin.see("document.activeElement.matches('[data-test=number-token][aria-invalid=true]')")
	admin.rewrite(at("number-token"), prosatest.PastToken)
	admin.press(kb.Enter)
	admin.shows(at("wrong-token"), "has expired")
	admin.rewrite(at("number-token"), prosatest.NarrowToken)
	admin.press(kb.Enter)
	admin.shows(at("wrong-token"), "whatsapp_business_messaging")
	admin.shows(at("check-management"), "manage the account")
	admin.looks("connect token")
	admin.rewrite(at("number-token"), prosatest.FreshToken)
	admin.press(kb.Enter)

	admin.shows(at("connect-number"), "+5571955500121")
	admin.click(at("type-id"))
	admin.rewrite(at("number-id"), "123456") // Meta has none
	admin.press(kb.Enter)
	admin.shows(at("wrong-id"), "nothing of this id")
	admin.click(at("type-id"))
	admin.click(at("choose-" + string(prosatest.Salvador)))
	admin.looks("connect number")
	admin.click(at("connect-next"))

	admin.shows(at("connect-confirm"), "sends a code")
	admin.looks("connect confirm")
	admin.press(kb.Enter) // the language has the focus
	admin.click(at("connect-next"))
	admin.shows(at("connect-confirm"), "Good until")
	admin.write(at("number-code"), "000000")
	admin.press(kb.Enter)
	admin.shows(at("wrong-code"), "2 tries left")
	admin.looks("connect wrong code")
	admin.press(kb.Escape)
	admin.lacks(at("connect-dialog"))
	admin.open(d.Url + "/settings/numbers") // as tomorrow morning
	admin.click(at("number-new"))
	admin.shows(at("connect-confirm"), "2 tries left")
	admin.rewrite(at("number-code"), d.Sim.Code(prosatest.Salvador))
	admin.press(kb.Enter)

	admin.shows(at("connect-activate"), "PIN of six")
	admin.write(at("number-pin"), "12")
	admin.press(kb.Enter)
	admin.shows(at("wrong-pin"), "six digits")
	admin.rewrite(at("number-pin"), "000000")
	admin.press(kb.Enter)
	admin.shows(at("wrong-pin"), "2 tries left")
	admin.see("document.querySelector('[data-test=check-subscription]').dataset.state === 'ok'") // what was done is told
	admin.looks("connect activate")
	admin.rewrite(at("number-pin"), prosatest.FreshPIN)
	admin.press(kb.Enter)

	admin.see("document.querySelector('[data-test=number-name]')?.value === 'Salvador'")
	admin.looks("connect finish")
	admin.click(at("number-connect"))
	admin.shows(at("test-message"), "Write to")
	admin.looks("connect test message")
	if _, err := d.Sim.Say(prosatest.Helena, prosatest.Salvador, "Chegou?"); err != nil {
		t.Fatal(err)
	}
	admin.shows(at("test-message"), "Helena Prado: Chegou?")
	admin.click(at("connect-done"))
	admin.shows(at("numbers-page"), "Salvador")
	admin.click(at("settings-audit"))
	admin.shows(at("audit-line"), "connected a number")
	admin.shows(at("audit-line"), "registered a number at Meta")

	path := d.Admin.Find(t, "Helena")
	prosatest.Expect(t, d.Admin.Post(t, path+"/claim", nil), http.StatusOK)
	d.Admin.WaitState(t, path, d.Admin.Write(t, path, "e1", "Chegou sim!"), "sent", "delivered", "read")
}

// A token dies: what is sent waits, and goes when somebody gives another one.
func testReplaceToken(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Oi!")
	number := "/api/v1/numbers/" + string(prosatest.Brasil) + "/token"
	prosatest.Expect(t, d.Admin.Put(t, number, map[string]any{"token": prosatest.HourToken}), http.StatusOK)
	d.MoveMeta(t, 2*time.Hour)
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", nil), http.StatusOK)
	message := d.Ana.Write(t, path, "e1", "Bom dia!")

	admin := c.seat(t, d.Url, "admin@lume.example", prosatest.TestPassword)
	admin.tolerate("422 (Unprocessable")
	admin.open(d.Url + "/settings/numbers/" + string(prosatest.Brasil))
	admin.click(at("number-token-new"))
	for token, words := range map[string]string{
		"nonsense": "does not accept this token", prosatest.PastToken: "has expired", prosatest.FreshToken: "Meta has nothing of this id, o",
	} {
		admin.rewrite(at("number-token"), token)
		admin.press(kb.Enter)
		admin.shows(at("wrong-token"), words)
	}
	admin.looks("replace token")
	admin.rewrite(at("number-token"), prosatest.TestToken)
	admin.press(kb.Enter)
	admin.lacks(at("token-dialog"))
	d.Ana.WaitState(t, path, message, "sent", "delivered", "read")
}

// In the demo a newcomer needs nothing but what the page shows: it names the token, and
// the phones tell the code and the number that they can now write to.
func testConnectDemo(t *testing.T, c *chromium) {
	d := prosatest.StartDemo(t, prosatest.EmbeddedFolder(t))
	renata := c.window(t)
	renata.tolerate("401 (Unauthorized)")
	renata.open(d.Gateway + "/?as=renata@lume.example")
	renata.live()
	renata.open(d.Gateway + "/settings/numbers")
	renata.click(at("number-new"))
	renata.click(at("demo-token"))
	renata.click(at("connect-next"))
	renata.shows(at("connect-number"), "Salvador")
	renata.click(at("connect-next"))
	renata.shows(at("connect-confirm"), "sends a code")
	renata.click(at("connect-next"))
	renata.shows(at("connect-confirm"), "Good until")

	phones := renata.another()
	phones.open(d.Phones)
	phones.shows("#link", "live")
	phones.shows("#log", "code ")
	code, err := ask[string](phones, `document.querySelector('#log').textContent.match(/code (\d{6})/)[1]`)
	if err != nil {
		t.Fatal(err)
	}
	renata.write(at("number-code"), code)
	renata.press(kb.Enter)
	renata.shows(at("connect-activate"), "PIN")
	renata.write(at("number-pin"), "135790")
	renata.press(kb.Enter)
	renata.click(at("number-connect"))
	renata.shows(at("test-message"), "Write to")
	phones.see("[...document.querySelector('#number').options].some((o) => o.value === '998877665544335')")
	phones.choose("#number", "998877665544335")
	phones.write("#text", "Vocês abriram em Salvador?")
	phones.press(kb.Enter)
	renata.shows(at("test-message"), "abriram em Salvador")
	renata.click(at("connect-done"))
	renata.shows(at("numbers-page"), "Salvador")
	renata.click(at("settings-start")) // what the demo begins with needs no first steps
	renata.shows(at("start-ready"), "Everything works")
}
