package members

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/cloudapi/signature"
)

// A hundred companies on ten Meta apps, ten on each, with two customers who write to all
// of them. While they write and are answered, one app's webhooks are forged, one company
// is suspended and one is deleted, of which Meta goes on to tell. Whatever a company is
// shown then is its own, and all of it.
func TestHundredTenantsAreApart(t *testing.T) {
	if testing.Short() {
		t.Skip("starts two processes with a hundred tenants")
	}
	began := time.Now()
	w := buildTown(t)
	t.Logf("built after %v", time.Since(began).Round(time.Second))
	w.open(t)
	t.Logf("open after %v", time.Since(began).Round(time.Second))
	suspended, deleted := w.companies[37], w.companies[61]
	contacts := w.contactsOf(t, deleted)

	traffic := w.flow(t)
	w.suspend(t, suspended)
	kept := w.queued(t, suspended)
	w.erase(t, deleted)
	t.Logf("erased after %v", time.Since(began).Round(time.Second))
	later := deleted.saidSoFar() + 5
	await.Eventually(t, "Meta tells of the erased one", func() (any, bool) { n := deleted.saidSoFar(); return n, n >= later })
	forged := traffic()
	if forged == 0 {
		t.Error("nothing was forged")
	}
	others := slices.DeleteFunc(slices.Clone(w.companies), func(c *company) bool { return c == suspended || c == deleted })
	w.settle(t, append(slices.Clone(others), suspended))
	t.Logf("settled after %v", time.Since(began).Round(time.Second))

	for table, n := range w.named(t, "falsa") {
		t.Errorf("%s: %d rows of what was forged", table, n)
	}
	for table, n := range w.named(t, append(contacts, deleted.word, deleted.id, deleted.admin.Id, string(deleted.number),
		string(accountOf(deleted.index)), string(portfolioOf(deleted.index)))...) {
		t.Errorf("%s: %d rows of the erased one", table, n)
	}
	if n := w.queued(t, suspended); n != kept {
		t.Errorf("%d sends of the suspended one wait, and %d did", n, kept)
	}
	await.Eventually(t, "what waits is due", prosatest.Counts(t, w.db, kept,
		`SELECT count(*) FROM effect WHERE kind = 1 AND scope = $1 AND state = 0 AND not_before <= now()`, suspended.number))
	w.each(t, others, w.verify)
	t.Logf("lists after %v", time.Since(began).Round(time.Second))
	for _, c := range others {
		w.verifyFeed(t, c)
	}
	t.Logf("feeds after %v", time.Since(began).Round(time.Second))
	w.each(t, others, w.search)
	t.Logf("searches after %v", time.Since(began).Round(time.Second))
	w.each(t, others, w.exported)
	t.Logf("exports after %v", time.Since(began).Round(time.Second))
	for _, p := range w.processes {
		if words := marks.FindAllString(p.Log.String(), -1); len(words) > 0 {
			t.Errorf("the log of %d names %q", p.Cmd.Process.Pid, words)
		}
	}
	w.resume(t, suspended)
	all := 0
	for _, c := range w.companies {
		all += len(c.said) + len(c.sent)
	}
	t.Logf("%d messages, %d forged, in %v", all, forged, time.Since(began).Round(time.Second))
}

// say has a customer write. Meta brings it until it is acknowledged.
func (c *company) say(phone, what string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	text := fmt.Sprintf("%s %s %d", c.word, what, len(c.said))
	c.said = append(c.said, text)
	_, err := c.app.meta.Say(phone, c.number, text)
	return err
}

func (c *company) saidSoFar() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.said)
}

// write answers the customer as the administrator. One of a company that is shut is
// refused; that is told.
func (c *company) write(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil
	}
	text := fmt.Sprintf("%s resposta %d", c.word, len(c.sent))
	_, err := c.ordered(ctx, http.MethodPost, "/api/v1/conversations/"+c.thread+"/messages", map[string]any{
		"echo_id": fmt.Sprint("e", len(c.sent)), "text": text, "despite_stale": true,
	})
	if err == nil {
		c.sent = append(c.sent, text)
	}
	return err
}

// shut has the administrator write no more, whose session is about to end.
func (c *company) shut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
}

