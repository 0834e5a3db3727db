package embedded

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrDataInUse refuses a data folder on which a live process already runs its server. The error
// around it names that process.
var ErrDataInUse = errors.New("data folder is in use")

// Role and database of the embedded server. The role is a superuser: the server is private to us.
const (
	embeddedRole     = "prosa"
	embeddedDatabase = "prosa"
)

// Config says where a private Postgres server keeps its data. The zero value works.
type Config struct {
	// Dir is the data folder (PROSA_DATA); "" is ./.prosa. It is created when missing. As root,
	// when the server's unprivileged user cannot reach it, the data live in /var/lib/prosa/<hash>.
	Dir string
	// Logger hears of start, adoption and an unexpected end; nil is silent.
	Logger *slog.Logger
	// Settings are server settings by name, laid over our own. They do not reach a server that is
	// adopted: it keeps those that it was started with.
	Settings map[string]string
	// StartTimeout bounds the whole start, recovery after a crash included; 0 is two minutes.
	StartTimeout time.Duration
}

// Server is a Postgres server of our own, reached through a Unix socket only. The caller owns it
// and calls Stop. It survives its owner being killed; the next StartEmbedded then adopts it.
type Server struct {
	home     home
	lock     *os.File
	settings map[string]string
	url      string
	adopted  bool
	logger   *slog.Logger

	mu      sync.Mutex
	server  *postmaster // under mu once Start has returned
	keeping func()      // ends Keep; nil without it
	stopped bool
}

// Start starts, or adopts, the server of cfg.Dir and returns when it accepts connections.
// It fails with [ErrDataInUse] when another process runs a server on this folder. Ending ctx aborts
// the start; later it has no effect.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(cfg.StartTimeout, 2*time.Minute))
	defer cancel()
	logger := cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler))

	h, err := openHome(cmp.Or(cfg.Dir, ".prosa"))
	if err != nil {
		return nil, fmt.Errorf("open data folder: %w", err)
	}
	lock, err := h.acquire(ctx)
	if err != nil {
		return nil, err
	}
	e := &Server{home: h, lock: lock, settings: cfg.Settings, logger: logger}
	if err := e.start(ctx); err != nil {
		release(lock)
		return nil, fmt.Errorf("start embedded Postgres: %w", err)
	}
	logger.Info("embedded database ready", "data", h.data(), "pid", e.PID(), "adopted", e.adopted)
	return e, nil
}

// URL is the connection string of the server's one database. It holds the password.
func (e *Server) URL() string { return e.url }

// PID is the process id of the server.
func (e *Server) PID() int { return e.postmaster().pid }

func (e *Server) postmaster() *postmaster {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.server
}

