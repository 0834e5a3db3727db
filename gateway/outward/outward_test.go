package outward_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/gateway/outward"
)

// What a customer has set reaches the open internet alone, is not followed elsewhere, and
// fills no memory.
func TestClient(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/away" {
			http.Redirect(w, r, "/", http.StatusFound)
			return
		}
		_, _ = io.WriteString(w, strings.Repeat("x", 100))
	}))
	defer server.Close()
	port := server.URL[strings.LastIndex(server.URL, ":"):]
	walled := outward.New(false, time.Minute)
	for _, host := range []string{
		"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1", "169.254.169.254", "100.64.1.1", "0.0.0.0",
		"[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::127.0.0.1]", "198.18.0.1", "192.0.0.1", "240.0.0.1", "0.1.2.3",
	} {
		answer, err := walled.Get("http://" + host + port)
		if err == nil {
			_ = answer.Body.Close()
		}
		// Some of these no machine has: the kernel is asked for a socket all the same.
		if !errors.Is(err, outward.ErrForbidden) {
			t.Errorf("%s: %v", host, err)
		}
	}
	for host, want := range map[string]error{"localhost": outward.ErrForbidden, "10.0.0.1": outward.ErrForbidden, "::1": outward.ErrForbidden, "8.8.8.8": nil, "nowhere.invalid": nil} {
		if err := outward.Check(t.Context(), host); !errors.Is(err, want) {
			t.Errorf("check of %s: %v", host, err)
		}
	}
	client := outward.Short(outward.New(true, time.Minute), 10)
	defer client.CloseIdleConnections()
	for path, want := range map[string]int{"/": 200, "/away": 302} {
		answer, err := client.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil || answer.StatusCode != want || len(body) > 10 {
			t.Errorf("%s: %d with %d bytes (%v)", path, answer.StatusCode, len(body), err)
		}
	}
}
