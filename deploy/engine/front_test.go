package engine

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/evals/await"
)

// Engines and the door take turns at one address under callers that never pause:
// nobody is refused, and the last one to come has them all.
func TestFrontRefusesNobodyBetweenTwoEngines(t *testing.T) {
	t.Parallel()
	f := newFront()
	first, err := f.listen(t.Context(), "127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	address := first.Addr().String()
	serving := func(name string) *http.Server {
		return &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprint(w, name)
		})}
	}
	engine := serving("engine 0")
	var servers sync.WaitGroup
	servers.Go(func() { _ = engine.Serve(first) })

	var calls [4]atomic.Int64 // of each caller, who has one call at a time
	after := func() (served func() (any, bool)) {
		var before [len(calls)]int64
		for c := range calls {
			before[c] = calls[c].Load()
		}
		return func() (any, bool) {
			for c := range calls {
				if calls[c].Load() < before[c]+2 {
					return c, false
				}
			}
			return nil, true
		}
	}
	stop := make(chan struct{})
	var callers sync.WaitGroup
	client := &http.Client{Timeout: await.Patience, Transport: &http.Transport{DisableKeepAlives: true}}
	for c := range calls {
		callers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				res, err := client.Get("http://" + address + "/healthz")
				if err != nil {
					t.Errorf("refused: %v", err)
					return
				}
				_ = res.Body.Close()
				calls[c].Add(1)
			}
		})
	}
	for n := range 20 {
		if err := f.shut(t.Context(), address); err != nil {
			t.Fatal(err)
		}
		await.Eventually(t, "every caller is answered at the door", after())
		if err := engine.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		listener, err := f.enter(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		next := serving(fmt.Sprint("engine ", n+1))
		engine = next
		servers.Go(func() {
			if err := next.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				t.Errorf("serve: %v", err)
			}
		})
		await.Eventually(t, "every caller is answered by the engine", after())
	}
	close(stop)
	callers.Wait()
	if code, text := await.Fetch(t.Context(), "http://"+address+"/"); code != http.StatusOK || text != "engine 20" {
		t.Errorf("the last engine: %d %q", code, text)
	}
	_ = engine.Close()
	f.close()
	servers.Wait()
	if res, err := client.Get("http://" + address + "/"); err == nil {
		_ = res.Body.Close()
		t.Error("the address is still open")
	}
}
