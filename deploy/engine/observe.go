package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	otelprometheus "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	tracenoop "go.opentelemetry.io/otel/trace/noop"
)

// Observation is where the process's logs, metrics and traces go.
type Observation struct {
	Log     *slog.Logger
	meter   metric.Meter
	tracer  trace.Tracer
	handler http.Handler // /metrics
	Close   func(context.Context) error
}

// Observe sets it up: metrics for Prometheus always, traces by OTLP when an
// endpoint is given. The collector's own variables are read by its library.
func Observe(ctx context.Context, level string, getenv func(string) string, stderr io.Writer) (*Observation, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("read log level: %w", err)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	exporter, err := otelprometheus.New(otelprometheus.WithRegisterer(registry), otelprometheus.WithoutScopeInfo())
	if err != nil {
		return nil, fmt.Errorf("export metrics: %w", err)
	}
	meters := sdkmetric.NewMeterProvider(sdkmetric.WithReader(exporter))
	o := &Observation{
		Log:     slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: l})),
		meter:   meters.Meter("prosa"),
		tracer:  tracenoop.NewTracerProvider().Tracer("prosa"),
		handler: promhttp.HandlerFor(registry, promhttp.HandlerOpts{}),
		Close:   meters.Shutdown,
	}
	if getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" {
		return o, nil
	}
	spans, err := otlptracegrpc.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("export traces: %w", err)
	}
	traces := sdktrace.NewTracerProvider(sdktrace.WithBatcher(spans))
	o.tracer = traces.Tracer("prosa")
	o.Close = func(ctx context.Context) error { return errors.Join(traces.Shutdown(ctx), meters.Shutdown(ctx)) }
	return o, nil
}
