package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// The database goes away, for a moment and for longer than any lease, in good
// order and by a crash. Meanwhile nothing is acknowledged; afterwards the engine
// goes on by itself, with everything that was.
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
			s := newSiteOn(t, server.URL(), nil)
			d := s.staffed(t, s.startHere(t))
			in := d.ana.connect(t)
			in.subscribe(t, "inbox", nil)
			d.say(t, helena, "antes")
			l := press(t, d.url)
			l.acknowledged(t, 50)

			outage.stop(server)
			d.isDown(t)
			waitFor(outage.away)
			d.isDown(t)
			server.Start()

			eventually(t, "the engine is ready again", is(http.StatusOK, func() int {
				code, _ := fetch(t.Context(), d.url+"/readyz")
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
			d.backAtWork(t, in)
		})
	}
}

// isDown waits for the answers of an engine without its database.
func (d *desk) isDown(t *testing.T) {
	t.Helper()
	answers := func(what string, want int, ask func() int) {
		t.Helper()
		eventually(t, fmt.Sprintf("%s answers %d", what, want), is(want, ask))
	}
	answers("the webhook", http.StatusServiceUnavailable, func() int {
		body := textWebhook(brasil, fmt.Sprint("wamid.down.", time.Now().UnixNano()), "5511900000001", `"não entra"`)
		err := newDriver().post(d.url, string(body))
		if err == nil {
			t.Error("a webhook was acknowledged without a database")
		} else if strings.HasPrefix(err.Error(), "503") {
			return http.StatusServiceUnavailable
		}
		return 0
	})
	for path, want := range map[string]int{"/readyz": http.StatusServiceUnavailable, "/healthz": http.StatusOK} {
		answers(path, want, func() int { code, _ := fetch(t.Context(), d.url+path); return code })
	}
}

// backAtWork is a whole round after the outage, over the old socket or one that
// comes back as its client would.
func (d *desk) backAtWork(t *testing.T, in *liveFeed) {
	t.Helper()
	in.mu.Lock()
	broken := in.err != nil
	in.mu.Unlock()
	if broken {
		in = d.ana.connect(t)
		in.subscribe(t, "inbox", nil)
	}
	if _, err := d.sim.Say(helena, brasil, "depois"); err != nil {
		t.Fatal(err)
	}
	// A client is told of the row, or that the feed began anew and that it is to
	// fetch what it shows: what happened in between comes in no frame.
	in.wait(t, "the row after the outage, or a resync", func(f map[string]any) bool {
		return f["t"] == "resync" || rowSaying("depois")(f)
	})
	path := d.ana.find(t, "Helena")
	eventually(t, "the list shows what came after the outage", is("depois", func() string {
		return d.ana.get(t, "/api/v1/conversations?q=Helena").text("conversations.0.last.preview")
	}))
	expect(t, d.ana.post(t, path+"/claim", map[string]any{}), http.StatusOK)
	sent := d.ana.write(t, path, "back", "Voltamos")
	d.ana.waitState(t, path, sent, "delivered")
	assertThread(t, d.ana.get(t, path+"/messages"), "antes", "depois", "Voltamos")
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
	eventually(t, fmt.Sprint(n, " posts acknowledged"), func() (any, bool) { return count() - from, count() >= from+n })
}

func (l *pressure) stop() {
	l.cancel()
	l.done.Wait()
}

// A process with a database of its own sleeps for longer than its lease, as on a
// laptop that is shut. Nobody would start it anew, so it begins anew by itself, at
// its address and with everything that was.
func TestSleeperBeginsAnew(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("waits for a lease to run out")
	}
	s := newSite(t, nil)
	p := s.startProcess(t, map[string]string{"DATABASE_URL": "", "PROSA_DATA": embeddedFolder(t)})
	s.settle(t, p.url)
	d := s.staffed(t, p.url)
	in := d.ana.connect(t)
	in.subscribe(t, "inbox", nil)
	d.say(t, helena, "antes")

	p.signal(t, syscall.SIGSTOP)
	waitFor(9 * time.Second)
	p.signal(t, syscall.SIGCONT)
	eventually(t, "the process notices that it slept", func() (any, bool) {
		log := p.log.String()
		return log, strings.Contains(log, "beginning anew")
	})
	eventually(t, "the engine is ready again", is(http.StatusOK, func() int {
		code, _ := fetch(t.Context(), p.url+"/readyz")
		return code
	}))
	d.backAtWork(t, in)
}
