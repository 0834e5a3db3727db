package members

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// The database hangs, without a word and without an end of any connection, for
// longer than a lease. Whoever asks after the process's health is answered at every
// moment of its life; webhooks, readiness and the API answer 503, the API in its own
// form, and nothing answers 500. The engine that lost its lease ends, and the next
// one waits; when the database goes on, so does it, with everything that was
// acknowledged. Nobody is left without an answer but between two lives, and when the
// one that waited gives its address to its gateway.
func TestHangingDatabaseClosesNothing(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("waits for a lease to run out")
	}
	server := pgtest.Server(t)
	s := prosatest.NewSiteOn(t, server.URL(), nil)
	engine := s.Supervise(t, nil)
	s.Furnish(t, engine.Url)
	d := s.Staffed(t, engine.Url)
	in := d.Ana.Connect(t)
	in.Subscribe(t, "inbox", nil)
	path, _ := d.Say(t, prosatest.Helena, "antes")
	health := watchHealth(t, d.Url)

	server.Freeze()
	frozen := time.Now()
	told := map[string]bool{}
	var refused gaps
	meta := newDriver()
	meta.http.Timeout = await.Patience
	for time.Since(frozen) < 12*time.Second { // two leases
		for what, ask := range map[string]func() (int, error){
			"webhook": func() (int, error) {
				body := prosatest.TextWebhook(prosatest.Brasil, fmt.Sprint("wamid.hang.", time.Now().UnixNano()), "5511900000001", `"não entra"`)
				return statusOf(meta.post(d.Url, string(body)))
			},
			"ready": func() (int, error) { code, _ := await.Fetch(t.Context(), d.Url+"/readyz"); return code, nil },
			"list":  func() (int, error) { return d.Problem(t, http.MethodGet, "/api/v1/conversations?limit=5", nil) },
			"claim": func() (int, error) { return d.Problem(t, http.MethodPost, path+"/claim", map[string]any{}) },
			"me":    func() (int, error) { return d.Problem(t, http.MethodGet, "/api/v1/me", nil) },
		} {
			code, err := ask()
			if refused.between(what, code == 0) {
				continue
			}
			if err != nil {
				t.Errorf("%s while the database hangs: %v", what, err)
			}
			switch code {
			case http.StatusServiceUnavailable:
				told[what] = true
			case http.StatusGatewayTimeout: // a command whose outcome nobody knows
				if what != "claim" {
					t.Errorf("%s while the database hangs: %d", what, code)
				}
			default:
				t.Errorf("%s while the database hangs: %d", what, code)
			}
		}
	}
	server.Thaw()
	for _, what := range []string{"webhook", "ready", "list", "claim", "me"} {
		if !told[what] {
			t.Errorf("%s was never told 503", what)
		}
	}
	await.Eventually(t, "the engine is ready again", await.Is(http.StatusOK, func() int {
		code, _ := await.Fetch(t.Context(), d.Url+"/readyz")
		return code
	}))
	healthGaps, asked := health()
	if asked == 0 {
		t.Error("health was never asked")
	}
	backAtWork(t, d, in)
	onlyFenced(t, engine, true)
	if ends := len(engine.Exits()); refused.most() > ends || healthGaps > 2*ends {
		t.Errorf("not answered in %d and %d stretches of time, with %d ends of the engine", refused.most(), healthGaps, ends)
	}
}

// gaps counts the stretches of time in which nobody answered a question.
type gaps struct {
	mu    sync.Mutex
	open  map[string]bool
	count map[string]int
}

// between notes one question and passes on whether it had no answer.
func (g *gaps) between(what string, unanswered bool) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open == nil {
		g.open, g.count = map[string]bool{}, map[string]int{}
	}
	if unanswered && !g.open[what] {
		g.count[what]++
	}
	g.open[what] = unanswered
	return unanswered
}

// most is the count of the question with most of them.
func (g *gaps) most() (n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, count := range g.count {
		n = max(n, count)
	}
	return n
}

// watchHealth keeps asking after the health of a process. stop says in how many
// stretches of time nobody answered, and how many questions were asked.
func watchHealth(t *testing.T, url string) (stop func() (unanswered int, asked int64)) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var asked atomic.Int64
	var refused gaps
	var done sync.WaitGroup
	client := &http.Client{Timeout: await.Patience, Transport: &http.Transport{DisableKeepAlives: true}}
	done.Go(func() {
		for ctx.Err() == nil {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/healthz", nil)
			if err != nil {
				t.Error(err)
				return
			}
			res, err := client.Do(req)
			if ctx.Err() != nil {
				return
			}
			asked.Add(1)
			if refused.between("health", err != nil) {
				continue
			}
			_ = res.Body.Close()
			if res.StatusCode != http.StatusOK {
				t.Errorf("health: %d", res.StatusCode)
			}
			waitFor(20 * time.Millisecond)
		}
	})
	return func() (int, int64) {
		cancel()
		done.Wait()
		return refused.most(), asked.Load()
	}
}

// statusOf reads the status out of the error of a driver's post.
func statusOf(err error) (int, error) {
	var code int
	if err == nil {
		return http.StatusOK, errors.New("acknowledged")
	}
	if _, scan := fmt.Sscanf(err.Error(), "%d", &code); scan != nil {
		return 0, err
	}
	return code, nil
}
