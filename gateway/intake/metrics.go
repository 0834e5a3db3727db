package intake

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/prosa-chat/prosa/persistence/intake"
)

// metrics are the instruments. Labels never hold a phone number.
type metrics struct {
	lagTime  metric.Float64Histogram
	behind   metric.Int64Counter
	read     metric.Int64Counter
	problems metric.Int64Counter
	unknown  metric.Int64Counter
	dropped  metric.Int64Counter
}

// newMetrics reads gauges from the feed and the lanes when somebody collects, under their
// locks and for no longer than it takes to count.
func newMetrics(m metric.Meter, a *Applier) (*metrics, error) {
	var errs []error
	counter := func(name, unit, text string) metric.Int64Counter {
		c, err := m.Int64Counter("prosa.relay."+name, metric.WithUnit(unit), metric.WithDescription(text))
		errs = append(errs, err)
		return c
	}
	i := &metrics{
		behind:   counter("intake.behind", "{time}", "Times that a burst had to wait in the table."),
		read:     counter("intake.read_back", "{row}", "Intake rows read back from the table."),
		problems: counter("problems", "{event}", "Events noted as problems, by state."),
		unknown:  counter("unmatched", "{status}", "Statuses of messages that are not known."),
		dropped:  counter("dropped", "{event}", "Events of numbers and accounts of erased tenants, of which nothing is kept."),
	}
	lag, err := m.Float64Histogram("prosa.relay.intake.lag", metric.WithUnit("s"),
		metric.WithDescription("From the commit of a webhook to the answer of the grain."),
		metric.WithExplicitBucketBoundaries(.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300))
	errs = append(errs, err)
	i.lagTime = lag
	rows, err := m.Int64ObservableGauge("prosa.relay.intake.held", metric.WithUnit("{row}"),
		metric.WithDescription("Intake rows in memory."))
	errs = append(errs, err)
	lanes, err := m.Int64ObservableGauge("prosa.relay.lanes", metric.WithUnit("{lane}"),
		metric.WithDescription("Conversations with an event on its way."))
	errs = append(errs, err)
	for _, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("make instrument: %w", err)
		}
	}
	_, err = m.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		held, _ := a.feed.held()
		_, busy := a.lanes.load()
		o.ObserveInt64(rows, int64(held))
		o.ObserveInt64(lanes, int64(busy))
		return nil
	}, rows, lanes)
	if err != nil {
		return nil, fmt.Errorf("observe intake: %w", err)
	}
	return i, nil
}

func (i *metrics) lag(d time.Duration) { i.lagTime.Record(context.Background(), d.Seconds()) }
func (i *metrics) fellBehind()         { i.behind.Add(context.Background(), 1) }
func (i *metrics) readBack(rows int)   { i.read.Add(context.Background(), int64(rows)) }
func (i *metrics) unmatched()          { i.unknown.Add(context.Background(), 1) }

func (i *metrics) noted(state intake.ProblemState) {
	i.problems.Add(context.Background(), 1, metric.WithAttributes(attribute.String("state", string(state))))
}
