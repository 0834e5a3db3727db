package gateway_test

import (
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/gateway/mail/mailtest"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// A tenant sends as many mails in an hour as it may; the rest waits, and the page says
// so. Another tenant does not feel it.
func TestMailsOfATenantAreLimited(t *testing.T) {
	t.Parallel()
	s, smtp := startSite(t), mailtest.Start(t)
	n := s.notifier(t, smtp, true)
	s.url = s.startGateway("g2", func(c *gateway.Config) { c.Notices, c.Audit = n, audit.New(s.pool) })
	root, other := s.hire("t1", "root", staff.RoleAdmin), s.hire("t2", "root2", staff.RoleAdmin)
	s.exec(`INSERT INTO delivery (id, tenant_id, channel, address, sealed, ended_at)
		SELECT 'sent' || n, 't1', 'mail', 'a@x.example', '', now() - interval '59 minutes' FROM generate_series(1, 99) n`)
	for range 2 {
		root.want(202, nil, "POST", "/api/v1/notices/test", body{"channel": "mail"})
	}
	other.want(202, nil, "POST", "/api/v1/notices/test", body{"channel": "mail"})
	n.Deliver(t.Context())
	if took := smtp.Took(); len(took) != 2 {
		t.Errorf("%d mails were sent, want one of each tenant", len(took))
	}
	var list struct {
		Failures []struct {
			Error   string
			GivenUp bool `json:"given_up"`
		}
	}
	root.want(200, &list, "GET", "/api/v1/notices", nil)
	if len(list.Failures) != 1 || list.Failures[0].GivenUp || !strings.Contains(list.Failures[0].Error, "100 mails within an hour") {
		t.Errorf("%+v", list)
	}
	s.exec(`UPDATE delivery SET ended_at = now() - interval '61 minutes' WHERE id LIKE 'sent%'`)
	s.exec(`UPDATE delivery SET next_try = now() WHERE ended_at IS NULL`)
	n.Deliver(t.Context())
	if took := smtp.Took(); len(took) != 3 {
		t.Errorf("%d mails in all, want 3", len(took))
	}
}
