package e2e

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
)

// What is not proven to come from Meta is not stored; what is too large neither.
func TestUnsignedAndOversizeWebhooksAreRefused(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
	body := prosatest.TextWebhook(prosatest.Brasil, "wamid.forged", "5511900000001", `"oi"`)
	for name, secret := range map[string]string{"missing": "", "wrong": "another secret"} {
		if code := prosatest.PostWebhook(t, d.Url, secret, body); code != http.StatusUnauthorized {
			t.Errorf("%s signature = %d", name, code)
		}
	}
	large := bytes.Repeat([]byte("x"), 3<<20+1)
	if code := prosatest.PostWebhook(t, d.Url, prosatest.TestSecret, large); code != http.StatusRequestEntityTooLarge {
		t.Errorf("more than 3 MB = %d", code)
	}
	if n := prosatest.Scalar(t, d.Db, `SELECT count(*) FROM intake`); n != 0 {
		t.Errorf("%d bodies stored", n)
	}
	if _, metrics := await.Fetch(t.Context(), d.Url+"/metrics"); !strings.Contains(metrics, `prosa_gateway_webhook_posts_total{code="401"} 2`) {
		t.Error("the refused posts are not counted")
	}
	full := append(prosatest.TextWebhook(prosatest.Brasil, "wamid.full", "5511900000001", `"oi"`), bytes.Repeat([]byte(" "), 2<<20)...)
	if code := prosatest.PostWebhook(t, d.Url, prosatest.TestSecret, full); code != http.StatusOK {
		t.Errorf("2 MB = %d", code)
	}
	await.Eventually(t, "the large delivery", prosatest.Counts(t, d.Db, 1, `SELECT count(*) FROM message`))
}

// While the app secret changes, both count.
func TestPreviousSecretCountsDuringRotation(t *testing.T) {
	t.Parallel()
	s := prosatest.NewSite(t, nil)
	s.More = map[string]string{"PROSA_META_APP_SECRET_PREVIOUS": "the one before"}
	d := s.Staffed(t, s.StartHere(t))
	for n, secret := range []string{prosatest.TestSecret, "the one before"} {
		if code := prosatest.PostWebhook(t, d.Url, secret, prosatest.TextWebhook(prosatest.Brasil, fmt.Sprint("wamid.", n), "5511900000001", `"oi"`)); code != http.StatusOK {
			t.Errorf("secret %d = %d", n, code)
		}
	}
	await.Eventually(t, "both messages", prosatest.Counts(t, d.Db, 2, `SELECT count(*) FROM message`))
}

// A body that cannot be read is acknowledged, listed with the reason, and can be
// tried again, as after a release that understands it.
func TestUnreadableBodyIsListedAndReplayable(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
	for _, body := range []string{"<html>not JSON</html>", "", "[1,2]", `{"entry":[{"id":"21","changes":"none"}]}`} {
		if code := prosatest.PostWebhook(t, d.Url, prosatest.TestSecret, []byte(body)); code != http.StatusOK {
			t.Errorf("%q = %d", body, code)
		}
	}
	list := d.Problems(t, "failed", 4)
	for _, p := range list {
		if prosatest.Walk(p, "reason") == "" || prosatest.Walk(p, "received_at") == nil {
			t.Errorf("problem %v; want a reason and a time", p)
		}
	}
	oldest := list[len(list)-1]
	if prosatest.Walk(oldest, "kind") != "body" {
		t.Errorf("the body that is no JSON = %v", oldest)
	}
	replay := fmt.Sprintf("/api/v1/intake/problems/%v/replay", prosatest.Walk(oldest, "id"))
	a := d.Admin.Post(t, replay, nil)
	if a.Status != http.StatusUnprocessableEntity || a.Text("code") != "not_applied" || a.Text("detail") == "" || a.Text("remedy") == "" {
		t.Errorf("replay of what is still unreadable = %d %v", a.Status, a.Body)
	}
	readable := prosatest.TextWebhook(prosatest.Brasil, "wamid.readable", "5511900000001", `"agora sim"`)
	if _, err := d.Db.Exec(t.Context(), `UPDATE intake_problem SET raw = $2 WHERE id = $1`, prosatest.Walk(oldest, "id"), readable); err != nil {
		t.Fatal(err)
	}
	prosatest.Expect(t, d.Admin.Post(t, replay, nil), http.StatusNoContent)
	d.Ana.Find(t, "Cliente 5511900000001")
	d.Problems(t, "replayed", 1)
	prosatest.Expect(t, d.Admin.Post(t, replay, nil), http.StatusNoContent) // once more changes nothing
	if n := prosatest.Scalar(t, d.Db, `SELECT count(*) FROM message`); n != 1 {
		t.Errorf("%d messages", n)
	}
	prosatest.Expect(t, d.Admin.Post(t, "/api/v1/intake/problems/424242/replay", nil), http.StatusNotFound)
	prosatest.Expect(t, d.Ana.Post(t, replay, nil), http.StatusForbidden)
}

