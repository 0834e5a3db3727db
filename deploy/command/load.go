package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"runtime"
	"runtime/pprof"
	"sync/atomic"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/deploy/engine"
	"github.com/prosa-chat/prosa/evals/load"
	"github.com/prosa-chat/prosa/persistence/embedded"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// runLoad measures the engine under traffic, in this process, each scenario on a
// freshly migrated database of its own.
func runLoad(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	cfg := load.Config{Out: stdout, Progress: func(s string) { fmt.Fprintln(stderr, s) }}
	set := flag.NewFlagSet("load", flag.ContinueOnError)
	set.SetOutput(stderr)
	databaseURL := set.String("database-url", getenv("DATABASE_URL"), "server to make databases on; empty starts an embedded one")
	level := set.String("log-level", "warn", "of the engine")
	statements := set.Bool("statements", false, "also the time of each statement; an embedded server needs the extension pg_stat_statements")
	profile := set.String("cpuprofile", "", "file for a processor profile of engine and generator")
	cfg.Flags(set)
	if err := set.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return fmt.Errorf("%w: %w", engine.ErrUsage, err)
	}
	engine.TendMemory(ctx, getenv)
	dir, err := os.MkdirTemp("", "prosa-load-")
	if err != nil {
		return fmt.Errorf("make a folder for the measurement: %w", err)
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o711); err != nil { //nolint:gosec // the server's own user must pass
		return fmt.Errorf("open the folder for the measurement: %w", err)
	}
	l := &loader{dir: dir, server: *databaseURL, getenv: getenv, level: *level, stderr: stderr}
	if l.server == "" {
		embedded, err := embedded.Start(ctx, embedded.Config{Dir: dir, Logger: slog.New(slog.DiscardHandler), Settings: serverSettings(*statements)})
		if err != nil {
			return fmt.Errorf("start embedded database: %w", err)
		}
		defer func() { _ = embedded.Stop(context.WithoutCancel(ctx)) }()
		l.server = embedded.URL()
	}
	cfg.Start = l.start
	if *profile != "" {
		stop, err := startProfile(*profile)
		if err != nil {
			return err
		}
		defer stop()
	}
	_, err = load.Run(ctx, cfg)
	return err
}

// serverSettings has the embedded server count what each statement took. It costs
// a few per cent, so it is asked for.
func serverSettings(statements bool) map[string]string {
	if !statements {
		return nil
	}
	return map[string]string{"shared_preload_libraries": "pg_stat_statements", "pg_stat_statements.track_planning": "on"}
}

func startProfile(path string) (stop func(), err error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("write profile: %w", err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(fmt.Errorf("write profile: %w", err), f.Close())
	}
	return func() {
		pprof.StopCPUProfile()
		_ = f.Close() // a lost profile is measured again
	}, nil
}

// loader brings up engines to measure.
type loader struct {
	dir, server string
	getenv      func(string) string
	level       string
	stderr      io.Writer
	databases   atomic.Int64
}

const (
	loadTenant = wa.TenantID("load")
	loadSecret = "app-secret-of-the-load-test" //nolint:gosec // of a database that is dropped
)

// start is load.Config.Start.
func (l *loader) start(ctx context.Context, want load.Options) (_ *load.Target, err error) {
	name := fmt.Sprintf("prosa_load_%d_%d", os.Getpid(), l.databases.Add(1))
	target, err := l.createDatabase(ctx, name)
	if err != nil {
		return nil, err
	}
	c := engine.Config{
		DatabaseURL: target, Data: l.dir, Listen: "127.0.0.1:0", Roles: []string{engine.RoleGateway, engine.RoleMember, engine.RoleRelay},
		ClusterListen: "127.0.0.1:0", AppSecret: loadSecret, VerifyToken: "load", GraphURL: want.GraphURL, LogLevel: l.level,
	}
	o, err := engine.Observe(ctx, c.LogLevel, l.getenv, l.stderr)
	if err != nil {
		return nil, err
	}
	db, err := engine.OpenDatabase(ctx, c, o.Log)
	if err != nil {
		return nil, err
	}
	e, err := engine.Start(ctx, c, db, o, engine.Extras{Bare: want.Bare})
	if err != nil {
		return nil, errors.Join(err, db.Close(ctx))
	}
	stop := func(ctx context.Context) error {
		return errors.Join(e.Close(ctx), db.Close(ctx), o.Close(ctx), l.dropDatabase(ctx, name))
	}
	t, err := populate(ctx, e, want)
	if err != nil {
		return nil, errors.Join(err, stop(ctx))
	}
	t.AppSecret, t.DatabaseURL, t.Stop = loadSecret, target, stop
	return t, nil
}

// populate registers what a scenario wants and nothing else.
func populate(ctx context.Context, e *engine.Engine, want load.Options) (*load.Target, error) {
	t := &load.Target{URL: e.Gateway.URL(), Token: "load-token", Activations: e.Member.Activations, HeapBytes: heapBytes}
	team := func(i int) wa.TeamID { return wa.TeamID(fmt.Sprintf("team%d", i%max(want.Teams, 1))) }
	for i := range want.Numbers {
		id := wa.PhoneNumberID(fmt.Sprintf("99%013d", i))
		err := e.Numbers.Register(ctx, numbers.Registration{Number: numbers.Number{
			ID: id, TenantID: loadTenant, AccountID: "load", PortfolioID: "load", TeamID: team(i), Display: "x", Token: t.Token,
		}})
		if err != nil {
			return nil, err
		}
		t.Numbers = append(t.Numbers, string(id))
	}
	// Numbers at Meta's highest throughput: pace is not what is measured.
	if _, err := e.Db.Pool.Exec(ctx, `
		INSERT INTO pace (phone_number_id, rate, tokens) SELECT id, 1000, 1000 FROM phone_number
		ON CONFLICT (phone_number_id) DO UPDATE SET rate = 1000`); err != nil {
		return nil, fmt.Errorf("raise rates: %w", err)
	}
	for i := range want.Logins {
		login := load.Login{Email: fmt.Sprintf("agent%d@load.example", i), Password: "password of a load test"}
		_, err := e.Staff.Create(ctx, staff.Person{
			TenantID: loadTenant, Email: login.Email, Name: fmt.Sprint("Agent ", i), Role: staff.RoleAgent, Teams: []wa.TeamID{team(i)},
		}, login.Password)
		if err != nil {
			return nil, err
		}
		t.Logins = append(t.Logins, login)
	}
	return t, nil
}

func (l *loader) createDatabase(ctx context.Context, name string) (string, error) {
	if err := l.exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()); err != nil {
		return "", err
	}
	u, err := url.Parse(l.server)
	if err != nil {
		return "", fmt.Errorf("read DATABASE_URL: %w", err)
	}
	u.Path = "/" + name
	return u.String(), nil
}

func (l *loader) dropDatabase(ctx context.Context, name string) error {
	return l.exec(ctx, "DROP DATABASE IF EXISTS "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)")
}

func (l *loader) exec(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, l.server)
	if err != nil {
		return fmt.Errorf("connect to the server of the measurement: %w", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("%s: %w", sql, err)
	}
	return nil
}

func heapBytes() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
