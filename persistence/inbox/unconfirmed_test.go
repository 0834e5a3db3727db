package inbox_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// I10: what nobody knows the outcome of is listed to who sees its conversation, as long
// as there is no evidence and it is not under way again.
func TestI10UnconfirmedSends(t *testing.T) {
	t.Parallel()
	pool, _ := storetest.Office(t)
	box := inbox.New(pool)
	pgtest.Exec(t, pool, `INSERT INTO account (id, tenant_id, portfolio_id) VALUES ('a1', 't1', 'p1')`)
	pgtest.Exec(t, pool, `INSERT INTO phone_number (id, tenant_id, account_id, team_id, display) VALUES ('100', 't1', 'a1', 'red', '100'), ('200', 't1', 'a1', 'red', '200')`)
	for _, l := range []listed{
		{number: "100", contact: "c1", owner: "ana", team: "red"}, {number: "200", contact: "c2", owner: "eva", team: "blue"},
	} {
		l.phase, l.at = 1, filterNow
		insertListed(t, pool, &l)
	}
	send := func(number, contact, id, evidence string) {
		t.Helper()
		pgtest.Exec(t, pool, `INSERT INTO message (phone_number_id, id, contact_id, direction, author_kind, author_id, author_name, kind, sent_at, content)
			VALUES ($1, $2, $3, 1, 1, '', '', 'text', now(), '{"kind":"text","text":{"body":"hi"}}')`, number, id, contact)
		pgtest.Exec(t, pool, `INSERT INTO message_status (phone_number_id, message_id, contact_id, ambiguous_at) VALUES ($1, $2, $3, now())`, number, id, contact)
		if evidence != "" {
			pgtest.Exec(t, pool, `UPDATE message_status SET `+evidence+` = now() WHERE phone_number_id = $1 AND message_id = $2`, number, id)
		}
	}
	send("100", "c1", "m1", "")
	send("200", "c2", "m2", "")
	for _, evidence := range []string{"accepted_at", "sent_at", "delivered_at", "read_at", "played_at", "failed_at", "withdrawn_at"} {
		send("100", "c1", evidence, evidence)
	}
	send("100", "c1", "again", "")
	pgtest.Exec(t, pool, `INSERT INTO effect (kind, scope, id, attempt, grain, class, owner_epoch, turn_epoch, not_before, body)
		VALUES (1, '100', 'again', 2, 'c1', 2, 1, 0, now(), '')`)
	all := persistence.Scope{TenantID: "t1", AllTeams: true}
	other, red, number, own := all, persistence.Scope{TenantID: "t1", Teams: []wa.TeamID{"red"}}, all, all
	other.TenantID, number.Numbers, own.OwnOnly, own.Person = "t2", []wa.PhoneNumberID{"200"}, true, "ana"
	for name, c := range map[string]struct {
		scope persistence.Scope
		team  wa.TeamID
		want  string
	}{
		"all": {all, "", "m1 m2"}, "one team of all": {all, "blue", "m2"}, "another tenant": {other, "", ""}, "a team": {red, "", "m1"},
		"a team that is not his": {red, "blue", ""}, "a number": {number, "", "m2"}, "own": {own, "", "m1"},
	} {
		list, more, err := box.Unconfirmed(t.Context(), c.scope, c.team, 10)
		got := make([]string, len(list))
		for i := range list {
			got[i] = list[i].Message.Id
			if list[i].Since.IsZero() || list[i].Conversation.Key.ContactID == "" || len(list[i].Message.Content) == 0 {
				t.Errorf("%s: %+v", name, list[i])
			}
		}
		slices.Sort(got)
		if err != nil || more || strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, more %t, %v; want %q", name, got, more, err, c.want)
		}
	}
	if list, more, err := box.Unconfirmed(t.Context(), all, "", 1); err != nil || len(list) != 1 || !more {
		t.Errorf("one of them: %d, more %t, %v", len(list), more, err)
	}
}
