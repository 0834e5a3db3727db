// Package providertest runs a real OpenID Connect provider, evals/provider, as a process
// of its own, behind a proxy that tests can have fail or lie.
package providertest

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// Clients of the provider, whose secret is Secret.
const (
	Client = "prosa"
	Other  = "other"
	Secret = "client secret"
)

// Provider is one that runs until its test ends.
type Provider struct {
	Issuer string
	t      testing.TB
	client *http.Client

	mu   sync.Mutex
	ask  func(*http.Request)
	tell func(*http.Response) error
	down bool
}

// Start runs a provider whose clients are sent back to redirect. people are written
// "subject=e-mail", with ! behind it if the provider has not verified it.
func Start(t testing.TB, redirect string, people ...string) *Provider {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	binary := filepath.Join(t.TempDir(), "provider")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".") //nolint:gosec // of this test
	build.Dir = filepath.Join(filepath.Dir(here), "..", "..", "..", "evals", "provider")
	build.Env = append(os.Environ(), "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the provider: %v\n%s", err, out)
	}
	p := &Provider{t: t, client: &http.Client{
		Transport: &http.Transport{}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	t.Cleanup(p.client.CloseIdleConnections)
	var proxy httputil.ReverseProxy
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		ask, down := p.ask, p.down
		p.mu.Unlock()
		if down {
			panic(http.ErrAbortHandler)
		}
		if ask != nil {
			ask(r)
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	p.Issuer = front.URL
	back := p.run(binary, append([]string{"-issuer", front.URL, "-redirect", redirect}, people...))
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	proxy = httputil.ReverseProxy{
		Transport: transport,
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: "http", Host: back}) },
		ModifyResponse: func(answer *http.Response) error {
			p.mu.Lock()
			defer p.mu.Unlock()
			if p.tell == nil {
				return nil
			}
			return p.tell(answer)
		},
	}
	return p
}

// run starts the process, and says where it listens.
func (p *Provider) run(binary string, args []string) string {
	p.t.Helper()
	process := exec.CommandContext(p.t.Context(), binary, args...) //nolint:gosec // of this test
	process.Stderr = p.t.Output()
	in, err := process.StdinPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	out, err := process.StdoutPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		_ = in.Close()
		_, _ = io.Copy(io.Discard, out)
		_ = process.Wait()
	})
	at, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		p.t.Fatalf("start the provider: %v", err)
	}
	return strings.TrimSpace(at)
}

// Lie has each request to the provider, and each of its answers, changed; nil: neither.
func (p *Provider) Lie(ask func(*http.Request), tell func(*http.Response) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ask, p.tell = ask, tell
}

// Down has the provider end each connection, or answer again.
func (p *Provider) Down(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
}

var requestID = regexp.MustCompile(`name="id" value="([^"]+)"`)

// SignIn signs a person in at the address that a client sent him to, and returns the
// address that the provider sends him back to.
func (p *Provider) SignIn(at, person string) string {
	p.t.Helper()
	page, _ := p.follow(p.client.Get(at)) //nolint:noctx // the client's test bounds it
	found := requestID.FindStringSubmatch(page)
	if found == nil {
		p.t.Fatalf("%s shows no form:\n%s", at, page)
	}
	form := url.Values{"id": {found[1]}, "username": {person}, "password": {"secret"}}
	_, to := p.follow(p.client.PostForm(p.Issuer+"/login/username", form)) //nolint:noctx // likewise
	return to
}

// follow goes on as long as the provider sends it to itself.
func (p *Provider) follow(answer *http.Response, err error) (page, to string) {
	p.t.Helper()
	for {
		if err != nil {
			p.t.Fatal(err)
		}
		body, err2 := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		next, none := answer.Location()
		switch {
		case err2 != nil:
			p.t.Fatal(err2)
		case errors.Is(none, http.ErrNoLocation):
			return string(body), ""
		case !strings.HasPrefix(next.String(), p.Issuer):
			return string(body), next.String()
		}
		answer, err = p.client.Get(next.String()) //nolint:noctx // likewise
	}
}
