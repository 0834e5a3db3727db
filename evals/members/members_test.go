package members

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/deploy/command"
	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/cloudapi/signature"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// driver posts webhooks as Meta does: again and again until it gets a 200, to
// whoever answers.
type driver struct {
	mu      sync.Mutex
	targets []string
	sent    map[string]time.Time // id → when it was first posted
	acked   map[string]time.Time
	next    atomic.Int64
	people  int64        // how many customers write in turn
	silent  atomic.Int64 // the one of them, from 1, who writes nothing just now; 0: all write
	http    *http.Client
}

func newDriver(urls ...string) *driver {
	return &driver{
		targets: urls, sent: map[string]time.Time{}, acked: map[string]time.Time{}, people: 200,
		http: &http.Client{Timeout: 3 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 32}},
	}
}

func (d *driver) add(url string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.targets = append(d.targets, url)
}

func (d *driver) remove(url string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.targets = slices.DeleteFunc(d.targets, func(u string) bool { return u == url })
}

func (d *driver) target(n int64) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.targets[int(n)%len(d.targets)]
}

// run posts messages until ctx ends, some at a time, and waits for the last 200.
func (d *driver) run(ctx context.Context, callers int) *sync.WaitGroup {
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for ctx.Err() == nil {
				if n := d.next.Add(1); n%d.people+1 != d.silent.Load() {
					d.deliver(n)
				}
				time.Sleep(15 * time.Millisecond) // a load that two cores bear with three members on them
			}
		})
	}
	return &wg
}

