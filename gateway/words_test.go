package gateway_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/persistence/staff"
)

// A repeated order is carried out once and said so; another order's words are kept
// though the conversation is already as it asks for. No colleague's account that was
// closed since makes a repeated order fail.
func TestOrdersWithWords(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	eva := s.hire("t1", "eva", staff.RoleAgent, "red")
	id := s.inbound("100", "c1", "wamid.1", "hello")
	ana.want(200, nil, "POST", path(id, "claim"), nil)
	order := func(by *person, status int, name, echo string, words body) result {
		t.Helper()
		var r result
		by.want(status, &r, "POST", path(id, name), words, "Idempotency-Key", echo)
		return r
	}
	to := func(note string) body { return body{"agent_id": eva.id, "note": note} }
	order(ana, 200, "transfer", "t1", to("the first"))
	if r := order(ana, 200, "transfer", "t1", to("the first")); !r.Already || r.Owner.ID != eva.id {
		t.Errorf("repeated: %+v; want already, eva's", r)
	}
	if r := order(ana, 201, "transfer", "t2", to("the second")); r.Already || r.MessageID == "" {
		t.Errorf("another: %+v; want a note", r)
	}
	order(ana, 200, "transfer", "t2", to("the second"))
	order(eva, 201, "takeover", "t3", body{"reason": "the third"})
	order(eva, 200, "takeover", "t3", body{"reason": "the third"})
	if _, err := s.pool.Exec(t.Context(), `UPDATE staff SET disabled_at = now() WHERE id = $1`, eva.id); err != nil {
		t.Fatal(err)
	}
	if r := order(ana, 200, "transfer", "t1", to("the first")); !r.Already {
		t.Errorf("repeated, and eva has left: %+v; want already", r)
	}
	var p answeredProblem
	ana.want(400, &p, "POST", path(id, "transfer"), to("the fourth"), "Idempotency-Key", "t4")
	ana.want(400, &p, "POST", path(id, "transfer"), to("the fourth"), "Idempotency-Key", strings.Repeat("x", 101))
	if p.Field != "echo_id" {
		t.Errorf("a long name: %+v", p)
	}
	var th thread
	ana.want(200, &th, "GET", path(id, "messages"), nil)
	if diff := cmp.Diff([]string{`in "hello"`, "owner claim", "owner transfer the first", `note "the second"`, `note "the third"`}, th.texts()); diff != "" {
		t.Errorf("what was said (-want +got):\n%s", diff)
	}
}
