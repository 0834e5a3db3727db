package phone_test

import (
	"strings"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/phone"
)

func renata(role actorpb.Role) *actorpb.Actor {
	return &actorpb.Actor{AgentId: "renata", Name: "Renata", TenantId: "t1", Role: role}
}

// A hold is decided once, says who and why, and goes with the release; an order that was
// overtaken by a newer one changes nothing.
func TestHold(t *testing.T) {
	t.Parallel()
	s := &phone.State{ID: "1"}
	now := time.UnixMilli(1_790_000_000_000)
	do := func(cmd phone.Command, events int) *actorpb.NumberState {
		t.Helper()
		d, err := s.Decide(cmd, now)
		if err != nil || len(d.Events) != events {
			t.Fatalf("%v: %v, %v; want %d events", cmd, d.Events, err, events)
		}
		for _, ev := range d.Events {
			s.Evolve(ev)
		}
		return d.Outcome
	}
	hold := func(all bool, reason string, ordered int64) *actorpb.HoldNumber {
		return &actorpb.HoldNumber{By: renata(actorpb.Role_ROLE_ADMIN), TenantId: "t1", All: all, Reason: reason, OrderedMs: ordered}
	}
	got := do(hold(false, " quality fell ", 10), 1)
	if phone.HoldOf(got) != phone.HoldMachines || got.Hold.Reason != "quality fell" || got.Hold.By.Name != "Renata" || got.Hold.AtMs != now.UnixMilli() {
		t.Errorf("held: %v", got)
	}
	do(hold(false, "quality fell", 10), 0)
	if got = do(hold(true, "quality fell", 20), 1); phone.HoldOf(got) != phone.HoldAll {
		t.Errorf("held all: %v", got)
	}
	release := &actorpb.ReleaseNumber{By: renata(actorpb.Role_ROLE_ADMIN), TenantId: "t1", OrderedMs: 15}
	do(release, 0)
	release.OrderedMs = 30
	if got = do(release, 1); phone.HoldOf(got) != phone.HoldNone {
		t.Errorf("released: %v", got)
	}
	do(release, 0)
	do(hold(true, "late", 20), 0)

	// An order that finds nothing to do counts all the same: an older one that is carried
	// out after it does not win.
	since := do(hold(true, "fraud", 40), 1).Hold.AtMs
	now = now.Add(time.Minute)
	if got = do(hold(true, "fraud", 60), 1); got.Hold.AtMs != since {
		t.Errorf("held anew, since %d", got.Hold.AtMs)
	}
	release.OrderedMs = 50
	do(release, 0)
	release.OrderedMs = 70
	do(release, 1)
	release.OrderedMs = 90
	do(release, 1)
	do(hold(true, "late", 80), 0)

	// One with an end says when; ordered with another end it is another hold, and carried
	// out after its end it is none.
	brief := hold(true, "fair", 100)
	brief.UntilMs = now.Add(time.Hour).UnixMilli()
	if got = do(brief, 1); got.Hold.UntilMs != brief.UntilMs {
		t.Errorf("held until %d", got.Hold.UntilMs)
	}
	brief.UntilMs += 1000
	if got = do(brief, 1); got.Hold.UntilMs != brief.UntilMs {
		t.Errorf("held until %d", got.Hold.UntilMs)
	}
	release.OrderedMs = 101
	do(release, 1)
	brief.OrderedMs, now = 110, now.Add(2*time.Hour)
	if got = do(brief, 0); got.Hold != nil {
		t.Errorf("held after its end: %v", got.Hold)
	}
}

