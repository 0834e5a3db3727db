package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/simulator"
)

// patience is how long a test waits for what must come; machines may be busy.
const patience = 60 * time.Second

// desk is a running engine with the people who work at it.
type desk struct {
	*site
	url        string
	db         *pgxpool.Pool
	admin      *person
	ana, bruno *person
}

// openDesk starts an engine in this process and logs everybody in.
func openDesk(t *testing.T, faults simulator.Faults) *desk {
	t.Helper()
	s := newSite(t, faults)
	return s.staffed(t, s.startHere(t))
}

// staffed logs everybody in at an engine that runs.
func (s *site) staffed(t *testing.T, url string) *desk {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), s.database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return &desk{
		site: s, url: url, db: pool, admin: login(t, url, "admin@lume.example", testPassword),
		ana: login(t, url, "ana@lume.example", testPassword), bruno: login(t, url, "bruno@lume.example", testPassword),
	}
}

// hire makes an account and logs it in.
func (d *desk) hire(t *testing.T, name, role string, teams ...string) *person {
	t.Helper()
	email := strings.ToLower(name) + "@lume.example"
	expect(t, d.admin.post(t, "/api/v1/agents", map[string]any{
		"email": email, "name": name, "role": role, "teams": teams, "password": testPassword,
	}), http.StatusOK)
	return login(t, d.url, email, testPassword)
}

// say writes from a phone and waits until a person can see it. It returns the
// conversation's path and its version.
func (d *desk) say(t *testing.T, phone, text string) (path string, version float64) {
	t.Helper()
	if _, err := d.sim.Say(phone, brasil, text); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the message "+text, func() (any, bool) {
		list := d.ana.get(t, "/api/v1/conversations")
		rows, _ := list.at("conversations").([]any)
		for _, row := range rows {
			if walk(row, "last.preview") == text {
				id, _ := walk(row, "id").(string)
				path = "/api/v1/conversations/" + id
				version, _ = walk(row, "version").(float64)
				return nil, true
			}
		}
		return list, false
	})
	return path, version
}

// write sends a text as the owner, whatever has arrived since.
func (p *person) write(t *testing.T, path, echo, text string) (message string) {
	t.Helper()
	a := expect(t, p.post(t, path+"/messages", map[string]any{"echo_id": echo, "text": text, "despite_stale": true}), http.StatusCreated)
	return a.text("message_id")
}

// expect fails the test unless an answer has the status.
func expect(t *testing.T, a answer, status int) answer {
	t.Helper()
	if a.Status != status {
		t.Fatalf("answer %d %v; want %d", a.Status, a.Body, status)
	}
	return a
}

// refusedBy checks that somebody else's ownership stopped a command.
func refusedBy(t *testing.T, what string, a answer, owner string) {
	t.Helper()
	if a.Status != http.StatusConflict || a.text("code") != "not_owner" || a.text("owner.name") != owner {
		t.Errorf("%s = %d %v; want 409 not_owner with %s", what, a.Status, a.Body, owner)
	}
}

// eventually polls for what has no signal of its own. The look says what there
// is, for whoever reads why a test failed, and whether that was waited for.
func eventually(t testing.TB, what string, look func() (seen any, ok bool)) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		seen, ok := look()
		if ok {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s; at last there was %+v", what, seen)
		}
		time.Sleep(25 * time.Millisecond)
	}
}

// grows waits until so many rows are there: as long as it takes, while there are
// more of them at every look.
func grows(t testing.TB, what string, pool *pgxpool.Pool, want int64, sql string, args ...any) {
	t.Helper()
	var most int64
	for deadline := time.Now().Add(patience); ; time.Sleep(25 * time.Millisecond) {
		n := scalar(t, pool, sql, args...)
		switch {
		case n == want:
			return
		case n > most:
			most, deadline = n, time.Now().Add(patience)
		case time.Now().After(deadline):
			t.Fatalf("waited in vain: %s; there are %d of %d, and no more come", what, n, want)
		}
	}
}

// is looks for a value.
func is[T comparable](want T, look func() T) func() (any, bool) {
	return func() (any, bool) {
		got := look()
		return got, got == want
	}
}

// counts looks for a number in the database.
func counts(t testing.TB, pool *pgxpool.Pool, want int64, sql string, args ...any) func() (any, bool) {
	return is(want, func() int64 { return scalar(t, pool, sql, args...) })
}

// preview looks for the last words of a conversation.
func (p *person) preview(t *testing.T, path, want string) func() (any, bool) {
	return is(want, func() string { return p.get(t, path).text("last.preview") })
}

// items is a thread as a person reads it.
func (p *person) items(t *testing.T, path string) []any {
	t.Helper()
	list, _ := expect(t, p.get(t, path+"/messages?limit=200"), http.StatusOK).at("items").([]any)
	return list
}

// state is how far one of our messages got, as the thread shows it.
func (p *person) state(t *testing.T, path, message string) string {
	t.Helper()
	for _, item := range p.items(t, path) {
		if walk(item, "message.id") == message {
			state, _ := walk(item, "message.status.state").(string)
			return state
		}
	}
	return ""
}

func (p *person) waitState(t *testing.T, path, message string, states ...string) {
	t.Helper()
	eventually(t, fmt.Sprintf("message %s becomes %v", message, states), func() (any, bool) {
		state := p.state(t, path, message)
		return state, slices.Contains(states, state)
	})
}

// fromBusiness lists what a phone got from the number.
func (s *site) fromBusiness(phone string) (texts []string) {
	for _, b := range s.sim.Messages(phone, brasil) {
		if b.FromBusiness {
			texts = append(texts, b.Text)
		}
	}
	return texts
}

// postWebhook posts a body as Meta does. An empty secret leaves the signature out.
func postWebhook(t testing.TB, address, secret string, body []byte) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/webhooks/meta", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	if secret != "" {
		req.Header.Set(cloudapi.SignatureHeader, cloudapi.Sign(secret, body))
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("post webhook: %v", err)
	}
	defer res.Body.Close()
	return res.StatusCode
}

// textWebhook is a delivery of one text; body is the text as JSON.
func textWebhook(number wa.PhoneNumberID, id, from, body string) []byte {
	return fmt.Appendf(nil, `{"object":"whatsapp_business_account","entry":[{"id":"21","changes":[{"field":"messages","value":{`+
		`"messaging_product":"whatsapp","metadata":{"display_phone_number":"5511955501002","phone_number_id":"%s"},`+
		`"contacts":[{"profile":{"name":"Cliente %s"},"wa_id":"%s"}],`+
		`"messages":[{"from":"%s","id":"%s","timestamp":"%d","type":"text","text":{"body":%s}}]}}]}]}`,
		number, from, from, from, id, time.Now().Unix(), body)
}

// fetch asks without a session; the status is 0 when nobody answers.
func fetch(ctx context.Context, address string) (status int, body string) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, ""
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, ""
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, ""
	}
	return res.StatusCode, string(text)
}

// find is the path of the one conversation that a search finds.
func (p *person) find(t *testing.T, name string) string {
	t.Helper()
	return p.findIn(t, "", name)
}

// findIn is find within a view.
func (p *person) findIn(t *testing.T, view, name string) string {
	t.Helper()
	var id string
	eventually(t, "a conversation with "+name, func() (any, bool) {
		list := p.get(t, "/api/v1/conversations?view="+view+"&q="+url.QueryEscape(name))
		id = list.text("conversations.0.id")
		return list, id != ""
	})
	return "/api/v1/conversations/" + id
}
