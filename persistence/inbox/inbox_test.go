package inbox_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

func contactsOfList(list []actorpb.Row) []string {
	ids := []string{}
	for _, c := range list {
		ids = append(ids, string(c.Key.ContactID))
	}
	return ids
}

func seedLists(t *testing.T) (*pgxpool.Pool, *inbox.Inbox) {
	t.Helper()
	pool, _ := storetest.Office(t)
	storetest.Conversation(t, pool, "t1", "red", "a", "ana", 1, 1)
	storetest.Conversation(t, pool, "t1", "red", "b", "", 1, 2)
	storetest.Conversation(t, pool, "t1", "blue", "c", "", 2, 3)
	storetest.Conversation(t, pool, "t1", "red", "d", "eva", 3, 4)
	storetest.Conversation(t, pool, "t1", "blue", "e", "ana", 2, 5)
	storetest.Conversation(t, pool, "t1", "red", "f", "", 4, 6)
	storetest.Conversation(t, pool, "t2", "red", "z", "ana", 1, 7)
	storetest.Conversation(t, pool, "t2", "red", "y", "", 1, 8)
	return pool, inbox.New(pool)
}

// I10: nobody sees another tenant, or a team that is not theirs.
func TestListsShowOnlyTheScope(t *testing.T) {
	t.Parallel()
	_, box := seedLists(t)
	all := persistence.Scope{TenantID: "t1", AllTeams: true}
	red := persistence.Scope{TenantID: "t1", Teams: []wa.TeamID{"red"}}
	none := persistence.Scope{TenantID: "t1"}
	cases := map[string]struct {
		scope persistence.Scope
		query inbox.ListQuery
		want  []string
	}{
		"all":                    {all, inbox.ListQuery{View: actorpb.ViewAll}, []string{"e", "d", "c", "b", "a"}},
		"all, oldest first":      {all, inbox.ListQuery{View: actorpb.ViewAll, Oldest: true}, []string{"a", "b", "c", "d", "e"}},
		"all of my team":         {red, inbox.ListQuery{View: actorpb.ViewAll}, []string{"d", "b", "a"}},
		"another team by name":   {red, inbox.ListQuery{View: actorpb.ViewAll, Team: "blue"}, []string{}},
		"one team of all":        {all, inbox.ListQuery{View: actorpb.ViewAll, Team: "blue"}, []string{"e", "c"}},
		"no team":                {none, inbox.ListQuery{View: actorpb.ViewAll}, []string{}},
		"mine":                   {all, inbox.ListQuery{View: actorpb.ViewMine, AgentID: "ana"}, []string{"e", "a"}},
		"mine in my team":        {red, inbox.ListQuery{View: actorpb.ViewMine, AgentID: "ana"}, []string{"a"}},
		"mine, searched":         {all, inbox.ListQuery{View: actorpb.ViewMine, AgentID: "ana", Search: "of e"}, []string{"e"}},
		"unclaimed":              {all, inbox.ListQuery{View: actorpb.ViewUnclaimed}, []string{"c", "b"}},
		"unclaimed of my team":   {red, inbox.ListQuery{View: actorpb.ViewUnclaimed}, []string{"b"}},
		"snoozed":                {all, inbox.ListQuery{View: actorpb.ViewSnoozed}, []string{"d"}},
		"resolved":               {red, inbox.ListQuery{View: actorpb.ViewResolved}, []string{"f"}},
		"search by name":         {all, inbox.ListQuery{View: actorpb.ViewAll, Search: "NAME OF"}, []string{"e", "d", "c", "b", "a"}},
		"search by address":      {all, inbox.ListQuery{View: actorpb.ViewAll, Search: "+55 c"}, []string{"c"}},
		"search in my team":      {red, inbox.ListQuery{View: actorpb.ViewAll, Search: "name of c"}, []string{}},
		"search of another view": {red, inbox.ListQuery{View: actorpb.ViewUnclaimed, Search: "name"}, []string{"b"}},
		"a wildcard is a letter": {all, inbox.ListQuery{View: actorpb.ViewAll, Search: "%"}, []string{}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			list, err := box.List(t.Context(), c.scope, c.query)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, contactsOfList(list.Conversations)); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
	if _, err := box.List(t.Context(), all, inbox.ListQuery{View: "secret"}); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("unknown view: %v", err)
	}
	key := wa.ConversationKey{PhoneNumberID: "100", ContactID: "c"}
	if got, err := box.Get(t.Context(), all, key); err != nil || got.Version != 3 || got.ContactAddress != "55c" {
		t.Errorf("conversation in scope: %+v, %v", got, err)
	}
	for _, scope := range []persistence.Scope{red, none, {TenantID: "t2", AllTeams: true}} {
		if _, err := box.Get(t.Context(), scope, key); !errors.Is(err, persistence.ErrNotFound) {
			t.Errorf("conversation out of scope %+v: %v", scope, err)
		}
	}
}

