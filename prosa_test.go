package main

import (
	"bufio"
	"context"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/simulator"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

const (
	testSecret   = "app-secret-of-the-tests"
	testVerify   = "verify-token-of-the-tests"
	testKey      = "secret-key-of-the-tests-0123456789"
	testToken    = "access-token-of-the-tests"
	testPassword = "correct horse battery"
	brasil       = wa.PhoneNumberID("998877665544332")
	lisboa       = wa.PhoneNumberID("998877665544333")
	porto        = wa.PhoneNumberID("998877665544999")
	helena       = "5534955501142"
	vila         = "BR.9090aabbccddeeff11" // writes without a phone number
)

// asProcess makes this test binary be prosa: the members test starts it so.
const asProcess = "PROSA_TEST_PROCESS"

func TestMain(m *testing.M) {
	if os.Getenv(asProcess) != "" {
		main()
		return
	}
	os.Exit(pgtest.Run(m, pgtest.Setting("max_connections", "300")))
}

// site is a simulated Meta with phones and a database for engines beside it.
type site struct {
	sim      *simulator.Simulator
	database string
	data     string
	more     map[string]string // settings of engines in this process
}

func newSite(t testing.TB, faults simulator.Faults) *site {
	t.Helper()
	return newSiteOn(t, pgtest.Database(t), faults)
}

// newSiteOn is a site on a database of its own making.
func newSiteOn(t testing.TB, database string, faults simulator.Faults) *site {
	t.Helper()
	s := &site{database: database, data: t.TempDir()}
	s.sim = simulator.New(simulator.Config{
		Numbers: []simulator.Number{
			{ID: brasil, Display: "5511955501002", Name: "Brás", AccountID: "21", Portfolio: "33", Token: testToken},
			{ID: lisboa, Display: "351915550100", Name: "Lisboa", AccountID: "21", Portfolio: "33", Token: testToken},
			{ID: porto, Display: "351220550100", Name: "Porto", AccountID: "21", Portfolio: "33", Token: testToken}, // registered by one test
		},
		Phones: []simulator.Phone{
			{WaID: helena, BSUID: "BR.8f3a41c27d90b6c21e", Name: "Helena Prado"},
			{WaID: "5515955506650", BSUID: vila, Username: "lojadavila", Name: "Loja da Vila", HidePhone: true},
		},
		Templates: testTemplates(),
		AppSecret: testSecret, NeedProof: true, VerifyToken: testVerify, Faults: faults, Seed: 7,
	})
	if err := s.sim.Open("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.sim.Close() })
	return s
}

// env is the environment of an engine of this site.
func (s *site) env() map[string]string {
	return map[string]string{
		"DATABASE_URL": s.database, "PROSA_DATA": s.data, "PROSA_LISTEN": "127.0.0.1:0", "PROSA_METRICS_LISTEN": metricsOnGateway, "PROSA_GRAPH_URL": s.sim.URL(),
		"PROSA_META_APP_SECRET": testSecret, "PROSA_META_VERIFY_TOKEN": testVerify, "PROSA_SECRET_KEY": testKey,
		"PROSA_ADMIN_EMAIL": "admin@lume.example", "PROSA_ADMIN_PASSWORD": testPassword, "PROSA_LOG_LEVEL": "warn",
	}
}

// startHere runs an engine in this process, with numbers and people, and returns
// its address.
func (s *site) startHere(t testing.TB) string {
	t.Helper()
	url := s.startFresh(t)
	s.settle(t, url)
	return url
}

// startFresh runs an engine in this process that has no number and nobody but
// its administrator.
func (s *site) startFresh(t testing.TB) string {
	t.Helper()
	env := s.env()
	maps.Copy(env, s.more)
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"serve"}, func(k string) string { return env[k] }, in, testWriter{t})
		_ = in.Close()
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("engine ended: %v", err)
		}
	})
	return listening(t, out)
}

// settle registers the numbers and people, once an engine listens.
func (s *site) settle(t testing.TB, url string) {
	t.Helper()
	admin := login(t, url, "admin@lume.example", testPassword)
	for _, n := range []struct {
		id            wa.PhoneNumberID
		display, name string
	}{{brasil, "5511955501002", "Brás"}, {lisboa, "351915550100", "Lisboa"}} {
		a := admin.post(t, "/api/v1/numbers", map[string]any{
			"id": n.id, "account_id": "21", "portfolio_id": "33", "team_id": "main", "display": n.display, "name": n.name, "token": testToken,
		})
		if a.Status != http.StatusOK {
			t.Fatalf("register %s: %d %v", n.id, a.Status, a.Body)
		}
	}
	for _, who := range []string{"Ana", "Bruno"} {
		a := admin.post(t, "/api/v1/agents", map[string]any{
			"email": strings.ToLower(who) + "@lume.example", "name": who, "role": "agent", "teams": []string{"main"}, "password": testPassword,
		})
		if a.Status != http.StatusOK && a.Status != http.StatusConflict {
			t.Fatalf("make %s: %d %v", who, a.Status, a.Body)
		}
	}
	s.sim.SetWebhook(url + "/webhooks/meta")
	if err := s.sim.Handshake(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// listening reads the address that serve prints.
func listening(t testing.TB, out io.Reader) string {
	t.Helper()
	lines := bufio.NewScanner(out)
	found := make(chan string, 1)
	go func() {
		for lines.Scan() {
			if _, url, ok := strings.Cut(lines.Text(), "Prosa listens on "); ok {
				found <- url
			}
		}
		close(found)
	}()
	select {
	case url, ok := <-found:
		if !ok {
			t.Fatal("the engine ended before it listened")
		}
		return url
	case <-time.After(60 * time.Second):
		t.Fatal("the engine did not listen within a minute")
	}
	return ""
}

type testWriter struct{ t testing.TB }

func (w testWriter) Write(b []byte) (int, error) {
	w.t.Log(strings.TrimSpace(string(b)))
	return len(b), nil
}

// process is prosa as a process of its own.
type process struct {
	cmd  *exec.Cmd
	url  string
	once sync.Once
	done chan struct{}
	log  *lockedBuilder
}

type lockedBuilder struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedBuilder) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuilder) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// startProcess runs prosa serve on its own; more settings win over the site's.
func (s *site) startProcess(t testing.TB, more map[string]string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: exec.Command(self, "serve"), done: make(chan struct{}), log: &lockedBuilder{}}
	p.cmd.Env = append(os.Environ(), asProcess+"=1")
	env := s.env()
	for k, v := range more {
		env[k] = v
	}
	for k, v := range env {
		p.cmd.Env = append(p.cmd.Env, k+"="+v)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stderr = p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("log of %d:\n%s", p.cmd.Process.Pid, p.log)
		}
	})
	defer func() { // also when it never listens
		go func() {
			_, _ = io.Copy(io.Discard, out)
			_ = p.cmd.Wait()
			close(p.done)
		}()
	}()
	p.url = listening(t, out)
	return p
}

// kill is kill -9, and waits until the process is gone.
func (p *process) kill() {
	p.once.Do(func() { _ = p.cmd.Process.Kill() })
	<-p.done
}

func (p *process) signal(t testing.TB, sig syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(sig); err != nil {
		t.Fatalf("signal %v: %v", sig, err)
	}
}
