package webhook

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/gateway/cloudapi/signature"
)

// narrowWebhook has room for a megabyte of bodies.
func narrowWebhook(t *testing.T, intake Intake) (*Hook, string) {
	t.Helper()
	hook, err := New(Config{Intake: intake, Secrets: []string{webhookSecret}, VerifyToken: "x", InFlight: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(hook)
	t.Cleanup(server.Close)
	return hook, strings.TrimPrefix(server.URL, "http://")
}

// begin sends the first bytes of a body of some length, signed by nobody.
func begin(t *testing.T, address string, length, first int) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_, err = fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n%s: sha256=%s\r\n\r\n%s",
		length, signature.Header, strings.Repeat("0", 64), strings.Repeat("x", first))
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// reserved waits until so many bytes are in flight.
func reserved(t *testing.T, hook *Hook, want int64) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for patience := time.After(time.Minute); hook.budget.inFlight() != want; {
		select {
		case <-tick.C:
		case <-patience:
			t.Fatalf("%d bytes in flight; want %d", hook.budget.inFlight(), want)
		}
	}
}

// Whoever knows no secret holds a share of the budget with large bodies, and
// Meta's small ones pass all the same.
func TestStrangersDoNotKeepMetaOut(t *testing.T) {
	t.Parallel()
	var intake recordedIntake
	hook, address := narrowWebhook(t, &intake)
	for answered := 0; answered != http.StatusServiceUnavailable; { // each wants 3 MB of the one that there is
		conn := begin(t, address, 3<<20, 2*pieceSize)
		if held := hook.budget.inFlight(); held > 1<<20/4 {
			t.Fatalf("%d bytes in flight for one address", held)
		}
		_ = conn.SetReadDeadline(time.Now().Add(100 * time.Millisecond)) // one that is being read is not answered
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			continue
		}
		_ = response.Body.Close()
		if answered = response.StatusCode; response.Header.Get("Retry-After") == "" {
			t.Fatalf("answered %d without Retry-After", answered)
		}
	}
	const body = `{"entry":[]}`
	if got := post(t, "http://"+address, signature.Sign(webhookSecret, []byte(body)), strings.NewReader(body)); got != http.StatusOK {
		t.Errorf("Meta was answered %d", got)
	}
}

// A sender that trickles is cut, and what it held is free again.
func TestSlowSendersAreCut(t *testing.T) {
	t.Parallel()
	hook, address := narrowWebhook(t, &recordedIntake{})
	conns := []net.Conn{begin(t, address, 1<<20, 1), begin(t, address, 100, 1)}
	reserved(t, hook, pieceSize+100)
	for _, conn := range conns {
		response, err := http.ReadResponse(bufio.NewReader(conn), nil) // they send no more
		if err == nil {
			_ = response.Body.Close()
			if response.StatusCode != http.StatusBadRequest {
				t.Errorf("answered %d", response.StatusCode)
			}
		}
	}
	reserved(t, hook, 0)
}

// dribble gives one byte at a time and looks at what is in flight before each.
type dribble struct {
	t     *testing.T
	hook  *Hook
	rest  string
	given int64
}

func (d *dribble) Read(into []byte) (int, error) {
	held := d.hook.budget.inFlight()
	if most := max(min(4*d.given, d.given+pieceSize), firstStep); d.given == 0 && held != 0 || held > most {
		d.t.Fatalf("%d bytes are reserved when %d have come", held, d.given)
	}
	if d.rest == "" {
		return 0, io.EOF
	}
	into[0], d.rest = d.rest[0], d.rest[1:]
	d.given++
	return 1, nil
}

// Room is made for a body as it comes, however much it declares: connections on
// which nothing comes hold nothing.
func TestRoomIsMadeAsBodiesCome(t *testing.T) {
	t.Parallel()
	var intake recordedIntake
	hook, _ := narrowWebhook(t, &intake)
	for _, length := range []int{1, firstStep, firstStep + 1, 4*firstStep + 1, pieceSize} {
		body := strings.Repeat("y", length)
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", &dribble{t: t, hook: hook, rest: body})
		request.ContentLength = int64(length)
		request.Header.Set(signature.Header, signature.Sign(webhookSecret, []byte(body)))
		answer := httptest.NewRecorder()
		hook.ServeHTTP(answer, request)
		if answer.Code != http.StatusOK || intake.bodies[len(intake.bodies)-1] != body {
			t.Errorf("%d bytes: answered %d", length, answer.Code)
		}
	}
	for _, length := range []int64{-1, 1, pieceSize, pieceSize + 1} { // and then it hangs up
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", &dribble{t: t, hook: hook})
		request.ContentLength = length
		request.Header.Set(signature.Header, signature.Sign("guess", nil))
		answer := httptest.NewRecorder()
		hook.ServeHTTP(answer, request)
		if answer.Code == http.StatusOK {
			t.Errorf("%d bytes that did not come: answered %d", length, answer.Code)
		}
	}
	reserved(t, hook, 0)
}

// Whatever a body is like, what it reserved is given back, and what is stored is
// what was sent.
func TestBodiesOfEveryLength(t *testing.T) {
	t.Parallel()
	var intake recordedIntake
	hook, address := narrowWebhook(t, &intake)
	var sending sync.WaitGroup
	for _, length := range []int{0, 1, pieceSize - 1, pieceSize, pieceSize + 1, 3*pieceSize + 7} {
		for _, chunked := range []bool{false, true} {
			body := strings.Repeat("y", length)
			var reader io.Reader = strings.NewReader(body)
			if chunked {
				reader = io.MultiReader(reader) // of unknown length
			}
			if got := post(t, "http://"+address, signature.Sign(webhookSecret, []byte(body)), reader); got != http.StatusOK {
				t.Errorf("%d bytes, chunked %v: answered %d", length, chunked, got)
			} else if last := intake.bodies[len(intake.bodies)-1]; last != body {
				t.Errorf("%d bytes, chunked %v: %d stored", length, chunked, len(last))
			}
			sending.Go(func() {
				if got := post(t, "http://"+address, signature.Sign("guess", []byte(body)), strings.NewReader(body)); got == http.StatusOK {
					t.Errorf("%d bytes of a stranger were taken", length)
				}
			})
			sending.Wait()
		}
	}
	reserved(t, hook, 0)
	if len(hook.budget.byAddr) != 0 {
		t.Errorf("addresses remembered: %v", hook.budget.byAddr)
	}
}

// One address holds no more than half of the budget, whatever the bodies are like.
func TestBudgetOfOneAddress(t *testing.T) {
	t.Parallel()
	b := newBodyBudget(1 << 20)
	taken := 0
	for b.take(pieceSize, false, "a") {
		taken++
	}
	if taken != 8 {
		t.Errorf("small bodies of one address hold %d pieces of 16; want 8", taken)
	}
	if b.take(pieceSize, true, "a") || !b.take(pieceSize, true, "b") || !b.take(pieceSize, false, "b") {
		t.Error("another address has no place, or this one still has")
	}
	b.give(pieceSize, true, "b")
	b.give(pieceSize, false, "b")
	for range taken {
		b.give(pieceSize, false, "a")
	}
	if b.inFlight() != 0 || b.large != 0 || len(b.byAddr) != 0 {
		t.Errorf("%d in flight, %d large, %d addresses are left", b.inFlight(), b.large, len(b.byAddr))
	}
}