// What comes for a number that nobody registered waits for it, in order.
func TestUnknownNumberIsParkedUntilItIsRegistered(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
	for n := range 5 {
		body := prosatest.TextWebhook(prosatest.Porto, fmt.Sprint("wamid.porto.", n), "351900000001", fmt.Sprintf(`"texto %d"`, n))
		if code := prosatest.PostWebhook(t, d.Url, prosatest.TestSecret, body); code != http.StatusOK {
			t.Errorf("post = %d", code)
		}
	}
	for _, p := range d.Problems(t, "parked", 5) {
		if prosatest.Walk(p, "phone_number_id") != string(prosatest.Porto) || prosatest.Walk(p, "reason") == "" {
			t.Errorf("parked %v", p)
		}
	}
	number := map[string]any{
		"id": prosatest.Porto, "account_id": "21", "portfolio_id": "33", "team_id": "main", "display": "351220550100", "name": "Porto", "token": prosatest.TestToken,
	}
	// Who names a number gets what waits for it: Meta says whether it is theirs.
	for field, claim := range map[string]string{"id": "998877665544998", "account_id": "22", "portfolio_id": "34", "token": "strangers-token"} {
		wrong := maps.Clone(number)
		wrong[field] = claim
		refused := prosatest.Expect(t, d.Admin.Post(t, "/api/v1/numbers", wrong), http.StatusUnprocessableEntity)
		if refused.At("code") != "not_proven" || refused.At("field") != field || refused.At("remedy") == "" {
			t.Errorf("%s %s: %v", field, claim, refused)
		}
	}
	d.Problems(t, "parked", 5)
	prosatest.Expect(t, d.Admin.Post(t, "/api/v1/numbers", number), http.StatusOK)
	// A dead token is said at once, and the number keeps the good one.
	number["token"] = "dead"
	if refused := prosatest.Expect(t, d.Admin.Post(t, "/api/v1/numbers", number), http.StatusUnprocessableEntity); refused.At("field") != "token" {
		t.Errorf("renewed with a dead token: %v", refused)
	}
	delete(number, "token")
	prosatest.Expect(t, d.Admin.Post(t, "/api/v1/numbers", number), http.StatusOK)
	path := d.Ana.Find(t, "Cliente 351900000001")
	await.Eventually(t, "all five texts", await.Is(5, func() int { return len(d.Ana.Items(t, path)) }))
	thread := d.Ana.Get(t, path+"/messages")
	prosatest.AssertThread(t, thread, "texto 0", "texto 1", "texto 2", "texto 3", "texto 4")
	d.Problems(t, "parked", 0)
	d.Problems(t, "replayed", 5)
}

