package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/cloudapi/signature"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// hook posts to a callback address as Meta does.
func hook(t *testing.T, address, secret string, body []byte) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set(signature.Header, signature.Sign(secret, body))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	return res.StatusCode
}

// shake asks as Meta does when a callback address is entered.
func shake(t *testing.T, address, token string) (status int, challenge string) {
	t.Helper()
	q := url.Values{"hub.mode": {"subscribe"}, "hub.verify_token": {token}, "hub.challenge": {"1158201444"}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"?"+q.Encode(), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// Two apps of a company and the one of the configuration: each has its address, its
// token and its secrets, and what one is given touches no other.
func TestAppsAreApart(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
	one := prosatest.Expect(t, d.Admin.Post(t, "/api/v1/apps", map[string]any{"name": "Loja", "secret": "secret-of-the-first-app"}), http.StatusOK)
	two := prosatest.Expect(t, d.Admin.Post(t, "/api/v1/apps", map[string]any{"name": "Atacado", "secret": "secret-of-the-second-app"}), http.StatusOK)
	first, second := one.Text("callback_url"), two.Text("callback_url")
	if !strings.HasPrefix(first, d.Url+"/webhooks/meta/") || first == second {
		t.Fatalf("addresses %s and %s", first, second)
	}
	for address, want := range map[[2]string]int{
		{first, one.Text("verify_token")}: http.StatusOK, {second, two.Text("verify_token")}: http.StatusOK,
		{first, two.Text("verify_token")}: http.StatusForbidden, {first, ""}: http.StatusForbidden,
		{d.Url + "/webhooks/meta", one.Text("verify_token")}:         http.StatusForbidden,
		{d.Url + "/webhooks/meta/unknown", one.Text("verify_token")}: http.StatusNotFound,
	} {
		status, challenge := shake(t, address[0], address[1])
		if status != want || (challenge == "1158201444") != (want == http.StatusOK) || want == http.StatusNotFound && challenge != "" {
			t.Errorf("handshake with %s: %d %q, want %d", address[0], status, challenge, want)
		}
	}
	body := func(id, text string) []byte {
		return prosatest.TextWebhook(prosatest.Brasil, id, "5511900001111", `"`+text+`"`)
	}
	posts := func(what, address, secret, id string, want int) {
		t.Helper()
		if got := hook(t, address, secret, body(id, what)); got != want {
			t.Errorf("%s: %d, want %d", what, got, want)
		}
	}
	posts("by the first", first, "secret-of-the-first-app", "wamid.a1", http.StatusOK)
	posts("by the second", second, "secret-of-the-second-app", "wamid.a2", http.StatusOK)
	posts("by the configuration's", d.Url+"/webhooks/meta", prosatest.TestSecret, "wamid.a3", http.StatusOK)
	posts("with another's secret", first, "secret-of-the-second-app", "wamid.a4", http.StatusUnauthorized)
	posts("with the configuration's secret", first, prosatest.TestSecret, "wamid.a5", http.StatusUnauthorized)
	posts("with an app's secret at the configuration's", d.Url+"/webhooks/meta", "secret-of-the-first-app", "wamid.a6", http.StatusUnauthorized)
	posts("of nobody", d.Url+"/webhooks/meta/unknown", "secret-of-the-first-app", "wamid.a7", http.StatusNotFound)
	await.Eventually(t, "three messages", prosatest.Counts(t, d.Db, 3, `SELECT count(*) FROM message WHERE id LIKE 'wamid.a_'`))

	// Both secrets are good while the first is rotated; the second does not notice.
	at := "/api/v1/apps/" + one.Text("id")
	rotated := prosatest.Expect(t, d.Admin.Post(t, at+"/secret", map[string]any{"secret": "secret-of-the-first-app-2"}), http.StatusOK)
	if rotated.Text("previous_secret_until") == "" || rotated.Text("verify_token") != "" {
		t.Errorf("rotated: %v", rotated.Body)
	}
	posts("with the secret before", first, "secret-of-the-first-app", "wamid.b1", http.StatusOK)
	posts("with the new one", first, "secret-of-the-first-app-2", "wamid.b2", http.StatusOK)
	posts("by the second meanwhile", second, "secret-of-the-second-app", "wamid.b3", http.StatusOK)
	dropped, err := d.Admin.Try(t.Context(), http.MethodDelete, at+"/secret/previous", nil)
	if err != nil || dropped.Status != http.StatusOK || dropped.Text("previous_secret_until") != "" {
		t.Fatalf("dropped: %v, %v", dropped, err)
	}
	posts("with the dropped one", first, "secret-of-the-first-app", "wamid.b4", http.StatusUnauthorized)
	posts("with the new one still", first, "secret-of-the-first-app-2", "wamid.b5", http.StatusOK)
	token := prosatest.Expect(t, d.Admin.Post(t, at+"/verify_token", nil), http.StatusOK).Text("verify_token")
	for _, good := range []string{token, one.Text("verify_token")} {
		if status, _ := shake(t, first, good); status != http.StatusOK {
			t.Errorf("a token while it is rotated: %d", status)
		}
	}
	if _, metrics := await.Fetch(t.Context(), d.Url+"/metrics"); !strings.Contains(metrics, `prosa_gateway_webhook_refused_total{app="`+one.Text("id")+`"} 3`) {
		t.Errorf("refusals are not counted by app")
	}
	removed, err := d.Admin.Try(t.Context(), http.MethodDelete, at, nil)
	if err != nil || removed.Status != http.StatusNoContent {
		t.Fatalf("removed: %v, %v", removed, err)
	}
	posts("by a removed one", first, "secret-of-the-first-app-2", "wamid.b6", http.StatusNotFound)
	for field, in := range map[string]map[string]any{
		"name": {"name": "", "secret": "secret-of-the-third-app"}, "secret": {"name": "Três", "secret": "short"},
	} {
		if a := d.Admin.Post(t, "/api/v1/apps", in); a.Status != http.StatusBadRequest || a.Text("field") != field {
			t.Errorf("bad %s: %d %v", field, a.Status, a.Body)
		}
	}
	if a := d.Ana.Get(t, "/api/v1/apps"); a.Status != http.StatusForbidden {
		t.Errorf("an agent sees apps: %d", a.Status)
	}
}

// What comes by an app of one company about a number of another is not applied, is kept
// for the company whose app it is, and stays so when it is tried again.
func TestAppSpeaksOfItsOwnNumbersOnly(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
	accounts := staff.New(d.Db)
	if err := accounts.First(t.Context(), "Two", staff.Team{ID: "main", Name: "Main"}, staff.Person{
		TenantID: "two", Email: "admin@two.example", Name: "Admin", Role: staff.RoleAdmin,
	}, prosatest.TestPassword); err != nil {
		t.Fatal(err)
	}
	stranger := prosatest.Login(t, d.Url, "admin@two.example", prosatest.TestPassword)
	app := prosatest.Expect(t, stranger.Post(t, "/api/v1/apps", map[string]any{"name": "Two", "secret": "secret-of-another-company"}), http.StatusOK)
	body := prosatest.TextWebhook(prosatest.Brasil, "wamid.foreign", "5511900002222", `"oi"`)
	if got := hook(t, app.Text("callback_url"), "secret-of-another-company", body); got != http.StatusOK {
		t.Fatalf("answered %d", got)
	}
	await.Eventually(t, "the event is kept", prosatest.Counts(t, d.Db, 1, `SELECT count(*) FROM intake_problem WHERE state = 'parked' AND app_tenant = 'two'`))
	kept := stranger.Get(t, "/api/v1/intake/problems?state=parked")
	id := kept.Number("problems.0.id")
	if !strings.Contains(kept.Text("problems.0.reason"), "not registered in the company whose Meta app") {
		t.Errorf("kept as %v", kept.Body)
	}
	if mine := d.Admin.Get(t, "/api/v1/intake/problems?state=parked"); mine.Text("problems.0.reason") != "" {
		t.Errorf("the company of the number is shown %v", mine.Body)
	}
	if a := stranger.Post(t, fmt.Sprintf("/api/v1/intake/problems/%.0f/replay", id), nil); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("tried again: %d %v", a.Status, a.Body)
	}
	// Registering the number again applies what was parked for it, and not this.
	if a := d.Admin.Post(t, "/api/v1/numbers", map[string]any{
		"id": prosatest.Brasil, "account_id": "21", "portfolio_id": "33", "team_id": "main", "display": "5511955501002", "token": prosatest.TestToken, "app_id": app.Text("id"),
	}); a.Status != http.StatusBadRequest || a.Text("field") != "app_id" {
		t.Errorf("connected by another company's app: %d %v", a.Status, a.Body)
	}
	if _, status := d.Say(t, prosatest.Helena, "por aqui sim"); status == 0 {
		t.Error("what comes by the right app is not applied")
	}
	if n := prosatest.Scalar(t, d.Db, `SELECT count(*) FROM message WHERE id = 'wamid.foreign'`); n != 0 {
		t.Error("another company's app has written into a conversation")
	}
}
