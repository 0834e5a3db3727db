package gateway_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	apply "github.com/prosa-chat/prosa/gateway/intake"
	"github.com/prosa-chat/prosa/gateway/relay"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/consent"
	"github.com/prosa-chat/prosa/persistence/contacts"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/media"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/uploads"
)

// Each field of each body and query of the API, as openapi.json lists them, with
// each strange value: nothing is a fault of the server, and whatever was accepted
// hides nothing from anybody afterwards.
func TestEveryFieldOfTheAPI(t *testing.T) {
	t.Parallel()
	b := newBattery(t)
	calls := b.operations()
	if len(calls) < 25 {
		t.Fatalf("only %d operations in openapi.json", len(calls))
	}
	for _, c := range calls {
		for what, body := range mutations(c.body, 2) {
			b.strike(c, c.path, body, what)
		}
		for name := range c.query {
			for _, value := range strange() {
				b.strike(c, c.path+"?"+url.Values{name: {plainText(value)}}.Encode(), c.body, name)
			}
		}
		for _, value := range strange() {
			if part := url.PathEscape(plainText(value)); part != "" && strings.Contains(c.template, "{") && len(part) < 3000 {
				b.strike(c, fillPath(c.template, func(string) string { return part }), c.body, "path")
			}
		}
	}
	if b.look(); b.accepted < 300 {
		t.Errorf("only %d strikes were accepted", b.accepted)
	}
	t.Logf("%d strikes were accepted", b.accepted)
}

// Each field of each webhook that Meta is known to send, likewise.
func TestEveryFieldOfTheWebhooks(t *testing.T) {
	t.Parallel()
	b := newBattery(t)
	for n, fixture := range b.fixtures() {
		for _, body := range mutations(fixture, 29+n%5) { // each place with a value or two; the fuzzer takes others
			b.post(body)
		}
	}
	b.applied()
	b.look()
	came := b.count(`SELECT count(*) FROM message WHERE direction = 0`)
	if came < 300 {
		t.Errorf("only %d messages came in: most fixtures should", came)
	}
	t.Logf("%d webhooks brought %d messages", b.posted, came)
}

// FuzzAPI strikes an operation that its bytes choose, in several fields at once.
func FuzzAPI(f *testing.F) {
	b := newBattery(f)
	calls := b.operations()
	for seed := range uint64(8) {
		f.Add(seed, uint64(40))
	}
	f.Fuzz(func(t *testing.T, seed, n uint64) {
		b.s.t = t
		rng := rand.New(rand.NewPCG(seed, 0))
		for range n%50 + 1 {
			c := calls[rng.IntN(len(calls))]
			b.strike(c, c.path, disturbed(rng, c.body), fmt.Sprintf("seed %d", seed))
		}
		b.look()
	})
}

// FuzzWebhooks posts fixtures with several changes at once.
func FuzzWebhooks(f *testing.F) {
	b := newBattery(f)
	fixtures := b.fixtures()
	for seed := range uint64(8) {
		f.Add(seed, uint64(40))
	}
	f.Fuzz(func(t *testing.T, seed, n uint64) {
		b.s.t = t
		rng := rand.New(rand.NewPCG(seed, 0))
		for range n%50 + 1 {
			b.post(disturbed(rng, fixtures[rng.IntN(len(fixtures))]))
		}
		b.applied()
		b.look()
	})
}

// disturbed changes one to three places of a document.
func disturbed(rng *rand.Rand, v any) any {
	values := append(strange(), nil)
	for range 1 + rng.IntN(3) {
		if all := places(v); len(all) > 0 {
			v = replaced(v, all[rng.IntN(len(all))], values[rng.IntN(len(values))])
		}
	}
	return v
}

// battery is a whole engine in one process, with a database of its own and an
// admin who strikes at it.
type battery struct {
	s      *site
	root   *person
	log    *lines
	relay  *relay.Relay
	intake *intake.Intake
	row    intake.Row // the newest
	posted int
	echo   int
	faults int
	// accepted counts what was carried out: strikes that only meet a closed door
	// prove little.
	accepted int
}

