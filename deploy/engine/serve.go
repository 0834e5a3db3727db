package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/web"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// GcPercent trades memory for processor time: the live heap is small beside what
// a busy engine allocates and drops.
const GcPercent = 300

// ServeDemo is what serve -demo does with a database that is open, until ctx ends.
type ServeDemo func(ctx context.Context, kept *Config, db *Database, o *Observation, stdout io.Writer) error

// Serve runs the engine until ctx ends; -demo runs demo instead.
func Serve(ctx context.Context, demo ServeDemo, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	c, err := ParseConfig("serve", args, getenv, stderr)
	if err != nil {
		return err
	}
	if getenv("GOGC") == "" {
		debug.SetGCPercent(GcPercent)
	}
	c.front = newFront()
	defer c.front.close()
	open := OpenDatabase
	for {
		err := serveOnce(ctx, &c, demo, open, getenv, stdout, stderr)
		switch {
		case !errors.Is(err, errBeginAnew):
			return err
		case ctx.Err() != nil:
			return nil // told to stop while there was nothing to finish
		}
		open = awaitDatabase
	}
}

const StoppedEarly = "\n  Stopped before it was ready."

// serveOnce is the life of one engine, with what it measures and stores.
func serveOnce(
	ctx context.Context, c *Config, demo ServeDemo, open func(context.Context, Config, *slog.Logger) (*Database, error),
	getenv func(string) string, stdout, stderr io.Writer,
) error {
	o, err := Observe(ctx, c.LogLevel, getenv, stderr)
	if err != nil {
		return err
	}
	defer func() { _ = o.Close(context.WithoutCancel(ctx)) }() // the last figures may be lost
	o.Log.Info("starting", "config", *c)
	db, err := open(ctx, *c, o.Log)
	switch {
	case err != nil && ctx.Err() != nil && !errors.Is(err, errBeginAnew):
		o.Log.Debug("told to stop while the database started", "error", err)
		fmt.Fprintln(stdout, StoppedEarly)
		return nil
	case err != nil:
		return err
	}
	stopMetrics, err := ServeMetrics(ctx, *c, o)
	if err != nil {
		return errors.Join(err, db.Close(context.WithoutCancel(ctx)))
	}
	defer stopMetrics()
	if c.Demo {
		err = demo(ctx, c, db, o, stdout)
	} else {
		err = serveEngine(ctx, c, db, o, stdout)
	}
	err = errors.Join(err, db.Close(context.WithoutCancel(ctx)))
	if errors.Is(err, errBeginAnew) {
		o.Log.Error("beginning anew, once the database is there", "error", err)
	}
	return err
}

// ErrDemoData keeps real data apart from the demo's.
var ErrDemoData = errors.New(`the database is the demo's
remedy: set DATABASE_URL, or another folder: PROSA_DATA; or delete the demo: make db/reset`)

// serveEngine is serve against the real Meta. The address that it got is kept,
// for the next engine of this process.
func serveEngine(ctx context.Context, c *Config, db *Database, o *Observation, stdout io.Writer) error {
	switch marked, err := persistence.NewDemo(db.Pool).Marked(ctx); {
	case err != nil:
		return err
	case marked: // its people have a password that is printed
		return ErrDemoData
	}
	e, err := Start(ctx, *c, db, o, Extras{Web: web.Handler()})
	if err != nil {
		return err
	}
	if err := e.firstAdmin(ctx, *c); err != nil {
		return errors.Join(err, e.Close(context.WithoutCancel(ctx)))
	}
	if e.Gateway != nil {
		fmt.Fprintf(stdout, "Prosa listens on %s\n", e.Gateway.URL())
		c.Listen = strings.TrimPrefix(e.Gateway.URL(), "http://")
	}
	return e.Wait(ctx)
}

// Wait serves until ctx ends, then drains, or until the cluster strikes the
// process off: because it had stopped by itself for too long, or because nobody
// could renew anything while the database was away.
func (e *Engine) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return e.Close(context.WithoutCancel(ctx))
	case reason := <-e.fenced:
		// Nothing in memory may be trusted or answered any more; what is not
		// committed was not acknowledged. Draining would only take time.
		err := fmt.Errorf("%w: %s", ErrFenced, reason)
		if e.Db.embedded == nil && e.databaseAnswers() == nil {
			return fmt.Errorf("%w\nremedy: start it anew, as a supervisor does", err)
		}
		// What hangs in the database holds up the closing, not who calls.
		err = errors.Join(errBeginAnew, err, e.shutFront(ctx))
		if e.Gateway != nil {
			e.Gateway.Abandon()
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fencedCloseTime)
		defer cancel()
		return errors.Join(err, e.Close(ctx))
	}
}

// shutFront takes the callers from the gateway, which is about to end.
func (e *Engine) shutFront(ctx context.Context) error {
	if e.Gateway == nil || e.front == nil {
		return nil
	}
	return e.front.shut(ctx, "")
}

// Names of the tenant and team that the first administrator gets.
const (
	firstTenant = wa.TenantID("main")
	firstTeam   = wa.TeamID("main")
)

// firstAdmin makes the configured administrator, so that somebody can log in and
// register numbers. An account that is there is left as it is.
func (e *Engine) firstAdmin(ctx context.Context, c Config) error {
	if c.AdminEmail == "" {
		return nil
	}
	err := e.Staff.First(ctx, "Main", staff.Team{ID: firstTeam, Name: "Main"}, staff.Person{
		TenantID: firstTenant, Email: c.AdminEmail, Name: "Admin", Role: staff.RoleAdmin,
	}, c.AdminPassword)
	if errors.Is(err, staff.ErrWeakPassword) || errors.Is(err, staff.ErrGuessablePassword) {
		err = fmt.Errorf("%w\nremedy: give another one: PROSA_ADMIN_PASSWORD", err)
	}
	if err != nil {
		return fmt.Errorf("make the first administrator: %w", err)
	}
	return nil
}
