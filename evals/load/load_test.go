package load

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"runtime"
	"strings"
	"testing"
	"time"
)

// small is a run that takes a second on a toy.
func small(y toy, scenarios ...string) Config {
	return Config{
		Start: y.start, Scenarios: scenarios, Duration: 200 * time.Millisecond, Contacts: 60, Numbers: 3, Connections: 4, Rounds: 2, Rest: time.Millisecond,
	}
}

func figure(t *testing.T, r *Result, name string) float64 {
	t.Helper()
	v, ok := r.Value(name)
	if !ok {
		t.Fatalf("%s has no figure %q: %+v", r.Scenario, name, r.Figures)
	}
	return v
}

func TestBareAndInboundInTurn(t *testing.T) {
	t.Parallel()
	report, err := Run(t.Context(), small(toy{t: t, refuse: 7}, "interleaved"))
	if err != nil {
		t.Fatal(err)
	}
	r := &report.Results[0]
	alone, through := figure(t, r, "bare: acknowledged"), figure(t, r, "inbound: committed through grains")
	if alone <= 0 || through <= 0 || figure(t, r, "committed through grains to bare") <= 0 {
		t.Errorf("bare %v/s, inbound %v/s", alone, through)
	}
	if figure(t, r, "inbound: messages") < 60 || figure(t, r, "inbound: WAL") <= 0 {
		t.Errorf("figures %+v", r.Figures)
	}
	for _, part := range []string{"first messages", "later messages"} {
		if figure(t, r, "inbound: "+part+": WAL") <= 0 {
			t.Errorf("figures of %s: %+v", part, r.Figures)
		}
	}
	if runtime.GOOS == "linux" && (figure(t, r, "inbound: resident memory after the flood") < 1 ||
		figure(t, r, "inbound: resident memory 1ms later") < 1) {
		t.Errorf("figures of memory: %+v", r.Figures)
	}
	if len(r.Notes) != 5 { // each of the four parts was refused something
		t.Errorf("notes %q", r.Notes)
	}
	c := report.Conditions
	if c.Postgres == "" || c.Settings["fsync"] == "" || c.Cores == 0 || c.Contacts != 60 {
		t.Errorf("conditions %+v", c)
	}
}

func TestLossAndDoublesAreFound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		toy      toy
		scenario string
		want     string
	}{
		"a lost message":        {toy{t: t, lose: true}, "inbound", "lost"},
		"a lost webhook":        {toy{t: t, lose: true}, "bare", "lost"},
		"one that enters again": {toy{t: t, double: true}, "faults", "events of receiving one"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.toy.t = t
			cfg := small(c.toy, c.scenario)
			var out bytes.Buffer
			cfg.Out = &out
			report, err := Run(t.Context(), cfg)
			if !errors.Is(err, ErrWrong) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one that says %q", err, c.want)
			}
			if len(report.Results[0].Wrong) == 0 || !strings.Contains(out.String(), "WRONG: ") {
				t.Errorf("the report does not tell:\n%s", out.String())
			}
		})
	}
}

func TestABadDayStoresEachMessageOnce(t *testing.T) {
	t.Parallel()
	report, err := Run(t.Context(), small(toy{t: t, refuse: 50}, "faults"))
	if err != nil {
		t.Fatal(err)
	}
	r := &report.Results[0]
	if n := figure(t, r, "distinct messages"); n != 600 {
		t.Errorf("%v distinct messages, want 600", n)
	}
	if acked := figure(t, r, "messages acknowledged"); acked <= 600 {
		t.Errorf("%v acknowledged: nothing came twice", acked)
	}
}

func TestARunThatCannotStart(t *testing.T) {
	t.Parallel()
	broken := errors.New("no such engine")
	cfg := Config{Scenarios: []string{"bare", "inbound"}, Start: func(context.Context, Options) (*Target, error) { return nil, broken }}
	report, err := Run(t.Context(), cfg)
	if !errors.Is(err, broken) || errors.Is(err, ErrWrong) || len(report.Results) != 2 || report.Results[1].Error == "" {
		t.Errorf("%v, %+v", err, report.Results)
	}
	if _, err := Run(t.Context(), Config{Scenarios: []string{"bear"}}); err == nil {
		t.Error("an unknown scenario is no error")
	}
}

