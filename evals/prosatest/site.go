package prosatest

import (
	"bufio"
	"context"
	"io"
	"maps"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/deploy/command"
	"github.com/prosa-chat/prosa/deploy/engine"
	"github.com/prosa-chat/prosa/gateway/simulator"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
	"github.com/prosa-chat/prosa/gateway/simulator/onboarding"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/replaytest"
)

const (
	TestSecret   = "app-secret-of-the-tests"
	testVerify   = "verify-token-of-the-tests"
	testKey      = "secret-key-of-the-tests-0123456789"
	TestToken    = "access-token-of-the-tests"
	TestPassword = "correct horse battery"
	FreshToken   = "access-token-of-a-fresh-account"
	NarrowToken  = "access-token-that-may-not-send"
	PastToken    = "access-token-of-yesterday"
	HourToken    = "access-token-of-an-hour" // of the account of Brasil, by Meta's clock
	Brasil       = wa.PhoneNumberID("998877665544332")
	Lisboa       = wa.PhoneNumberID("998877665544333")
	Porto        = wa.PhoneNumberID("998877665544999")
	Salvador     = wa.PhoneNumberID("998877665544121") // of account 22, neither verified nor registered
	FreshPIN     = "246810"                            // of Salvador's two-step verification
	Helena       = "5534955501142"
	Vila         = "BR.9090aabbccddeeff11" // writes without a phone number
)

// AsProcess makes this test binary be prosa: the members test starts it so.
const AsProcess = "PROSA_TEST_PROCESS"

// Run runs tests that need a database, or is prosa when a test has started the
// binary as such.
func Run(m *testing.M) int {
	if os.Getenv(AsProcess) != "" {
		command.Main()
		return 0
	}
	return pgtest.Run(m, pgtest.Setting("max_connections", "300"), replaytest.Journals())
}

// site is a simulated Meta with phones and a database for engines beside it.
type site struct {
	Sim      *simulator.Simulator
	Database string
	data     string
	More     map[string]string // settings of engines in this process
}

func NewSite(t testing.TB, faults chance.Faults) *site {
	t.Helper()
	return NewSiteOn(t, pgtest.Database(t), faults)
}

