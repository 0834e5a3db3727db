package load

import (
	"context"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRefusedIsSentAgainAndCountsOnce(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var bodies []string
	s, connections := countingServer(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		bodies = append(bodies, string(body))
		switch len(bodies) {
		case 1, 2:
			w.WriteHeader(http.StatusServiceUnavailable)
		case 3:
			panic(http.ErrAbortHandler)
		}
	})
	c := callers{url: s.URL, secret: testSecret, connections: 1, traffic: testTraffic(10)}
	got, err := c.run(t.Context(), upTo(t.Context(), 0, 2))
	if err != nil {
		t.Fatal(err)
	}
	if got.acked != 2 || got.posts != 2 || got.refused != 2 || got.broken != 1 || got.unacked != 0 || got.latency.total != 2 {
		t.Errorf("acked %d, posts %d, refused %d, broken %d, unacked %d, %d times",
			got.acked, got.posts, got.refused, got.broken, got.unacked, got.latency.total)
	}
	if got.latency.max < retryFirst+2*retryFirst+4*retryFirst {
		t.Errorf("longest %v does not count the waits", got.latency.max)
	}
	if len(bodies) != 5 || len(slices.Compact(slices.Clone(bodies))) != 2 {
		t.Errorf("%d requests, of which %d differ; want 5 and 2", len(bodies), len(slices.Compact(bodies)))
	}
	if n := connections.Load(); n != 2 {
		t.Errorf("%d connections, want 2", n)
	}
}

func TestGivenUpIsNotAcknowledged(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s, _ := countingServer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		cancel()
	})
	c := callers{url: s.URL, secret: testSecret, connections: 2, traffic: testTraffic(10)}
	got, err := c.run(ctx, inOrder(ctx, []job{{first: 0, count: 3}}))
	if err != nil || got.acked != 0 || got.unacked != 3 {
		t.Errorf("acked %d, unacked %d, %v", got.acked, got.unacked, err)
	}
}

// A stalled answer must show in the times of all who waited behind it.
func TestScheduleCountsFromTheScheduledMoment(t *testing.T) {
	t.Parallel()
	const stall = 150 * time.Millisecond
	var served atomic.Int64
	s, _ := countingServer(t, func(_ http.ResponseWriter, r *http.Request) {
		if served.Add(1) == 1 {
			select {
			case <-time.After(stall):
			case <-r.Context().Done():
			}
		}
	})
	c := callers{url: s.URL, secret: testSecret, connections: 1, traffic: testTraffic(10)}
	plan := schedule{time.Now(), 0, 50, 1000}
	got, err := c.run(t.Context(), plan.jobs(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	// The 50th left 49 ms after the first, so it waited for the rest of the stall.
	if p := got.latency.percentile(2); got.acked != 50 || p < stall-60*time.Millisecond {
		t.Errorf("acked %d, the quickest took %v", got.acked, p)
	}
	if got.lateness.max < stall/2 {
		t.Errorf("the generator was %v late at most", got.lateness.max)
	}
}

func TestAddressMustBePlainHTTP(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"https://localhost:80", "localhost:80", "http://localhost"} {
		c := callers{url: address, connections: 1, traffic: testTraffic(1)}
		if _, err := c.run(t.Context(), upTo(t.Context(), 0, 1)); err == nil {
			t.Errorf("%s: no error", address)
		}
	}
}

func TestBadDaySendsEveryMessage(t *testing.T) {
	t.Parallel()
	jobs := badDay(5000, 7)
	if diff := cmp.Diff(jobs, badDay(5000, 7), cmp.AllowUnexported(job{})); diff != "" {
		t.Errorf("the same seed gave another day:\n%s", diff)
	}
	times := make(map[int64]int)
	sorted, hangUps := true, 0
	for i, j := range jobs {
		for n := j.first; n < j.first+int64(j.count); n++ {
			times[n]++
		}
		sorted = sorted && (i == 0 || jobs[i-1].first <= j.first)
		if j.hangUp {
			hangUps++
		}
	}
	twice := 0
	for n := range int64(5000) {
		switch times[n] {
		case 1:
		case 2:
			twice++
		default:
			t.Fatalf("message %d comes %d times", n, times[n])
		}
	}
	if len(times) != 5000 || sorted || twice < 50 || twice > 600 || hangUps == 0 {
		t.Errorf("%d messages, in order %v, %d twice, %d break off", len(times), sorted, twice, hangUps)
	}
}

// BenchmarkGenerator includes a server that only reads the request; half of it
// is about what the generator costs.
func BenchmarkGenerator(b *testing.B) {
	c := callers{url: "http://" + rawServer(b), secret: testSecret, connections: 64, traffic: testTraffic(100_000)}
	before := processTime()
	b.ResetTimer()
	got, err := c.run(b.Context(), upTo(b.Context(), 0, int64(b.N)))
	if err != nil || got.acked != int64(b.N) {
		b.Fatal(got.acked, err)
	}
	b.ReportMetric(float64((processTime()-before).Microseconds())/float64(b.N), "core-µs/msg")
}

// rawServer answers 200 to whatever comes in one piece.
func rawServer(b *testing.B) string {
	b.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				in, out := make([]byte, 8192), []byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
				for {
					if _, err := conn.Read(in); err != nil {
						_ = conn.Close()
						return
					}
					if _, err := conn.Write(out); err != nil {
						return
					}
				}
			}()
		}
	}()
	return ln.Addr().String()
}
