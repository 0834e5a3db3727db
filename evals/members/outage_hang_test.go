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
// moment; webhooks, readiness and the API answer 503, the API in its own form, and
// nothing answers 500. When the database goes on, so does the engine, with
// everything that was acknowledged.
func TestHangingDatabaseClosesNothing(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("waits for a lease to run out")
	}
	server := pgtest.Server(t)
	s := prosatest.NewSiteOn(t, server.URL(), nil)
	d := s.Staffed(t, s.StartHere(t))
	in := d.Ana.Connect(t)
	in.Subscribe(t, "inbox", nil)
	path, _ := d.Say(t, prosatest.Helena, "antes")
	health := watchHealth(t, d.Url)

	server.Freeze()
	frozen := time.Now()
	told := map[string]bool{}
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
	if asked := health(); asked == 0 {
		t.Error("health was never asked")
	}
	backAtWork(t, d, in)
}

// watchHealth keeps asking after the health of a process; each question must have
// its answer. stop says how many were asked.
func watchHealth(t *testing.T, url string) (stop func() int64) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var asked atomic.Int64
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
			if err != nil {
				t.Errorf("health: %v", err)
				continue
			}
			_ = res.Body.Close()
			if res.StatusCode != http.StatusOK {
				t.Errorf("health: %d", res.StatusCode)
			}
			waitFor(20 * time.Millisecond)
		}
	})
	return func() int64 {
		cancel()
		done.Wait()
		return asked.Load()
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
