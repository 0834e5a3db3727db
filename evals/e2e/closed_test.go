package e2e

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/prosa-chat/prosa/deploy/command"
	"github.com/prosa-chat/prosa/deploy/engine"
	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// A database that is there and may not be used any more is no database that is away:
// the engine that lost its lease with it ends, and the next one says so at error
// level and to whoever asks, until somebody mends it.
func TestUnusableDatabaseIsSaid(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("waits for a lease to run out")
	}
	server := pgtest.Server(t)
	owner, err := pgx.Connect(t.Context(), server.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = owner.Close(context.WithoutCancel(t.Context())) })
	run := func(sql string) {
		t.Helper()
		if _, err := owner.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	run(`CREATE ROLE engine LOGIN SUPERUSER PASSWORD 'engine'`)
	s := prosatest.NewSiteOn(t, strings.Replace(server.URL(), owner.Config().User+":"+owner.Config().Password+"@", "engine:engine@", 1), chance.Faults{})
	p := s.Supervise(t, map[string]string{"PROSA_LOG_LEVEL": "error"})
	run(`ALTER ROLE engine NOLOGIN`)
	run(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'engine'`)

	await.Eventually(t, "the page says what is wrong", func() (any, bool) {
		code, text := await.Fetch(t.Context(), p.Url+"/")
		return text, code == http.StatusServiceUnavailable && strings.Contains(text, "SQLSTATE 28000")
	})
	if code, _ := await.Fetch(t.Context(), p.Url+"/healthz"); code != http.StatusOK {
		t.Errorf("healthz: %d", code)
	}
	if code, text := await.Fetch(t.Context(), p.Url+"/readyz"); code != http.StatusServiceUnavailable || !strings.Contains(text, "28000") {
		t.Errorf("readyz: %d %s", code, text)
	}
	if code, text := await.Fetch(t.Context(), p.Url+"/api/v1/me"); code != http.StatusServiceUnavailable || !strings.Contains(text, `"code":"unavailable"`) {
		t.Errorf("the API: %d %s", code, text)
	}
	if log := p.Log.String(); strings.Count(log, "cannot be used") != 1 || !strings.Contains(log, "level=ERROR") {
		t.Errorf("log:\n%s", log)
	}
	run(`ALTER ROLE engine LOGIN`)
	await.Eventually(t, "the engine is ready again", await.Is(http.StatusOK, func() int {
		code, _ := await.Fetch(t.Context(), p.Url+"/readyz")
		return code
	}))
}

func TestAProcessWithAnotherKeyDoesNotStart(t *testing.T) {
	t.Parallel()
	s := prosatest.NewSite(t, chance.Faults{})
	s.StartHere(t)
	env := s.Env()
	env["PROSA_SECRET_KEY"] = "another key than that of the others"
	if err := serveError(t, env); !errors.Is(err, persistence.ErrOtherKey) || !strings.Contains(err.Error(), "PROSA_SECRET_KEY") {
		t.Errorf("another key: %v", err)
	}
}

func TestWhatMayBecomeOfADatabase(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]engine.Prospect{
		fmt.Errorf("connect: %w", io.ErrUnexpectedEOF):                                  engine.Passing,
		fmt.Errorf("connect: %w", &net.OpError{Op: "dial", Err: errors.New("refused")}): engine.Passing,
		fmt.Errorf("connect: %w", &pgconn.PgError{Code: "57P03"}):                       engine.Passing,
		fmt.Errorf("connect: %w", &pgconn.PgError{Code: "28P01"}):                       engine.Mendable,
		fmt.Errorf("migrate: %w", &pgconn.PgError{Code: "42501"}):                       engine.Mendable,
		fmt.Errorf("migrate: %w", &pgconn.PgError{Code: "23505"}):                       engine.Hopeless,
		fmt.Errorf("migrate: %w", persistence.ErrOldBinary):                             engine.Hopeless,
		fmt.Errorf("migrate: %w", persistence.ErrMembersRun):                            engine.Hopeless,
		fmt.Errorf("read DATABASE_URL: %w", errors.New("cannot parse")):                 engine.Hopeless,
	} {
		if got := engine.ProspectOf(err); got != want {
			t.Errorf("%v: %v; want %v", err, got, want)
		}
	}
}

// An engine that starts while its database is away waits for it. Whoever asks is told
// to come again: Meta repeats its webhooks, an open tab comes back by itself.
func TestServeWaitsForADatabaseThatIsAway(t *testing.T) {
	t.Parallel()
	server := pgtest.Server(t)
	server.Stop()
	s := prosatest.NewSiteOn(t, server.URL(), chance.Faults{})
	address := prosatest.FreeAddress(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	env := s.Env()
	env["PROSA_LISTEN"] = address
	out, in := io.Pipe()
	go func() {
		ended <- command.Run(ctx, []string{"serve"}, func(k string) string { return env[k] }, in, prosatest.LogTo(t))
		_ = in.Close()
	}()
	url := "http://" + address
	await.Eventually(t, "health is answered", await.Is(http.StatusOK, func() int {
		code, _ := await.Fetch(t.Context(), url+"/healthz")
		return code
	}))
	for path, want := range map[string]string{"/webhooks/meta": "does not answer", "/readyz": "does not answer", "/api/v1/me": `"code":"unavailable"`} {
		res, err := http.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" || !strings.Contains(string(text), want) {
			t.Errorf("%s: %d, Retry-After %q, %s %v", path, res.StatusCode, res.Header.Get("Retry-After"), text, err)
		}
	}
	server.Start()
	if line, err := bufio.NewReader(out).ReadString('\n'); !strings.Contains(line, url) {
		t.Fatalf("the engine says %q %v", line, err)
	}
	s.Furnish(t, url)
	stop()
	if err := <-ended; err != nil {
		t.Errorf("engine ended: %v", err)
	}
}
