package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/deploy/engine"
	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/simulator"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/embedded"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// A database that comes back and may not be used any more is no database that is
// away: it is said at error level and to whoever asks, until somebody mends it.
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
	s := prosatest.NewSiteOn(t, strings.Replace(server.URL(), owner.Config().User+":"+owner.Config().Password+"@", "engine:engine@", 1), simulator.Faults{})
	p := s.StartProcess(t, map[string]string{"PROSA_LOG_LEVEL": "error"})
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
	s := prosatest.NewSite(t, simulator.Faults{})
	s.StartHere(t)
	env := s.Env()
	env["PROSA_SECRET_KEY"] = "another key than that of the others"
	if err := serveError(t, env); !errors.Is(err, persistence.ErrOtherKey) || !strings.Contains(err.Error(), "PROSA_SECRET_KEY") {
		t.Errorf("another key: %v", err)
	}
}

func TestPermanentErrors(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]bool{
		fmt.Errorf("connect: %w", io.ErrUnexpectedEOF):           false,
		fmt.Errorf("open: %w", embedded.ErrDataInUse):            true,
		fmt.Errorf("open: %w", errors.New("connection refused")): false,
	} {
		if got := engine.Permanent(err); got != want {
			t.Errorf("%v: %v", err, got)
		}
	}
}
