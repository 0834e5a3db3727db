package members

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/deploy/command"
	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// The database goes away, for a moment and for longer than any lease, in good
// order and by a crash. Meanwhile nothing is acknowledged; afterwards the engine
// goes on, with everything that was. One that the outage has cost its lease ends,
// and waits for the database in its next life.
func TestI01LostDatabaseLosesNothingAndRecovers(t *testing.T) {
	t.Parallel()
	for name, outage := range map[string]struct {
		away time.Duration
		stop func(*pgtest.Instance)
	}{
		"restart":           {0, (*pgtest.Instance).Stop},
		"crash":             {0, (*pgtest.Instance).Kill},
		"longer than lease": {9 * time.Second, (*pgtest.Instance).Kill},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if outage.away > 0 && testing.Short() {
				t.Skip("waits for a lease to run out")
			}
			server := pgtest.Server(t)
			s := prosatest.NewSiteOn(t, server.URL(), nil)
			engine := s.Supervise(t, nil)
			s.Furnish(t, engine.Url)
			d := s.Staffed(t, engine.Url)
			in := d.Ana.Connect(t)
			in.Subscribe(t, "inbox", nil)
			d.Say(t, prosatest.Helena, "antes")
			l := press(t, d.Url)
			l.acknowledged(t, 50)

			outage.stop(server)
			isDown(t, d)
			waitFor(outage.away)
			isDown(t, d)
			server.Start()

			await.Eventually(t, "the engine is ready again", await.Is(http.StatusOK, func() int {
				code, _ := await.Fetch(t.Context(), d.Url+"/readyz")
				return code
			}))
			l.acknowledged(t, 50)
			l.stop()
			pool, err := pgxpool.New(t.Context(), server.URL())
			if err != nil {
				t.Fatal(err)
			}
			defer pool.Close()
			l.driver.verify(t, pool)
			backAtWork(t, d, in)
			onlyFenced(t, engine, outage.away > 0)
		})
	}
}

// isDown waits for the answers of an engine without its database.
func isDown(t *testing.T, d *prosatest.Desk) {
	t.Helper()
	answers := func(what string, want int, ask func() int) {
		t.Helper()
		await.Eventually(t, fmt.Sprintf("%s answers %d", what, want), await.Is(want, ask))
	}
	answers("the webhook", http.StatusServiceUnavailable, func() int {
		body := prosatest.TextWebhook(prosatest.Brasil, fmt.Sprint("wamid.down.", time.Now().UnixNano()), "5511900000001", `"não entra"`)
		err := newDriver().post(d.Url, string(body))
		if err == nil {
			t.Error("a webhook was acknowledged without a database")
		} else if strings.HasPrefix(err.Error(), "503") {
			return http.StatusServiceUnavailable
		}
		return 0
	})
	for path, want := range map[string]int{"/readyz": http.StatusServiceUnavailable, "/healthz": http.StatusOK} {
		answers(path, want, func() int { code, _ := await.Fetch(t.Context(), d.Url+path); return code })
	}
}

// backAtWork is a whole round after the outage, over the old socket or one that
// comes back as its client would.
func backAtWork(t *testing.T, d *prosatest.Desk, in *prosatest.LiveFeed) {
	t.Helper()
	if in.Broken() {
		in = d.Ana.Connect(t)
		in.Subscribe(t, "inbox", nil)
	}
	if _, err := d.Sim.Say(prosatest.Helena, prosatest.Brasil, "depois"); err != nil {
		t.Fatal(err)
	}
	// A client is told of the row, or that the feed began anew and that it is to
	// fetch what it shows: what happened in between comes in no frame.
	in.Wait(t, "the row after the outage, or a resync", func(f map[string]any) bool {
		return f["t"] == "resync" || prosatest.RowSaying("depois")(f)
	})
	path := d.Ana.Find(t, "Helena")
	await.Eventually(t, "the list shows what came after the outage", await.Is("depois", func() string {
		return d.Ana.Get(t, "/api/v1/conversations?q=Helena").Text("conversations.0.last.preview")
	}))
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	sent := d.Ana.Write(t, path, "back", "Voltamos")
	d.Ana.WaitState(t, path, sent, "delivered")
	prosatest.AssertThread(t, d.Ana.Get(t, path+"/messages"), "antes", "depois", "Voltamos")
}

// pressure posts webhooks until it is stopped, as Meta does.
type pressure struct {
	driver *driver
	cancel context.CancelFunc
	done   *sync.WaitGroup
}

func press(t *testing.T, url string) *pressure {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	l := &pressure{driver: newDriver(url), cancel: cancel}
	l.done = l.driver.run(ctx, 4)
	t.Cleanup(l.stop)
	return l
}

// acknowledged waits for so many more.
func (l *pressure) acknowledged(t *testing.T, n int) {
	t.Helper()
	count := func() int {
		l.driver.mu.Lock()
		defer l.driver.mu.Unlock()
		return len(l.driver.acked)
	}
	from := count()
	await.Eventually(t, fmt.Sprint(n, " posts acknowledged"), func() (any, bool) { return count() - from, count() >= from+n })
}

func (l *pressure) stop() {
	l.cancel()
	l.done.Wait()
}

// onlyFenced checks the ends of an engine: being struck off is the only one, and
// there was one if so.
func onlyFenced(t *testing.T, engine *prosatest.Supervised, ended bool) {
	t.Helper()
	exits := engine.Exits()
	if ended && len(exits) == 0 {
		t.Error("the engine outlived its lease")
	}
	for _, code := range exits {
		if code != command.ExitFenced {
			t.Errorf("the engine ended with %v; want %d each time", exits, command.ExitFenced)
		}
	}
}