const (
	fixtureNumber  = "998877665544332"
	fixtureAccount = "210987654321001"
)

func newBattery(t testing.TB) *battery {
	t.Helper()
	b := &battery{log: &lines{}}
	log := slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelError}))
	sealer, err := persistence.NewSealer("0123456789abcdef")
	if err != nil {
		t.Fatal(err)
	}
	b.s = startSite(t)
	b.s.url = b.s.startGateway("g2", func(c *gateway.Config) {
		c.Logger = log
		c.Replayer, c.Problems, c.Unmatched = &replays{}, intake.NewProblems(b.s.pool), intake.NewUnmatched(b.s.pool)
		c.Registrar = registrar{numbers.New(b.s.pool, sealer), effects.NewSends(b.s.pool, nil)}
	}, withOffice(b.s))
	b.s.follow()
	b.root = b.s.hire("t1", "root", staff.RoleAdmin)
	b.root.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	b.s.hire("t1", "ana", staff.RoleAgent, "red")
	b.s.exec(`INSERT INTO account (id, tenant_id, portfolio_id) VALUES ($1, 't1', 'p1')`, fixtureAccount)
	b.s.exec(`INSERT INTO phone_number (id, tenant_id, account_id, team_id, display) VALUES ($1, 't1', $2, 'red', '+49 1')`, fixtureNumber, fixtureAccount)
	b.s.exec(`INSERT INTO template_sync (account_id, synced_at) VALUES ('a1', now()) ON CONFLICT (account_id) DO UPDATE SET synced_at = now()`)
	b.s.exec(`INSERT INTO template (account_id, tenant_id, name, language, meta_id, category, status, components) VALUES
		('a1', 't1', 'ready', 'it', '1', 'UTILITY', 'APPROVED', '[{"type":"BODY","text":"Ciao {{1}}"}]')`)
	for n := range 3 {
		b.s.inbound("100", fmt.Sprint("c", n), fmt.Sprint("wamid.", n), "hello")
	}
	b.startRelay(t, log, sealer)
	return b
}

// startRelay applies what is posted, and knows a Meta that has nothing.
func (b *battery) startRelay(t testing.TB, log *slog.Logger, sealer *persistence.Sealer) {
	t.Helper()
	meta := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(meta.Close)
	pgtest.Member(t, b.s.pool, "relay")
	pool, client, err := b.s.pool, cloudapi.NewClient(cloudapi.Config{BaseURL: meta.URL}), error(nil)
	if b.intake, err = intake.Open(t.Context(), pool, intake.Config{Owner: t.Name(), Member: "relay"}); err != nil {
		t.Fatal(err)
	}
	b.relay, err = relay.New(relay.Config{
		Asker: member{b.s.host, "relay"}, Client: client, Member: "relay", Logger: log,
		Store: relay.Store{Store: apply.Store{
			Intake: b.intake, Problems: intake.NewProblems(pool), Numbers: numbers.New(pool, sealer),
			Consent: consent.New(pool), Directory: contacts.New(pool), Sends: effects.NewSends(pool, nil), Effects: effects.NewTable(pool, nil), Unmatched: intake.NewUnmatched(pool),
		}, Alarms: effects.NewAlarms(pool, nil), Templates: numbers.NewTemplates(pool), Media: media.New(pool), Uploads: uploads.New(pool)},
		Pauses: relay.Pauses{Retry: time.Millisecond, Sweep: 20 * time.Millisecond, Problems: time.Hour},
	})
	if err != nil {
		t.Fatal(err)
	}
	b.intake.OnStored(b.relay.Intake().Offer)
	b.relay.Start()
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel() // in the midst of its work
		b.relay.Stop(ctx)
		_ = b.intake.Close(context.Background())
		client.Close()
	})
}

