package main

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

// observation is where the process's logs, metrics and traces go.
type observation struct {
	log     *slog.Logger
	meter   metric.Meter
	tracer  trace.Tracer
	handler http.Handler // /metrics
	close   func(context.Context) error
}

// observe sets it up: metrics for Prometheus always, traces by OTLP when an
// endpoint is given. The collector's own variables are read by its library.
func observe(ctx context.Context, level string, getenv func(string) string, stderr io.Writer) (*observation, error) {
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
	o := &observation{
		log:     slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: l})),
		meter:   meters.Meter("prosa"),
		tracer:  tracenoop.NewTracerProvider().Tracer("prosa"),
		handler: promhttp.HandlerFor(registry, promhttp.HandlerOpts{}),
		close:   meters.Shutdown,
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
	o.close = func(ctx context.Context) error { return errors.Join(traces.Shutdown(ctx), meters.Shutdown(ctx)) }
	return o, nil
}