func TestPagesMeetWithoutGapOrRepetition(t *testing.T) {
	t.Parallel()
	pool, _ := storetest.Office(t)
	box := inbox.New(pool)
	var want []string
	for i := range 25 { // ties in last_at cross teams and phases
		contact := fmt.Sprintf("c%02d", i)
		storetest.Conversation(t, pool, "t1", []string{"red", "blue"}[i%2], contact, "", 1+i%3, i/5)
		want = append(want, contact)
	}
	scope := persistence.Scope{TenantID: "t1", AllTeams: true}
	for _, oldest := range []bool{true, false} {
		var got []string
		q := inbox.ListQuery{View: actorpb.ViewAll, Oldest: oldest, Limit: 4}
		for range 20 {
			page, err := box.List(t.Context(), scope, q)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, contactsOfList(page.Conversations)...)
			if !page.More {
				break
			}
			q.After = page.Next
		}
		if !oldest {
			slices.Reverse(got)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("oldest=%v (-want +got):\n%s", oldest, diff)
		}
	}
}

func TestThread(t *testing.T) {
	t.Parallel()
	pool, _ := storetest.Office(t)
	box := inbox.New(pool)
	key := storetest.Conversation(t, pool, "t1", "red", "a", "", 1, 1)
	for v := 1; v <= 9; v++ {
		kind := []string{"StatusReceived", "InboundReceived", "SendRequested"}[v%3]
		pgtest.Exec(t, pool, `INSERT INTO event VALUES ('100', 'a', $1, $2, now(), $3)`, v, kind, []byte{byte(v)})
	}
	pgtest.Exec(t, pool, `INSERT INTO event VALUES ('100', 'b', 1, 'InboundReceived', now(), '')`)
	pgtest.Exec(t, pool, `INSERT INTO message VALUES ('100', 'm1', 'a', 0, 4, '', 'Ana', 'text', now(), '{}'), ('100', 'm2', 'b', 0, 4, '', '', 'text', now(), '{}')`)
	pgtest.Exec(t, pool, `INSERT INTO message_status (phone_number_id, message_id, contact_id, accepted_at) VALUES ('100', 'm1', 'a', '2026-01-01Z'), ('100', 'm2', 'b', now())`)

	versions := func(events []*actorpb.StoredEvent, err error) []uint64 {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		var vs []uint64
		for _, e := range events {
			vs = append(vs, e.Version)
		}
		return vs
	}
	thread := []string{"InboundReceived", "SendRequested"}
	pages := map[string][2][]uint64{
		"newest":     {versions(box.Events(t.Context(), key, inbox.EventQuery{Types: thread, Limit: 3})), {5, 7, 8}},
		"before":     {versions(box.Events(t.Context(), key, inbox.EventQuery{Types: thread, Before: 5, Limit: 3})), {1, 2, 4}},
		"after":      {versions(box.Events(t.Context(), key, inbox.EventQuery{Types: thread, After: 5, Limit: 3})), {7, 8}},
		"all after":  {versions(box.EventsAfter(t.Context(), key, 6, 2)), {7, 8}},
		"everything": {versions(box.EventsAfter(t.Context(), key, 0, 100)), {1, 2, 3, 4, 5, 6, 7, 8, 9}},
	}
	for name, p := range pages {
		if diff := cmp.Diff(p[1], p[0]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	ids := []wa.MessageID{"m1", "m2", "m3"}
	messages, err := box.Messages(t.Context(), key, ids)
	if err != nil || len(messages) != 1 || messages[0].Id != "m1" || messages[0].Author.Name != "Ana" {
		t.Errorf("messages: %+v, %v", messages, err)
	}
	statuses, err := box.Statuses(t.Context(), key, ids)
	accepted := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	if err != nil || len(statuses) != 1 || !statuses[0].AcceptedAt.Equal(accepted) || !statuses[0].SentAt.IsZero() {
		t.Errorf("statuses: %+v, %v", statuses, err)
	}
}

// A transaction that was open while a younger one was read must not be missed.
func TestTailWaitsForOpenTransactions(t *testing.T) {
	t.Parallel()
	pool, _ := storetest.Office(t)
	log := inbox.NewChangeLog(pool)
	const change = `INSERT INTO change_log (tenant_id, phone_number_id, contact_id, version) VALUES ($1, '100', $2, $3)`
	pgtest.Exec(t, pool, change, "t1", "before", 1)
	at, err := log.Start(t.Context(), "reader")
	if err != nil {
		t.Fatal(err)
	}
	tail := func() map[string]uint64 {
		t.Helper()
		changes, next, err := log.Tail(t.Context(), []wa.TenantID{"t1", "t3"}, at)
		if err != nil {
			t.Fatal(err)
		}
		at = next
		got := map[string]uint64{}
		for _, c := range changes {
			got[string(c.Key.ContactID)] = c.Version
		}
		delete(got, "before") // a tail may repeat: another test's transaction was open when it started
		return got
	}
	older, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := older.Exec(t.Context(), change, "t1", "older", 7); err != nil {
		t.Fatal(err)
	}
	pgtest.Exec(t, pool, change, "t1", "younger", 2)
	pgtest.Exec(t, pool, change, "t1", "younger", 3)
	pgtest.Exec(t, pool, change, "t2", "foreign", 1)
	pgtest.Exec(t, pool, change, "t3", "third", 4)
	got := tail()
	if err := older.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(30 * time.Second) // other tests of the server hold transactions too
	for len(got) < 3 && time.Now().Before(deadline) {
		for contact, version := range tail() {
			if _, twice := got[contact]; twice {
				t.Errorf("%s came twice", contact)
			}
			got[contact] = version
		}
	}
	if diff := cmp.Diff(map[string]uint64{"older": 7, "younger": 3, "third": 4}, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if more := tail(); len(more) != 0 {
		t.Errorf("read again: %v", more)
	}
}

func TestTailNoticesAnEmptiedLog(t *testing.T) {
	t.Parallel()
	pool, _ := storetest.Office(t)
	log := inbox.NewChangeLog(pool)
	at, err := log.Start(t.Context(), "reader")
	if err != nil {
		t.Fatal(err)
	}
	if err := log.Prune(t.Context(), at); err != nil {
		t.Fatal(err)
	}
	if _, at, err = log.Tail(t.Context(), []wa.TenantID{"t1", "t3"}, at); err != nil {
		t.Fatalf("after pruning: %v", err)
	}
	pgtest.Exec(t, pool, `TRUNCATE change_log`) // as recovery does with an unlogged table
	if _, _, err := log.Tail(t.Context(), []wa.TenantID{"t1", "t3"}, at); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("after a crash: %v, want ErrNotFound", err)
	}
	if at, err = log.Start(t.Context(), "reader"); err != nil {
		t.Fatal(err)
	}
	// Another reader's mark goes an hour after its death, and ours stays.
	if _, err := log.Start(t.Context(), "dead"); err != nil {
		t.Fatal(err)
	}
	pgtest.Exec(t, pool, `UPDATE change_log SET at = now() - interval '2 hours'`)
	if err := log.Refresh(t.Context(), at); err != nil {
		t.Fatal(err)
	}
	if _, _, err := log.Tail(t.Context(), nil, at); err != nil {
		t.Errorf("after Refresh: %v", err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM change_log WHERE contact_id = 'feed:dead'`); n != 0 {
		t.Error("the mark of a dead reader stays")
	}
	if err := log.Stop(t.Context(), at); err != nil {
		t.Fatal(err)
	}
	if _, _, err := log.Tail(t.Context(), []wa.TenantID{"t1", "t3"}, at); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("after Stop: %v, want ErrNotFound", err)
	}
}
