package prosatest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
)

// Desk is a running engine with the people who work at it.
type Desk struct {
	*site
	Url        string
	Db         *pgxpool.Pool
	Admin      *Person
	Ana, Bruno *Person
}

// OpenDesk starts an engine in this process and logs everybody in.
func OpenDesk(t *testing.T, faults chance.Faults) *Desk {
	t.Helper()
	s := NewSite(t, faults)
	return s.Staffed(t, s.StartHere(t))
}

// staffed logs everybody in at an engine that runs.
func (s *site) Staffed(t *testing.T, url string) *Desk {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), s.Database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return &Desk{
		site: s, Url: url, Db: pool, Admin: Login(t, url, "admin@lume.example", TestPassword),
		Ana: Login(t, url, "ana@lume.example", TestPassword), Bruno: Login(t, url, "bruno@lume.example", TestPassword),
	}
}

// Hire makes an account and logs it in.
func (d *Desk) Hire(t *testing.T, name, role string, teams ...string) *Person {
	t.Helper()
	email := strings.ToLower(name) + "@lume.example"
	Expect(t, d.Admin.Post(t, "/api/v1/agents", map[string]any{
		"email": email, "name": name, "role": role, "teams": teams, "password": TestPassword,
	}), http.StatusOK)
	return Login(t, d.Url, email, TestPassword)
}

// Say writes from a phone and waits until a person can see it. It returns the
// conversation's path and its version.
func (d *Desk) Say(t *testing.T, phone, text string) (path string, version float64) {
	t.Helper()
	if _, err := d.Sim.Say(phone, Brasil, text); err != nil {
		t.Fatal(err)
	}
	await.Eventually(t, "the message "+text, func() (any, bool) {
		list := d.Ana.Get(t, "/api/v1/conversations")
		rows, _ := list.At("conversations").([]any)
		for _, row := range rows {
			if Walk(row, "last.preview") == text {
				id, _ := Walk(row, "id").(string)
				path = "/api/v1/conversations/" + id
				version, _ = Walk(row, "version").(float64)
				return nil, true
			}
		}
		return list, false
	})
	return path, version
}

// Write sends a text as the owner, whatever has arrived since.
func (p *Person) Write(t *testing.T, path, echo, text string) (message string) {
	t.Helper()
	a := Expect(t, p.Post(t, path+"/messages", map[string]any{"echo_id": echo, "text": text, "despite_stale": true}), http.StatusCreated)
	return a.Text("message_id")
}

// Expect fails the test unless an answer has the status.
func Expect(t *testing.T, a Answer, status int) Answer {
	t.Helper()
	if a.Status != status {
		t.Fatalf("answer %d %v; want %d", a.Status, a.Body, status)
	}
	return a
}

// RefusedBy checks that somebody else's ownership stopped a command.
func RefusedBy(t *testing.T, what string, a Answer, owner string) {
	t.Helper()
	if a.Status != http.StatusConflict || a.Text("code") != "not_owner" || a.Text("owner.name") != owner {
		t.Errorf("%s = %d %v; want 409 not_owner with %s", what, a.Status, a.Body, owner)
	}
}

// Grows waits until so many rows are there: as long as it takes, while there are
// more of them at every look.
func Grows(t testing.TB, what string, pool *pgxpool.Pool, want int64, sql string, args ...any) {
	t.Helper()
	var most int64
	for deadline := time.Now().Add(await.Patience); ; time.Sleep(25 * time.Millisecond) {
		n := Scalar(t, pool, sql, args...)
		switch {
		case n == want:
			return
		case n > most:
			most, deadline = n, time.Now().Add(await.Patience)
		case time.Now().After(deadline):
			t.Fatalf("waited in vain: %s; there are %d of %d, and no more come", what, n, want)
		}
	}
}

// Counts looks for a number in the database.
func Counts(t testing.TB, pool *pgxpool.Pool, want int64, sql string, args ...any) func() (any, bool) {
	return await.Is(want, func() int64 { return Scalar(t, pool, sql, args...) })
}

// Preview looks for the last words of a conversation.
func (p *Person) Preview(t *testing.T, path, want string) func() (any, bool) {
	return await.Is(want, func() string { return p.Get(t, path).Text("last.preview") })
}

// Items is a thread as a person reads it.
func (p *Person) Items(t *testing.T, path string) []any {
	t.Helper()
	list, _ := Expect(t, p.Get(t, path+"/messages?limit=200"), http.StatusOK).At("items").([]any)
	return list
}

