package browser

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/cloudapi/signature"
)

// An administrator connects a Meta app, gives Meta its address and token, sees whether
// webhooks come and are signed rightly, and replaces the secret.
func testSettingsApps(t *testing.T, c *chromium) {
	d := prosatest.OpenDesk(t, nil)
	admin := c.seat(t, d.Url, "admin@lume.example", prosatest.TestPassword)
	admin.tolerate("400 (Bad Request)")
	admin.open(d.Url + "/settings/keys")
	admin.shows(at("apps"), "No app of your own")
	admin.shows(at("app-installation"), d.Url+"/webhooks/meta")
	admin.click(at("app-new"))
	admin.write(at("app-name"), "Loja")
	admin.shows(at("app-dialog"), "Paste the whole secret")
	admin.write(at("app-secret"), "um segredo com espaços")
	admin.click(at("app-make"))
	admin.shows(at("wrong-secret"), "no blanks")
	admin.looks("settings app")
	admin.rewrite(at("app-secret"), "secret-of-the-app-of-the-shop")
	admin.click(at("app-make"))
	admin.shows(at("app-dialog"), "Loja is connected")
	value := func(name string) string {
		t.Helper()
		text, err := ask[string](admin, "document.querySelector('[data-test="+name+"]').value")
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	callback, token := value("app-callback"), value("app-token")
	admin.looks("settings app made")
	admin.click(at("app-done"))
	admin.shows(at("app"), "none yet")

	if status := call(t, http.MethodGet, callback+"?hub.mode=subscribe&hub.challenge=1&hub.verify_token="+token, "", nil); status != http.StatusOK {
		t.Errorf("the token that was shown is answered %d", status)
	}
	body := prosatest.TextWebhook(prosatest.Brasil, "wamid.app", "5511900001111", `"oi"`)
	for secret, want := range map[string]int{"secret-of-the-app-of-the-shop": http.StatusOK, "secret-of-somebody-else": http.StatusUnauthorized} {
		if status := call(t, http.MethodPost, callback, signature.Sign(secret, body), body); status != want {
			t.Errorf("a webhook signed with %s is answered %d", secret, status)
		}
	}
	admin.shows(at("app"), "1 refused")
	admin.lacks(at("app") + " .quiet") // a webhook has come
	admin.click(at("app-Loja"))
	admin.shows(at("app-refused"), "The signature was wrong")
	admin.write(at("app-secret-new"), "secret-of-the-app-reset-at-meta")
	admin.press(kb.Enter)
	admin.shows(at("app-secret-before"), "is good until")
	admin.looks("settings app drawer")
	if status := call(t, http.MethodPost, callback, signature.Sign("secret-of-the-app-of-the-shop", body), body); status != http.StatusOK {
		t.Errorf("the secret before is answered %d", status)
	}
	admin.click(at("app-secret-before-drop"))
	admin.lacks(at("app-secret-before"))
	if status := call(t, http.MethodPost, callback, signature.Sign("secret-of-the-app-of-the-shop", body), body); status != http.StatusUnauthorized {
		t.Errorf("the dropped secret is answered %d", status)
	}
	admin.click(at("app-token-rotate"))
	admin.shows(at("app-token-before"), "is good until")
	admin.rewrite(at("app-rename"), "Loja do Brás")
	admin.click(at("app-save"))
	admin.shows(at("app"), "Loja do Brás")
	admin.click(at("app-remove"))
	admin.click(at("app-remove-confirm"))
	admin.lacks(at("app"))
	admin.looks("settings integrations")
	admin.click(at("settings-audit"))
	admin.shows(at("audit-line"), "removed a Meta app")
}

// call asks a callback address as Meta does.
func call(t *testing.T, method, address, signed string, body []byte) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set(signature.Header, signed)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}