// A type of message that Meta invents is shown as what it is: not supported yet.
func TestUnknownMessageTypeIsShownAsUnsupported(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
	body := bytes.Replace(prosatest.TextWebhook(prosatest.Brasil, "wamid.hologram", "5511900000001", `"x"`),
		[]byte(`"type":"text","text"`), []byte(`"type":"hologram","hologram"`), 1)
	if code := prosatest.PostWebhook(t, d.Url, prosatest.TestSecret, body); code != http.StatusOK {
		t.Errorf("post = %d", code)
	}
	items := d.Ana.Items(t, d.Ana.Find(t, "Cliente 5511900000001"))
	if len(items) != 1 || prosatest.Walk(items, "0.message.kind") != "unsupported" || prosatest.Walk(items, "0.message.content.raw.hologram.body") != "x" {
		t.Errorf("thread = %v", items)
	}
}

// Text that a database refuses is cleaned at the door, and stops nobody.
func TestI09PoisonousTextIsCleanedAndStopsNobody(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
	poison := map[string]string{
		`"antes\u0000depois"`:                      "antes\uFFFDdepois",
		`"\ud83d sozinho \udc00"`:                  "\uFFFD sozinho \uFFFD",
		"\"\\u0000\"":                              "\uFFFD",
		`"😀 \ud83d\ude00"`:                         "😀 😀",
		"\"bytes \xff\xfe\"":                       "bytes \uFFFD\uFFFD",
		`"'); DROP TABLE message; --"`:             "'); DROP TABLE message; --",
		`"` + strings.Repeat("longo ", 3000) + `"`: strings.Repeat("longo ", 3000),
	}
	n := 0
	for body := range poison {
		n++
		from := fmt.Sprintf("55119000000%02d", n)
		delivery := prosatest.TextWebhook(prosatest.Brasil, fmt.Sprint("wamid.poison.", n), from, body)
		if code := prosatest.PostWebhook(t, d.Url, prosatest.TestSecret, delivery); code != http.StatusOK {
			t.Errorf("%.40q = %d", body, code)
		}
		items := d.Ana.Items(t, d.Ana.Find(t, "Cliente "+from))
		if got := prosatest.Walk(items, "0.message.content.text.body"); got != poison[body] {
			t.Errorf("%.40q became %.40q", body, got)
		}
	}
	poisonousName := bytes.ReplaceAll(prosatest.TextWebhook(prosatest.Brasil, "wamid.poison.name", "5511900000099", `"oi"`),
		[]byte(`"name":"Cliente`), []byte(`"name":"\u0000Zé`))
	if code := prosatest.PostWebhook(t, d.Url, prosatest.TestSecret, poisonousName); code != http.StatusOK {
		t.Errorf("a poisonous name = %d", code)
	}
	d.Ana.Find(t, "Zé")
	d.Problems(t, "failed", 0)
}

