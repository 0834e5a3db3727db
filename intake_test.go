package main

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
)

// What is not proven to come from Meta is not stored; what is too large neither.
func TestUnsignedAndOversizeWebhooksAreRefused(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	body := textWebhook(brasil, "wamid.forged", "5511900000001", `"oi"`)
	for name, secret := range map[string]string{"missing": "", "wrong": "another secret"} {
		if code := postWebhook(t, d.url, secret, body); code != http.StatusUnauthorized {
			t.Errorf("%s signature = %d", name, code)
		}
	}
	large := bytes.Repeat([]byte("x"), 3<<20+1)
	if code := postWebhook(t, d.url, testSecret, large); code != http.StatusRequestEntityTooLarge {
		t.Errorf("more than 3 MB = %d", code)
	}
	if n := scalar(t, d.db, `SELECT count(*) FROM intake`); n != 0 {
		t.Errorf("%d bodies stored", n)
	}
	if _, metrics := fetch(t.Context(), d.url+"/metrics"); !strings.Contains(metrics, `prosa_gateway_webhook_posts_total{code="401"} 2`) {
		t.Error("the refused posts are not counted")
	}
	full := append(textWebhook(brasil, "wamid.full", "5511900000001", `"oi"`), bytes.Repeat([]byte(" "), 2<<20)...)
	if code := postWebhook(t, d.url, testSecret, full); code != http.StatusOK {
		t.Errorf("2 MB = %d", code)
	}
	eventually(t, "the large delivery", counts(t, d.db, 1, `SELECT count(*) FROM message`))
}

// While the app secret changes, both count.
func TestPreviousSecretCountsDuringRotation(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.more = map[string]string{"PROSA_META_APP_SECRET_PREVIOUS": "the one before"}
	d := s.staffed(t, s.startHere(t))
	for n, secret := range []string{testSecret, "the one before"} {
		if code := postWebhook(t, d.url, secret, textWebhook(brasil, fmt.Sprint("wamid.", n), "5511900000001", `"oi"`)); code != http.StatusOK {
			t.Errorf("secret %d = %d", n, code)
		}
	}
	eventually(t, "both messages", counts(t, d.db, 2, `SELECT count(*) FROM message`))
}

// A body that cannot be read is acknowledged, listed with the reason, and can be
// tried again, as after a release that understands it.
func TestUnreadableBodyIsListedAndReplayable(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	for _, body := range []string{"<html>not JSON</html>", "", "[1,2]", `{"entry":[{"id":"21","changes":"none"}]}`} {
		if code := postWebhook(t, d.url, testSecret, []byte(body)); code != http.StatusOK {
			t.Errorf("%q = %d", body, code)
		}
	}
	list := d.problems(t, "failed", 4)
	for _, p := range list {
		if walk(p, "reason") == "" || walk(p, "received_at") == nil {
			t.Errorf("problem %v; want a reason and a time", p)
		}
	}
	oldest := list[len(list)-1]
	if walk(oldest, "kind") != "body" {
		t.Errorf("the body that is no JSON = %v", oldest)
	}
	replay := fmt.Sprintf("/api/v1/intake/problems/%v/replay", walk(oldest, "id"))
	a := d.admin.post(t, replay, nil)
	if a.Status != http.StatusUnprocessableEntity || a.text("code") != "not_applied" || a.text("detail") == "" || a.text("remedy") == "" {
		t.Errorf("replay of what is still unreadable = %d %v", a.Status, a.Body)
	}
	readable := textWebhook(brasil, "wamid.readable", "5511900000001", `"agora sim"`)
	if _, err := d.db.Exec(t.Context(), `UPDATE intake_problem SET raw = $2 WHERE id = $1`, walk(oldest, "id"), readable); err != nil {
		t.Fatal(err)
	}
	expect(t, d.admin.post(t, replay, nil), http.StatusNoContent)
	d.ana.find(t, "Cliente 5511900000001")
	d.problems(t, "replayed", 1)
	expect(t, d.admin.post(t, replay, nil), http.StatusNoContent) // once more changes nothing
	if n := scalar(t, d.db, `SELECT count(*) FROM message`); n != 1 {
		t.Errorf("%d messages", n)
	}
	expect(t, d.admin.post(t, "/api/v1/intake/problems/424242/replay", nil), http.StatusNotFound)
	expect(t, d.ana.post(t, replay, nil), http.StatusForbidden)
}

