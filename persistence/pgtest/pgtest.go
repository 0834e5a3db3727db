// Package pgtest gives tests a real Postgres. A test binary has one server, started when the first
// test asks for a database and stopped by [Run]; each test gets a database of its own, copied from
// a migrated one. A test that wants to kill its server takes a whole one with [Server].
//
//	func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }
//
//	func TestAppend(t *testing.T) {
//		t.Parallel()
//		pool := pgtest.Pool(t)
//
// Nothing listens on TCP, so any number of test binaries run at once, as root or not. What a binary
// that was killed leaves behind, its server included, is removed by the next one.
package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/persistence/embedded"
)

// patience bounds what a test waits for the server in one step.
const patience = time.Minute

// An Option changes settings of a server, or what is done with its databases.
type Option func(*options)

type options struct {
	settings map[string]string
	finally  func(ctx context.Context, db *pgx.Conn) error
}

// Setting sets one server setting, as in postgresql.conf.
func Setting(name, value string) Option {
	return func(o *options) { o.settings[name] = value }
}

// Finally has check look at each [Database] before it is dropped: its error fails
// the test. Nobody of the test is at work on it any more.
func Finally(check func(ctx context.Context, db *pgx.Conn) error) Option {
	return func(o *options) { o.finally = check }
}

// Broken excuses the [Database] of t from the check of [Finally]: the test damages
// what is stored on purpose.
func Broken(t testing.TB) { shared.broken.Store(t.Name(), true) }

// NoFsync makes commits quicker on slow disks. Killing processes loses nothing even so; only a
// power cut would.
func NoFsync() Option { return Setting("fsync", "off") }

// M is the part of testing.M that is needed here.
type M interface{ Run() int }

// Run runs the tests and then stops the shared server. It returns the exit code for os.Exit, 1 when
// the server did not stop.
func Run(m M, opts ...Option) int { return Wrap(m, opts...).Run() }

// Wrap is [Run] for goleak.VerifyTestMain, which wants to run the tests itself and look for leaks
// after the server has stopped. In a single test the shared server shows as one goroutine in
// os/exec.(*Cmd).Wait.
func Wrap(m M, opts ...Option) M { return wrapped{m, opts} }

type wrapped struct {
	m    M
	opts []Option
}

func (w wrapped) Run() int {
	shared.open(w.opts)
	code := w.m.Run()
	if err := shared.close(); err != nil {
		fmt.Println("pgtest:", err) //nolint:forbidigo // after the last test there is no t to log to
		return max(code, 1)
	}
	return code
}

// Database creates an empty, migrated database for t and returns its URL. It is dropped after the
// test, whoever is still connected.
func Database(t testing.TB) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	name, address, err := shared.create(ctx)
	if err != nil {
		t.Fatalf("create test database: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
		defer cancel()
		if _, broken := shared.broken.Load(t.Name()); !broken && !t.Failed() {
			if err := shared.finally(ctx, address); err != nil {
				t.Errorf("what the test left in its database: %v", err)
			}
		}
		if err := shared.exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop test database: %v", err)
		}
	})
	return address
}

// Pool opens a pool on a [Database] of t. It is closed after the test.
func Pool(t testing.TB) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), Database(t))
	if err != nil {
		t.Fatalf("open test database: %v", err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// Member makes id a living member of a cluster in the pool's database: claims and
// intake sources belong to members. [EndMember] ends its lease.
func Member(t testing.TB, pool *pgxpool.Pool, id string) {
	t.Helper()
	_, err := pool.Exec(t.Context(), `INSERT INTO member (cluster, id, slot, address, kinds, joined_at, renewed_at, lease_until)
		VALUES ('test', $1, 0, '', '{}', now(), now(), 'infinity') ON CONFLICT (cluster, id) DO NOTHING`, id)
	if err != nil {
		t.Fatalf("add test member: %v", err)
	}
}

// EndMember ends the lease of a [Member], as its death does.
func EndMember(t testing.TB, pool *pgxpool.Pool, id string) {
	t.Helper()
	if _, err := pool.Exec(t.Context(), `UPDATE member SET lease_until = now() WHERE id = $1`, id); err != nil {
		t.Fatalf("end test member: %v", err)
	}
}

// shared is the one server of this test binary: package functions without a handle are what keeps a
// hundred tests short.
var shared suite

// suite owns the server. Its own database is migrated and nobody connects to it: the template.
type suite struct {
	mu      sync.Mutex
	opts    []Option
	opened  bool
	started bool
	err     error // of the start; every later test fails with it too
	dir     string
	server  *embedded.Server
	admin   *pgx.Conn // connected to the database postgres
	count   int
	broken  sync.Map // names of tests
}

func (s *suite) open(opts []Option) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opts, s.opened = opts, true
}

func (s *suite) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opened = false
	if s.dir == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if s.admin != nil {
		_ = s.admin.Close(ctx)
	}
	if s.server != nil {
		if err := s.server.Stop(ctx); err != nil {
			return err
		}
	}
	return embedded.Remove(ctx, s.dir)
}

// create copies the template. The copy goes through the WAL, which is the quicker way for a
// database of ten megabytes with fsync on: copying files would take two checkpoints.
func (s *suite) create(ctx context.Context) (name, address string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.opened {
		return "", "", fmt.Errorf("TestMain must run the tests by pgtest.Run")
	}
	if !s.started {
		s.started = true
		s.err = s.start(ctx)
	}
	if s.err != nil {
		return "", "", s.err
	}
	s.count++
	name = fmt.Sprintf("test_%d", s.count)
	if _, err := s.admin.Exec(ctx, "CREATE DATABASE "+name+" TEMPLATE prosa"); err != nil {
		return "", "", err
	}
	address, err = onDatabase(s.server.URL(), name)
	return name, address, err
}

// finally lets the check of the binary, if it has one, look at a database.
func (s *suite) finally(ctx context.Context, address string) error {
	s.mu.Lock()
	check := optionsOf(s.opts).finally
	s.mu.Unlock()
	if check == nil {
		return nil
	}
	db, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	defer db.Close(ctx)
	return check(ctx, db)
}

func (s *suite) exec(ctx context.Context, sql string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.admin.Exec(ctx, sql)
	return err
}

func (s *suite) start(ctx context.Context) error {
	sweep(ctx)
	var err error
	if s.dir, err = newDir(); err != nil {
		return err
	}
	if s.server, err = embedded.Start(ctx, config(s.dir, s.opts)); err != nil {
		return err
	}
	if err := Migrate(ctx, s.server.URL()); err != nil {
		return err
	}
	address, err := onDatabase(s.server.URL(), "postgres")
	if err != nil {
		return err
	}
	s.admin, err = pgx.Connect(ctx, address)
	return err
}

func config(dir string, opts []Option) embedded.Config {
	return embedded.Config{Dir: dir, Settings: optionsOf(opts).settings}
}

func optionsOf(opts []Option) options {
	o := options{settings: map[string]string{
		"shared_buffers":  "128MB", // several servers share a machine
		"max_connections": "200",   // a pool for each of many parallel tests
	}}
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

func onDatabase(address, name string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("parse server URL: %w", err)
	}
	u.Path = "/" + name
	return u.String(), nil
}
