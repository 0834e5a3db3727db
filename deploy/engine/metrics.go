package engine

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// metricsListen is where Prometheus finds the figures by default: on this machine
// alone, for they tell strangers how much a company writes. The port is that of
// OpenTelemetry's Prometheus exporters.
const metricsListen = "127.0.0.1:9464"

// Other values of PROSA_METRICS_LISTEN.
const (
	MetricsOnGateway = "gateway"
	MetricsOff       = "off"
)

// onGateway is the handler of /metrics on the gateway's own address, nil where it
// has another or none.
func onGateway(c Config, o *Observation) http.Handler {
	if c.MetricsListen == MetricsOnGateway {
		return o.handler
	}
	return nil
}

// ServeMetrics answers /metrics on an address of its own until close is called.
// The default address may be taken, by another process on this machine: that is
// said, and is no reason not to start.
func ServeMetrics(ctx context.Context, c Config, o *Observation) (closeServer func(), err error) {
	if c.MetricsListen == MetricsOnGateway || c.MetricsListen == MetricsOff {
		return func() {}, nil
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.MetricsListen)
	switch {
	case err != nil && c.MetricsListen == metricsListen:
		o.Log.Warn("metrics are not served, another process has the address; PROSA_METRICS_LISTEN gives another", "error", err)
		return func() {}, nil
	case err != nil:
		return nil, fmt.Errorf("serve metrics: %w\nremedy: free the port, or take another one: PROSA_METRICS_LISTEN", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", o.handler)
	server := &http.Server{
		Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second,
		ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
	}
	go func() { _ = server.Serve(listener) }() // ends when it is closed
	o.Log.Info("metrics are served", "address", listener.Addr().String())
	return func() { _ = server.Close() }, nil
}
