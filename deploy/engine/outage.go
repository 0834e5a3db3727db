package engine

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/embedded"
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
// balancers come again. An error that waiting does not mend is said at error level
// and on the page; one that only another binary mends ends the process.
func awaitDatabase(ctx context.Context, c Config, log *slog.Logger) (*Database, error) {
	if c.plays(RoleGateway) { // the door stays until the engine's gateway has the address
		if err := c.front.shut(ctx, c.Listen); err != nil {
			return nil, err
		}
	}
	door := &c.front.door
	said := ""
	for {
		db, err := OpenDatabase(ctx, c, log)
		switch {
		case err == nil:
			return db, nil
		case errors.Is(err, persistence.ErrOldBinary):
			return nil, err
		case !Permanent(err):
			door.say("")
			log.Debug("database is still away", "error", err)
		default:
			door.say(inTheWay(err))
			if text := err.Error(); text != said { // once for each reason, not twice a second
				said = text
				log.Error("the database is there and cannot be used; trying on until somebody mends it", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: stopped while waiting", errBeginAnew)
		case <-time.After(awaitPause):
		}
	}
}

// Permanent says of an error of opening a database that it stays until somebody
// mends a right, a name, a folder or the schema.
func Permanent(err error) bool {
	if errors.Is(err, embedded.ErrDataInUse) || errors.Is(err, fs.ErrPermission) {
		return true
	}
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || len(pg.Code) != 5 {
		return false
	}
	switch pg.Code[:2] {
	case "28", "3D", "3F", "42", "0A": // log-in, database, schema, rights and names, not supported
		return true
	}
	return false
}

// inTheWay says for whoever asks what stands in the way. Names and addresses are
// for the log.
func inTheWay(err error) string {
	switch pg, ok := errors.AsType[*pgconn.PgError](err); {
	case ok:
		return "the database refuses Prosa (SQLSTATE " + pg.Code + "); the log says why and what to do"
	case errors.Is(err, embedded.ErrDataInUse):
		return "another process has the data folder; the log says which"
	}
	return "Prosa may not use its data folder; the log says why and what to do"
}

// closedDoor answers at the address of an engine that is not there.
type closedDoor struct{ why atomic.Pointer[string] }

// say sets what is answered beside 503; "" for a database that is merely away.
func (d *closedDoor) say(why string) { d.why.Store(&why) }

func (d *closedDoor) reason() string {
	if why := d.why.Load(); why != nil && *why != "" {
		return *why
	}
	return "the database does not answer"
}

func (d *closedDoor) server() *http.Server {
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
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second}
	server.SetKeepAlivesEnabled(false) // the next call may be the engine's
	return server
}

// closedPage asks again by itself, so that an open tab comes back.
const closedPage = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="3"><title>Prosa</title>
<body><h1>Prosa is not available</h1><p>%s.</p><p>What customers write meanwhile is kept by WhatsApp and delivered later. This page tries again by itself.</p></body></html>
`