// A number that is slowed down goes on, below its own rate.
func TestHoldSlows(t *testing.T) {
	t.Parallel()
	s := &phone.State{ID: "1"}
	for rate, want := range map[int32]int{5: 5, 0: 80, 500: 80} {
		d, err := s.Decide(&actorpb.HoldNumber{By: renata(actorpb.Role_ROLE_ADMIN), TenantId: "t1", Reason: "quality", Rate: rate}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		got := d.Outcome
		if phone.RateOf(got) != want || got.Rate != 80 || (rate > 0) != (phone.HoldOf(got) == phone.HoldNone) {
			t.Errorf("rate %d: %v", rate, got)
		}
	}
}

// What is called a pause or a slow-down has no paused number send more, and the end of a
// pause that was refused ends no other.
func TestHoldLoosensNothing(t *testing.T) {
	t.Parallel()
	now := time.UnixMilli(1_790_000_000_000)
	admin := renata(actorpb.Role_ROLE_ADMIN)
	for name, c := range map[string]struct {
		held *actorpb.NumberHold
		cmd  phone.Command
		code string // "": carried out
		want int    // events
	}{
		"less of all":      {&actorpb.NumberHold{All: true}, &actorpb.HoldNumber{}, phone.PausedAlready, 0},
		"slower, of all":   {&actorpb.NumberHold{All: true}, &actorpb.HoldNumber{Rate: 5}, phone.PausedAlready, 0},
		"slower, of some":  {&actorpb.NumberHold{}, &actorpb.HoldNumber{Rate: 5}, phone.PausedAlready, 0},
		"all of some":      {&actorpb.NumberHold{}, &actorpb.HoldNumber{All: true}, "", 1},
		"some, of slow":    {&actorpb.NumberHold{Rate: 5}, &actorpb.HoldNumber{}, "", 1},
		"faster":           {&actorpb.NumberHold{Rate: 5}, &actorpb.HoldNumber{Rate: 9}, "", 1},
		"its end":          {&actorpb.NumberHold{UntilMs: 7}, &actorpb.ReleaseNumber{Ends: true, UntilMs: 7}, "", 1},
		"another's end":    {&actorpb.NumberHold{}, &actorpb.ReleaseNumber{Ends: true, UntilMs: 7}, "", 0},
		"one of before":    {&actorpb.NumberHold{UntilMs: 7}, &actorpb.ReleaseNumber{Ends: true}, "", 1},
		"somebody's order": {&actorpb.NumberHold{UntilMs: 7}, &actorpb.ReleaseNumber{}, "", 1},
	} {
		s := &phone.State{ID: "1"}
		s.Hold = c.held
		switch cmd := c.cmd.(type) {
		case *actorpb.HoldNumber:
			cmd.By, cmd.TenantId, cmd.Reason, cmd.OrderedMs = admin, "t1", "x", 1
		case *actorpb.ReleaseNumber:
			cmd.By, cmd.TenantId, cmd.OrderedMs = admin, "t1", 1
		}
		d, err := s.Decide(c.cmd, now)
		refusal, _ := err.(*phone.Refusal) //nolint:errorlint // Decide returns it bare
		if (refusal == nil) != (c.code == "") || refusal != nil && refusal.Code != c.code || len(d.Events) != c.want {
			t.Errorf("%s: %v, %v", name, d.Events, err)
		}
	}
}

func TestHoldRefuses(t *testing.T) {
	t.Parallel()
	s := &phone.State{ID: "1"}
	s.TenantId = "t1"
	admin := renata(actorpb.Role_ROLE_ADMIN)
	stranger := &actorpb.Actor{AgentId: "eve", TenantId: "t2", Role: actorpb.Role_ROLE_ADMIN}
	for _, c := range []struct {
		cmd  phone.Command
		code string
	}{
		{&actorpb.HoldNumber{By: admin, TenantId: "t1", Reason: " "}, phone.BadRequest},
		{&actorpb.HoldNumber{By: admin, TenantId: "t1", Reason: strings.Repeat("x", 201)}, phone.BadRequest},
		{&actorpb.HoldNumber{By: admin, TenantId: "t1", Reason: "x", Rate: 1001}, phone.BadRequest},
		{&actorpb.HoldNumber{By: admin, TenantId: "t1", Reason: "x", Rate: 5, All: true}, phone.BadRequest},
		{&actorpb.HoldNumber{By: renata(actorpb.Role_ROLE_MANAGER), TenantId: "t1", Reason: "x"}, phone.Forbidden},
		{&actorpb.HoldNumber{By: stranger, TenantId: "t2", Reason: "x"}, phone.NotFound},
		{&actorpb.HoldNumber{By: stranger, TenantId: "t1", Reason: "x"}, phone.NotFound},
		{&actorpb.ReleaseNumber{By: renata(actorpb.Role_ROLE_AGENT), TenantId: "t1"}, phone.Forbidden},
		{&actorpb.ReleaseNumber{TenantId: "t1"}, phone.NotFound},
	} {
		_, err := s.Decide(c.cmd, time.Now())
		if r, ok := err.(*phone.Refusal); !ok || r.Code != c.code { //nolint:errorlint // Decide returns it bare
			t.Errorf("%v: %v, want %s", c.cmd, err, c.code)
		}
	}
}

func TestWithhold(t *testing.T) {
	t.Parallel()
	for hold, want := range map[phone.Hold]phone.Lanes{
		phone.HoldNone: {0, 1, 1, 1, 1, 1}, phone.HoldMachines: {0, 1, 1, 0, 0, 0}, phone.HoldAll: {},
	} {
		waiting := phone.Lanes{0, 1, 1, 1, 1, 1}
		if hold.Withhold(&waiting); waiting != want {
			t.Errorf("hold %d leaves %v, want %v", hold, waiting, want)
		}
	}
}
