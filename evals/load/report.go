package load

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// Report is what a run measured, and under what conditions.
type Report struct {
	Conditions Conditions `json:"conditions"`
	Results    []Result   `json:"results"`
}

// Conditions are what figures may be compared under.
type Conditions struct {
	At          time.Time         `json:"at"`
	System      string            `json:"system"`
	Cores       int               `json:"cores"`
	GoMaxProcs  int               `json:"gomaxprocs"`
	Go          string            `json:"go"`
	Postgres    string            `json:"postgres,omitempty"`
	Settings    map[string]string `json:"postgres_settings,omitempty"`
	Contacts    int               `json:"contacts"`
	Numbers     int               `json:"numbers"`
	Connections int               `json:"connections"`
	Duration    string            `json:"duration"`
	Seed        int64             `json:"seed"`
}

// Result is what one scenario found. Error and Wrong are empty when it ran to
// its end and all that it checked held.
type Result struct {
	Scenario string   `json:"scenario"`
	Seconds  float64  `json:"seconds"`
	Figures  []Figure `json:"figures"`
	Notes    []string `json:"notes,omitempty"`
	Wrong    []string `json:"wrong,omitempty"`
	Error    string   `json:"error,omitempty"`
}

// Figure is one measured value.
type Figure struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
}

// Value returns the figure of a name, false if there is none.
func (r *Result) Value(name string) (float64, bool) {
	for _, f := range r.Figures {
		if f.Name == name {
			return f.Value, true
		}
	}
	return 0, false
}

func (r *Result) add(name string, value float64, unit string) {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return // nothing happened: no figure is better than a wrong one
	}
	r.Figures = append(r.Figures, Figure{name, value, unit})
}

func (r *Result) rate(name string, n int64, took time.Duration) {
	r.add(name, float64(n)/took.Seconds(), "/s")
}

// percentiles adds p50, p99 and the longest.
func (r *Result) percentiles(name string, h *histogram) {
	if h.total == 0 {
		return
	}
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 }
	r.add(name+" p50", ms(h.percentile(50)), "ms")
	r.add(name+" p99", ms(h.percentile(99)), "ms")
	r.add(name+" longest", ms(h.max), "ms")
}

func (r *Result) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// check notes what does not hold.
func (r *Result) check(holds bool, format string, args ...any) {
	if !holds {
		r.Wrong = append(r.Wrong, fmt.Sprintf(format, args...))
	}
}

// wrong is ErrWrong when a check did not hold.
func (r *Result) wrong() error {
	if len(r.Wrong) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s", ErrWrong, strings.Join(r.Wrong, "; "))
}

// medians adds the middle of each figure of several results of one kind.
func (r *Result) medians(name string, of []Result) {
	if len(of) == 0 {
		return
	}
	for _, f := range of[0].Figures {
		var values []float64
		for i := range of {
			if v, ok := of[i].Value(f.Name); ok {
				values = append(values, v)
			}
		}
		r.add(name+f.Name, median(values), f.Unit)
	}
}

// median of an even number of values is the mean of the middle two.
func median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

func conditions(c *Config) Conditions {
	return Conditions{
		At: time.Now().UTC().Truncate(time.Second), System: runtime.GOOS + "/" + runtime.GOARCH,
		Cores: runtime.NumCPU(), GoMaxProcs: runtime.GOMAXPROCS(0), Go: runtime.Version(),
		Contacts: c.Contacts, Numbers: c.Numbers, Connections: c.Connections, Duration: c.Duration.String(), Seed: c.Seed,
	}
}

func (r *Report) write(w io.Writer, asJSON bool) error {
	if asJSON {
		out := json.NewEncoder(w)
		out.SetIndent("", "  ")
		if err := out.Encode(r); err != nil {
			return fmt.Errorf("write report: %w", err)
		}
		return nil
	}
	return r.WriteText(w)
}

// WriteText writes the report as a table for people.
func (r *Report) WriteText(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, r.Conditions.String())
	for i := range r.Results {
		r.Results[i].writeText(table)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

func (r *Result) writeText(w io.Writer) {
	fmt.Fprintf(w, "\n%s (%.0f s)\n", r.Scenario, r.Seconds)
	for _, f := range r.Figures {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", f.Name, number(f.Value), f.Unit)
	}
	for _, text := range r.Notes {
		fmt.Fprintf(w, "  %s\n", text)
	}
	for _, text := range r.Wrong {
		fmt.Fprintf(w, "  WRONG: %s\n", text)
	}
	if r.Error != "" && len(r.Wrong) == 0 {
		fmt.Fprintf(w, "  ERROR: %s\n", r.Error)
	}
}

// String is the conditions in a few lines.
func (c Conditions) String() string {
	database := "no database figures"
	if c.Postgres != "" {
		var settings []string
		for _, name := range slices.Sorted(maps.Keys(c.Settings)) {
			settings = append(settings, name+" "+c.Settings[name])
		}
		database = "Postgres " + c.Postgres + " (" + strings.Join(settings, ", ") + ")"
	}
	return fmt.Sprintf("Prosa load, %s\n%s, %d cores, GOMAXPROCS %d, %s, %s\n%s contacts, %d numbers, %d connections, %s, seed %d",
		c.At.Format("2006-01-02 15:04 MST"), c.System, c.Cores, c.GoMaxProcs, c.Go, database,
		number(float64(c.Contacts)), c.Numbers, c.Connections, c.Duration, c.Seed)
}

// number writes thousands apart, and decimals only where they tell something.
func number(v float64) string {
	decimals := 0
	switch size := math.Abs(v); {
	case v == math.Trunc(v):
	case size < 10:
		decimals = 2
	case size < 100:
		decimals = 1
	}
	text := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if v < 0 {
		whole = "-" + whole
	}
	return whole
}
