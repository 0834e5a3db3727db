package relay

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/intake"
)

// metrics are the relay's instruments. Labels never hold a phone number.
type metrics struct {
	events   metric.Int64Counter
	lagTime  metric.Float64Histogram
	behind   metric.Int64Counter
	read     metric.Int64Counter
	problems metric.Int64Counter
	waiting  metric.Int64Counter
	unknown  metric.Int64Counter
	sends    metric.Int64Counter
	sendTime metric.Float64Histogram
	syncs    metric.Int64Counter
	panics   metric.Int64Counter
	// templateAge is of the list of templates that is the longest not read; seconds.
	templateAge atomic.Int64
	media       *mediaMetrics
	labels      sync.Map // eventLabels to metric.MeasurementOption
}

func newMetrics(m metric.Meter, r *Relay) (*metrics, error) {
	var errs []error
	counter := func(name, unit, text string) metric.Int64Counter {
		c, err := m.Int64Counter("prosa.relay."+name, metric.WithUnit(unit), metric.WithDescription(text))
		errs = append(errs, err)
		return c
	}
	seconds := func(name, text string) metric.Float64Histogram {
		h, err := m.Float64Histogram("prosa.relay."+name, metric.WithUnit("s"), metric.WithDescription(text),
			metric.WithExplicitBucketBoundaries(.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300))
		errs = append(errs, err)
		return h
	}
	i := &metrics{
		events:   counter("events", "{command}", "Commands to grains by their answer."),
		lagTime:  seconds("intake.lag", "From the commit of a webhook to the answer of the grain."),
		behind:   counter("intake.behind", "{time}", "Times that a burst had to wait in the table."),
		read:     counter("intake.read_back", "{row}", "Intake rows read back from the table."),
		problems: counter("problems", "{event}", "Events noted as problems, by state."),
		waiting:  counter("waits", "{time}", "Times that the store did not take something, which waits; fault broken asks for somebody."),
		unknown:  counter("unmatched", "{status}", "Statuses of messages that are not known."),
		sends:    counter("sends", "{send}", "Calls to Meta by outcome."),
		panics:   counter("panics", "{panic}", "Panics that ended one piece of work and nothing else; any is a bug."),
		syncs:    counter("templates.syncs", "{list}", "Lists of templates read, by result."),
		sendTime: seconds("send.duration", "From a claim to Meta's answer."),
	}
	media, err := newMediaMetrics(m)
	errs = append(errs, err)
	i.media = media
	rows, err := m.Int64ObservableGauge("prosa.relay.intake.held", metric.WithUnit("{row}"),
		metric.WithDescription("Intake rows in memory."))
	errs = append(errs, err)
	lanes, err := m.Int64ObservableGauge("prosa.relay.lanes", metric.WithUnit("{lane}"),
		metric.WithDescription("Conversations with an event on its way."))
	errs = append(errs, err)
	stuck, err := m.Int64ObservableGauge("prosa.relay.stuck", metric.WithUnit("{thing}"),
		metric.WithDescription("What waits for a statement that the database carries out for nobody."))
	errs = append(errs, err)
	age, err := m.Int64ObservableGauge("prosa.relay.templates.age", metric.WithUnit("s"),
		metric.WithDescription("Since the list of templates was read that is the longest not read."))
	errs = append(errs, err)
	for _, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("make instrument: %w", err)
		}
	}
	_, err = m.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		held, _ := r.feed.held()
		_, busy := r.lanes.load()
		o.ObserveInt64(rows, int64(held))
		o.ObserveInt64(lanes, int64(busy))
		o.ObserveInt64(age, i.templateAge.Load())
		o.ObserveInt64(stuck, int64(len(r.stuck.list())))
		return nil
	}, rows, lanes, age, stuck)
	if err != nil {
		return nil, fmt.Errorf("observe relay: %w", err)
	}
	return i, nil
}

// eventLabels are looked up for each command: making them anew costs more than
// counting.
type eventLabels struct{ command, result string }

func (i *metrics) event(it *item, result string) {
	labels := eventLabels{string(it.message.ProtoReflect().Descriptor().Name()), result}
	known, ok := i.labels.Load(labels)
	if !ok {
		known, _ = i.labels.LoadOrStore(labels, metric.WithAttributeSet(attribute.NewSet(
			attribute.String("command", labels.command), attribute.String("result", result))))
	}
	i.events.Add(context.Background(), 1, known.(metric.MeasurementOption))
}

func (i *metrics) lag(d time.Duration) { i.lagTime.Record(context.Background(), d.Seconds()) }
func (i *metrics) fellBehind()         { i.behind.Add(context.Background(), 1) }
func (i *metrics) readBack(rows int)   { i.read.Add(context.Background(), int64(rows)) }
func (i *metrics) unmatched()          { i.unknown.Add(context.Background(), 1) }

func (i *metrics) waits(what string, fault persistence.Fault) {
	i.waiting.Add(context.Background(), 1, metric.WithAttributes(
		attribute.String("what", what), attribute.String("fault", fault.String())))
}

func (i *metrics) noted(state intake.ProblemState) {
	i.problems.Add(context.Background(), 1, metric.WithAttributes(attribute.String("state", string(state))))
}

func (i *metrics) sent(outcome string, d time.Duration) {
	i.sends.Add(context.Background(), 1, metric.WithAttributes(attribute.String("outcome", outcome)))
	i.sendTime.Record(context.Background(), d.Seconds())
}

func (i *metrics) templatesSynced(result string) {
	i.syncs.Add(context.Background(), 1, metric.WithAttributes(attribute.String("result", result)))
}
