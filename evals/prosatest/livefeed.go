package prosatest

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/prosa-chat/prosa/evals/await"
)

// LiveFeed is a socket of a person: it keeps every frame it got.
type LiveFeed struct {
	conn *websocket.Conn
	mu   sync.Mutex
	seen []map[string]any
	news chan struct{}
	err  error
}

func (p *Person) Connect(t testing.TB) *LiveFeed {
	t.Helper()
	d := websocket.Dialer{Jar: p.Http.Jar, HandshakeTimeout: await.Patience}
	header := http.Header{"Origin": {p.Url}}
	conn, res, err := d.DialContext(t.Context(), "ws"+strings.TrimPrefix(p.Url, "http")+"/api/v1/ws", header)
	if err != nil {
		t.Fatalf("open socket: %v", err)
	}
	_ = res.Body.Close()
	s := &LiveFeed{conn: conn, news: make(chan struct{}, 1)}
	t.Cleanup(s.Cut)
	go s.read()
	s.Send(t, map[string]any{"t": "identify", "csrf": p.Csrf, "client": "test"})
	s.Wait(t, "ready", func(f map[string]any) bool { return f["t"] == "ready" })
	return s
}

func (s *LiveFeed) read() {
	for {
		var f map[string]any
		err := s.conn.ReadJSON(&f)
		s.mu.Lock()
		if err != nil {
			s.err = err
		} else {
			s.seen = append(s.seen, f)
		}
		s.mu.Unlock()
		select {
		case s.news <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

func (s *LiveFeed) Send(t testing.TB, frame map[string]any) {
	t.Helper()
	if err := s.conn.WriteJSON(frame); err != nil {
		t.Fatalf("send %v: %v", frame["t"], err)
	}
}

// Cut drops the connection without a word, as a network does.
func (s *LiveFeed) Cut() { _ = s.conn.NetConn().Close() }

func (s *LiveFeed) Frames() []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]map[string]any(nil), s.seen...)
}

// Wait returns the first frame, from the beginning, that fits.
func (s *LiveFeed) Wait(t testing.TB, what string, fits func(map[string]any) bool) map[string]any {
	t.Helper()
	deadline := time.After(await.Patience)
	for {
		for _, f := range s.Frames() {
			if fits(f) {
				return f
			}
		}
		s.mu.Lock()
		err := s.err
		s.mu.Unlock()
		if err != nil {
			t.Fatalf("waiting for %s: socket ended: %v", what, err)
		}
		select {
		case <-s.news:
		case <-deadline:
			t.Fatalf("waiting for %s: it did not come; %d frames: %v", what, len(s.Frames()), s.Frames())
		}
	}
}

func (s *LiveFeed) itemsOf(stream string) (list []any) {
	for _, f := range s.Frames() {
		if items, ok := f["items"].([]any); ok && f["stream"] == stream && f["t"] == "thread" {
			list = append(list, items...)
		}
	}
	return list
}

// Offsets lists those of a stream's updates, as they came.
func (s *LiveFeed) Offsets(stream string) (list []float64) {
	for _, f := range s.Frames() {
		if offset, ok := f["offset"].(float64); ok && f["stream"] == stream && (f["t"] == "row" || f["t"] == "gone") {
			list = append(list, offset)
		}
	}
	return list
}

// Position is where a stream stands after the frames so far.
func (s *LiveFeed) Position(t *testing.T, stream string) map[string]any {
	t.Helper()
	var at map[string]any
	for _, f := range s.Frames() {
		if offset, ok := f["offset"]; ok && f["stream"] == stream {
			at = map[string]any{"offset": offset}
			if epoch, ok := f["epoch"]; ok {
				at["epoch"] = epoch
			}
		}
	}
	if at == nil {
		t.Fatalf("no position of %s in %v", stream, s.Frames())
	}
	return at
}

// Subscribe opens a stream at a position and returns the answer.
func (s *LiveFeed) Subscribe(t *testing.T, stream string, position map[string]any) map[string]any {
	t.Helper()
	frame := map[string]any{"t": "subscribe", "stream": stream}
	if position != nil {
		frame["position"] = position
	}
	s.Send(t, frame)
	return s.Wait(t, "the stream "+stream, IsSubscribed(stream))
}

func (s *LiveFeed) Texts(stream string) (list []string) {
	for _, item := range s.itemsOf(stream) {
		if text, ok := Walk(item, "message.content.text.body").(string); ok {
			list = append(list, text)
		}
	}
	return list
}

// ThreadItems names the items of a thread after a version, as they came.
func (s *LiveFeed) ThreadItems(stream string, after float64) (list []string) {
	for _, item := range s.itemsOf(stream) {
		if version, _ := Walk(item, "version").(float64); version > after {
			list = append(list, fmt.Sprint(version, Walk(item, "type"), Walk(item, "message.id"), Walk(item, "status.state")))
		}
	}
	return list
}

func IsSubscribed(stream string) func(map[string]any) bool {
	return func(f map[string]any) bool { return f["t"] == "subscribed" && f["stream"] == stream }
}

// Broken reports whether the socket has ended.
func (s *LiveFeed) Broken() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err != nil
}
