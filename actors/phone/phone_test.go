package phone_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/phone"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// number plays commands as the shell does and tells the health in one line.
type number struct {
	t     *testing.T
	state *phone.State
	now   time.Time
	past  []phone.Event
}

func newNumber(t *testing.T) *number {
	t.Helper()
	return &number{t: t, state: &phone.State{ID: "1001"}, now: start}
}

func (n *number) do(cmd phone.Command) phone.Decision {
	n.t.Helper()
	d, err := n.state.Decide(cmd, n.now)
	if err != nil {
		n.t.Fatalf("%v: %v", cmd, err)
	}
	for _, ev := range d.Events {
		n.state.Evolve(ev)
		n.past = append(n.past, ev)
	}
	if got := n.state.Describe(n.now); !proto.Equal(got, d.Outcome) {
		n.t.Errorf("%v: the outcome is %v, the number then %v", cmd, d.Outcome, got)
	}
	again, err := n.state.Decide(cmd, n.now)
	if err != nil || len(again.Events) != 0 {
		n.t.Errorf("%v: decided twice: %v, %v", cmd, again.Events, err)
	}
	return d
}

func (n *number) report(cause actorpb.RecordNumberHealth_Cause, code int32) phone.Decision {
	n.t.Helper()
	return n.do(&actorpb.RecordNumberHealth{Cause: cause, Code: code, Text: fmt.Sprintf("(#%d)", code)})
}

func (n *number) want(want string) {
	n.t.Helper()
	s := n.state.Describe(n.now)
	got := fmt.Sprintf("%s %g", s.Health, n.state.Pace(n.now))
	if s.UntilMs != 0 {
		got += " until " + time.UnixMilli(s.UntilMs).Sub(start).String()
	}
	if s.Code != 0 {
		got += fmt.Sprintf(" code %d", s.Code)
	}
	if got != want {
		n.t.Errorf("at %s: %s, want %s", n.now.Sub(start), got, want)
	}
}

const (
	throughput  = actorpb.RecordNumberHealth_CAUSE_THROUGHPUT
	token       = actorpb.RecordNumberHealth_CAUSE_TOKEN
	stopped     = actorpb.RecordNumberHealth_CAUSE_STOPPED
	recovered   = actorpb.RecordNumberHealth_CAUSE_RECOVERED
	maintenance = actorpb.RecordNumberHealth_CAUSE_MAINTENANCE
	quality     = actorpb.RecordNumberHealth_CAUSE_QUALITY
)

func admin(tenant string) *actorpb.Actor {
	return &actorpb.Actor{AgentId: "adam", Name: "Adam", TenantId: tenant, Role: actorpb.Role_ROLE_ADMIN}
}

func TestUnknownNumberIsDescribed(t *testing.T) {
	t.Parallel()
	n := newNumber(t)
	d := n.do(&actorpb.GetNumber{})
	want := &actorpb.NumberState{Rate: 80, Health: "ok"}
	if !proto.Equal(d.Outcome, want) || len(d.Events) != 0 {
		t.Errorf("got %v, want %v", d.Outcome, want)
	}
	n.want("ok 1")
}

// One overload comes as many reports: the pace halves once, then again if it
// goes on after the hold, and comes back by itself.
func TestThroughput(t *testing.T) {
	t.Parallel()
	n := newNumber(t)
	n.report(throughput, 130429)
	n.want("slow 0.5 until 12s code 130429")
	for range 100 {
		n.now = n.now.Add(49 * time.Millisecond)
		if d := n.report(throughput, 130429); len(d.Events) != 0 {
			t.Fatalf("at %s: halved again within the hold", n.now.Sub(start))
		}
	}
	n.now = start.Add(5 * time.Second)
	n.want("slow 0.5625 until 12s code 130429")
	n.now = start.Add(6 * time.Second)
	n.want("slow 0.625 until 12s code 130429")
	n.report(throughput, 130429)
	n.want("slow 0.3125 until 21s code 130429")
	n.now = start.Add(21*time.Second - 1)
	n.want("slow 0.9375 until 21s code 130429")
	n.now = start.Add(21 * time.Second)
	n.want("ok 1")
	if len(n.past) != 2 {
		t.Errorf("%d events, want 2", len(n.past))
	}
}

func TestPaceHasAFloor(t *testing.T) {
	t.Parallel()
	n := newNumber(t)
	for range 50 {
		n.report(throughput, 130429)
		n.now = n.now.Add(5 * time.Second)
		if f := n.state.Pace(n.now); f < phone.MinFactor {
			t.Fatalf("pace %g", f)
		}
	}
	n.now = n.now.Add(20 * time.Second)
	n.want("ok 1")
}