// What comes for a number that nobody registered waits for it, in order.
func TestUnknownNumberIsParkedUntilItIsRegistered(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	for n := range 5 {
		body := textWebhook(porto, fmt.Sprint("wamid.porto.", n), "351900000001", fmt.Sprintf(`"texto %d"`, n))
		if code := postWebhook(t, d.url, testSecret, body); code != http.StatusOK {
			t.Errorf("post = %d", code)
		}
	}
	for _, p := range d.problems(t, "parked", 5) {
		if walk(p, "phone_number_id") != string(porto) || walk(p, "reason") == "" {
			t.Errorf("parked %v", p)
		}
	}
	number := map[string]any{
		"id": porto, "account_id": "21", "portfolio_id": "33", "team_id": "main", "display": "351220550100", "name": "Porto", "token": testToken,
	}
	// Who names a number gets what waits for it: Meta says whether it is theirs.
	for field, claim := range map[string]string{"id": "998877665544998", "account_id": "22", "portfolio_id": "34", "token": "strangers-token"} {
		wrong := maps.Clone(number)
		wrong[field] = claim
		refused := expect(t, d.admin.post(t, "/api/v1/numbers", wrong), http.StatusUnprocessableEntity)
		if refused.at("code") != "not_proven" || refused.at("field") != field || refused.at("remedy") == "" {
			t.Errorf("%s %s: %v", field, claim, refused)
		}
	}
	d.problems(t, "parked", 5)
	expect(t, d.admin.post(t, "/api/v1/numbers", number), http.StatusOK)
	// A dead token is said at once, and the number keeps the good one.
	number["token"] = "dead"
	if refused := expect(t, d.admin.post(t, "/api/v1/numbers", number), http.StatusUnprocessableEntity); refused.at("field") != "token" {
		t.Errorf("renewed with a dead token: %v", refused)
	}
	delete(number, "token")
	expect(t, d.admin.post(t, "/api/v1/numbers", number), http.StatusOK)
	path := d.ana.find(t, "Cliente 351900000001")
	eventually(t, "all five texts", is(5, func() int { return len(d.ana.items(t, path)) }))
	thread := d.ana.get(t, path+"/messages")
	assertThread(t, thread, "texto 0", "texto 1", "texto 2", "texto 3", "texto 4")
	d.problems(t, "parked", 0)
	d.problems(t, "replayed", 5)
}

// A type of message that Meta invents is shown as what it is: not supported yet.
func TestUnknownMessageTypeIsShownAsUnsupported(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	body := bytes.Replace(textWebhook(brasil, "wamid.hologram", "5511900000001", `"x"`),
		[]byte(`"type":"text","text"`), []byte(`"type":"hologram","hologram"`), 1)
	if code := postWebhook(t, d.url, testSecret, body); code != http.StatusOK {
		t.Errorf("post = %d", code)
	}
	items := d.ana.items(t, d.ana.find(t, "Cliente 5511900000001"))
	if len(items) != 1 || walk(items, "0.message.kind") != "unsupported" || walk(items, "0.message.content.raw.hologram.body") != "x" {
		t.Errorf("thread = %v", items)
	}
}

// Text that a database refuses is cleaned at the door, and stops nobody.
func TestI09PoisonousTextIsCleanedAndStopsNobody(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
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
		delivery := textWebhook(brasil, fmt.Sprint("wamid.poison.", n), from, body)
		if code := postWebhook(t, d.url, testSecret, delivery); code != http.StatusOK {
			t.Errorf("%.40q = %d", body, code)
		}
		items := d.ana.items(t, d.ana.find(t, "Cliente "+from))
		if got := walk(items, "0.message.content.text.body"); got != poison[body] {
			t.Errorf("%.40q became %.40q", body, got)
		}
	}
	poisonousName := bytes.ReplaceAll(textWebhook(brasil, "wamid.poison.name", "5511900000099", `"oi"`),
		[]byte(`"name":"Cliente`), []byte(`"name":"\u0000Zé`))
	if code := postWebhook(t, d.url, testSecret, poisonousName); code != http.StatusOK {
		t.Errorf("a poisonous name = %d", code)
	}
	d.ana.find(t, "Zé")
	d.problems(t, "failed", 0)
}

