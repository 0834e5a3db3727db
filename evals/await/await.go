package await

import (
	"context"
	"io"
	"net/http"
	"testing"
	"time"
)

// Patience is how long a test waits for what must come; machines may be busy.
const Patience = 60 * time.Second

// Eventually polls for what has no signal of its own. The look says what there
// is, for whoever reads why a test failed, and whether that was waited for.
func Eventually(t testing.TB, what string, look func() (seen any, ok bool)) {
	t.Helper()
	deadline := time.Now().Add(Patience)
	for {
		seen, ok := look()
		if ok {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s; at last there was %+v", what, seen)
		}
		time.Sleep(25 * time.Millisecond)
	}
}

// Is looks for a value.
func Is[T comparable](want T, look func() T) func() (any, bool) {
	return func() (any, bool) {
		got := look()
		return got, got == want
	}
}

// Fetch asks without a session; the status is 0 when nobody answers.
func Fetch(ctx context.Context, address string) (status int, body string) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, ""
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, ""
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, ""
	}
	return res.StatusCode, string(text)
}
