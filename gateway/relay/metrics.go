package relay

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/persistence/fleet"
)

// metrics are the relay's instruments. Labels never hold a phone number.
type metrics struct {
	events   metric.Int64Counter
	sends    metric.Int64Counter
	sendTime metric.Float64Histogram
	syncs    metric.Int64Counter
	unknown  metric.Int64Counter
	// templateAge is of the list of templates that is the longest not read; seconds.
	templateAge atomic.Int64
	media       *mediaMetrics
	troubles    atomic.Pointer[map[fleet.Trouble]int]
	labels      sync.Map // eventLabels to metric.MeasurementOption
}

func newMetrics(m metric.Meter) (*metrics, error) {
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
		sends:    counter("sends", "{send}", "Calls to Meta by outcome."),
		syncs:    counter("templates.syncs", "{list}", "Lists of templates read, by result."),
		unknown:  counter("unknown_codes", "{error}", "Errors of Meta with a code that has no row in our table, by code."),
		sendTime: seconds("send.duration", "From a claim to Meta's answer."),
	}
	media, err := newMediaMetrics(m)
	errs = append(errs, err)
	i.media = media
	age, err := m.Int64ObservableGauge("prosa.relay.templates.age", metric.WithUnit("s"),
		metric.WithDescription("Since the list of templates was read that is the longest not read."))
	errs = append(errs, err)
	numbers, err := m.Int64ObservableGauge("prosa.relay.numbers", metric.WithUnit("{number}"),
		metric.WithDescription("Numbers by their worst trouble; none: all is well."))
	errs = append(errs, err)
	for _, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("make instrument: %w", err)
		}
	}
	_, err = m.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		o.ObserveInt64(age, i.templateAge.Load())
		i.observeTroubles(o, numbers)
		return nil
	}, age, numbers)
	if err != nil {
		return nil, fmt.Errorf("observe relay: %w", err)
	}
	return i, nil
}

// eventLabels are looked up for each command: making them anew costs more than
// counting.
type eventLabels struct{ command, result string }

func (i *metrics) event(command proto.Message, result string) {
	labels := eventLabels{string(command.ProtoReflect().Descriptor().Name()), result}
	known, ok := i.labels.Load(labels)
	if !ok {
		known, _ = i.labels.LoadOrStore(labels, metric.WithAttributeSet(attribute.NewSet(
			attribute.String("command", labels.command), attribute.String("result", result))))
	}
	i.events.Add(context.Background(), 1, known.(metric.MeasurementOption))
}

func (i *metrics) sent(outcome string, d time.Duration) {
	i.sends.Add(context.Background(), 1, metric.WithAttributes(attribute.String("outcome", outcome)))
	i.sendTime.Record(context.Background(), d.Seconds())
}

func (i *metrics) unknownCode(code int, told bool) {
	name := "other"
	if told {
		name = strconv.Itoa(code)
	}
	i.unknown.Add(context.Background(), 1, metric.WithAttributes(attribute.String("code", name)))
}

func (i *metrics) templatesSynced(result string) {
	i.syncs.Add(context.Background(), 1, metric.WithAttributes(attribute.String("result", result)))
}

// observeTroubles tells of each trouble, of those that no number has too: an alarm on
// what vanishes would never end.
func (i *metrics) observeTroubles(o metric.Observer, gauge metric.Int64Observable) {
	counts := i.troubles.Load()
	if counts == nil {
		return
	}
	for _, t := range append(fleet.All(), "") {
		o.ObserveInt64(gauge, int64((*counts)[t]), metric.WithAttributes(attribute.String("trouble", cmp.Or(string(t), "none"))))
	}
}
