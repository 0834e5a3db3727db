package cluster_test

import (
	"context"
	"errors"
	"testing"

	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/cluster/clustertest"
)

// traced answers the trace id that a grain sees.
func traced(string) cluster.Grain {
	return grainFunc{receive: func(ctx context.Context, _ proto.Message) (proto.Message, error) {
		return text(trace.SpanContextFromContext(ctx).TraceID().String()), nil
	}}
}

func TestTraceReachesTheGrain(t *testing.T) {
	t.Parallel()
	for name, members := range map[string]func(*testing.T, cluster.Config) (host, asker *cluster.Member){
		"here": func(t *testing.T, cfg cluster.Config) (*cluster.Member, *cluster.Member) {
			m := clustertest.Start(t, cfg, kind("K", traced))
			return m, m
		},
		"other member": func(t *testing.T, cfg cluster.Config) (*cluster.Member, *cluster.Member) {
			q := quick(database(t))
			cfg.DatabaseURL, cfg.Secret, cfg.Lease, cfg.Poll, cfg.Linger = q.DatabaseURL, q.Secret, q.Lease, q.Poll, q.Linger
			host, asker := clustertest.Start(t, cfg, kind("K", traced)), clustertest.Start(t, cfg, nil)
			clustertest.WaitMembers(t, host, asker)
			return host, asker
		},
	} {
		t.Run(name, func(t *testing.T) {
			spans := tracetest.NewInMemoryExporter()
			provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans))
			tracer := provider.Tracer("test")
			_, asker := members(t, cluster.Config{Tracer: tracer})
			ctx, span := tracer.Start(t.Context(), "request")
			got, err := cluster.Ask[interface {
				proto.Message
				GetValue() string
			}](ctx, asker, "K", "a", text(""))
			span.End()
			if err != nil || got.GetValue() != span.SpanContext().TraceID().String() {
				t.Errorf("trace %v, %v", got, err)
			}
			if s := spans.GetSpans(); len(s) != 2 || s[0].Name != "grain K" || s[0].Parent.SpanID() != span.SpanContext().SpanID() {
				t.Errorf("spans %v", s.Snapshots())
			}
		})
	}
}

func TestInstruments(t *testing.T) {
	t.Parallel()
	reader := metric.NewManualReader()
	provider := metric.NewMeterProvider(metric.WithReader(reader))
	b := newBlocker()
	m := clustertest.Start(t, cluster.Config{Meter: provider.Meter("test"), MailboxLimit: 1}, map[string]cluster.Factory{
		"Panic": func(string) cluster.Grain {
			return grainFunc{receive: func(context.Context, proto.Message) (proto.Message, error) { panic("boom") }}
		},
		"Slow": b.factory,
	})
	_, _ = m.Ask(t.Context(), "Panic", "a", text(""))
	m.Tell("Slow", "a", text(""))
	<-b.entered
	m.Tell("Slow", "a", text(""))
	if _, err := m.Ask(t.Context(), "Slow", "a", text("")); !errors.Is(err, cluster.ErrBusy) {
		t.Errorf("err = %v", err)
	}
	close(b.let)
	var data metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &data); err != nil {
		t.Fatal(err)
	}
	got := map[string]int64{}
	for _, s := range data.ScopeMetrics {
		for _, i := range s.Metrics {
			switch d := i.Data.(type) {
			case metricdata.Sum[int64]:
				got[i.Name] += d.DataPoints[0].Value
			case metricdata.Gauge[int64]:
				got[i.Name] += d.DataPoints[0].Value
			case metricdata.Histogram[float64]:
				got[i.Name] += int64(d.DataPoints[0].Count)
			}
		}
	}
	if got["prosa.cluster.mailbox.wait"] == 0 {
		t.Error("no mailbox wait")
	}
	for name, want := range map[string]int64{"panics": 1, "busy": 1, "activations": 2, "members": 1} {
		if got["prosa.cluster."+name] != want {
			t.Errorf("%s = %d, want %d", name, got["prosa.cluster."+name], want)
		}
	}
}
