package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// person is somebody logged in, as a browser would be.
type person struct {
	url  string
	http *http.Client
	csrf string
	id   string
}

// answer is a response of the API.
type answer struct {
	Status int
	Body   map[string]any
}

func (a answer) text(path string) string {
	v, _ := a.at(path).(string)
	return v
}

func (a answer) number(path string) float64 {
	v, _ := a.at(path).(float64)
	return v
}

// at walks "owner.name" or "conversations.0.id".
func (a answer) at(path string) any { return walk(a.Body, path) }

func walk(v any, path string) any {
	for part := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[part]
		case []any:
			var i int
			if _, err := fmt.Sscan(part, &i); err != nil || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

func login(t testing.TB, url, email, password string) *person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	p := &person{url: url, http: &http.Client{Jar: jar, Timeout: patience}}
	a := p.post(t, "/api/v1/login", map[string]any{"email": email, "password": password})
	if a.Status != http.StatusOK {
		t.Fatalf("log in as %s: %d %v", email, a.Status, a.Body)
	}
	p.csrf, p.id = a.text("csrf_token"), a.text("agent.id")
	return p
}

func (p *person) try(ctx context.Context, method, path string, body any) (answer, error) {
	var r io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return answer{}, err
		}
		r = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, p.url+path, r)
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Csrf-Token", p.csrf)
	res, err := p.http.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	a := answer{Status: res.StatusCode}
	if err := json.NewDecoder(res.Body).Decode(&a.Body); err != nil && !errors.Is(err, io.EOF) {
		return a, err
	}
	return a, nil
}

func (p *person) post(t testing.TB, path string, body any) answer {
	t.Helper()
	a, err := p.try(t.Context(), http.MethodPost, path, body)
	if err != nil {
		t.Fatalf("POST %s: %v", path, err)
	}
	return a
}

func (p *person) get(t testing.TB, path string) answer {
	t.Helper()
	a, err := p.try(t.Context(), http.MethodGet, path, nil)
	if err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	return a
}

// liveFeed is a socket of a person: it keeps every frame it got.
type liveFeed struct {
	conn *websocket.Conn
	mu   sync.Mutex
	seen []map[string]any
	news chan struct{}
	err  error
}

func (p *person) connect(t testing.TB) *liveFeed {
	t.Helper()
	d := websocket.Dialer{Jar: p.http.Jar, HandshakeTimeout: patience}
	header := http.Header{"Origin": {p.url}}
	conn, res, err := d.DialContext(t.Context(), "ws"+strings.TrimPrefix(p.url, "http")+"/api/v1/ws", header)
	if err != nil {
		t.Fatalf("open socket: %v", err)
	}
	_ = res.Body.Close()
	s := &liveFeed{conn: conn, news: make(chan struct{}, 1)}
	t.Cleanup(s.cut)
	go s.read()
	s.send(t, map[string]any{"t": "identify", "csrf": p.csrf, "client": "test"})
	s.wait(t, "ready", func(f map[string]any) bool { return f["t"] == "ready" })
	return s
}

func (s *liveFeed) read() {
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

func (s *liveFeed) send(t testing.TB, frame map[string]any) {
	t.Helper()
	if err := s.conn.WriteJSON(frame); err != nil {
		t.Fatalf("send %v: %v", frame["t"], err)
	}
}

// cut drops the connection without a word, as a network does.
func (s *liveFeed) cut() { _ = s.conn.NetConn().Close() }

func (s *liveFeed) frames() []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]map[string]any(nil), s.seen...)
}

// wait returns the first frame, from the beginning, that fits.
func (s *liveFeed) wait(t testing.TB, what string, fits func(map[string]any) bool) map[string]any {
	t.Helper()
	deadline := time.After(patience)
	for {
		for _, f := range s.frames() {
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
			t.Fatalf("waiting for %s: it did not come; %d frames: %v", what, len(s.frames()), s.frames())
		}
	}
}
