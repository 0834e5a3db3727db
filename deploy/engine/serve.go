package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/web"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// ServeDemo is what serve -demo does with a database that is open, until ctx ends.
type ServeDemo func(ctx context.Context, c Config, db *Database, o *Observation, stdout io.Writer) error

// Serve runs the engine until ctx ends; -demo runs demo instead.
func Serve(ctx context.Context, demo ServeDemo, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	c, err := ParseConfig("serve", args, getenv, stderr)
	if err != nil {
		return err
	}
	TendMemory(ctx, getenv)
	o, err := Observe(ctx, c.LogLevel, getenv, stderr)
	if err != nil {
		return err
	}
	defer func() { _ = o.Close(context.WithoutCancel(ctx)) }() // the last figures may be lost
	o.Log.Info("starting", "config", c)
	db, err := awaitDatabase(ctx, c, o.Log)
	switch {
	case err != nil && ctx.Err() != nil:
		o.Log.Debug("told to stop while the database started", "error", err)
		fmt.Fprintln(stdout, StoppedEarly)
		return nil
	case err != nil:
		return err
	}
	stopMetrics, err := ServeMetrics(ctx, c, o)
	if err != nil {
		return errors.Join(err, db.Close(context.WithoutCancel(ctx)))
	}
	defer stopMetrics()
	if c.Demo {
		err = demo(ctx, c, db, o, stdout)
	} else {
		err = serveEngine(ctx, c, db, o, stdout)
	}
	if errors.Is(err, ErrFenced) {
		return err // what hangs in the database would hold up the end of the process
	}
	return errors.Join(err, db.Close(context.WithoutCancel(ctx)))
}

const StoppedEarly = "\n  Stopped before it was ready."

// ErrDemoData keeps real data apart from the demo's.
var ErrDemoData = errors.New(`the database is the demo's
remedy: set DATABASE_URL, or another folder: PROSA_DATA; or delete the demo: make db/reset`)

// serveEngine is serve against the real Meta.
func serveEngine(ctx context.Context, c Config, db *Database, o *Observation, stdout io.Writer) error {
	switch marked, err := persistence.NewDemo(db.Pool).Marked(ctx); {
	case err != nil:
		return err
	case marked: // its people have a password that is printed
		return ErrDemoData
	}
	e, err := Start(ctx, c, db, o, Extras{Web: web.Handler()})
	if err != nil {
		return err
	}
	if e.Gateway != nil {
		if err := e.letFirstIn(ctx, c, stdout); err != nil {
			return errors.Join(err, e.Close(context.WithoutCancel(ctx)))
		}
		fmt.Fprintf(stdout, "Prosa listens on %s\n", e.Gateway.URL())
	}
	return e.Wait(ctx)
}

// fencedCloseTime is how long an engine may take that can finish nothing.
const fencedCloseTime = 2 * time.Second

// Wait serves until ctx ends, then drains, or until the cluster strikes the process
// off: because it had stopped by itself for too long, or because nobody could renew
// anything while the database was away. The error is ErrFenced then, and the caller
// ends the process: nothing in memory may be trusted any more, and everything that
// was acknowledged is stored.
func (e *Engine) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return e.Close(context.WithoutCancel(ctx))
	case reason := <-e.fenced:
		e.abandon(context.WithoutCancel(ctx))
		return fmt.Errorf("%w: %s\nremedy: start it anew, as a supervisor does (Restart=always); nothing is lost, and it waits for a database that is away",
			ErrFenced, reason)
	}
}

// abandon answers whoever waits, and no more: draining would only take time.
func (e *Engine) abandon(ctx context.Context) {
	e.draining.Store(true)
	if e.Gateway == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, fencedCloseTime)
	defer cancel()
	e.Gateway.Abandon()
	_ = e.Gateway.Close(ctx) // its requests end with the process at the latest
}

// Names of the tenant and team that the first administrator gets.
const (
	firstTenant   = wa.TenantID("main")
	firstTeam     = wa.TeamID("main")
	firstTeamName = "Main"
)

// firstAdmin makes the configured administrator, so that somebody can log in and
// register numbers. An account that is there is left as it is.
func (e *Engine) firstAdmin(ctx context.Context, c Config) error {
	if c.AdminEmail == "" {
		return nil
	}
	err := e.Staff.First(ctx, staff.FirstName, staff.Team{ID: firstTeam, Name: firstTeamName}, staff.Person{
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

// letFirstIn prints a link for whoever is to administer an installation that belongs
// to nobody. It is made anew at each start: the newest that was printed is the one that
// opens.
func (e *Engine) letFirstIn(ctx context.Context, c Config, stdout io.Writer) error {
	token, err := e.Staff.Founding(ctx, firstTenant, staff.Team{ID: firstTeam, Name: firstTeamName})
	if err != nil || token == "" {
		return err
	}
	e.unmanned.Store(true)
	origin := strings.TrimSuffix(c.PublicURL, "/")
	if origin == "" {
		origin = e.Gateway.URL()
	}
	fmt.Fprintf(stdout, "Nobody administers this installation yet. This link does it, once and within a day: %s/#invitation=%s\n", origin, token)
	return nil
}

// nobodyYet says whether it is still so that nobody administers the installation.
func (e *Engine) nobodyYet(ctx context.Context) bool {
	if !e.unmanned.Load() {
		return false
	}
	anybody, err := e.Staff.Anybody(ctx)
	if err == nil && anybody {
		e.unmanned.Store(false)
	}
	return err == nil && !anybody
}
