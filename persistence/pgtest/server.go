package pgtest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/persistence/embedded"
)

// Instance is a whole server for one test. Its methods belong to the test's goroutine.
type Instance struct {
	t      testing.TB
	cfg    embedded.Config
	server *embedded.Server
	url    string
}

// Server starts a server of its own for t, with one migrated database. It takes about a second. It
// is stopped and removed after the test.
func Server(t testing.TB, opts ...Option) *Instance {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	sweep(ctx)
	dir, err := newDir()
	if err != nil {
		t.Fatalf("create test server: %v", err)
	}
	s := &Instance{t: t, cfg: config(dir, opts)}
	t.Cleanup(s.remove)
	s.Start()
	if err := Migrate(ctx, s.url); err != nil {
		t.Fatalf("migrate test server: %v", err)
	}
	return s
}

// URL leads to the database. It stays the same over restarts.
func (s *Instance) URL() string { return s.url }

// Start starts the server again on its data; not while it runs.
func (s *Instance) Start() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	server, err := embedded.Start(ctx, s.cfg)
	if err != nil {
		s.t.Fatalf("start test server: %v", err)
	}
	s.server, s.url = server, server.URL()
}

// Stop shuts the server down in good order. Open connections are cut.
func (s *Instance) Stop() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.t.Context()), patience)
	defer cancel()
	if err := s.server.Stop(ctx); err != nil {
		s.t.Fatalf("stop test server: %v", err)
	}
}

// Kill ends all processes of the server with SIGKILL, as a crash of its machine would, and returns
// when they are gone. What was committed is there again after Start.
func (s *Instance) Kill() {
	s.t.Helper()
	// The parent's children outlive it by a moment, in which they still answer and commit. The parent
	// goes first, or it would replace them.
	pids := append([]int{s.server.PID()}, s.children()...)
	for _, pid := range pids {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			s.t.Fatalf("kill test server: %v", err)
		}
	}
	deadline := time.Now().Add(patience)
	for _, pid := range pids {
		for syscall.Kill(pid, 0) == nil {
			if time.Now().After(deadline) {
				s.t.Fatalf("killed process %d of the test server does not end", pid)
			}
			time.Sleep(time.Millisecond) // polling: nobody tells us
		}
	}
	s.Stop() // nothing to stop any more; this gives the folder free
}

func (s *Instance) children() []int {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.url)
	if err != nil {
		s.t.Fatalf("connect to test server: %v", err)
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, `SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()`)
	if err != nil {
		s.t.Fatalf("list processes of test server: %v", err)
	}
	pids, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		s.t.Fatalf("list processes of test server: %v", err)
	}
	return pids
}

// Freeze stops all processes of the server where they are: connections stay, new
// ones are let in by the kernel, and nothing answers until Thaw.
func (s *Instance) Freeze() {
	s.t.Helper()
	s.t.Cleanup(s.Thaw) // a stopped server cannot be removed
	s.signal(syscall.SIGSTOP)
}

// Thaw lets the server go on.
func (s *Instance) Thaw() {
	s.t.Helper()
	s.signal(syscall.SIGCONT)
}

// signal reaches the parent first, so that it makes no more children meanwhile.
func (s *Instance) signal(sig syscall.Signal) {
	s.t.Helper()
	if s.server == nil {
		return
	}
	parent := s.server.PID()
	if err := syscall.Kill(parent, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
		s.t.Fatalf("signal test server: %v", err)
	}
	list, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", parent, parent))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.t.Fatalf("list processes of test server: %v", err)
	}
	for field := range strings.FieldsSeq(string(list)) {
		if pid, err := strconv.Atoi(field); err == nil {
			_ = syscall.Kill(pid, sig) // it may have ended
		}
	}
}

func (s *Instance) remove() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.t.Context()), patience)
	defer cancel()
	if s.server != nil {
		if err := s.server.Stop(ctx); err != nil {
			s.t.Errorf("stop test server: %v", err)
		}
	}
	if err := embedded.Remove(ctx, s.cfg.Dir); err != nil {
		s.t.Errorf("remove test server: %v", err)
	}
}
