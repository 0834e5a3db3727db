package load

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// ErrWrong says that a scenario ran but what it checked did not hold: messages
// were lost, doubled or set aside.
var ErrWrong = errors.New("check failed")

// Options says what engine a scenario needs.
type Options struct {
	Bare     bool   // webhook and intake only: nothing is pumped into grains
	GraphURL string // base URL of the Graph API to send to; "" when nothing is sent
	Numbers  int    // business numbers to register, all of one tenant
	Teams    int    // number i belongs to team i modulo Teams, and so does login i
	Logins   int    // agents to make
}

// Target is a running engine. Its database was empty and migrated when it began
// and has nothing but what Options asked for.
type Target struct {
	URL         string   // of the gateway, "http://host:port"; TLS is not spoken
	AppSecret   string   // signs webhooks
	DatabaseURL string   // to read counts, WAL and processes; a role that may write
	Numbers     []string // phone number ids, in the order of Options.Numbers
	Token       string   // access token of the numbers, which the simulator asks for
	Logins      []Login
	// Activations counts the conversations in memory; nil: not told, then all that
	// were written to are taken for active.
	Activations func() int
	// HeapBytes is memory in use after a collection; nil: this process's.
	HeapBytes func() uint64
	// Stop ends the engine and drops its database. It is called once.
	Stop func(ctx context.Context) error
}

// Login is a person who works at the target.
type Login struct{ Email, Password string }

// Config says what to measure. Only Start is needed.
type Config struct {
	// Start brings up a fresh engine in this process; the caller of it calls Stop.
	Start func(ctx context.Context, o Options) (*Target, error)
	Out   io.Writer // gets the report when the run has ended; nil: nothing
	JSON  bool      // the report as JSON instead of a table

	Scenarios   []string      // by name, see Scenarios; none: those that run by default
	Duration    time.Duration // of each closed loop after its first messages; 0: 5 s
	Contacts    int           // people who write; 0: 100,000
	Numbers     int           // numbers that they write to; 0: 120
	Connections int           // keep-alive connections of the webhook callers; 0: 64
	Rounds      int           // of bare and inbound in turn, medians are told; 0: 2
	Rate        int           // of the open loop, messages a second; 0: 1,000
	Sockets     int           // open in the latency scenario; 0: 200
	Watchers    int           // sockets that see one message; 0: 10
	Sends       int           // round trips of the outbound scenario; 0: 6,000
	Rest        time.Duration // after a flood, before memory is read again; 0: 10 s
	Full        bool          // also the long ends of the flat scenario
	Seed        int64         // of order and faults

	// Progress hears what runs now; nil: nobody.
	Progress func(text string)
}

func (c Config) withDefaults() Config {
	if c.Out == nil {
		c.Out = io.Discard
	}
	c.Duration = cmp.Or(c.Duration, 5*time.Second)
	c.Contacts = cmp.Or(c.Contacts, 100_000)
	c.Numbers = cmp.Or(c.Numbers, 120)
	c.Connections = cmp.Or(c.Connections, 64)
	c.Rounds = cmp.Or(c.Rounds, 2)
	c.Rate = cmp.Or(c.Rate, 1000)
	c.Sockets = cmp.Or(c.Sockets, 200)
	c.Watchers = cmp.Or(c.Watchers, 10)
	c.Sends = cmp.Or(c.Sends, 6000)
	c.Rest = cmp.Or(c.Rest, 10*time.Second)
	if c.Progress == nil {
		c.Progress = func(string) {}
	}
	return c
}

// scenario is one measurement.
type scenario struct {
	name      string
	about     string
	byDefault bool
	run       func(ctx context.Context, r *runner, into *Result) error
}

