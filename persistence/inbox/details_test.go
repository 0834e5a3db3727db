package inbox_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

func TestDetailsOfAContact(t *testing.T) {
	t.Parallel()
	pool, _ := storetest.Office(t)
	box := inbox.New(pool)
	pgtest.Exec(t, pool, `INSERT INTO account (id, tenant_id, portfolio_id) VALUES ('a1', 't1', 'p1'), ('a2', 't2', 'p2')`)
	pgtest.Exec(t, pool, `INSERT INTO phone_number (id, tenant_id, account_id, team_id, display)
VALUES ('100', 't1', 'a1', 'red', ''), ('200', 't1', 'a1', 'blue', ''), ('300', 't1', 'a1', 'red', ''), ('900', 't2', 'a2', 'red', '')`)
	pgtest.Exec(t, pool, `INSERT INTO contact (portfolio_id, id, name, username) VALUES ('p1', 'c1', 'Helena', 'boutiquehelo'), ('p2', 'c1', 'x', 'foreign')`)
	pgtest.Exec(t, pool, `INSERT INTO alias (portfolio_id, kind, value, contact_id, variant, created_at) VALUES
('p1', 'bsuid', 'BR.8f3a', 'c1', false, now()), ('p1', 'phone', '551199', 'c1', false, now() - interval '1 day'), ('p1', 'phone', '5511999', 'c1', true, now()),
('p1', 'phone', '351915', 'c1', false, now()), ('p1', 'phone', '9', 'c2', false, now()), ('p2', 'phone', '8', 'c1', false, now())`)
	for i, l := range []listed{
		{number: "100", contact: "c1", team: "red", phase: 1},
		{number: "200", contact: "c1", team: "blue", phase: 4},
		{number: "300", contact: "c1", team: "red", phase: 3},
		{number: "300", contact: "c2", team: "red", phase: 1},
	} {
		l.at = filterNow.AddDate(0, 0, i)
		insertListed(t, pool, &l)
	}
	storetest.Conversation(t, pool, "t2", "red", "c9", "", 1, 1)
	pgtest.Exec(t, pool, `UPDATE conversation SET phone_number_id = '900', contact_id = 'c1' WHERE tenant_id = 't2'`)

	key := wa.ConversationKey{PhoneNumberID: "100", ContactID: "c1"}
	all, red := persistence.Scope{TenantID: "t1", AllTeams: true}, persistence.Scope{TenantID: "t1", Teams: []wa.TeamID{"red"}}
	got, err := box.Contact(t.Context(), red, key)
	want := inbox.ContactDetails{Username: "boutiquehelo", Aliases: []inbox.KnownAlias{
		{Kind: "phone", Value: "351915"}, {Kind: "phone", Value: "551199"}, {Kind: "phone", Value: "5511999", Variant: true}, {Kind: "bsuid", Value: "BR.8f3a"},
	}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("contact: %v (-want +got):\n%s", err, diff)
	}
	for _, scope := range []persistence.Scope{{TenantID: "t1", Teams: []wa.TeamID{"blue"}}, {TenantID: "t2", AllTeams: true}, {TenantID: "t1"}} {
		if got, err := box.Contact(t.Context(), scope, key); !errors.Is(err, persistence.ErrNotFound) {
			t.Errorf("contact out of scope: %+v, %v", got, err)
		}
	}
	for want, scope := range map[string]persistence.Scope{"300:c1 200:c1": all, "300:c1": red} {
		others, err := box.Others(t.Context(), scope, key)
		keys := []string{}
		for _, o := range others {
			keys = append(keys, o.Key.String())
		}
		if got := strings.Join(keys, " "); err != nil || got != want {
			t.Errorf("others: %q, %v; want %q", got, err, want)
		}
	}
}

// The newest of a kind are found in a thread of any length.
func TestNewestOfAType(t *testing.T) {
	t.Parallel()
	pool, _ := storetest.Office(t)
	box := inbox.New(pool)
	pgtest.Exec(t, pool, `INSERT INTO event SELECT '100', 'c1', i, CASE WHEN i IN (3, 7, 9) THEN 'OwnerChanged' WHEN i = 5 THEN 'NoteAdded' ELSE 'StatusReceived' END, now(), ''
FROM generate_series(1, 5000) i`)
	pgtest.Exec(t, pool, `INSERT INTO event VALUES ('100', 'c2', 4, 'OwnerChanged', now(), '')`)
	for story, want := range map[inbox.EventType][]uint64{
		inbox.OwnerChanges: {7, 9}, inbox.Notes: {5}, inbox.PhaseChanges: nil, "StatusReceived": nil,
	} {
		events, err := box.Newest(t.Context(), wa.ConversationKey{PhoneNumberID: "100", ContactID: "c1"}, story, 2)
		var got []uint64
		for _, e := range events {
			got = append(got, e.Version)
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", story, err, diff)
		}
	}
}
