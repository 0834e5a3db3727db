package inbox_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/searchindex"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// I10: every read of one conversation, of a person's others, of files, suggestions,
// numbers, templates and of the index is bounded by number and by owner as the lists are.
func TestI10EveryReadIsBounded(t *testing.T) {
	t.Parallel()
	pool, _ := storetest.Office(t)
	box, index := inbox.New(pool), searchindex.New(pool)
	pgtest.Exec(t, pool, `INSERT INTO account (id, tenant_id, portfolio_id) VALUES ('a1', 't1', 'p1')`)
	pgtest.Exec(t, pool, `INSERT INTO phone_number (id, tenant_id, account_id, team_id, display)
		VALUES ('100', 't1', 'a1', 'red', '100'), ('200', 't1', 'a1', 'red', '200'), ('300', 't1', 'a1', 'red', '300')`)
	pgtest.Exec(t, pool, `INSERT INTO contact (portfolio_id, id, name) VALUES ('p1', 'c1', 'Helena'), ('p1', 'c2', 'Helo'), ('p1', 'c3', 'Vila')`)
	pgtest.Exec(t, pool, `INSERT INTO merge_suggestion (portfolio_id, winner, other, reason) VALUES ('p1', 'c1', 'c2', 'x'), ('p1', 'c1', 'c3', 'x')`)
	for _, l := range []listed{
		{number: "100", contact: "c1", owner: "ana"},
		{number: "100", contact: "c2", owner: "ana"},
		{number: "200", contact: "c1", owner: "eva"},
		{number: "200", contact: "c3"},
		{number: "300", contact: "c1", owner: "ana"},
	} {
		l.team, l.phase, l.at = "red", 1, filterNow
		insertListed(t, pool, &l)
		pgtest.Exec(t, pool, `INSERT INTO conversation_search (phone_number_id, contact_id, version, words) VALUES ($1, $2, 1, array_to_tsvector(ARRAY['word']))`, l.number, l.contact)
	}
	all := []string{"100:c1", "100:c2", "200:c1", "200:c3", "300:c1"}
	whole := persistence.Scope{TenantID: "t1", AllTeams: true}
	number, numbers, own := whole, whole, persistence.Scope{TenantID: "t1", Teams: []wa.TeamID{"red"}, OwnOnly: true, Person: "ana"}
	number.Numbers, numbers.Numbers = []wa.PhoneNumberID{"200"}, []wa.PhoneNumberID{"100", "200"}
	both := own
	both.Numbers = numbers.Numbers
	for name, c := range map[string]struct {
		scope       persistence.Scope
		sees        string // conversations
		numbers     string
		suggestions string // pairs
	}{
		"all":             {whole, "100:c1 100:c2 200:c1 200:c3 300:c1", "100 200 300", "c1-c2 c1-c3"},
		"a number":        {number, "200:c1 200:c3", "200", "c1-c3"},
		"numbers":         {numbers, "100:c1 100:c2 200:c1 200:c3", "100 200", "c1-c2 c1-c3"},
		"own":             {own, "100:c1 100:c2 300:c1", "100 300", "c1-c2"},
		"own, of numbers": {both, "100:c1 100:c2", "100", "c1-c2"},
	} {
		sees := strings.Fields(c.sees)
		is := func(what string, want, got []string, err error) {
			t.Helper()
			slices.Sort(got)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%s: %s: %v (-want +got):\n%s", name, what, err, diff)
			}
		}
		for _, id := range all {
			key, err := wa.ParseConversationKey(id)
			if err != nil {
				t.Fatal(err)
			}
			_, got := box.Get(t.Context(), c.scope, key)
			_, contact := box.Contact(t.Context(), c.scope, key)
			again := box.WantMediaAgain(t.Context(), c.scope, key, "m")
			if !slices.Contains(sees, id) {
				for what, err := range map[string]error{"get": got, "contact": contact, "file": again} {
					if !errors.Is(err, persistence.ErrNotFound) {
						t.Errorf("%s: %s of %s: %v", name, what, id, err)
					}
				}
				continue
			}
			if got != nil || contact != nil {
				t.Errorf("%s: %s: %v, %v", name, id, got, contact)
			}
			others, err := box.Others(t.Context(), c.scope, key)
			want := slices.DeleteFunc(slices.Clone(sees), func(o string) bool { return o == id || !strings.HasSuffix(o, string(":"+key.ContactID)) })
			is("others of "+id, nonNil(want), keysOf(others), err)
		}
		twins, err := box.Suggested(t.Context(), c.scope, wa.ConversationKey{PhoneNumberID: "100", ContactID: "c1"})
		is("probably", slices.DeleteFunc(slices.Clone(sees), func(o string) bool { return strings.HasSuffix(o, "c1") }), keysOf(twins), err)
		list, err := box.Suggestions(t.Context(), c.scope, 10)
		pairs := []string{}
		for _, s := range list {
			pairs = append(pairs, fmt.Sprintf("%s-%s", s.Winner.ID, s.Other.ID))
			for _, key := range append(keysOf(s.Winner.Conversations), keysOf(s.Other.Conversations)...) {
				if !slices.Contains(sees, key) {
					t.Errorf("%s: a suggestion tells of %s", name, key)
				}
			}
		}
		is("suggestions", strings.Fields(c.suggestions), pairs, err)
		known, err := box.Numbers(t.Context(), c.scope)
		ids := []string{}
		for _, n := range known {
			ids = append(ids, string(n.ID))
			if _, err := box.Templates(t.Context(), c.scope, n.ID, inbox.TemplateQuery{}); err != nil {
				t.Errorf("%s: templates of %s: %v", name, n.ID, err)
			}
		}
		is("numbers", strings.Fields(c.numbers), ids, err)
		for _, id := range []wa.PhoneNumberID{"100", "200", "300"} {
			if _, err := box.Templates(t.Context(), c.scope, id, inbox.TemplateQuery{}); (err == nil) != slices.Contains(ids, string(id)) {
				t.Errorf("%s: templates of %s: %v", name, id, err)
			}
		}
		found, err := index.Conversations(t.Context(), c.scope, "'word'", 10)
		is("found", sees, keysOf(found), err)
	}
}

func keysOf(rows []actorpb.Row) []string {
	keys := []string{}
	for _, row := range rows {
		keys = append(keys, row.Key.String())
	}
	return keys
}

func nonNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