// Refused requests say which field is wrong and what would help.
func TestProblemsNameFieldAndRemedy(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "oi")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	type body = map[string]any
	cases := []struct {
		name   string
		who    *prosatest.Person
		path   string
		body   any
		status int
		code   string
		field  string
	}{
		{"empty text", d.Ana, path + "/messages", body{"echo_id": "1", "text": "", "despite_stale": true}, 422, "bad_content", "text"},
		{"oversize text", d.Ana, path + "/messages", body{"echo_id": "2", "text": strings.Repeat("ã", 4097), "despite_stale": true}, 422, "bad_content", "text"},
		{"nameless send", d.Ana, path + "/messages", body{"text": "oi"}, 400, "bad_request", "echo_id"},
		{"text and template", d.Ana, path + "/messages", body{"echo_id": "3", "text": "x", "template": body{"name": "y", "language": "pt_BR"}}, 422, "bad_content", "template"},
		{"nameless template", d.Ana, path + "/messages", body{"echo_id": "4", "template": body{"language": "pt_BR"}, "despite_stale": true}, 422, "bad_content", "template"},
		{"misspelt field", d.Ana, path + "/messages", body{"echo_id": "5", "txt": "oi"}, 400, "bad_request", "txt"},
		{"wrong type", d.Ana, path + "/messages", body{"echo_id": 5, "text": "oi"}, 400, "bad_request", "echo_id"},
		{"empty note", d.Ana, path + "/notes", body{"echo_id": "n", "text": "  "}, 422, "bad_content", "text"},
		{"snooze into the past", d.Ana, path + "/snooze", body{"until": "2020-01-01T00:00:00Z"}, 400, "bad_request", "until"},
		{"unknown colleague", d.Ana, path + "/transfer", body{"agent_id": "nobody"}, 400, "bad_request", "agent_id"},
		{"unknown team", d.Ana, path + "/transfer", body{"team_id": "nowhere"}, 400, "bad_request", "team_id"},
		{"takeover without reason", d.Bruno, path + "/takeover", body{}, 400, "bad_request", "reason"},
		{"unknown conversation", d.Ana, "/api/v1/conversations/" + string(prosatest.Brasil) + ":cnone/claim", body{}, 404, "not_found", ""},
		{"number without account", d.Admin, "/api/v1/numbers", body{"id": "1"}, 400, "bad_request", "account_id"},
		{"weak password", d.Admin, "/api/v1/agents", body{"email": "z@lume.example", "name": "Z", "role": "agent", "password": "abc"}, 400, "bad_request", "password"},
		{"bad address", d.Admin, "/api/v1/agents", body{"email": "z", "name": "Z", "role": "agent", "password": prosatest.TestPassword}, 400, "bad_request", "email"},
		{"an agent as admin", d.Ana, "/api/v1/agents", body{"email": "z@lume.example"}, 403, "forbidden", ""},
		{"oversize body", d.Ana, path + "/notes", body{"echo_id": "n", "text": strings.Repeat("a", 1<<20)}, 413, "too_large", ""},
	}
	for _, c := range cases {
		a := c.who.Post(t, c.path, c.body)
		if a.Status != c.status || a.Text("code") != c.code || a.Text("field") != c.field || c.status != 404 && a.Text("remedy") == "" {
			t.Errorf("%s = %d %v; want %d %s, field %q and a remedy", c.name, a.Status, a.Body, c.status, c.code, c.field)
		}
	}
	if got := d.FromBusiness(prosatest.Helena); len(got) != 0 {
		t.Errorf("the phone shows %q", got)
	}
	list := d.Ana.Get(t, "/api/v1/conversations?view=everything")
	if list.Status != http.StatusBadRequest || list.Text("field") != "view" {
		t.Errorf("an unknown view = %d %v", list.Status, list.Body)
	}
}

// A page of another site has the cookie at most: neither token nor origin.
func TestStrangePagesCanDoNothing(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "oi")
	for name, token := range map[string]string{"none": "", "another's": d.Bruno.Csrf} {
		thief := &prosatest.Person{Url: d.Url, Http: d.Ana.Http, Csrf: token}
		a := thief.Post(t, path+"/claim", map[string]any{})
		if a.Status != http.StatusForbidden || a.Text("code") != "bad_csrf" || a.Text("remedy") == "" {
			t.Errorf("token %s = %d %v", name, a.Status, a.Body)
		}
	}
	if row := prosatest.Expect(t, d.Ana.Get(t, path), http.StatusOK); row.Text("owner.kind") != "nobody" {
		t.Errorf("somebody claimed: %v", row.Body)
	}
	nobody := &prosatest.Person{Url: d.Url, Http: http.DefaultClient}
	if a := nobody.Get(t, path); a.Status != http.StatusUnauthorized {
		t.Errorf("without a session = %d", a.Status)
	}
	for _, header := range []http.Header{{"Origin": {"https://elsewhere.example"}}, {"Sec-Fetch-Site": {"cross-site"}, "Origin": {"null"}}} {
		req, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodPost, d.Url+path+"/claim", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = header
		req.Header.Set("X-Csrf-Token", d.Ana.Csrf)
		res, err := d.Ana.Http.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusForbidden {
			t.Errorf("%v = %d", header, res.StatusCode)
		}
	}
}
