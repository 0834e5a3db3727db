package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// errServerGone means that the server's process ended before it answered.
var errServerGone = errors.New("server process ended")

// cannotConnectNow is the SQLSTATE of a server that is starting, recovering or on its way down.
const cannotConnectNow = "57P03"

// postmaster is the parent process of a server. Ours closes exited when it ended; of an adopted
// one, exited is nil and its pid is looked at.
type postmaster struct {
	pid       int
	process   *os.Process // cannot be mistaken for a later process of the same pid
	data      string
	socketDir string
	exited    chan struct{}
	stopping  atomic.Bool
}

// findPostmaster returns the live server of data. A pid file that a dead server left is no server;
// it stays where it is, because Postgres itself has more ways to tell than we do.
func findPostmaster(data string) (*postmaster, bool) {
	text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return nil, false
	}
	// Lines: pid, data directory, start time, port, socket directory, and more that we do not need.
	lines := strings.Split(string(text), "\n")
	pid, err := strconv.Atoi(lines[0])
	if err != nil || pid <= 0 {
		return nil, false
	}
	process, err := os.FindProcess(pid)
	if err != nil || !servesData(pid, data) {
		return nil, false
	}
	p := &postmaster{pid: pid, process: process, data: data}
	if len(lines) > 4 {
		p.socketDir = lines[4]
	}
	return p, true
}

// spawn starts a server on initialised data. It goes on living when we are killed.
func spawn(h home, bin binaries, socketDir string, settings map[string]string, logger *slog.Logger) (*postmaster, error) {
	_ = os.Rename(h.logFile(), h.logFile()+".1") // one start, one log, and the one before
	log, err := os.OpenFile(h.logFile(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open server log: %w", err)
	}
	defer log.Close()
	cmd := h.user.command(bin.path("postgres"), append([]string{"-D", h.data()}, serverSettings(socketDir, settings)...)...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("run server: %w", err)
	}
	p := &postmaster{pid: cmd.Process.Pid, process: cmd.Process, data: h.data(), socketDir: socketDir, exited: make(chan struct{})}
	go func() {
		err := cmd.Wait()
		if !p.stopping.Load() {
			logger.Error("embedded database ended by itself", "data", h.data(), "err", err)
		}
		close(p.exited)
	}()
	return p, nil
}

// serverSettings are the server's arguments: ours for two cores and group commit, then extra.
// They are given on the command line, so the files in the data folder stay as initdb wrote them.
func serverSettings(socketDir string, extra map[string]string) []string {
	settings := map[string]string{
		"listen_addresses":        "", // no TCP, so no port to be busy
		"port":                    socketPort,
		"unix_socket_directories": socketDir,
		"unix_socket_permissions": "0700",
		"max_connections":         "100",
		"shared_buffers":          "256MB",
		"max_wal_size":            "2GB",
		"autovacuum_naptime":      "10s", // busy conversations leave a dead row version with each message
		"jit":                     "off", // costs more than it gains on short statements
		// The log must not show what customers wrote: no statements, no values of failing rows.
		"log_min_error_statement": "panic",
		"log_error_verbosity":     "terse",
		"log_checkpoints":         "off",
	}
	maps.Copy(settings, extra)
	var args []string
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		args = append(args, "-c", name+"="+settings[name])
	}
	return args
}

// predecessorLives reads a failed start's log: the last processes of a killed server still hold its
// shared memory, or its parent process is not buried yet.
func predecessorLives(log string) bool {
	return strings.Contains(log, "shared memory block") || strings.Contains(log, "postmaster.pid\" already exists")
}

