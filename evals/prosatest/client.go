package prosatest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/evals/await"
)

// Person is somebody logged in, as a browser would be.
type Person struct {
	Url  string
	Http *http.Client
	Csrf string
	Id   string
}

// Answer is a response of the API.
type Answer struct {
	Status int
	Body   map[string]any
}

func (a Answer) Text(path string) string {
	v, _ := a.At(path).(string)
	return v
}

func (a Answer) Number(path string) float64 {
	v, _ := a.At(path).(float64)
	return v
}

// At walks "owner.name" or "conversations.0.id".
func (a Answer) At(path string) any { return Walk(a.Body, path) }

func Walk(v any, path string) any {
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

func Login(t testing.TB, url, email, password string) *Person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	p := &Person{Url: url, Http: &http.Client{Jar: jar, Timeout: await.Patience}}
	a := p.Post(t, "/api/v1/login", map[string]any{"email": email, "password": password})
	if a.Status != http.StatusOK {
		t.Fatalf("log in as %s: %d %v", email, a.Status, a.Body)
	}
	p.Csrf, p.Id = a.Text("csrf_token"), a.Text("agent.id")
	return p
}

func (p *Person) Try(ctx context.Context, method, path string, body any) (Answer, error) {
	var r io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return Answer{}, err
		}
		r = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, p.Url+path, r)
	if err != nil {
		return Answer{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Csrf-Token", p.Csrf)
	res, err := p.Http.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer res.Body.Close()
	a := Answer{Status: res.StatusCode}
	if err := json.NewDecoder(res.Body).Decode(&a.Body); err != nil && !errors.Is(err, io.EOF) {
		return a, err
	}
	return a, nil
}

func (p *Person) Post(t testing.TB, path string, body any) Answer {
	t.Helper()
	a, err := p.Try(t.Context(), http.MethodPost, path, body)
	if err != nil {
		t.Fatalf("POST %s: %v", path, err)
	}
	return a
}

// Patch changes something.
func (p *Person) Patch(t testing.TB, path string, body any) Answer {
	t.Helper()
	answer, err := p.Try(t.Context(), http.MethodPatch, path, body)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// Put replaces something.
func (p *Person) Put(t testing.TB, path string, body any) Answer {
	t.Helper()
	answer, err := p.Try(t.Context(), http.MethodPut, path, body)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func (p *Person) Get(t testing.TB, path string) Answer {
	t.Helper()
	a, err := p.Try(t.Context(), http.MethodGet, path, nil)
	if err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	return a
}

// Upload brings a file in before it is sent.
func (p *Person) Upload(t *testing.T, name, kind string, content []byte) (id string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.Url+"/api/v1/uploads?name="+url.QueryEscape(name), bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("X-Csrf-Token", p.Csrf)
	res, err := p.Http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	a := Answer{Status: res.StatusCode}
	if err := json.NewDecoder(res.Body).Decode(&a.Body); err != nil {
		t.Fatal(err)
	}
	return Expect(t, a, http.StatusCreated).Text("id")
}
