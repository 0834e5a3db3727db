package load

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// countingServer counts the connections that it is given.
func countingServer(t *testing.T, handle http.HandlerFunc) (s *httptest.Server, connections *atomic.Int64) {
	t.Helper()
	connections = new(atomic.Int64)
	s = httptest.NewUnstartedServer(handle)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s, connections
}

func testWire(t *testing.T, s *httptest.Server) (*wire, *letter) {
	t.Helper()
	host := strings.TrimPrefix(s.URL, "http://")
	w := newWire(host)
	t.Cleanup(w.close)
	return w, newLetter(testTraffic(10), testSecret, host, webhookPath)
}

func TestWireKeepsItsConnection(t *testing.T) {
	t.Parallel()
	bodies := []string{"", "ok", strings.Repeat("x", 3*wireHeaders)}
	var served atomic.Int64
	s, connections := countingServer(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		n := int(served.Add(1)) - 1
		if body := bodies[n%len(bodies)]; len(body) < 2048 { // net/http tells the length by itself
			w.WriteHeader(200 + n%3)
			_, _ = io.WriteString(w, body)
			return
		}
		w.Header().Set("Content-Length", "24576")
		w.WriteHeader(200 + n%3)
		_, _ = io.WriteString(w, bodies[n%len(bodies)])
	})
	wire, l := testWire(t, s)
	for n := range 9 {
		status, err := wire.roundTrip(t.Context(), l.write(int64(n), 1, time.Now()))
		if err != nil || status != 200+n%3 {
			t.Fatalf("request %d: %d, %v", n, status, err)
		}
	}
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections for 9 requests, want 1", n)
	}
}

func TestWireDialsAnewWhenItMust(t *testing.T) {
	t.Parallel()
	for name, handle := range map[string]http.HandlerFunc{
		"the server closes": func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close") },
		"chunked answer": func(w http.ResponseWriter, _ *http.Request) {
			w.(http.Flusher).Flush()
			_, _ = io.WriteString(w, "more")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, connections := countingServer(t, handle)
			wire, l := testWire(t, s)
			for range 3 {
				if status, err := wire.roundTrip(t.Context(), l.write(1, 1, time.Now())); err != nil || status != 200 {
					t.Fatalf("%d, %v", status, err)
				}
			}
			if n := connections.Load(); n != 3 {
				t.Errorf("%d connections, want 3", n)
			}
		})
	}
}

func TestWireTellsABrokenConnection(t *testing.T) {
	t.Parallel()
	s, _ := countingServer(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	wire, l := testWire(t, s)
	if _, err := wire.roundTrip(t.Context(), l.write(1, 1, time.Now())); !errors.Is(err, io.EOF) {
		t.Errorf("error %v, want that of a closed connection", err)
	}
	if wire.conn != nil {
		t.Error("a broken connection is kept")
	}
}

func TestParseAnswer(t *testing.T) {
	t.Parallel()
	for head, want := range map[string]answer{
		"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n":                              {200, 12, false},
		"HTTP/1.1 503 Service Unavailable\r\ncontent-length:0\r\nX: y\r\n\r\n":       {503, 0, false},
		"HTTP/1.1 204 No Content\r\n\r\n":                                            {204, 0, false},
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n":                      {200, -1, false},
		"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 3\r\n\r\n": {400, 3, true},
	} {
		if got, err := parseAnswer([]byte(head)); err != nil || got != want {
			t.Errorf("%q: %+v, %v; want %+v", head, got, err, want)
		}
	}
	for _, head := range []string{"", "HTTP/1.0 200 OK\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"} {
		if _, err := parseAnswer([]byte(head)); !errors.Is(err, errBadAnswer) {
			t.Errorf("%q: %v", head, err)
		}
	}
}