// goodBody is a body that is accepted, with all the properties that there are.
func (b *battery) goodBody(properties []string) any {
	good := map[string]any{
		"text": "hello", "template": map[string]any{"name": "ready", "language": "it", "values": map[string]any{"body.1": "x"}},
		"seen_version": 1 << 40, "despite_stale": true, "owner_epoch": 0, "claim": true, "then": "snoozed", "until": time.Now().Add(time.Hour),
		"message_id": "x", "resend": true, "agent_id": b.root.id, "expected_owner_epoch": 0, "team_id": "red", "note": "x", "reason": "x",
		"version": 1, "email": "new@x.example", "name": "New", "role": "agent", "teams": []any{"red"}, "password": password,
		"id": "300", "account_id": "a1", "portfolio_id": "p1", "display": "+3 00", "token": "", "rate": 80, "coexistence": false,
		"echo_id": "e", "settings": map[string]any{"keep_days": 30},
	}
	body := map[string]any{}
	for _, p := range properties {
		body[p] = good[p]
	}
	return body
}

// strike calls once. Each send has a name of its own, unless that is what changes.
func (b *battery) strike(c operation, path string, body any, what string) {
	b.s.t.Helper()
	var sent any
	if m, ok := body.(map[string]any); ok {
		if m["echo_id"] == "e" {
			b.echo++
			m = maps.Clone(m)
			m["echo_id"] = fmt.Sprint("e", b.echo)
		}
		sent = m
	}
	answer := b.root.call(c.method, path, sent)
	text, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if err != nil || answer.StatusCode >= 500 {
		b.s.t.Errorf("%s %.200s, %s: %d %s, %v; the log ends with\n%s", c.method, path, what, answer.StatusCode, text, err, b.log.end())
	}
	if answer.StatusCode < 300 {
		b.accepted++
	}
	if b.faults += answer.StatusCode / 500; b.faults > 10 {
		b.s.t.Fatal("and so on")
	}
	if answer.StatusCode >= 400 && answer.Header.Get("Content-Type") != "application/problem+json" {
		b.s.t.Errorf("%s %.200s, %s: %d without a problem: %.200s", c.method, path, what, answer.StatusCode, text)
	}
}

// fixtures are the webhooks of cloudapi's own tests, and what Meta would tell of a
// message that we sent.
func (b *battery) fixtures() (all []any) {
	b.s.t.Helper()
	paths, err := filepath.Glob("cloudapi/testdata/webhooks/*/*.json")
	if err != nil || len(paths) < 100 {
		b.s.t.Fatalf("%d fixtures, %v", len(paths), err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			b.s.t.Fatal(err)
		}
		var v any
		if err := json.Unmarshal(text, &v); err != nil {
			continue // several bodies in one file: their kinds stand elsewhere
		}
		all = append(all, v)
	}
	return append(all, b.ourStatus())
}

// ourStatus sends a message, has it accepted, and returns a status of it.
func (b *battery) ourStatus() (v any) {
	b.s.t.Helper()
	b.s.inbound(fixtureNumber, "sent", "wamid.sent.in", "hello")
	var sent result
	id := fixtureNumber + ":sent"
	b.root.want(201, &sent, "POST", path(id, "messages"), body{"echo_id": "x", "text": "hi", "claim": true, "despite_stale": true})
	if _, err := b.s.host.ask(b.s.t.Context(), wa.ConversationKind, id, &actorpb.RecordAccepted{MessageId: sent.MessageID, Wamid: "ours"}); err != nil {
		b.s.t.Fatal(err)
	}
	text := fmt.Sprintf(`{"object":"whatsapp_business_account","entry":[{"id":%q,"changes":[{"field":"messages","value":{
"messaging_product":"whatsapp","metadata":{"display_phone_number":"1","phone_number_id":%q},
"statuses":[{"id":"ours","status":"failed","timestamp":"%d","recipient_id":"1","biz_opaque_callback_data":"1:sent:%s:1",
"errors":[{"code":131047,"title":"x","error_data":{"details":"x"}}]}]}}]}]}`, fixtureAccount, fixtureNumber, time.Now().Unix(), sent.MessageID)
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		b.s.t.Fatal(err)
	}
	return v
}

// post takes a webhook in. Its messages have ids of their own, or only the first
// of many would be news.
func (b *battery) post(body any) {
	b.s.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		b.s.t.Fatal(err)
	}
	b.posted++
	text = []byte(strings.ReplaceAll(string(text), `"id":"wamid.`, fmt.Sprintf(`"id":"wamid.%d.`, b.posted)))
	if b.row, err = b.intake.Append(b.s.t.Context(), text); err != nil {
		b.s.t.Fatal(err)
	}
}