// State is how far one of our messages got, as the thread shows it.
func (p *Person) State(t *testing.T, path, message string) string {
	t.Helper()
	for _, item := range p.Items(t, path) {
		if Walk(item, "message.id") == message {
			state, _ := Walk(item, "message.status.state").(string)
			return state
		}
	}
	return ""
}

func (p *Person) WaitState(t *testing.T, path, message string, states ...string) {
	t.Helper()
	await.Eventually(t, fmt.Sprintf("message %s becomes %v", message, states), func() (any, bool) {
		state := p.State(t, path, message)
		return state, slices.Contains(states, state)
	})
}

// fromBusiness lists what a phone got from the number.
func (s *site) FromBusiness(phone string) (texts []string) {
	for _, b := range s.Sim.Messages(phone, Brasil) {
		if b.FromBusiness {
			texts = append(texts, b.Text)
		}
	}
	return texts
}

// Find is the path of the one conversation that a search finds.
func (p *Person) Find(t *testing.T, name string) string {
	t.Helper()
	return p.FindIn(t, "", name)
}

// FindIn is find within a view.
func (p *Person) FindIn(t *testing.T, view, name string) string {
	t.Helper()
	var id string
	await.Eventually(t, "a conversation with "+name, func() (any, bool) {
		list := p.Get(t, "/api/v1/conversations?view="+view+"&q="+url.QueryEscape(name))
		id = list.Text("conversations.0.id")
		return list, id != ""
	})
	return "/api/v1/conversations/" + id
}

func Scalar(t testing.TB, pool *pgxpool.Pool, sql string, args ...any) int64 {
	t.Helper()
	var n int64
	if err := pool.QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// AllSent waits until no send is queued or under way.
func (d *Desk) AllSent(t *testing.T) {
	t.Helper()
	await.Eventually(t, "every send has an outcome that is recorded", Counts(t, d.Db, 0, `SELECT count(*) FROM effect WHERE kind = 1`))
}

// Problem asks as Ana and wants a problem document back.
func (d *Desk) Problem(t *testing.T, method, path string, body any) (int, error) {
	t.Helper()
	a, err := d.Ana.Try(t.Context(), method, path, body)
	if err == nil && !strings.HasPrefix(a.Text("type"), "urn:prosa:problem:") {
		err = fmt.Errorf("no problem document: %v", a.Body)
	}
	return a.Status, err
}

// Problems waits until as many of a state are listed, and returns them.
func (d *Desk) Problems(t *testing.T, state string, count int) (list []any) {
	t.Helper()
	await.Eventually(t, fmt.Sprintf("%d problems that are %s", count, state), func() (any, bool) {
		list, _ = Expect(t, d.Admin.Get(t, "/api/v1/intake/problems?state="+state), http.StatusOK).At("problems").([]any)
		return list, len(list) == count
	})
	return list
}

// Said are the contents of a thread's messages, as JSON.
func (p *Person) Said(t *testing.T, path string) []string {
	t.Helper()
	var said []string
	for _, item := range p.Items(t, path) {
		if content := Walk(item, "message.content"); content != nil {
			raw, err := json.Marshal(content)
			if err != nil {
				t.Fatal(err)
			}
			said = append(said, string(raw))
		}
	}
	return said
}

// SnoozeBriefly puts a conversation off for as short as the machine allows: what
// is past when the server hears of it is refused.
func (p *Person) SnoozeBriefly(t *testing.T, path string) (until time.Time) {
	t.Helper()
	for wait := 2 * time.Second; ; wait *= 2 {
		until = time.Now().Add(wait)
		a := p.Post(t, path+"/snooze", map[string]any{"until": until})
		if a.Status == http.StatusOK && a.Text("phase") == "snoozed" {
			return until
		}
		if wait > await.Patience || a.Text("field") != "until" {
			t.Fatalf("snooze for %v = %d %v", wait, a.Status, a.Body)
		}
	}
}

// AssertThread checks the texts of a thread, in order.
func AssertThread(t *testing.T, thread Answer, want ...string) {
	t.Helper()
	items, _ := thread.At("items").([]any)
	var got []string
	for _, item := range items {
		if body, ok := Walk(item, "message.content.text.body").(string); ok {
			got = append(got, body)
		}
	}
	if len(got) != len(want) {
		t.Fatalf("thread = %q; want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("thread[%d] = %q; want %q", i, got[i], want[i])
		}
	}
}

func RowSaying(preview string) func(map[string]any) bool {
	return func(f map[string]any) bool { return Walk(f, "row.last.preview") == preview }
}
