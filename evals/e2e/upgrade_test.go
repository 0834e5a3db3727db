package e2e

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/simulator"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// before is a database that the binary of schema 11 wrote, when the house was rebuilt:
// it served the customers of this test, and was killed while sends were in each state,
// a file was being fetched, another one kept and not told, and a webhook acknowledged
// and not applied. Its first line says when; pg_dump made the rest.
const before = "testdata/schema0011.sql.gz"

// A database of the version before is migrated in one stop, and nothing of it is lost:
// conversations load and agree with their journals (the replay after each test sees to
// that), each queued send leaves once, what may have left does not leave again, and
// what was known and not told is told.
func TestDatabaseOfTheVersionBefore(t *testing.T) {
	t.Parallel()
	database := pgtest.Database(t)
	restore(t, database)
	pool, err := pgxpool.New(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	conversations := prosatest.Scalar(t, pool, `SELECT count(*) FROM conversation`)
	events := prosatest.Scalar(t, pool, `SELECT count(*) FROM event`)

	// Not while a process of before is at work.
	pgtest.Exec(t, pool, `UPDATE member SET lease_until = now() + interval '1 hour'`)
	err = pgtest.Migrate(t.Context(), database)
	if !errors.Is(err, persistence.ErrMembersRun) || !strings.Contains(err.Error(), "stop them all") {
		t.Fatalf("beside a process of before: %v", err)
	}
	if version, _, err := persistence.SchemaVersion(t.Context(), pool); version != 11 || err != nil {
		t.Fatalf("the schema is at %d, %v; want 11", version, err)
	}
	pgtest.Exec(t, pool, `UPDATE member SET lease_until = now() - interval '1 s'`)
	if err := pgtest.Migrate(t.Context(), database); err != nil {
		t.Fatal(err)
	}
	if got := prosatest.Scalar(t, pool, `SELECT count(*) FROM event`); got != events {
		t.Fatalf("%d events became %d", events, got)
	}
	pool.Reset() // its statements are of the schema before

	u := upgraded(t, database, pool)
	u.loads(t, conversations)
	u.sends(t)
	u.alarm(t)
	u.files(t)
	u.intake(t)
	u.lists(t)
}

// upgrade is an engine of today on that database.
type upgrade struct {
	sim        *simulator.Simulator
	pool       *pgxpool.Pool
	ana, admin *prosatest.Person
	url        string
}

func upgraded(t *testing.T, database string, pool *pgxpool.Pool) *upgrade {
	t.Helper()
	s := prosatest.NewSiteOn(t, database, nil)
	for n := range 15 {
		if err := s.Sim.AddPhone(simulator.Phone{WaID: customer(n), Name: name(n)}); err != nil {
			t.Fatal(err)
		}
	}
	// Today's Meta has not heard of this one so far, and takes no text without.
	if _, err := s.Sim.Say(customer(7), prosatest.Brasil, "ainda aí?"); err != nil {
		t.Fatal(err)
	}
	s.More = map[string]string{"PROSA_GRAPH_URL": withFile(t, s.Sim.URL())}
	u := &upgrade{sim: s.Sim, pool: pool, url: s.StartFresh(t)}
	s.Sim.SetWebhook(u.url + "/webhooks/meta")
	u.ana = prosatest.Login(t, u.url, "ana@lume.example", prosatest.TestPassword)
	u.admin = prosatest.Login(t, u.url, "admin@lume.example", prosatest.TestPassword)
	return u
}

// of is the path of a customer's conversation, whatever list shows it.
func (u *upgrade) of(t *testing.T, n int) (path string) {
	t.Helper()
	err := u.pool.QueryRow(t.Context(), `SELECT '/api/v1/conversations/' || phone_number_id || ':' || contact_id
		FROM conversation WHERE contact_name = $1`, name(n)).Scan(&path)
	if err != nil {
		t.Fatalf("conversation of %s: %v", name(n), err)
	}
	return path
}

func customer(n int) string { return fmt.Sprintf("55119000000%02d", n) }
func name(n int) string     { return "Cliente " + customer(n) }

// withFile is Meta with the one file that was wanted before, which the simulator of
// today does not know.
func withFile(t *testing.T, meta string) string {
	t.Helper()
	target, err := url.Parse(meta)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	var self string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/media-wanted"):
			_, _ = fmt.Fprintf(w, `{"url":"%s/the-file","mime_type":"application/pdf","file_size":"4","id":"media-wanted","messaging_product":"whatsapp"}`, self)
		case r.URL.Path == "/the-file":
			_, _ = io.WriteString(w, "%PDF")
		default:
			proxy.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	self = server.URL
	return self
}

// loads asks every conversation for its thread and, in its grain, for something that
// it decides.
func (u *upgrade) loads(t *testing.T, want int64) {
	t.Helper()
	rows, err := u.pool.Query(t.Context(), `SELECT phone_number_id || ':' || contact_id FROM conversation`)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || int64(len(keys)) != want {
		t.Fatalf("%d conversations, %v; want %d", len(keys), err, want)
	}
	for _, key := range keys {
		path := "/api/v1/conversations/" + key
		if len(u.ana.Items(t, path)) == 0 {
			t.Errorf("%s: an empty thread", key)
		}
		prosatest.Expect(t, u.ana.Post(t, path+"/read", map[string]any{"version": 1}), http.StatusOK)
	}
}

// sends sees what became of one send in each state.
func (u *upgrade) sends(t *testing.T) {
	t.Helper()
	left := func(n int) (texts []string) {
		for _, b := range u.sim.Messages(customer(n), prosatest.Brasil) {
			if b.FromBusiness {
				texts = append(texts, b.Text)
			}
		}
		return texts
	}
	// The window of a second one stands in the snapshot of then: whether it leaves
	// depends on when the customer's new text comes.
	await.Eventually(t, "what was queued left", func() (any, bool) {
		texts := left(7)
		return texts, len(texts) > 0 && texts[0] == "fica na fila"
	})
	for n, want := range map[int]struct{ text, states string }{
		7:  {"fica na fila", "sent delivered"},
		8:  {"foi reclamado", "ambiguous"},
		9:  {"aceito e não contado", "accepted"},
		10: {"incerto", "ambiguous"},
		11: {"recusado e não contado", "failed"},
		12: {"retirado", "withdrawn"},
	} {
		path := u.of(t, n)
		u.ana.WaitState(t, path, u.message(t, want.text), strings.Fields(want.states)...)
	}
	prosatest.Grows(t, "nothing is under way", u.pool, 1, `SELECT (count(*) = 0)::int FROM effect WHERE kind = 1`)
	for n := range 15 {
		texts := left(n)
		if n == 7 {
			texts = slices.DeleteFunc(texts, func(text string) bool { return text == "e depois esta" })
		}
		if want := map[bool]int{true: 1}[n == 7]; len(texts) != want {
			t.Errorf("%s was sent %q; want %d", name(n), texts, want)
		}
	}
	if code := prosatest.Scalar(t, u.pool, `SELECT error_code FROM message_status WHERE message_id = $1`, u.message(t, "recusado e não contado")); code != 131026 {
		t.Errorf("refused with %d", code)
	}
	if n := prosatest.Scalar(t, u.pool, `SELECT count(*) FROM message_status WHERE wamid = 'wamid.accepted' AND accepted_at IS NOT NULL`); n != 1 {
		t.Errorf("%d messages with the id that Meta had given", n)
	}
}

func (u *upgrade) message(t *testing.T, text string) (id string) {
	t.Helper()
	err := u.pool.QueryRow(t.Context(), `SELECT id FROM message WHERE content -> 'text' ->> 'body' = $1`, text).Scan(&id)
	if err != nil {
		t.Fatalf("message %q: %v", text, err)
	}
	return id
}

// alarm waits for the one that was snoozed.
func (u *upgrade) alarm(t *testing.T) {
	t.Helper()
	await.Eventually(t, "the snoozed one wakes", await.Is("open", func() string {
		return u.ana.Get(t, u.of(t, 4)).Text("phase")
	}))
}

// files waits until all are kept, and shown so.
func (u *upgrade) files(t *testing.T) {
	t.Helper()
	for n, id := range map[int]string{7: "wamid.media-wanted", 8: "wamid.media-kept"} {
		path := u.of(t, n)
		await.Eventually(t, id+" is kept", await.Is("kept", func() string {
			for _, item := range u.ana.Items(t, path) {
				if prosatest.Walk(item, "message.id") == id {
					state, _ := prosatest.Walk(item, "message.media.state").(string)
					return state
				}
			}
			return "not shown"
		}))
	}
	prosatest.Grows(t, "their conversations know it", u.pool, 3, `SELECT count(*) FROM event WHERE type = 'MediaRecorded'`)
}

// intake waits for what was acknowledged and not applied; what could not be applied is
// still listed.
func (u *upgrade) intake(t *testing.T) {
	t.Helper()
	prosatest.Grows(t, "the webhook is applied", u.pool, 1, `SELECT count(*) FROM message WHERE id = 'wamid.unapplied'`)
	if n := prosatest.Scalar(t, u.pool, `SELECT count(*) FROM message WHERE id LIKE 'wamid.in.%'`); n != 16 {
		t.Errorf("%d inbound texts; want 16", n)
	}
	for state, want := range map[string]int64{"parked": 1, "stored": 1, "failed": 0} {
		if n := prosatest.Scalar(t, u.pool, `SELECT count(*) FROM intake_problem WHERE state = $1`, state); n != want {
			t.Errorf("%d problems are %s; want %d", n, state, want)
		}
	}
	if n := prosatest.Scalar(t, u.pool, `SELECT count(*) FROM unmatched WHERE wamid = 'wamid.nobody'`); n != 1 {
		t.Errorf("%d statuses of a message that nobody knows; want 1", n)
	}
}

// lists sees that people find what they had.
func (u *upgrade) lists(t *testing.T) {
	t.Helper()
	if path := u.ana.Find(t, name(2)); path != u.of(t, 2) {
		t.Errorf("the list shows %s", path)
	}
	for n, phase := range map[int]string{1: "open", 2: "open", 3: "resolved", 5: "open", 6: "open", 13: "pending"} {
		if got := u.ana.Get(t, u.of(t, n)).Text("phase"); got != phase {
			t.Errorf("%s is %q; want %q", name(n), got, phase)
		}
	}
	if owner := u.ana.Get(t, u.of(t, 5)).Text("owner.name"); owner != "Bruno" {
		t.Errorf("Bruno's conversation is %q's", owner)
	}
	if said := u.ana.Said(t, u.of(t, 5)); !slices.ContainsFunc(said, func(s string) bool { return strings.Contains(s, "pagar até sexta") }) {
		t.Errorf("Bruno's note is gone: %q", said)
	}
	for table, want := range map[string]int64{"staff": 4, "template": 5, "password_reset": 1, "phone_number": 2} {
		if n := prosatest.Scalar(t, u.pool, `SELECT count(*) FROM `+table); n != want {
			t.Errorf("%s: %d rows; want %d", table, n, want)
		}
	}
	jobs, _ := u.admin.Get(t, "/api/v1/jobs").At("jobs").([]any)
	if len(jobs) != 1 || prosatest.Walk(jobs[0], "done") != 1.0 {
		t.Errorf("jobs: %v", jobs)
	}
	if n := prosatest.Scalar(t, u.pool, `SELECT count(*) FROM stream_event`); n < 4 {
		t.Errorf("%d events of streams; want those of before", n)
	}
}

// Of a dump: its moment, and literals of times, of days, and of the partitions of days.
var (
	dumpedAt  = regexp.MustCompile(`^-- dumped at (\S+)\n`)
	timestamp = regexp.MustCompile(`'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+00'`)
	day       = regexp.MustCompile(`'\d{4}-\d\d-\d\d'`)
	partition = regexp.MustCompile(`\bintake_\d{8}`)
)

// sinceDump is how long before now the dump was made, for those who restore it.
const sinceDump = 2 * time.Minute

// history are tables that stay in their time: what they say follows from events.
var history = regexp.MustCompile(`^public\.(event|stream|conversation|message)`)

// restore puts the dump into a database. What is under way is moved to the present:
// it is not too late for it, and the partitions of days are those of these days.
func restore(t *testing.T, database string) {
	t.Helper()
	text := unzipped(t)
	head := dumpedAt.FindStringSubmatch(text)
	if head == nil {
		t.Fatal("the dump does not say when it was made")
	}
	made, err := time.Parse(time.RFC3339, head[1])
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC().Add(-sinceDump)
	moved, days := now.Sub(made), now.Truncate(24*time.Hour).Sub(made.Truncate(24*time.Hour))
	move := func(text string, all *regexp.Regexp, layout string, by time.Duration) string {
		return all.ReplaceAllStringFunc(text, func(literal string) string {
			at, err := time.Parse(layout, literal)
			if err != nil {
				t.Fatal(err)
			}
			return at.Add(by).Format(layout)
		})
	}
	const insert = "\nINSERT INTO "
	parts := strings.Split(text, insert)
	for n, part := range parts {
		if history.MatchString(part) {
			continue
		}
		part = move(part, timestamp, "'2006-01-02 15:04:05.999999-07'", moved)
		part = move(part, day, "'2006-01-02'", days)
		parts[n] = move(part, partition, "intake_20060102", days)
	}
	text = strings.Join(parts, insert)
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	for _, sql := range []string{`DROP SCHEMA public CASCADE; CREATE SCHEMA public`, text} {
		if _, err := conn.PgConn().Exec(t.Context(), sql).ReadAll(); err != nil {
			t.Fatalf("restore: %v", err)
		}
	}
}

func unzipped(t *testing.T) string {
	t.Helper()
	f, err := os.Open(before)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