// Stop shuts the server down, waits for its end and gives the folder free. Open connections are
// cut. When ctx ends first, the server is stopped hard: nothing committed is lost, the next start
// recovers. Stopping twice, or after the server died by itself, does nothing.
func (e *Server) Stop(ctx context.Context) error {
	e.mu.Lock()
	keeping := e.keeping
	e.keeping = nil
	e.mu.Unlock()
	if keeping != nil {
		keeping()
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stopped {
		return nil
	}
	if err := e.server.stop(ctx); err != nil {
		return fmt.Errorf("stop embedded Postgres: %w", err)
	}
	e.stopped = true
	e.home.removeSocketDir()
	release(e.lock)
	return nil
}

// Remove deletes dir and the data that belong to it, wherever they live, after stopping a
// server that a killed process left alive there. It fails with [ErrDataInUse] while a process
// holds the folder, and does nothing when dir does not exist.
func Remove(ctx context.Context, dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	h, err := openHome(dir)
	if err != nil {
		return fmt.Errorf("open data folder: %w", err)
	}
	lock, err := h.acquire(ctx)
	if err != nil {
		return err
	}
	defer release(lock)
	if left, ok := findPostmaster(h.data()); ok {
		if err := left.stop(ctx); err != nil {
			return fmt.Errorf("stop embedded Postgres: %w", err)
		}
	}
	h.removeSocketDir()
	return errors.Join(os.RemoveAll(h.dir), os.RemoveAll(h.folder))
}

// start leaves e with a server that answers, or with none that it started.
func (e *Server) start(ctx context.Context) error {
	secret, err := e.home.password()
	if err != nil {
		return err
	}
	e.server, err = e.adopt(ctx, secret)
	e.adopted = e.server != nil
	if !e.adopted && err == nil {
		e.server, err = e.launch(ctx, secret)
	}
	if err == nil {
		e.url = socketURL(e.server.socketDir, embeddedDatabase, secret)
	}
	return err
}

// adopt takes over a live server of exactly this data folder, nil if there is none. One that is on
// its way down is waited for and not adopted.
func (e *Server) adopt(ctx context.Context, secret string) (*postmaster, error) {
	left, ok := findPostmaster(e.home.data())
	if !ok {
		return nil, nil
	}
	err := e.serve(ctx, left, secret)
	switch {
	case errors.Is(err, errServerGone):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return left, nil
}

// launch starts a new server, on data that it makes if there are none. One whose predecessor was
// killed a moment ago refuses to start as long as that one's last backends live, and is tried again.
func (e *Server) launch(ctx context.Context, secret string) (*postmaster, error) {
	bin, err := findBinaries(ctx, e.home.user, e.home.major(), e.logger)
	if err != nil {
		return nil, err
	}
	if err := initialise(ctx, e.home, bin); err != nil {
		return nil, err
	}
	socketDir, err := e.home.makeSocketDir()
	if err != nil {
		return nil, err
	}
	patience, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	for {
		p, err := spawn(e.home, bin, socketDir, e.settings, e.logger)
		if err != nil {
			return nil, err
		}
		err = e.serve(ctx, p, secret)
		if err == nil {
			return p, nil
		}
		_ = p.stop(ctx)
		tail := e.home.logTail()
		if !errors.Is(err, errServerGone) || !predecessorLives(tail) {
			return nil, fmt.Errorf("%w\n%s", err, tail)
		}
		if err := pause(patience, 100*time.Millisecond); err != nil {
			return nil, fmt.Errorf("wait for the killed server's last processes: %w\n%s", err, tail)
		}
	}
}

// serve waits until a server answers on its socket and sees to it that our database exists.
func (e *Server) serve(ctx context.Context, p *postmaster, secret string) error {
	conn, err := p.connect(ctx, socketURL(p.socketDir, "postgres", secret))
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := checkSameData(ctx, conn, e.home.data()); err != nil {
		return err
	}
	return ensureDatabase(ctx, conn)
}

func ensureDatabase(ctx context.Context, conn *pgx.Conn) error {
	var exists bool
	row := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, embeddedDatabase)
	if err := row.Scan(&exists); err != nil {
		return fmt.Errorf("look for database: %w", err)
	}
	if exists {
		return nil
	}
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+embeddedDatabase); err != nil {
		return fmt.Errorf("create database: %w", err)
	}
	return nil
}

// checkSameData guards against a socket that leads to a server of other data.
func checkSameData(ctx context.Context, conn *pgx.Conn, data string) error {
	var served string
	if err := conn.QueryRow(ctx, `SELECT current_setting('data_directory')`).Scan(&served); err != nil {
		return fmt.Errorf("ask for data directory: %w", err)
	}
	ours, err := os.Stat(data)
	if err != nil {
		return fmt.Errorf("look at data directory: %w", err)
	}
	theirs, err := os.Stat(served)
	if err != nil || !os.SameFile(ours, theirs) {
		return fmt.Errorf("the server on our socket serves %s, not %s", served, data)
	}
	return nil
}

func socketURL(socketDir, database, secret string) string {
	u := url.URL{
		Scheme: "postgres",
		User:   url.UserPassword(embeddedRole, secret),
		Path:   "/" + database,
		// The driver takes a + for itself, not for the blank that it stands for in a form.
		RawQuery: strings.ReplaceAll(url.Values{"host": {socketDir}, "port": {socketPort}}.Encode(), "+", "%20"),
	}
	return u.String()
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