func TestMaintenancePausesForMinutes(t *testing.T) {
	t.Parallel()
	n := newNumber(t)
	n.report(maintenance, 131057)
	n.want("paused 1 until 5m0s code 131057")
	n.now = start.Add(time.Minute)
	if d := n.report(throughput, 130429); len(d.Events) != 0 {
		t.Error("a late overload changed the pause")
	}
	n.report(maintenance, 131057)
	n.want("paused 1 until 5m0s code 131057")
	n.now = start.Add(5 * time.Minute)
	n.want("ok 1")
	n.report(maintenance, 131057)
	n.want("paused 1 until 10m0s code 131057")
}

func TestStoppedUntilSomebodyActs(t *testing.T) {
	t.Parallel()
	n := newNumber(t)
	n.report(throughput, 130429)
	n.report(token, 190)
	n.want("stopped 0.5 code 190")
	n.now = start.Add(100 * time.Hour)
	for _, cause := range []actorpb.RecordNumberHealth_Cause{throughput, maintenance} {
		if d := n.report(cause, 1); len(d.Events) != 0 {
			t.Errorf("%s lifted the stop", cause)
		}
	}
	n.want("stopped 0.5 code 190")
	n.report(stopped, 131031)
	n.want("stopped 0.5 code 131031")
	n.report(recovered, 0)
	n.want("ok 1")
	if d := n.report(recovered, 0); len(d.Events) != 0 {
		t.Error("recovered twice")
	}
}

// Quality travels with any report and never touches health or pace.
func TestQuality(t *testing.T) {
	t.Parallel()
	n := newNumber(t)
	n.do(&actorpb.RecordNumberHealth{Cause: quality, Quality: "YELLOW"})
	n.want("ok 1")
	n.report(throughput, 130429)
	n.do(&actorpb.RecordNumberHealth{Cause: quality, Quality: "RED"})
	n.want("slow 0.5 until 12s code 130429")
	if d := n.do(&actorpb.RecordNumberHealth{Cause: throughput, Code: 130429, Quality: "GREEN"}); len(d.Events) != 1 {
		t.Errorf("a change of quality within the hold: %d events, want 1", len(d.Events))
	}
	n.want("slow 0.5 until 12s code 130429")
	n.report(stopped, 131031)
	if q := n.state.Describe(n.now).Quality; q != "GREEN" {
		t.Errorf("quality %q, want GREEN to stay", q)
	}
}

func TestConfigure(t *testing.T) {
	t.Parallel()
	n := newNumber(t)
	n.report(throughput, 130429)
	d := n.do(&actorpb.ConfigureNumber{By: admin("acme"), TenantId: "acme"})
	if d.Outcome.Rate != 80 || n.state.TenantId != "acme" || d.Outcome.Health != "slow" {
		t.Errorf("outcome %v", d.Outcome)
	}
	d = n.do(&actorpb.ConfigureNumber{By: admin("acme"), TenantId: "acme", Coexistence: true})
	if d.Outcome.Rate != 20 || !d.Outcome.Coexistence || d.Outcome.Version != 3 {
		t.Errorf("outcome %v", d.Outcome)
	}
	d = n.do(&actorpb.ConfigureNumber{By: admin("acme"), TenantId: "acme", Rate: 1000})
	if d.Outcome.Rate != 1000 || d.Outcome.Coexistence {
		t.Errorf("outcome %v", d.Outcome)
	}
	manager := admin("acme")
	manager.Role = actorpb.Role_ROLE_MANAGER
	for name, test := range map[string]struct {
		cmd  phone.Command
		want string
	}{
		"no tenant":        {&actorpb.ConfigureNumber{By: admin("")}, phone.BadRequest},
		"another tenant":   {&actorpb.ConfigureNumber{By: admin("other"), TenantId: "other"}, phone.NotFound},
		"in their name":    {&actorpb.ConfigureNumber{By: admin("other"), TenantId: "acme"}, phone.NotFound},
		"nobody":           {&actorpb.ConfigureNumber{TenantId: "acme"}, phone.NotFound},
		"manager":          {&actorpb.ConfigureNumber{By: manager, TenantId: "acme"}, phone.Forbidden},
		"too fast":         {&actorpb.ConfigureNumber{By: admin("acme"), TenantId: "acme", Rate: 1001}, phone.BadRequest},
		"negative":         {&actorpb.ConfigureNumber{By: admin("acme"), TenantId: "acme", Rate: -1}, phone.BadRequest},
		"fast coexistence": {&actorpb.ConfigureNumber{By: admin("acme"), TenantId: "acme", Rate: 80, Coexistence: true}, phone.BadRequest},
		"no throughput":    {&actorpb.RecordThroughput{}, phone.BadRequest},
		"much throughput":  {&actorpb.RecordThroughput{Rate: 1001}, phone.BadRequest},
		"no cause":         {&actorpb.RecordNumberHealth{Code: 1}, phone.BadRequest},
	} {
		_, err := n.state.Decide(test.cmd, n.now)
		refusal, ok := err.(*phone.Refusal) //nolint:errorlint // the contract is the type itself, unwrapped
		if !ok || refusal.Code != test.want {
			t.Errorf("%s: %v, want %s", name, err, test.want)
		}
	}
	if _, err := n.state.Decide(&actorpb.Claim{}, n.now); err == nil || !strings.Contains(err.Error(), "unknown command") {
		t.Errorf("a command of another kind: %v", err)
	}
}