// open has every customer write once, and the administrators take the conversations with
// those who are theirs alone.
func (w *town) open(t *testing.T) {
	t.Helper()
	for _, c := range w.companies {
		for _, phone := range []string{everybodysHelena, everybodysBruno, c.phone} {
			if err := c.say(phone, "bom dia"); err != nil {
				t.Fatal(err)
			}
		}
	}
	prosatest.Grows(t, "everybody has written", w.db, 3*companyCount, `SELECT count(*) FROM conversation`)
	w.each(t, w.companies, func(ctx context.Context, c *company) error {
		a, err := c.ordered(ctx, http.MethodGet, "/api/v1/conversations?q="+c.phone, nil)
		if err != nil {
			return err
		}
		c.thread = a.Text("conversations.0.id")
		_, err = c.ordered(ctx, http.MethodPost, "/api/v1/conversations/"+c.thread+"/claim", map[string]any{})
		return err
	})
	for _, c := range w.companies {
		c.feed.Subscribe(t, "conversation:"+c.thread, map[string]any{"offset": 0})
	}
}

// flow has customers write, administrators answer and strangers forge, until it is
// called: it returns how many webhooks were forged, all of them in vain.
func (w *town) flow(t *testing.T) (stop func() int64) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for _, a := range w.apps {
		wg.Go(func() {
			ticking(ctx, 80*time.Millisecond, func(n int) {
				c := a.companies[n%len(a.companies)]
				phone := []string{everybodysHelena, everybodysBruno, c.phone}[n/len(a.companies)%3]
				if err := c.say(phone, "pedido"); err != nil {
					t.Error(err)
				}
				if n%4 != 0 {
					return
				}
				if err := c.write(t.Context()); err != nil { // not cut: it would be stored and not counted
					t.Errorf("%s answers: %v", c.name, err)
				}
			})
		})
	}
	var forged atomic.Int64
	wg.Go(func() {
		victim := w.apps[3]
		secrets := []string{w.apps[4].secret, prosatest.TestSecret, "guess", ""}
		ticking(ctx, 20*time.Millisecond, func(n int) {
			c := victim.companies[n%len(victim.companies)]
			body := prosatest.TextWebhook(c.number, fmt.Sprint("wamid.falsa", n), c.phone, `"falsa palavra"`)
			secret := secrets[n%len(secrets)]
			if status := signed(w.processes[n%2].Url+"/webhooks/meta/"+victim.id, secret, body); status != http.StatusUnauthorized {
				t.Errorf("signed with %q: %d", secret, status)
			}
			forged.Add(1)
		})
	})
	stopped := func() int64 { cancel(); wg.Wait(); return forged.Load() }
	t.Cleanup(func() { stopped() })
	return stopped
}