func (b *battery) count(query string, args ...any) (n int) {
	b.s.t.Helper()
	if err := b.s.pool.QueryRow(b.s.t.Context(), query, args...).Scan(&n); err != nil {
		b.s.t.Fatal(err)
	}
	return n
}

// applied waits until all that was posted is dealt with.
func (b *battery) applied() {
	b.s.t.Helper()
	deadline := time.After(2 * patience)
	for b.count(`SELECT count(*) FROM intake_source WHERE source = $1 AND done_upto >= $2`, b.row.Source, b.row.Seq) == 0 {
		select {
		case <-deadline:
			b.s.t.Fatalf("intake stands at %d of %d; the log ends with\n%s",
				b.count(`SELECT done_upto FROM intake_source WHERE source = $1`, b.row.Source), b.row.Seq, b.log.end())
		case <-time.After(3 * time.Millisecond):
		}
	}
	if n := b.count(`SELECT count(*) FROM intake_problem WHERE reason LIKE '%panic%' OR reason LIKE '%internal%'`); n > 0 {
		b.s.t.Errorf("%d events met a fault of ours", n)
	}
}

// look reads everything that an admin can read, and follows every conversation on
// a socket from its first version.
func (b *battery) look() {
	b.s.t.Helper()
	for _, p := range []string{
		"/api/v1/counts", "/api/v1/me", "/api/v1/search?q=hello", "/api/v1/search?q=x", "/api/v1/agents", "/api/v1/teams", "/api/v1/numbers",
		"/api/v1/numbers/100/templates", "/api/v1/intake/problems", "/api/v1/unmatched", "/api/v1/contacts/suggestions",
	} {
		b.root.want(200, nil, "GET", p, nil)
	}
	rows := map[string]uint64{}
	for _, view := range []string{"mine", "unclaimed", "all", "snoozed", "resolved"} {
		for next := ""; ; {
			var page struct {
				Conversations []struct {
					ID      string
					Version uint64
				}
				Next string
			}
			b.root.want(200, &page, "GET", "/api/v1/conversations?limit=200&view="+view+"&cursor="+next, nil)
			for _, c := range page.Conversations {
				rows[c.ID] = c.Version
			}
			if next = page.Next; next == "" {
				break
			}
		}
	}
	if n := b.count(`SELECT count(*) FROM conversation WHERE tenant_id = 't1'`); n != len(rows) {
		b.s.t.Errorf("the lists show %d of %d conversations", len(rows), n)
	}
	ids := slices.Sorted(maps.Keys(rows))
	for _, id := range ids {
		escaped := url.PathEscape(id)
		b.root.want(200, nil, "GET", path(escaped), nil)
		b.root.want(200, nil, "GET", path(escaped, "details"), nil)
		b.root.want(200, nil, "GET", path(escaped, "messages?limit=200"), nil)
	}
	b.follow(ids, rows)
}

// follow resumes conversations from their first version, as a page that was away.
func (b *battery) follow(ids []string, rows map[string]uint64) {
	b.s.t.Helper()
	w := b.root.open()
	defer w.conn.Close()
	w.subscribe("inbox", body{"epoch": "another", "offset": 1})
	for _, id := range ids {
		from := rows[id] - min(rows[id], 900) // further back a page reads anew
		w.send(body{"t": "subscribe", "stream": "conversation:" + id, "position": body{"offset": from}, "ref": id})
		w.next("subscribed", "row", "gone")
		for at := from; at < rows[id]; {
			if f := w.next("thread", "row", "gone"); f.Offset > at {
				at = f.Offset
			}
		}
		w.send(body{"t": "unsubscribe", "stream": "conversation:" + id, "ref": id})
		w.next("unsubscribed", "row", "gone")
	}
}

// plainText is a strange value as it stands in a query or a path.
func plainText(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) == nil {
		return s
	}
	return string(value)
}