// Meta raises the throughput of a number once: it follows, unless somebody chose
// a rate, and is given it when it is configured anew without one.
func TestThroughputUpgrade(t *testing.T) {
	t.Parallel()
	upgrade := &actorpb.RecordThroughput{Rate: 1000}
	configure := func(rate int32, coexistence bool) *actorpb.ConfigureNumber {
		return &actorpb.ConfigureNumber{By: admin("acme"), TenantId: "acme", Rate: rate, Coexistence: coexistence}
	}
	for name, test := range map[string]struct {
		commands []phone.Command
		rate     int32
	}{
		"before it is configured": {[]phone.Command{upgrade, configure(0, false)}, 1000},
		"at Meta's rate":          {[]phone.Command{configure(0, false), upgrade}, 1000},
		"configured again":        {[]phone.Command{configure(0, false), upgrade, configure(0, false)}, 1000},
		"at a chosen rate":        {[]phone.Command{configure(40, false), upgrade}, 40},
		"chosen no longer":        {[]phone.Command{configure(40, false), upgrade, configure(0, false)}, 1000},
		"chosen afterwards":       {[]phone.Command{upgrade, configure(500, false), upgrade}, 500},
		"coexistence":             {[]phone.Command{configure(0, true), upgrade}, 20},
		"coexistence ends":        {[]phone.Command{configure(0, true), upgrade, configure(0, false)}, 1000},
	} {
		n := newNumber(t)
		for _, cmd := range test.commands {
			n.do(cmd)
		}
		if got := n.state.Describe(n.now).Rate; got != test.rate {
			t.Errorf("%s: rate %d, want %d", name, got, test.rate)
		}
		checkReplay(t, n)
	}
}

// Whatever is reported: replay and snapshot give the state in memory, nothing is
// decided twice (do checks it), and time alone heals all but a stop.
func TestRandomReports(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 0))
		n := newNumber(t)
		for range 100 {
			n.now = n.now.Add(time.Duration(rng.IntN(4_000)) * time.Millisecond)
			n.do(randomCommand(rng))
			if f := n.state.Pace(n.now); f < phone.MinFactor || f > 1 {
				t.Fatalf("seed %d: pace %g", seed, f)
			}
		}
		checkReplay(t, n)
		n.now = n.now.Add(time.Hour)
		if h := n.state.Describe(n.now).Health; h != phone.HealthOK && h != phone.HealthStopped {
			t.Errorf("seed %d: %s after an hour of peace", seed, h)
		}
	}
}

func randomCommand(rng *rand.Rand) phone.Command {
	switch rng.IntN(40) {
	case 0:
		return &actorpb.RecordThroughput{Rate: int32(60 + rng.IntN(900))}
	case 1, 2:
		return &actorpb.ConfigureNumber{By: admin("acme"), TenantId: "acme", Rate: int32(1 + rng.IntN(20)), Coexistence: rng.IntN(2) == 0}
	}
	return &actorpb.RecordNumberHealth{
		Cause: actorpb.RecordNumberHealth_Cause(1 + rng.IntN(6)), Code: int32(rng.IntN(3)),
		Quality: []string{"", "", "GREEN", "RED"}[rng.IntN(4)],
	}
}

func checkReplay(t *testing.T, n *number) {
	t.Helper()
	replayed := &phone.State{ID: "1001"}
	for _, ev := range n.past {
		replayed.Evolve(ev)
	}
	b, err := n.state.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	restored, err := phone.Restore("1001", n.state.Version, b)
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]*phone.State{"replayed": replayed, "restored": restored} {
		if !proto.Equal(&s.NumberSnapshot, &n.state.NumberSnapshot) || s.Version != n.state.Version {
			t.Errorf("%s: %v at %d, want %v at %d", name, &s.NumberSnapshot, s.Version, &n.state.NumberSnapshot, n.state.Version)
		}
	}
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	if _, err := phone.Restore("1001", 1, []byte{0xff}); err == nil {
		t.Error("restored from garbage")
	}
	if _, err := phone.Restore("1001", 1, nil); err == nil {
		t.Error("restored a snapshot without a schema")
	}
	if s, err := phone.Restore("1001", 0, nil); err != nil || s.Version != 0 {
		t.Errorf("a number without history: %v", err)
	}
}

func TestEvolveRefusesUnknownEventsLoudly(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("an event of unknown type was skipped")
		}
	}()
	(&phone.State{}).Evolve(&actorpb.NoteAdded{})
}
