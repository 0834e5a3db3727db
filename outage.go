package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// errBeginAnew says that the cluster struck this process off and that the process
// mends it by itself: the database was away for longer than a lease, or a process
// with a database of its own, which no supervisor watches, slept for as long, as a
// laptop does. Nothing in memory may be trusted any more, and everything that was
// acknowledged is stored: the process begins anew when the database is there.
var errBeginAnew = errors.New("the process begins anew")

const (
	// fencedCloseTime is how long an engine may take that can finish nothing.
	fencedCloseTime = 2 * time.Second
	awaitPause      = 500 * time.Millisecond
)

// awaitDatabase is openDatabase for a database that is away. Until it is back
// somebody must answer at the engine's address, and that with 503: Meta and load
// balancers come again.
func awaitDatabase(ctx context.Context, c config, log *slog.Logger) (*database, error) {
	if c.plays(roleGateway) {
		stop, err := answerUnavailable(ctx, c.Listen)
		if err != nil {
			return nil, err
		}
		defer stop()
	}
	for {
		db, err := openDatabase(ctx, c, log)
		if err == nil {
			return db, nil
		}
		log.Debug("database is still away", "error", err)
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: stopped while waiting", errBeginAnew)
		case <-time.After(awaitPause):
		}
	}
}

// answerUnavailable serves the address of an engine that is not there.
func answerUnavailable(ctx context.Context, address string) (stop func(), err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("wait for the database: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "ok\n") // the client may be gone
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "1")
		http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second}
	go func() { _ = server.Serve(listener) }() // ends when it is closed
	return func() { _ = server.Close() }, nil
}
