package engine

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/prosa-chat/prosa/gateway/problem"
)

// doorPatience is how long the last callers at the door may take.
const doorPatience = time.Second

// door answers at the gateway's address while there is no database. A nil one is
// that of a process without a gateway.
type door struct {
	why    atomic.Pointer[string]
	server *http.Server
	served chan struct{}
}

// openDoor answers at an address, with the reason of an error, until close.
func openDoor(ctx context.Context, address string, why error) (*door, error) {
	listener, busy := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if busy != nil {
		return nil, fmt.Errorf("wait for the database: listen: %w\n%s", busy, freePort)
	}
	d := &door{served: make(chan struct{})}
	d.say(why)
	d.server = &http.Server{Handler: d.handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second}
	d.server.SetKeepAlivesEnabled(false) // the next call may be the gateway's
	go func() {
		defer close(d.served)
		_ = d.server.Serve(listener) // ends when it is closed
	}()
	return d, nil
}

// close gives the address to the gateway, once the last caller has his answer.
func (d *door) close() {
	if d == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), doorPatience)
	defer cancel()
	if d.server.Shutdown(ctx) != nil {
		_ = d.server.Close()
	}
	<-d.served
}

// say sets what is answered beside 503. Names and addresses are for the log.
func (d *door) say(err error) {
	why := "the database does not answer"
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && ProspectOf(err) == Mendable {
		why = "the database refuses Prosa (SQLSTATE " + pg.Code + "); the log says why and what to do"
	}
	d.why.Store(&why)
}

func (d *door) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "ok\n") // the client may be gone
	})
	mux.HandleFunc("/api/", func(w http.ResponseWriter, _ *http.Request) {
		problem.WriteUnavailable(w, d.reason())
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "1")
		if r.Method == http.MethodGet && strings.Contains(r.Header.Get("Accept"), "text/html") {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = fmt.Fprintf(w, closedPage, html.EscapeString(d.reason())) // the client may be gone
			return
		}
		http.Error(w, d.reason(), http.StatusServiceUnavailable)
	})
	return mux
}

func (d *door) reason() string { return *d.why.Load() }

// closedPage asks again by itself, so that an open tab comes back.
const closedPage = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="3"><title>Prosa</title>
<body><h1>Prosa is not available</h1><p>%s.</p><p>What customers write meanwhile is kept by WhatsApp and delivered later. This page tries again by itself.</p></body></html>
`