func (d *driver) deliver(n int64) {
	id := fmt.Sprintf("wamid.members.%06d", n)
	body := fmt.Sprintf(`{"object":"whatsapp_business_account","entry":[{"id":"21","changes":[{"field":"messages","value":{`+
		`"messaging_product":"whatsapp","metadata":{"display_phone_number":"5511955501002","phone_number_id":"%s"},`+
		`"contacts":[{"profile":{"name":"Cliente %d"},"wa_id":"55119%08d"}],`+
		`"messages":[{"from":"55119%08d","id":"%s","timestamp":"%d","type":"text","text":{"body":"oi"}}]}}]}]}`,
		prosatest.Brasil, n%d.people, n%d.people, n%d.people, id, time.Now().Unix())
	d.mu.Lock()
	d.sent[id] = time.Now()
	d.mu.Unlock()
	for try := int64(0); ; try++ {
		if d.post(d.target(n+try), body) == nil {
			d.mu.Lock()
			d.acked[id] = time.Now()
			d.mu.Unlock()
			return
		}
		if try > 200 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (d *driver) post(url, body string) error {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url+"/webhooks/meta", strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set(signature.Header, signature.Sign(prosatest.TestSecret, []byte(body)))
	res, err := d.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return errors.New(res.Status)
	}
	return nil
}

// posts are the messages that were acknowledged, as they were brought.
func (d *driver) posts() []pgtest.Post {
	d.mu.Lock()
	defer d.mu.Unlock()
	posts := make([]pgtest.Post, 0, len(d.acked))
	for id, acked := range d.acked {
		posts = append(posts, pgtest.Post{ID: id, Sent: d.sent[id], Acked: acked})
	}
	return posts
}

// verify waits until everything acknowledged is in the database, and checks that
// it is there once, in journals without gaps, and that threads stand in the order
// in which they were written.
func (d *driver) verify(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	d.mu.Lock()
	ids := make([]string, 0, len(d.acked))
	for id := range d.acked {
		ids = append(ids, id)
	}
	d.mu.Unlock()
	prosatest.Grows(t, "all acknowledged messages are committed", pool, int64(len(ids)), `SELECT count(*) FROM message WHERE id = ANY($1)`, ids)
	if n := prosatest.Scalar(t, pool, `SELECT count(*) FROM event WHERE type = 'InboundReceived'`); n != prosatest.Scalar(t, pool, `SELECT count(*) FROM message WHERE direction = 0`) {
		t.Errorf("%d inbound events for another number of messages", n)
	}
	if n := prosatest.Scalar(t, pool, `SELECT count(*) FROM (SELECT 1 FROM event GROUP BY phone_number_id, contact_id
		HAVING count(*) <> max(version) OR min(version) <> 1) gaps`); n != 0 {
		t.Errorf("%d journals with gaps", n)
	}
	if n := prosatest.Scalar(t, pool, `SELECT count(*) FROM conversation c WHERE version <> (SELECT max(version) FROM event e
		WHERE (e.phone_number_id, e.contact_id) = (c.phone_number_id, c.contact_id))`); n != 0 {
		t.Errorf("%d rows that differ from their journals", n)
	}
	if n := pgtest.Disordered(t, pool, d.posts()); n != 0 {
		t.Errorf("%d messages stand after one that was written later", n)
	}
	if n := pgtest.StaleRows(t, pool); n != 0 {
		t.Errorf("%d rows show another message than the last of the thread", n)
	}
	if n := prosatest.Scalar(t, pool, `SELECT count(*) FROM intake_problem WHERE state = 'failed'`); n != 0 {
		t.Errorf("%d events became problems", n)
	}
}

// lateness is how long after its first post each message posted in the interval
// was decided, sorted. Clocks agree: everything runs on this machine.
func (d *driver) lateness(t *testing.T, pool *pgxpool.Pool, from, to time.Time) []time.Duration {
	t.Helper()
	rows, err := pool.Query(t.Context(), `SELECT encode(body, 'escape'), at FROM event WHERE type = 'InboundReceived'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var late []time.Duration
	for rows.Next() {
		var body string
		var at time.Time
		if err := rows.Scan(&body, &at); err != nil {
			t.Fatal(err)
		}
		i := strings.Index(body, "wamid.members.")
		if i < 0 {
			continue
		}
		d.mu.Lock()
		sent := d.sent[body[i:i+len("wamid.members.")+6]]
		d.mu.Unlock()
		if sent.After(from) && sent.Before(to) {
			late = append(late, at.Sub(sent))
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(late)
	return late
}

// Three members under load: one is killed, one drains, one joins, one freezes and
// comes back. Nothing acknowledged is lost, nothing is processed twice, joins
// and drains are seen by nobody.
func TestI01MembersComeAndGo(t *testing.T) {
	if testing.Short() {
		t.Skip("starts four processes for half a minute")
	}
	s := prosatest.NewSite(t, nil)
	members := []*prosatest.Process{s.StartProcess(t, nil), s.StartProcess(t, nil), s.StartProcess(t, nil)}
	s.Furnish(t, members[0].Url)
	pool, err := pgxpool.New(t.Context(), s.Database)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	d := newDriver(members[0].Url, members[1].Url, members[2].Url)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	callers := d.run(ctx, 12)
	steady(t, pool, 300)

	victim := members[2]
	d.remove(victim.Url) // its callers see a broken connection at most once
	killed := time.Now()
	victim.Kill()
	waitFor(3 * time.Second)
	back := d.lateness(t, pool, killed, killed.Add(3*time.Second))
	report(t, "after kill -9", back)
	// The aim is 1.5 s at the 99th percentile on a quiet machine; the test allows
	// for one that is shared, and still catches a wait for the whole lease (6 s).
	if p := percentile(back, 99); p > 5*time.Second {
		t.Errorf("grains came back after %v (p99)", p)
	}

	quiet := watchErrors(t, members[0].Url)
	joined := s.StartProcess(t, nil)
	d.add(joined.Url)
	waitFor(2 * time.Second)
	members[1].Signal(t, syscall.SIGTERM)
	d.remove(members[1].Url)
	select {
	case <-members[1].Done:
	case <-time.After(await.Patience):
		t.Errorf("the member did not end after SIGTERM:\n%s", members[1].Log)
	}
	if state := members[1].Cmd.ProcessState; state != nil && state.ExitCode() != 0 {
		t.Errorf("the drained member ended with %v:\n%s", state, members[1].Log)
	}
	if n := quiet(); n != 0 {
		t.Errorf("%d errors were seen while one joined and one drained", n)
	}

	d.remove(joined.Url)
	joined.Signal(t, syscall.SIGSTOP)
	waitFor(8 * time.Second) // longer than the lease
	joined.Signal(t, syscall.SIGCONT)
	select {
	case <-joined.Done:
		if code := joined.Cmd.ProcessState.ExitCode(); code != command.ExitFenced {
			t.Errorf("the frozen member ended with %d; want %d", code, command.ExitFenced)
		}
	case <-time.After(await.Patience):
		t.Errorf("the frozen member did not fence itself:\n%s", joined.Log)
	}
	cancel()
	callers.Wait()
	d.verify(t, pool)
	t.Logf("%d messages acknowledged", len(d.acked))
}

// steady waits until messages flow.
func steady(t *testing.T, pool *pgxpool.Pool, n int64) {
	t.Helper()
	prosatest.Grows(t, "messages flow", pool, n, `SELECT least(count(*), $1) FROM message`, n)
}

func waitFor(d time.Duration) { <-time.After(d) }

func percentile(sorted []time.Duration, p int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)*p/100, len(sorted)-1)]
}

func report(t *testing.T, what string, sorted []time.Duration) {
	t.Helper()
	t.Logf("%s: %d messages, post to commit p50 %v, p99 %v, longest %v", what, len(sorted),
		percentile(sorted, 50).Round(time.Millisecond), percentile(sorted, 99).Round(time.Millisecond), percentile(sorted, 100).Round(time.Millisecond))
}

// watchErrors keeps asking grains through one gateway and counts what fails.
func watchErrors(t *testing.T, url string) (stop func() int64) {
	t.Helper()
	ana := prosatest.Login(t, url, "ana@lume.example", prosatest.TestPassword)
	list := ana.Get(t, "/api/v1/conversations?limit=50")
	conversations, _ := list.At("conversations").([]any)
	if len(conversations) == 0 {
		t.Fatalf("no conversations to watch: %v", list.Body)
	}
	var failed atomic.Int64
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := w; ctx.Err() == nil; i += 4 {
				id, _ := prosatest.Walk(conversations[i%len(conversations)], "id").(string)
				a, err := ana.Try(ctx, http.MethodPost, "/api/v1/conversations/"+id+"/read", map[string]any{"version": 1})
				if ctx.Err() == nil && (err != nil || a.Status != http.StatusOK) {
					failed.Add(1)
					t.Logf("read %s: %d %v %v", id, a.Status, a.Body, err)
				}
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
	return func() int64 {
		cancel()
		wg.Wait()
		return failed.Load()
	}
}

// kill -9 of the only process, again and again under load: whatever was
// acknowledged is there after the next start.
func TestI01KillUnderLoadLosesNothing(t *testing.T) {
	t.Parallel()
	s := prosatest.NewSite(t, nil)
	p := s.StartProcess(t, nil)
	s.Furnish(t, p.Url)
	pool, err := pgxpool.New(t.Context(), s.Database)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	d := newDriver(p.Url)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	callers := d.run(ctx, 8)
	for round := range int64(3) {
		steady(t, pool, prosatest.Scalar(t, pool, `SELECT count(*) FROM message`)+100+37*round)
		p.Kill()
		next := s.StartProcess(t, nil)
		d.add(next.Url)
		d.remove(p.Url)
		p = next
	}
	steady(t, pool, prosatest.Scalar(t, pool, `SELECT count(*) FROM message`)+100)
	cancel()
	callers.Wait()
	d.verify(t, pool)
	t.Logf("%d messages acknowledged", len(d.acked))
}