// signed posts as somebody does who has this secret; 0 is no answer.
func signed(address, secret string, body []byte) int {
	req, err := http.NewRequest(http.MethodPost, address, strings.NewReader(string(body)))
	if err != nil {
		return 0
	}
	if secret != "" {
		req.Header.Set(signature.Header, signature.Sign(secret, body))
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	return res.StatusCode
}

// suspend has more to leave than one customer may get at a time, and shuts the company.
func (w *town) suspend(t *testing.T, c *company) {
	t.Helper()
	for range 50 {
		if err := c.write(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	c.shut()
	if err := w.operate(t.Context(), http.MethodPost, "/"+c.id+"/suspend", map[string]any{"reason": "a fatura de outubro"}, nil); err != nil {
		t.Fatal(err)
	}
	// What was claimed before the commit may leave; nothing is claimed after it.
	await.Eventually(t, "nothing of the suspended one is under way", prosatest.Counts(t, w.db, 0,
		`SELECT count(*) FROM effect WHERE kind = 1 AND scope = $1 AND state <> 0`, c.number))
	w.isShut(t, c, "tenant_suspended", "outubro")
}

// isShut checks that nobody of the company is in, or gets in, and is told why.
func (w *town) isShut(t *testing.T, c *company, code, reason string) {
	t.Helper()
	await.Eventually(t, "its socket ends", func() (any, bool) { return nil, c.feed.Broken() })
	if a := c.admin.Get(t, "/api/v1/conversations"); a.Status != http.StatusUnauthorized {
		t.Errorf("its session goes on: %d", a.Status)
	}
	stranger := &prosatest.Person{Url: w.processes[1].Url, Http: &http.Client{Timeout: await.Patience}}
	a := stranger.Post(t, "/api/v1/login", map[string]any{"email": "admin@" + c.word + ".example", "password": prosatest.TestPassword})
	if a.Status != http.StatusForbidden || a.Text("code") != code || !strings.Contains(a.Text("detail"), reason) {
		t.Errorf("its log-in says %d %v", a.Status, a.Body)
	}
}

// queued are the sends of a company that nobody has claimed.
func (w *town) queued(t *testing.T, c *company) int64 {
	t.Helper()
	n := prosatest.Scalar(t, w.db, `SELECT count(*) FROM effect WHERE kind = 1 AND scope = $1 AND state = 0`, c.number)
	if n == 0 {
		t.Error("nothing of the suspended one waits")
	}
	return n
}

// contactsOf are the ids of those who wrote to a company.
func (w *town) contactsOf(t *testing.T, c *company) (ids []string) {
	t.Helper()
	if err := w.db.QueryRow(t.Context(), `SELECT array_agg(contact_id) FROM conversation WHERE phone_number_id = $1`, c.number).Scan(&ids); err != nil {
		t.Fatal(err)
	}
	return ids
}

// erase deletes a company, first with a term and then at once, and waits until it is said that nothing of it is left.
// The quarter of an hour that all members get is passed over, but for the first seconds,
// in which they are told to forget it.
func (w *town) erase(t *testing.T, c *company) {
	t.Helper()
	c.shut()
	deleted := func(days int) {
		t.Helper()
		body := map[string]any{"name": c.name, "reason": "a empresa fechou", "days": days}
		if err := w.operate(t.Context(), http.MethodPost, "/"+c.id+"/delete", body, nil); err != nil {
			t.Fatal(err)
		}
	}
	deleted(1)
	w.isShut(t, c, "tenant_suspended", "fechou")
	deleted(0)
	await.Eventually(t, "it is being erased", prosatest.Counts(t, w.db, 1, `SELECT count(*) FROM erasure WHERE tenant_id = $1`, c.id))
	await.Eventually(t, "nothing of it is left", func() (any, bool) {
		if _, err := w.db.Exec(t.Context(), `UPDATE erasure SET look_at = least(look_at, now()), begun_at = least(begun_at, now() - interval '16 min')
			WHERE begun_at < now() - interval '12 s'`); err != nil {
			return err, false
		}
		n := prosatest.Scalar(t, w.db, `SELECT (SELECT count(*) FROM erasure) + (SELECT count(*) FROM tenant WHERE id = $1)`, c.id)
		return n, n == 0
	})
}

// settle waits until all that customers and administrators wrote is where it belongs.
func (w *town) settle(t *testing.T, companies []*company) {
	t.Helper()
	for _, a := range w.apps {
		await.Eventually(t, "Meta has told everything", await.Is(0, a.meta.Pending))
	}
	var said, sent int64
	for _, c := range companies {
		said, sent = said+int64(len(c.said)), sent+int64(len(c.sent))
	}
	prosatest.Grows(t, "all that was said is stored", w.db, said, `SELECT count(*) FROM message WHERE direction = 0`)
	prosatest.Grows(t, "all that was answered is stored", w.db, sent, `SELECT count(*) FROM message WHERE direction = 1`)
	await.Eventually(t, "all has left", prosatest.Counts(t, w.db, 0,
		`SELECT count(*) FROM effect WHERE kind = 1 AND scope <> $1`, numberOf(37)))
	await.Eventually(t, "every body is dealt with", prosatest.Counts(t, w.db, 0,
		`SELECT count(*) FROM intake_source s WHERE closed_at IS NULL AND done_upto < (SELECT coalesce(max(seq), 0) FROM intake r WHERE r.source = s.source)`))
}

// resume brings the suspended company back: all that came is there, and what waited leaves.
func (w *town) resume(t *testing.T, c *company) {
	t.Helper()
	if err := w.operate(t.Context(), http.MethodPost, "/"+c.id+"/resume", map[string]any{}, nil); err != nil {
		t.Fatal(err)
	}
	c.admin = prosatest.Login(t, w.processes[0].Url, "admin@"+c.word+".example", prosatest.TestPassword)
	await.Eventually(t, "what waited has left", prosatest.Counts(t, w.db, 0, `SELECT count(*) FROM effect WHERE kind = 1`))
	w.each(t, []*company{c}, w.verify)
	w.each(t, []*company{c}, w.search)
	w.each(t, []*company{c}, w.exported)
}