// Refused requests say which field is wrong and what would help.
func TestProblemsNameFieldAndRemedy(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	path, _ := d.say(t, helena, "oi")
	expect(t, d.ana.post(t, path+"/claim", map[string]any{}), http.StatusOK)
	type body = map[string]any
	cases := []struct {
		name   string
		who    *person
		path   string
		body   any
		status int
		code   string
		field  string
	}{
		{"empty text", d.ana, path + "/messages", body{"echo_id": "1", "text": "", "despite_stale": true}, 422, "bad_content", "text"},
		{"oversize text", d.ana, path + "/messages", body{"echo_id": "2", "text": strings.Repeat("ã", 4097), "despite_stale": true}, 422, "bad_content", "text"},
		{"nameless send", d.ana, path + "/messages", body{"text": "oi"}, 400, "bad_request", "echo_id"},
		{"text and template", d.ana, path + "/messages", body{"echo_id": "3", "text": "x", "template": body{"name": "y", "language": "pt_BR"}}, 422, "bad_content", "template"},
		{"nameless template", d.ana, path + "/messages", body{"echo_id": "4", "template": body{"language": "pt_BR"}, "despite_stale": true}, 422, "bad_content", "template"},
		{"misspelt field", d.ana, path + "/messages", body{"echo_id": "5", "txt": "oi"}, 400, "bad_request", "txt"},
		{"wrong type", d.ana, path + "/messages", body{"echo_id": 5, "text": "oi"}, 400, "bad_request", "echo_id"},
		{"empty note", d.ana, path + "/notes", body{"echo_id": "n", "text": "  "}, 422, "bad_content", "text"},
		{"snooze into the past", d.ana, path + "/snooze", body{"until": "2020-01-01T00:00:00Z"}, 400, "bad_request", "until"},
		{"unknown colleague", d.ana, path + "/transfer", body{"agent_id": "nobody"}, 400, "bad_request", "agent_id"},
		{"unknown team", d.ana, path + "/transfer", body{"team_id": "nowhere"}, 400, "bad_request", "team_id"},
		{"takeover without reason", d.bruno, path + "/takeover", body{}, 400, "bad_request", "reason"},
		{"unknown conversation", d.ana, "/api/v1/conversations/" + string(brasil) + ":cnone/claim", body{}, 404, "not_found", ""},
		{"number without account", d.admin, "/api/v1/numbers", body{"id": "1"}, 400, "bad_request", "account_id"},
		{"weak password", d.admin, "/api/v1/agents", body{"email": "z@lume.example", "name": "Z", "role": "agent", "password": "abc"}, 400, "bad_request", "password"},
		{"bad address", d.admin, "/api/v1/agents", body{"email": "z", "name": "Z", "role": "agent", "password": testPassword}, 400, "bad_request", "email"},
		{"an agent as admin", d.ana, "/api/v1/agents", body{"email": "z@lume.example"}, 403, "forbidden", ""},
		{"oversize body", d.ana, path + "/notes", body{"echo_id": "n", "text": strings.Repeat("a", 1<<20)}, 413, "too_large", ""},
	}
	for _, c := range cases {
		a := c.who.post(t, c.path, c.body)
		if a.Status != c.status || a.text("code") != c.code || a.text("field") != c.field || c.status != 404 && a.text("remedy") == "" {
			t.Errorf("%s = %d %v; want %d %s, field %q and a remedy", c.name, a.Status, a.Body, c.status, c.code, c.field)
		}
	}
	if got := d.fromBusiness(helena); len(got) != 0 {
		t.Errorf("the phone shows %q", got)
	}
	list := d.ana.get(t, "/api/v1/conversations?view=everything")
	if list.Status != http.StatusBadRequest || list.text("field") != "view" {
		t.Errorf("an unknown view = %d %v", list.Status, list.Body)
	}
}

// A page of another site has the cookie at most: neither token nor origin.
func TestStrangePagesCanDoNothing(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	path, _ := d.say(t, helena, "oi")
	for name, token := range map[string]string{"none": "", "another's": d.bruno.csrf} {
		thief := &person{url: d.url, http: d.ana.http, csrf: token}
		a := thief.post(t, path+"/claim", map[string]any{})
		if a.Status != http.StatusForbidden || a.text("code") != "bad_csrf" || a.text("remedy") == "" {
			t.Errorf("token %s = %d %v", name, a.Status, a.Body)
		}
	}
	if row := expect(t, d.ana.get(t, path), http.StatusOK); row.text("owner.kind") != "nobody" {
		t.Errorf("somebody claimed: %v", row.Body)
	}
	nobody := &person{url: d.url, http: http.DefaultClient}
	if a := nobody.get(t, path); a.Status != http.StatusUnauthorized {
		t.Errorf("without a session = %d", a.Status)
	}
	for _, header := range []http.Header{{"Origin": {"https://elsewhere.example"}}, {"Sec-Fetch-Site": {"cross-site"}, "Origin": {"null"}}} {
		req, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodPost, d.url+path+"/claim", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = header
		req.Header.Set("X-Csrf-Token", d.ana.csrf)
		res, err := d.ana.http.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusForbidden {
			t.Errorf("%v = %d", header, res.StatusCode)
		}
	}
}

// problems waits until as many of a state are listed, and returns them.
func (d *desk) problems(t *testing.T, state string, count int) (list []any) {
	t.Helper()
	eventually(t, fmt.Sprintf("%d problems that are %s", count, state), func() (any, bool) {
		list, _ = expect(t, d.admin.get(t, "/api/v1/intake/problems?state="+state), http.StatusOK).at("problems").([]any)
		return list, len(list) == count
	})
	return list
}