// NewSiteOn is a site on a database of its own making.
func NewSiteOn(t testing.TB, database string, faults chance.Faults) *site {
	t.Helper()
	s := &site{Database: database, data: t.TempDir()}
	s.Sim = simulator.New(simulator.Config{
		Numbers: []simulator.Number{
			{ID: Brasil, Display: "5511955501002", Name: "Brás", AccountID: "21", Portfolio: "33", Token: TestToken},
			{ID: Lisboa, Display: "351915550100", Name: "Lisboa", AccountID: "21", Portfolio: "33", Token: TestToken},
			{ID: Porto, Display: "351220550100", Name: "Porto", AccountID: "21", Portfolio: "33", Token: TestToken}, // registered by one test
			{ID: Salvador, Display: "5571955500121", Name: "Salvador", AccountID: "22", Portfolio: "33", Token: FreshToken, Fresh: true, PIN: FreshPIN},
		},
		Grants: []onboarding.Grant{
			{Token: NarrowToken, Scopes: []string{"whatsapp_business_management"}, Accounts: []wa.AccountID{"22"}},
			{Token: HourToken, Accounts: []wa.AccountID{"21"}, ExpiresAt: time.Now().Add(time.Hour)},
			{Token: PastToken, Accounts: []wa.AccountID{"22"}, ExpiresAt: time.Unix(1_700_000_000, 0)},
		},
		Phones: []simulator.Phone{
			{WaID: Helena, BSUID: "BR.8f3a41c27d90b6c21e", Name: "Helena Prado"},
			{WaID: "5515955506650", BSUID: Vila, Username: "lojadavila", Name: "Loja da Vila", HidePhone: true},
		},
		Templates: testTemplates(),
		AppSecret: TestSecret, NeedProof: true, VerifyToken: testVerify, Faults: faults, Seed: 7,
	})
	if err := s.Sim.Open("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Sim.Close() })
	return s
}

// MoveMeta moves the clock of the simulated Meta, which is not the engine's here.
func (s *site) MoveMeta(t testing.TB, by time.Duration) {
	t.Helper()
	if err := s.Sim.Advance(by); err != nil {
		t.Error(err)
	}
}

// Sealer seals and opens as engines of this site do.
func (s *site) Sealer(t testing.TB) *persistence.Sealer {
	t.Helper()
	sealer, err := persistence.NewSealer(testKey)
	if err != nil {
		t.Fatal(err)
	}
	return sealer
}

// env is the environment of an engine of this site.
func (s *site) Env() map[string]string {
	return map[string]string{
		"DATABASE_URL": s.Database, "PROSA_DATA": s.data, "PROSA_LISTEN": "127.0.0.1:0", "PROSA_METRICS_LISTEN": engine.MetricsOnGateway, "PROSA_GRAPH_URL": s.Sim.URL(),
		"PROSA_META_APP_SECRET": TestSecret, "PROSA_META_VERIFY_TOKEN": testVerify, "PROSA_SECRET_KEY": testKey,
		"PROSA_ADMIN_EMAIL": "admin@lume.example", "PROSA_ADMIN_PASSWORD": TestPassword, "PROSA_LOG_LEVEL": "warn",
	}
}

// startHere runs an engine in this process, with numbers and people, and returns
// its address.
func (s *site) StartHere(t testing.TB) string {
	t.Helper()
	url := s.StartFresh(t)
	s.Furnish(t, url)
	return url
}

// startFresh runs an engine in this process that has no number and nobody but
// its administrator.
func (s *site) StartFresh(t testing.TB) string {
	t.Helper()
	url, _ := s.start(t)
	return url
}

// StartEmpty runs an engine in this process that belongs to nobody yet, and returns its
// address and the link that it printed for the first administrator.
func (s *site) StartEmpty(t testing.TB) (url, link string) {
	t.Helper()
	nobody := map[string]string{"PROSA_ADMIN_EMAIL": "", "PROSA_ADMIN_PASSWORD": ""}
	maps.Copy(nobody, s.More)
	s.More = nobody
	return s.start(t)
}

func (s *site) start(t testing.TB) (url, link string) {
	t.Helper()
	env := s.Env()
	maps.Copy(env, s.More)
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- command.Run(ctx, []string{"serve"}, func(k string) string { return env[k] }, in, LogTo(t))
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

// Furnish registers the numbers and people, once an engine listens.
func (s *site) Furnish(t testing.TB, url string) {
	t.Helper()
	admin := Login(t, url, "admin@lume.example", TestPassword)
	for _, n := range []struct {
		id            wa.PhoneNumberID
		display, name string
	}{{Brasil, "5511955501002", "Brás"}, {Lisboa, "351915550100", "Lisboa"}} {
		a := admin.Post(t, "/api/v1/numbers", map[string]any{
			"id": n.id, "account_id": "21", "portfolio_id": "33", "team_id": "main", "display": n.display, "name": n.name, "token": TestToken,
		})
		if a.Status != http.StatusOK {
			t.Fatalf("register %s: %d %v", n.id, a.Status, a.Body)
		}
	}
	for _, who := range []string{"Ana", "Bruno"} {
		a := admin.Post(t, "/api/v1/agents", map[string]any{
			"email": strings.ToLower(who) + "@lume.example", "name": who, "role": "agent", "teams": []string{"main"}, "password": TestPassword,
		})
		if a.Status != http.StatusOK && a.Status != http.StatusConflict {
			t.Fatalf("make %s: %d %v", who, a.Status, a.Body)
		}
	}
	s.Sim.SetWebhook(url + "/webhooks/meta")
	if err := s.Sim.Handshake(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// listening reads the address that serve prints, and the link before it for the first
// administrator, where there is none yet.
func listening(t testing.TB, out io.Reader) (url, link string) {
	t.Helper()
	lines := bufio.NewScanner(out)
	type printed struct{ url, link string }
	found := make(chan printed, 1)
	go func() {
		link := ""
		for lines.Scan() {
			if _, to, ok := strings.Cut(lines.Text(), "This link does it, once and within a day: "); ok {
				link = to
			}
			if _, url, ok := strings.Cut(lines.Text(), "Prosa listens on "); ok {
				found <- printed{url, link}
			}
		}
		close(found)
	}()
	select {
	case p, ok := <-found:
		if !ok {
			t.Fatal("the engine ended before it listened")
		}
		return p.url, p.link
	case <-time.After(60 * time.Second):
		t.Fatal("the engine did not listen within a minute")
	}
	return "", ""
}

// testWriter has nothing to write to once its test has ended; an engine that was
// abandoned while its database was away may still say something then.
type testWriter struct {
	mu sync.Mutex
	t  testing.TB
}

func (w *testWriter) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.t != nil {
		w.t.Log(strings.TrimSpace(string(b)))
	}
	return len(b), nil
}

func (w *testWriter) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.t = nil
}

// LogTo writes lines to the log of a test until it ends.
func LogTo(t testing.TB) io.Writer {
	w := &testWriter{t: t}
	t.Cleanup(w.end)
	return w
}
