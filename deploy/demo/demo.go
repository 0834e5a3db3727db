package demo

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/deploy/engine"
	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/gateway/simulator"
	"github.com/prosa-chat/prosa/gateway/web"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// Serve runs the engine and a simulated Meta in one process. Moving the simulator's
// clock moves the database's business time, so that windows close on both sides. The
// next start finds it where it was left.
func Serve(ctx context.Context, c engine.Config, db *engine.Database, o *engine.Observation, stdout io.Writer) error {
	random := make([]byte, 32)
	if _, err := rand.Read(random); err != nil {
		return fmt.Errorf("make app secret: %w", err)
	}
	c.AppSecret, c.VerifyToken = hex.EncodeToString(random), verify
	memory := persistence.NewDemo(db.Pool)
	state, err := open(ctx, memory, stdout)
	if err != nil {
		return err
	}
	clock, err := persistence.OpenClock(ctx, db.Pool)
	if err != nil {
		return err
	}
	sim := simulator.New(simulated(c, o, clock))
	if err := sim.Open(c.PhonesListen); err != nil {
		if !errors.As(err, new(*net.OpError)) {
			return err
		}
		return fmt.Errorf("%w\nremedy: free the port, or give the phones another one: PROSA_PHONES_LISTEN=127.0.0.1:0", err)
	}
	defer func() { _ = sim.Close() }() // it keeps nothing
	c.GraphURL = sim.URL()
	e, err := engine.Start(ctx, c, db, o, engine.Extras{Clock: clock, Web: web.DemoHandler(), Demo: door(sim.URL())})
	if err != nil {
		return err
	}
	newcomer := Staff()[asAna]
	sim.SetInbox(simulator.Inbox{URL: e.Gateway.URL(), Door: doorFor(e.Gateway.URL(), newcomer), Name: firstName(newcomer)})
	err = seed(ctx, e, sim, state.Told)
	if err == nil {
		err = memory.Finish(ctx)
	}
	if err != nil {
		if ctx.Err() != nil {
			err = nil // told to stop while it began
			fmt.Fprintln(stdout, engine.StoppedEarly)
		}
		return errors.Join(err, e.Close(context.WithoutCancel(ctx)))
	}
	greet(stdout, e.Gateway.URL(), sim)
	return e.Wait(ctx)
}

// openDemo tells what earlier starts left, and the newcomer what follows from it.
func open(ctx context.Context, memory *persistence.Demo, stdout io.Writer) (persistence.DemoState, error) {
	state, err := memory.Open(ctx, tenant, storyAgo())
	switch {
	case errors.Is(err, persistence.ErrRealData):
		return state, fmt.Errorf("%w\nremedy: give the demo a folder of its own: PROSA_DATA=./.prosa-demo", err)
	case err != nil || state.Told:
		return state, err
	case state.Again:
		fmt.Fprintln(stdout, "\n  The first start was interrupted: the sample data are made anew.")
	}
	return state, nil
}

// demoDoor lets anybody be one of the demo's people.
func door(phones string) *gateway.Demo {
	d := &gateway.Demo{Phones: phones, Tenant: tenant, Token: spareToken}
	for _, p := range Staff() {
		d.Emails = append(d.Emails, p.Email)
	}
	return d
}

// moveWithin is how long the page waits for the database to take a move.
const moveWithin = 2 * time.Second

func simulated(c engine.Config, o *engine.Observation, clock *persistence.Clock) simulator.Config {
	cfg := simulator.Config{
		Phones: Phones(), Templates: templates(), AppSecret: c.AppSecret, NeedProof: true,
		VerifyToken: c.VerifyToken, Seed: seedOfChance, Logger: o.Log,
		Ahead: clock.Ahead(), Lasting: true,
		Move: func(ahead time.Duration) error {
			ctx, cancel := context.WithTimeout(context.Background(), moveWithin)
			defer cancel()
			return clock.Set(ctx, ahead)
		},
	}
	for _, n := range Numbers() {
		cfg.Numbers = append(cfg.Numbers, simulator.Number{
			ID: n.Id, Display: n.display, Name: n.name, AccountID: Account, Portfolio: Portfolio, Token: token,
			Standing: n.standing,
		})
	}
	cfg.Numbers = append(cfg.Numbers, simulator.Number{
		ID: spareNumber, Display: "5571955500121", Name: "Lume Atacado · Salvador", AccountID: spareAccount, Portfolio: Portfolio,
		Token: spareToken, Fresh: true,
	})
	return cfg
}

// printDemo tells a newcomer what to open and what to try.
func greet(w io.Writer, inbox string, sim *simulator.Simulator) {
	bruno := Staff()[asBruno]
	fmt.Fprintf(w, `
  Inbox    %[1]s/
  Phones   %[2]s/

  You are Ana of Lume Atacado. WhatsApp is simulated: nothing reaches Meta.
  Write as a customer on the phones; claim and reply in the inbox.
  Be %[4]s beside her: %[3]s
  Move the phones' clock and the window closes. Cut the network, or kill -9.
`, inbox, sim.URL(), doorFor(besides(inbox), bruno), firstName(bruno))
	if ahead := sim.Ahead().Round(time.Minute); ahead != 0 {
		fmt.Fprintf(w, "  The clock is %s ahead, as you left it; `make db/reset` begins anew.\n", strings.TrimSuffix(ahead.String(), "0s"))
	}
	fmt.Fprintln(w, "  Ctrl-C stops it; the next start finds everything as it was.")
}

// doorFor is the address at which the inbox lets somebody in.
func doorFor(inbox string, p staff.Person) string { return inbox + "/?as=" + p.Email }

// besides is the other name of the machine: browsers keep the log-ins of
// 127.0.0.1 and localhost apart, so that one can be two people at once.
func besides(inbox string) string { return strings.Replace(inbox, "//127.0.0.1:", "//localhost:", 1) }
