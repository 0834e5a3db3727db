package gateway_test

import (
	"context"
	"testing"

	"github.com/prosa-chat/prosa/persistence/staff"
)

// What the database cannot compare with is an answer for the caller, not a fault
// of the server.
func TestUnstorableNamesAreRefused(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.exec(`INSERT INTO template_sync (account_id, synced_at) VALUES ('a1', now())`)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	id := s.inbound("100", "c1", "wamid.1", "hello")
	for _, bad := range []string{"%00", "%ff"} {
		ana.want(404, nil, "GET", path(id, "media/"+bad), nil)
		ana.want(404, nil, "POST", path(id, "media/"+bad+"/again"), nil)
		ana.want(404, nil, "GET", "/api/v1/numbers/"+bad+"/templates", nil)
		ana.want(200, nil, "GET", "/api/v1/numbers/100/templates?status="+bad, nil)
		ana.want(400, nil, "GET", "/api/v1/conversations?team="+bad, nil)
	}
	ana.want(422, nil, "POST", path(id, "messages"),
		body{"echo_id": "e1", "template": body{"name": "a\x00", "language": "it"}, "seen_version": 9, "claim": true})
}

// Counts that take too long are an answer that one may ask for again: nothing was
// to be done whose outcome could be unknown.
func TestSlowCountsAreUnavailable(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	tx, err := s.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	if _, err := tx.Exec(t.Context(), `LOCK TABLE conversation IN ACCESS EXCLUSIVE MODE`); err != nil {
		t.Fatal(err)
	}
	var p answeredProblem
	ana.want(503, &p, "GET", "/api/v1/counts", nil)
	if p.Code != "unavailable" {
		t.Errorf("code %q", p.Code)
	}
}