func scenarios() []scenario {
	return []scenario{
		{"bare", "webhooks into an engine that only stores them", false, bare},
		{"inbound", "webhooks through grains, from a cold start", false, inbound},
		{"interleaved", "bare and inbound in turn, medians and their ratio", true, interleaved},
		{"latency", "open loop: webhook to answer, webhook to socket", true, latency},
		{"outbound", "API to Meta and three statuses back", true, outbound},
		{"idle", "memory of an idle conversation", true, idle},
		{"flat", "cost of a message in long threads and among many", true, flat},
		{"faults", "duplicates, batches, reordering, broken connections", false, faults},
	}
}

// Scenarios lists the names and what they measure, those that run by default first
// to last in this order.
func Scenarios() []string {
	var list []string
	for _, s := range scenarios() {
		mark := ""
		if s.byDefault {
			mark = " (default)"
		}
		list = append(list, fmt.Sprintf("%-12s %s%s", s.name, s.about, mark))
	}
	return list
}

func chosen(names []string) ([]scenario, error) {
	var list []scenario
	for _, s := range scenarios() {
		if slices.Contains(names, s.name) || len(names) == 0 && s.byDefault {
			list = append(list, s)
		}
	}
	for _, name := range names {
		if !slices.ContainsFunc(list, func(s scenario) bool { return s.name == name }) {
			return nil, fmt.Errorf("no scenario is called %q", name)
		}
	}
	return list, nil
}

// runner is what the scenarios of one run share.
type runner struct {
	Config
	report *Report
}

// Run measures scenario by scenario, each on fresh engines, and writes the
// report. One that fails does not keep the others from running. The error joins
// what went wrong; those about lost or doubled messages are ErrWrong. The report
// holds what was measured in any case.
func Run(ctx context.Context, cfg Config) (Report, error) {
	cfg = cfg.withDefaults()
	report := Report{Conditions: conditions(&cfg)}
	list, err := chosen(cfg.Scenarios)
	if err != nil {
		return report, err
	}
	if cfg.Start == nil {
		return report, errors.New("no way to start an engine was given")
	}
	r := &runner{Config: cfg, report: &report}
	var wrong []error
	for _, s := range list {
		cfg.Progress(s.name + ": " + s.about)
		result := Result{Scenario: s.name}
		began := time.Now()
		err := s.run(ctx, r, &result)
		result.Seconds = time.Since(began).Seconds()
		if err != nil {
			result.Error = err.Error()
			wrong = append(wrong, fmt.Errorf("%s: %w", s.name, err))
		}
		report.Results = append(report.Results, result)
		if ctx.Err() != nil {
			break
		}
	}
	return report, errors.Join(append(wrong, report.write(cfg.Out, cfg.JSON))...)
}

// stopTime bounds the end of a target.
const stopTime = 30 * time.Second

// site is a target with what a scenario reads and sends there.
type site struct {
	*Target
	meter *meter
}

// with runs use on a fresh target and ends it.
func (r *runner) with(ctx context.Context, o Options, use func(s *site) error) (err error) {
	o.Numbers = cmp.Or(o.Numbers, r.Numbers)
	o.Teams = cmp.Or(o.Teams, 1)
	target, err := r.Start(ctx, o)
	if err != nil {
		return fmt.Errorf("start engine: %w", err)
	}
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
		defer cancel()
		if stopped := target.Stop(end); stopped != nil {
			err = errors.Join(err, fmt.Errorf("stop engine: %w", stopped))
		}
	}()
	if len(target.Numbers) == 0 {
		return errors.New("the engine has no numbers")
	}
	m, err := openMeter(ctx, target.DatabaseURL)
	if err != nil {
		return err
	}
	defer m.close(context.WithoutCancel(ctx))
	if r.report.Conditions.Postgres == "" {
		if err := m.describe(ctx, &r.report.Conditions); err != nil {
			return err
		}
	}
	return use(&site{target, m})
}

// callers are the webhook connections to a site.
func (r *runner) callers(s *site, t *traffic) *callers {
	return &callers{url: s.URL, secret: s.AppSecret, connections: r.Connections, traffic: t}
}