func TestFlags(t *testing.T) {
	t.Parallel()
	var c Config
	set := flag.NewFlagSet("load", flag.ContinueOnError)
	set.SetOutput(new(bytes.Buffer))
	c.Flags(set)
	if err := set.Parse([]string{"-scenarios", "bare, flat", "-contacts", "5", "-duration", "2s", "-json", "-full"}); err != nil {
		t.Fatal(err)
	}
	if len(c.Scenarios) != 2 || c.Scenarios[1] != "flat" || c.Contacts != 5 || c.Numbers != 120 || c.Duration != 2*time.Second || !c.JSON || !c.Full {
		t.Errorf("%+v", c)
	}
	if set.Parse([]string{"-scenarios", "x"}) == nil {
		t.Error("an unknown scenario is no error")
	}
	if err := set.Parse([]string{"-faults"}); err != nil || len(c.Scenarios) != 1 || c.Scenarios[0] != "faults" {
		t.Errorf("%v, %q", err, c.Scenarios)
	}
}

func TestReportInTextAndJSON(t *testing.T) {
	t.Parallel()
	report := Report{
		Conditions: Conditions{
			At: time.Date(2026, 11, 21, 22, 30, 0, 0, time.UTC), System: "linux/amd64", Cores: 2, GoMaxProcs: 2, Go: "go1.26",
			Postgres: "15.4", Settings: map[string]string{"fsync": "on", "shared_buffers": "256MB"},
			Contacts: 100_000, Numbers: 120, Connections: 64, Duration: "5s",
		},
		Results: []Result{
			{
				Scenario: "bare", Seconds: 6, Notes: []string{"a note"},
				Figures: []Figure{{"acknowledged", 12345.6, "/s"}, {"answer p50", 4.25, "ms"}, {"WAL", 41.7, "B/msg"}},
			},
			{Scenario: "inbound", Error: "check failed: lost", Wrong: []string{"lost"}},
			{Scenario: "idle", Error: "no engine"},
		},
	}
	var text bytes.Buffer
	if err := report.write(&text, false); err != nil {
		t.Fatal(err)
	}
	const want = `Prosa load, 2026-11-21 22:30 UTC
linux/amd64, 2 cores, GOMAXPROCS 2, go1.26, Postgres 15.4 (fsync on, shared_buffers 256MB)
100,000 contacts, 120 numbers, 64 connections, 5s, seed 0

bare (6 s)
  acknowledged  12,346  /s
  answer p50    4.25    ms
  WAL           41.7    B/msg
  a note

inbound (0 s)
  WRONG: lost

idle (0 s)
  ERROR: no engine
`
	if text.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", text.String(), want)
	}
	var encoded bytes.Buffer
	if err := report.write(&encoded, true); err != nil {
		t.Fatal(err)
	}
	var back Report
	if err := json.Unmarshal(encoded.Bytes(), &back); err != nil || back.Results[0].Figures[0] != report.Results[0].Figures[0] ||
		back.Conditions.Settings["fsync"] != "on" {
		t.Errorf("%v, %+v", err, back)
	}
}

func TestNumbersAndMedians(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]string{0: "0", 1.005: "1.00", 999: "999", 99.96: "100.0", 1234567: "1,234,567", -4321.5: "-4,322", 100: "100"} {
		if got := number(v); got != want {
			t.Errorf("%v is written %s, want %s", v, got, want)
		}
	}
	if m := median([]float64{9, 1, 5}); m != 5 {
		t.Errorf("median %v", m)
	}
	if m := median([]float64{4, 1}); m != 2.5 {
		t.Errorf("median %v", m)
	}
	var r Result
	r.medians("x: ", nil)
	r.rate("never", 0, 0)
	r.add("half", median(nil), "")
	if len(r.Figures) != 0 {
		t.Errorf("figures of nothing: %v", r.Figures)
	}
}