// connect asks until the server answers, ends or refuses us for good.
func (p *postmaster) connect(ctx context.Context, url string) (*pgx.Conn, error) {
	for {
		attempt, cancel := context.WithTimeout(ctx, 5*time.Second)
		conn, err := pgx.Connect(attempt, url)
		cancel()
		if err == nil {
			return conn, nil
		}
		var refusal *pgconn.PgError
		if errors.As(err, &refusal) && refusal.Code != cannotConnectNow {
			return nil, fmt.Errorf("connect to server: %w", err)
		}
		if !p.alive() {
			return nil, errServerGone
		}
		if waitErr := pause(ctx, 20*time.Millisecond); waitErr != nil {
			return nil, fmt.Errorf("wait for server to answer: %w, last: %w", waitErr, err)
		}
	}
}

func (p *postmaster) alive() bool {
	if p.exited == nil {
		return servesData(p.pid, p.data)
	}
	select {
	case <-p.exited:
		return false
	default:
		return true
	}
}

// stop shuts down fast (SIGINT) until ctx ends, then without a checkpoint (SIGQUIT), at last by
// force. Each leaves the data sound.
func (p *postmaster) stop(ctx context.Context) error {
	p.stopping.Store(true)
	if p.end(ctx, syscall.SIGINT) {
		return nil
	}
	hard, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if p.end(hard, syscall.SIGQUIT) {
		return nil
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if p.end(last, syscall.SIGKILL) {
		return nil
	}
	return fmt.Errorf("server process %d does not end", p.pid)
}

// end sends sig and waits for the end of the process. A signal that fails finds a process that is
// gone, or one that will not go: the wait tells.
func (p *postmaster) end(ctx context.Context, sig syscall.Signal) bool {
	if p.alive() {
		_ = p.process.Signal(sig)
	}
	return p.gone(ctx)
}

func (p *postmaster) gone(ctx context.Context) bool {
	for p.alive() {
		if pause(ctx, 10*time.Millisecond) != nil {
			return !p.alive()
		}
	}
	return true
}

// initialise makes the data directory unless there is one. It is made aside and renamed, so that a
// kill half-way leaves nothing that looks like data.
func initialise(ctx context.Context, h home, bin binaries) error {
	if h.major() != 0 {
		return nil
	}
	drafts, _ := filepath.Glob(h.data() + ".new-*")
	for _, left := range drafts {
		_ = os.RemoveAll(left)
	}
	draft := h.data() + ".new-" + strconv.Itoa(os.Getpid())
	if err := os.Mkdir(draft, 0o700); err != nil {
		return fmt.Errorf("create data directory: %w", err)
	}
	if err := h.user.own(draft); err != nil {
		return err
	}
	if err := initdb(ctx, h, bin, draft); err != nil {
		return err
	}
	if err := os.Rename(draft, h.data()); err != nil {
		return fmt.Errorf("put data directory in place: %w", err)
	}
	return syncDir(h.dir)
}

// initdb wants letters beyond ASCII to have upper and lower case, in whatever way this system
// spells that, and takes plain C where it cannot.
func initdb(ctx context.Context, h home, bin binaries, dir string) error {
	for _, ctype := range []string{"C.UTF-8", "en_US.UTF-8", "C"} {
		cmd := h.user.command(bin.path("initdb"), "-D", dir, "-U", embeddedRole, "--pwfile", h.passwordFile(),
			"--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--lc-ctype", ctype)
		out, err := output(ctx, cmd)
		if err == nil {
			return nil
		}
		if ctype == "C" || !strings.Contains(out, "invalid locale") {
			return fmt.Errorf("initialise data: %w\n%s", err, strings.TrimSpace(out))
		}
	}
	return nil
}

// output runs cmd to its end, or until ctx ends.
func output(ctx context.Context, cmd *exec.Cmd) (string, error) {
	var text strings.Builder
	cmd.Stdout, cmd.Stderr = &text, &text
	cmd.WaitDelay = time.Second // a grandchild may hold the pipe
	if err := cmd.Start(); err != nil {
		return "", err
	}
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
	defer stop()
	err := cmd.Wait()
	return text.String(), err
}

// syncDir makes a rename in dir survive a power cut.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync %s: %w", dir, err)
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return fmt.Errorf("sync %s: %w", dir, err)
	}
	return nil
}
