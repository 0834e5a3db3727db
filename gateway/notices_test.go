package gateway_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/metric/noop"

	"github.com/prosa-chat/prosa/actors/setting"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/gateway/cloudapi/signature"
	"github.com/prosa-chat/prosa/gateway/mail"
	"github.com/prosa-chat/prosa/gateway/mail/mailtest"
	"github.com/prosa-chat/prosa/gateway/notify"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/notice"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// receiver is an administrator's own receiver of notices.
type receiver struct {
	mu     sync.Mutex
	bodies []string
	signed []string
	status int
}

func (p *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bodies, p.signed = append(p.bodies, string(body)), append(p.signed, r.Header.Get("X-Prosa-Signature-256"))
	w.WriteHeader(p.status)
}

func (s *site) notifier(t *testing.T, smtp *mailtest.Server, private bool) *notify.Notifier {
	t.Helper()
	sealer, err := persistence.NewSealer("a key of sixteen bytes")
	if err != nil {
		t.Fatal(err)
	}
	sender, err := mail.Open(smtp.URL, "Prosa <prosa@example.com>")
	if err != nil {
		t.Fatal(err)
	}
	n, err := notify.New(notify.Config{
		Store: notice.New(s.pool, sealer), Mail: sender, Origin: "https://inbox.example.com", Private: private,
		Settings: func(wa.TenantID) (setting.Notices, error) {
			return setting.Notices{Mail: true, Language: "pt-BR", QueueMinutes: 30}, nil
		},
		Logger: slog.New(slog.DiscardHandler), Meter: noop.NewMeterProvider().Meter(""),
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A queue that ages is told once: in the page, by mail to the administrators of its
// tenant, and to their program, signed; and it ends by itself.
func TestNotices(t *testing.T) {
	t.Parallel()
	s, smtp := startSite(t), mailtest.Start(t)
	n := s.notifier(t, smtp, true)
	s.url = s.startGateway("g2", func(c *gateway.Config) { c.Notices, c.Audit = n, audit.New(s.pool) })
	root, boss, other := s.hire("t1", "root", staff.RoleAdmin), s.hire("t1", "boss", staff.RoleManager), s.hire("t2", "root2", staff.RoleAdmin)
	hook := &receiver{status: http.StatusNoContent}
	srv := httptest.NewServer(hook)
	t.Cleanup(srv.Close)

	var set struct{ URL, Secret string }
	root.want(200, &set, "PUT", "/api/v1/notices/webhook", body{"url": srv.URL})
	for name, bad := range map[string]string{"no address": "nonsense", "a password in it": "https://a:b@example.com/", "another protocol": "ftp://example.com/"} {
		if status := root.status("PUT", "/api/v1/notices/webhook", body{"url": bad}); status != http.StatusBadRequest {
			t.Errorf("%s: %d", name, status)
		}
	}
	for _, who := range []*person{boss} {
		who.want(403, nil, "GET", "/api/v1/notices", nil)
		who.want(403, nil, "PUT", "/api/v1/notices/webhook", body{"url": srv.URL})
	}
	s.inbound("100", "c1", "wamid.1", "a customer's words")
	s.exec(`UPDATE conversation SET last_at = now() - interval '45 minutes', last_outbound = false`)
	n.Look(t.Context())
	n.Look(t.Context()) // it is so still, and told already
	n.Deliver(t.Context())

	took := smtp.Took()
	if len(took) != 1 || took[0].To != "root@x.example" || !strings.Contains(took[0].Text, "settings/notices") || strings.Contains(took[0].Text, "words") {
		t.Errorf("mails: %+v", took)
	}
	var e notify.Event
	if len(hook.bodies) != 1 || json.Unmarshal([]byte(hook.bodies[0]), &e) != nil || e.Kind != notice.QueueAged || e.Object.ID != "red" || e.TenantID != "t1" {
		t.Fatalf("webhooks: %q", hook.bodies)
	}
	if hook.signed[0] != signature.Sign(set.Secret, []byte(hook.bodies[0])) {
		t.Errorf("signed %q", hook.signed[0])
	}
	var list, theirs struct {
		Notices []struct {
			Kind    string
			Object  struct{ ID, Name string }
			EndedAt *string `json:"ended_at"`
		}
		Open     int
		Failures []struct{ Channel, Error string }
	}
	root.want(200, &list, "GET", "/api/v1/notices", nil)
	if list.Open != 1 || len(list.Notices) != 1 || list.Notices[0].Object.Name != "red" && list.Notices[0].Object.Name != "Red" || len(list.Failures) != 0 {
		t.Errorf("notices: %+v", list)
	}
	other.want(200, &theirs, "GET", "/api/v1/notices", nil)
	if len(theirs.Notices) != 0 {
		t.Errorf("another tenant's: %+v", theirs)
	}
	s.exec(`UPDATE conversation SET last_outbound = true`)
	n.Look(t.Context())
	root.want(200, &list, "GET", "/api/v1/notices", nil)
	if list.Open != 0 || list.Notices[0].EndedAt == nil {
		t.Errorf("answered: %+v", list)
	}

	// A program that does not take it is told again later, and the page says why.
	hook.status = http.StatusInternalServerError
	root.want(202, nil, "POST", "/api/v1/notices/test", body{"channel": "webhook"})
	root.want(202, nil, "POST", "/api/v1/notices/test", body{"channel": "mail"})
	n.Deliver(t.Context())
	root.want(200, &list, "GET", "/api/v1/notices", nil)
	if len(smtp.Took()) != 2 || len(list.Failures) != 1 || !strings.Contains(list.Failures[0].Error, "500") {
		t.Errorf("after tests: %d mails, failures %+v", len(smtp.Took()), list.Failures)
	}

	// An invitation finds its way, too.
	var invited struct {
		Invitations []struct {
			Link   string
			Mailed bool
		}
	}
	root.want(200, &invited, "POST", "/api/v1/invitations", body{"emails": []string{"nova@example.com"}, "role": "agent", "teams": []string{"red"}})
	n.Deliver(t.Context())
	if took := smtp.Took(); !invited.Invitations[0].Mailed || len(took) != 3 || took[2].To != "nova@example.com" || !strings.Contains(strings.ReplaceAll(took[2].Text, "=\r\n", ""), "#invitation") {
		t.Errorf("invited: %+v, mails %+v", invited, took[len(took)-1])
	}
}

// Nobody reaches by a webhook what stands behind our walls.
func TestNoticesStayOutside(t *testing.T) {
	t.Parallel()
	s, smtp := startSite(t), mailtest.Start(t)
	n := s.notifier(t, smtp, false)
	s.url = s.startGateway("g2", func(c *gateway.Config) { c.Notices, c.Audit = n, audit.New(s.pool) })
	root := s.hire("t1", "root", staff.RoleAdmin)
	hook := &receiver{status: http.StatusOK}
	srv := httptest.NewTLSServer(hook)
	t.Cleanup(srv.Close)
	if status := root.status("PUT", "/api/v1/notices/webhook", body{"url": "http://example.com/"}); status != http.StatusBadRequest {
		t.Errorf("without encryption: %d", status)
	}
	if status := root.status("PUT", "/api/v1/notices/webhook", body{"url": srv.URL}); status != http.StatusBadRequest {
		t.Errorf("this machine: %d", status)
	}
	// A name may lead here later only: what is dialled is looked at, too.
	open := s.notifier(t, smtp, true)
	s.url = s.startGateway("g3", func(c *gateway.Config) { c.Notices, c.Audit = open, audit.New(s.pool) })
	root = s.hire("t1", "rita", staff.RoleAdmin)
	root.want(200, nil, "PUT", "/api/v1/notices/webhook", body{"url": srv.URL})
	root.want(202, nil, "POST", "/api/v1/notices/test", body{"channel": "webhook"})
	n.Deliver(t.Context())
	var list struct {
		Failures []struct {
			Error   string
			GivenUp bool `json:"given_up"`
		}
	}
	root.want(200, &list, "GET", "/api/v1/notices", nil)
	if len(hook.bodies) != 0 || len(list.Failures) != 1 || !list.Failures[0].GivenUp || !strings.Contains(list.Failures[0].Error, "private network") {
		t.Errorf("reached: %q, failures %+v", hook.bodies, list.Failures)
	}
}

// What the fleet finds wrong with a number is told, each kind once, and ends when it is
// well again; whoever asks for no word of silence gets none.
func TestNoticesOfNumbers(t *testing.T) {
	t.Parallel()
	s, smtp := startSite(t), mailtest.Start(t)
	n := s.notifier(t, smtp, true)
	s.url = s.startGateway("g2", func(c *gateway.Config) { c.Notices = n })
	root := s.hire("t1", "root", staff.RoleAdmin)
	s.exec(`INSERT INTO standing (phone_number_id) VALUES ('100'), ('200'), ('900') ON CONFLICT DO NOTHING`)
	s.exec(`UPDATE standing SET troubles = '{token_dead,silent}', received_at = now() - interval '3 days' WHERE phone_number_id = '100'`)
	s.exec(`UPDATE standing SET troubles = '{blocked,token_expires}', received_at = now() WHERE phone_number_id = '200'`)
	n.Look(t.Context())
	n.Deliver(t.Context())
	kinds := func() (open []string) {
		var list struct {
			Notices []struct {
				Kind    string
				Object  struct{ ID string }
				EndedAt *string `json:"ended_at"`
			}
		}
		root.want(200, &list, "GET", "/api/v1/notices", nil)
		for _, of := range list.Notices {
			if of.EndedAt == nil {
				open = append(open, of.Kind+" "+of.Object.ID)
			}
		}
		slices.Sort(open)
		return open
	}
	if diff := cmp.Diff([]string{"number_restricted 200", "token_died 100", "token_expires 200"}, kinds()); diff != "" {
		t.Errorf("open (-want +got):\n%s", diff)
	}
	if took := smtp.Took(); len(took) != 3 {
		t.Errorf("%d mails", len(took))
	}
	s.exec(`UPDATE standing SET troubles = '{}'`)
	n.Look(t.Context())
	if open := kinds(); len(open) != 0 {
		t.Errorf("well again: %q", open)
	}
}

// A receiver that hangs makes nobody else's letters wait.
func TestNoticesPassASlowReceiver(t *testing.T) {
	t.Parallel()
	s, smtp := startSite(t), mailtest.Start(t)
	n := s.notifier(t, smtp, true)
	s.url = s.startGateway("g2", func(c *gateway.Config) { c.Notices, c.Audit = n, audit.New(s.pool) })
	root, other := s.hire("t1", "root", staff.RoleAdmin), s.hire("t2", "root2", staff.RoleAdmin)
	arrived := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-arrived:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(slow.Close)
	quick := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { close(arrived) }))
	t.Cleanup(quick.Close)
	for who, to := range map[*person]string{root: slow.URL, other: quick.URL} {
		who.want(200, nil, "PUT", "/api/v1/notices/webhook", body{"url": to})
	}
	root.want(202, nil, "POST", "/api/v1/notices/test", body{"channel": "webhook"}) // the older one
	other.want(202, nil, "POST", "/api/v1/notices/test", body{"channel": "webhook"})
	n.Deliver(t.Context())
	var list struct{ Failures []any }
	root.want(200, &list, "GET", "/api/v1/notices", nil)
	if len(list.Failures) != 0 {
		t.Errorf("failures: %v", list.Failures)
	}
	for range 10 {
		root.want(202, nil, "POST", "/api/v1/notices/test", body{"channel": "mail"})
	}
	root.want(400, nil, "POST", "/api/v1/notices/test", body{"channel": "mail"})
}
