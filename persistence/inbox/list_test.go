package inbox_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/searchindex"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// filterNow is the time by which windows are told in these tests.
var filterNow = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// listed is a row of these tests as Go knows it.
type listed struct {
	number, contact, team, owner string

	phase, unread int
	outbound      bool
	at, closes    time.Time // closes zero: no window yet
}

func (l *listed) place() persistence.Place {
	return persistence.Place{Team: wa.TeamID(l.team), Number: wa.PhoneNumberID(l.number), Owner: wa.AgentID(l.owner)}
}

func (l *listed) key() string { return l.number + ":" + l.contact }

func insertListed(t *testing.T, pool *pgxpool.Pool, l *listed) {
	t.Helper()
	var closes *time.Time
	if !l.closes.IsZero() {
		closes = &l.closes
	}
	const insert = `
INSERT INTO conversation (phone_number_id, contact_id, version, decided_on, snapshot, tenant_id, team_id, owner_id,
    phase, contact_name, contact_address, last_at, last_outbound, last_preview, unread, window_closes_at, started_at)
VALUES ($1, $2, 3, 2, '', 't1', $3, nullif($4, ''), $5, 'Name', '55', $6, $7, 'hello', $8, $9, now())`
	pgtest.Exec(t, pool, insert, l.number, l.contact, l.team, l.owner, l.phase, l.at, l.outbound, l.unread, closes)
}

// seedMany makes conversations of every kind; many share their time.
func seedMany(t *testing.T, pool *pgxpool.Pool) []listed {
	t.Helper()
	r := rand.New(rand.NewPCG(5, 7)) // the same rows each time
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	rows := make([]listed, 400)
	for i := range rows {
		rows[i] = listed{
			number: pick("100", "200", "300"), contact: fmt.Sprintf("c%03d", i), team: pick("red", "red", "blue"),
			owner: pick("", "", "ana", "eva"), phase: 1 + r.IntN(4), unread: max(0, r.IntN(6)-3), outbound: r.IntN(2) == 0,
			at: filterNow.Add(-time.Duration(r.IntN(60)) * time.Minute),
		}
		if r.IntN(5) > 0 {
			rows[i].closes = filterNow.Add(time.Duration(r.IntN(300)-100) * time.Minute)
		}
		insertListed(t, pool, &rows[i])
	}
	return rows
}

// fits is what a view and a filter say, in the words of the documentation.
func (l *listed) fits(q *inbox.ListQuery) bool {
	f, left := &q.Filter, l.closes.Sub(filterNow)
	open := !l.closes.IsZero() && left > 2*time.Minute
	switch {
	case q.View == actorpb.ViewMine && (l.owner != string(q.AgentID) || l.phase > 2),
		q.View == actorpb.ViewUnclaimed && (l.owner != "" || l.phase > 2),
		q.View == actorpb.ViewAll && l.phase > 3,
		q.View == actorpb.ViewSnoozed && l.phase != 3,
		q.View == actorpb.ViewResolved && l.phase != 4,
		len(f.Numbers) > 0 && !slices.Contains(f.Numbers, wa.PhoneNumberID(l.number)),
		f.Unread && l.unread == 0,
		f.Turn == actorpb.TurnUs && l.outbound,
		f.Turn == actorpb.TurnCustomer && !l.outbound,
		f.Nobody && l.owner != "",
		f.Owner != "" && l.owner != string(f.Owner),
		f.Window == wa.WindowOpen && !open,
		f.Window == wa.WindowClosing && (!open || left >= 2*time.Hour),
		f.Window == wa.WindowClosed && open:
		return false
	}
	return true
}

func expected(rows []listed, scope persistence.Scope, q *inbox.ListQuery) []string {
	fit := slices.DeleteFunc(slices.Clone(rows), func(l listed) bool {
		return !scope.Sees("t1", l.place()) || !l.fits(q)
	})
	slices.SortFunc(fit, func(a, b listed) int {
		c := b.at.Compare(a.at)
		if c == 0 {
			c = strings.Compare(b.number+b.contact, a.number+a.contact)
		}
		if q.Oldest {
			return -c
		}
		return c
	})
	keys := []string{}
	for i := range fit {
		keys = append(keys, fit[i].key())
	}
	return keys
}

// readAll follows the pages of a list to its end.
func readAll(t *testing.T, inbox *inbox.Inbox, scope persistence.Scope, q inbox.ListQuery, between func()) (keys []string, pages int) {
	t.Helper()
	keys = []string{}
	for {
		page, err := inbox.List(t.Context(), scope, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Conversations {
			keys = append(keys, c.Key.String())
		}
		pages++
		if !page.More {
			return keys, pages
		}
		q.After = page.Next
		if between != nil {
			between()
		}
	}
}

// Every filter on every view, in pages, is what the same words say in Go.
func TestFiltersAreExact(t *testing.T) {
	t.Parallel()
	pool, _ := storetest.Office(t)
	box, rows := inbox.New(pool), seedMany(t, pool)
	filters := map[string]inbox.Filter{
		"none":             {},
		"a number":         {Numbers: []wa.PhoneNumberID{"200"}},
		"two numbers":      {Numbers: []wa.PhoneNumberID{"100", "300"}},
		"unread":           {Unread: true},
		"our turn":         {Turn: actorpb.TurnUs},
		"their turn":       {Turn: actorpb.TurnCustomer},
		"of nobody":        {Nobody: true},
		"of eva":           {Owner: "eva"},
		"open":             {Window: wa.WindowOpen},
		"closing":          {Window: wa.WindowClosing},
		"closed":           {Window: wa.WindowClosed},
		"several at once":  {Numbers: []wa.PhoneNumberID{"100"}, Unread: true, Turn: actorpb.TurnUs, Window: wa.WindowOpen},
		"several of eva's": {Owner: "eva", Turn: actorpb.TurnCustomer, Window: wa.WindowClosed},
	}
	scopes := map[string]persistence.Scope{
		"all teams": {TenantID: "t1", AllTeams: true},
		"red":       {TenantID: "t1", Teams: []wa.TeamID{"red"}},
		"foreign":   {TenantID: "t2", AllTeams: true},
		"a number":  {TenantID: "t1", AllTeams: true, Numbers: []wa.PhoneNumberID{"200"}},
		"numbers":   {TenantID: "t1", Teams: []wa.TeamID{"red"}, Numbers: []wa.PhoneNumberID{"100", "300"}},
		"own":       {TenantID: "t1", Teams: []wa.TeamID{"red"}, OwnOnly: true, Person: "ana"},
		"own of a":  {TenantID: "t1", AllTeams: true, Numbers: []wa.PhoneNumberID{"100"}, OwnOnly: true, Person: "eva"},
	}
	views := []actorpb.View{
		actorpb.ViewMine, actorpb.ViewUnclaimed, actorpb.ViewAll, actorpb.ViewSnoozed, actorpb.ViewResolved,
	}
	for name, filter := range filters {
		filter.Now = filterNow
		for who, scope := range scopes {
			for i, view := range views {
				q := inbox.ListQuery{View: view, AgentID: "ana", Filter: filter, Limit: 7, Oldest: i%2 == len(name)%2}
				got, _ := readAll(t, box, scope, q, nil)
				want := expected(rows, scope, &q)
				if scope.TenantID != "t1" {
					want = []string{}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s of %s, %s (-want +got):\n%s", view, name, who, diff)
				}
			}
		}
	}
}

// Rows that arrive and move while somebody reads on do not disturb the rest.
func TestFilteredPagesWhileRowsChange(t *testing.T) {
	t.Parallel()
	pool, _ := storetest.Office(t)
	box, rows := inbox.New(pool), seedMany(t, pool)
	scope := persistence.Scope{TenantID: "t1", AllTeams: true}
	q := inbox.ListQuery{View: actorpb.ViewAll, Limit: 5, Filter: inbox.Filter{Turn: actorpb.TurnUs, Now: filterNow}}
	want := expected(rows, scope, &q)
	n := 0
	got, _ := readAll(t, box, scope, q, func() {
		n++
		fresh := listed{number: "100", contact: fmt.Sprint("new", n), team: "red", phase: 1, at: filterNow.Add(time.Duration(n) * time.Minute)}
		insertListed(t, pool, &fresh)
		pgtest.Exec(t, pool, `UPDATE conversation SET last_at = $1 WHERE phone_number_id || ':' || contact_id = $2`, fresh.at, want[n-1])
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// seedBacklog makes n open conversations of eva's; one in 9973 is on number 200.
func seedBacklog(t *testing.T, pool *pgxpool.Pool, n int) {
	t.Helper()
	const fill = `
INSERT INTO conversation (phone_number_id, contact_id, version, decided_on, snapshot, tenant_id, team_id, owner_id,
    phase, contact_name, contact_address, last_at, last_outbound, last_preview, unread, started_at)
SELECT CASE WHEN i % 9973 = 1 THEN '200' ELSE '100' END, 'c' || i, 3, 2, '', 't1', CASE WHEN i % 3 = 0 THEN 'blue' ELSE 'red' END, 'eva',
    1, 'Name', '55', timestamptz '2026-01-01' + i / 7 * interval '1 s', false, '', 0, now()
FROM generate_series(1, $1) i`
	pgtest.Exec(t, pool, fill, n)
	pgtest.Exec(t, pool, `ANALYZE conversation`)
}

// What fits stands far behind what does not: each page looks at a part, and all
// of it is found once.
func TestPagesOfARareFilterAreBounded(t *testing.T) {
	t.Parallel()
	pool, _ := storetest.Office(t)
	box := inbox.New(pool)
	seedBacklog(t, pool, 50_000)
	for _, oldest := range []bool{false, true} {
		want := []string{}
		for i := 1; i <= 50_000; i += 9973 {
			want = append(want, fmt.Sprint("200:c", i))
		}
		if !oldest {
			slices.Reverse(want)
		}
		q := inbox.ListQuery{View: actorpb.ViewAll, Oldest: oldest, Filter: inbox.Filter{Numbers: []wa.PhoneNumberID{"200"}}}
		got, pages := readAll(t, box, persistence.Scope{TenantID: "t1", AllTeams: true}, q, nil)
		if diff := cmp.Diff(want, got); diff != "" || pages < 2 {
			t.Errorf("oldest=%v in %d pages (-want +got):\n%s", oldest, pages, diff)
		}
		scope := persistence.Scope{TenantID: "t1", AllTeams: true, Numbers: []wa.PhoneNumberID{"200"}}
		got, pages = readAll(t, box, scope, inbox.ListQuery{View: actorpb.ViewAll, Oldest: oldest}, nil)
		if diff := cmp.Diff(want, got); diff != "" || pages < 2 {
			t.Errorf("oldest=%v of one number in %d pages (-want +got):\n%s", oldest, pages, diff)
		}
		q.Filter.Unread, q.Limit = true, 1
		if got, _ := readAll(t, box, persistence.Scope{TenantID: "t1", AllTeams: true}, q, nil); len(got) != 0 {
			t.Errorf("unread: %v", got)
		}
	}
}

// A word that most contacts have costs a page, not all of them. It is found as
// the search index writes it.
func TestSearchOfAFrequentWordIsBounded(t *testing.T) {
	t.Parallel()
	pool, _ := storetest.Office(t)
	seedBacklog(t, pool, 50_000)
	pgtest.Exec(t, pool, `INSERT INTO conversation_search
SELECT phone_number_id, contact_id, version, array_to_tsvector(ARRAY['name', 't=t1']) FROM conversation`)
	pgtest.Exec(t, pool, `VACUUM ANALYZE conversation`)
	pgtest.Exec(t, pool, `VACUUM ANALYZE conversation_search`)
	cfg := pool.Config()
	cfg.MaxConns = 1 // each session tells its own statistics
	single, err := pgxpool.NewWithConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer single.Close()
	read := func() (rows int) {
		pgtest.Exec(t, single, `SELECT pg_stat_force_next_flush()`)
		const sum = `SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables WHERE relname = 'conversation'`
		if err := single.QueryRow(t.Context(), sum).Scan(&rows); err != nil {
			t.Fatal(err)
		}
		return rows
	}
	box, search := inbox.New(single), searchindex.New(single)
	scope := persistence.Scope{TenantID: "t1", AllTeams: true}
	want, err := box.List(t.Context(), scope, inbox.ListQuery{View: actorpb.ViewAll})
	if err != nil {
		t.Fatal(err)
	}
	before := read()
	got, err := box.List(t.Context(), scope, inbox.ListQuery{View: actorpb.ViewAll, Search: "Náme", Query: `'name':* & 't=t1'`})
	if err != nil {
		t.Fatal(err)
	}
	found, err := search.Conversations(t.Context(), scope, `'name':* & 't=t1'`, 50)
	if err != nil {
		t.Fatal(err)
	}
	if rows := read() - before; rows > 5_000 {
		t.Errorf("%d rows read", rows)
	}
	if diff := cmp.Diff(contactsOfList(want.Conversations), contactsOfList(got.Conversations)); diff != "" || !got.More {
		t.Errorf("list, more=%v (-want +got):\n%s", got.More, diff)
	}
	if diff := cmp.Diff(contactsOfList(want.Conversations), contactsOfList(found)); diff != "" {
		t.Errorf("search (-want +got):\n%s", diff)
	}
}

// Counts are what a list of the same cut holds, for each view, number and team.
func TestCountsAreWhatListsHold(t *testing.T) {
	t.Parallel()
	pool, _ := storetest.Office(t)
	box, rows := inbox.New(pool), seedMany(t, pool)
	for name, scope := range map[string]persistence.Scope{
		"all teams": {TenantID: "t1", AllTeams: true},
		"blue":      {TenantID: "t1", Teams: []wa.TeamID{"blue"}},
		"no team":   {TenantID: "t1"},
		"numbers":   {TenantID: "t1", AllTeams: true, Numbers: []wa.PhoneNumberID{"100", "300", "none"}},
		"own":       {TenantID: "t1", Teams: []wa.TeamID{"red"}, OwnOnly: true, Person: "ana"},
		"own of a":  {TenantID: "t1", AllTeams: true, Numbers: []wa.PhoneNumberID{"100"}, OwnOnly: true, Person: "ana"},
	} {
		got, err := box.CountTeams(t.Context(), scope)
		if err != nil {
			t.Fatal(err)
		}
		if got[actorpb.ViewMine], err = box.CountMine(t.Context(), scope, "ana"); err != nil {
			t.Fatal(err)
		}
		for view, count := range got {
			of := func(f inbox.Filter) int {
				f.Now = filterNow
				return len(expected(rows, scope, &inbox.ListQuery{View: view, AgentID: "ana", Filter: f}))
			}
			tally := func(numbers ...wa.PhoneNumberID) inbox.Tally {
				return inbox.Tally{
					N:        of(inbox.Filter{Numbers: numbers}),
					Us:       of(inbox.Filter{Numbers: numbers, Turn: actorpb.TurnUs}),
					Customer: of(inbox.Filter{Numbers: numbers, Turn: actorpb.TurnCustomer}),
					Unread:   of(inbox.Filter{Numbers: numbers, Unread: true}),
				}
			}
			want := inbox.Count{Tally: tally(), Numbers: map[wa.PhoneNumberID]inbox.Tally{}}
			for _, number := range []wa.PhoneNumberID{"100", "200", "300"} {
				if n := tally(number); n.N > 0 {
					want.Numbers[number] = n
				}
			}
			if diff := cmp.Diff(want, count); diff != "" {
				t.Errorf("%s of %s (-want +got):\n%s", view, name, diff)
			}
		}
	}
	foreign, err := box.CountTeams(t.Context(), persistence.Scope{TenantID: "t2", AllTeams: true})
	if err != nil || foreign[actorpb.ViewAll].N != 0 {
		t.Errorf("another tenant counts %+v, %v", foreign, err)
	}
}

// A backlog is counted up to a depth, and said to be more.
func TestCountsOfABacklogAreBounded(t *testing.T) {
	t.Parallel()
	pool, _ := storetest.Office(t)
	box := inbox.New(pool)
	seedBacklog(t, pool, 12_000)
	counts, err := box.CountTeams(t.Context(), persistence.Scope{TenantID: "t1", AllTeams: true})
	if err != nil {
		t.Fatal(err)
	}
	if all := counts[actorpb.ViewAll]; !all.More || all.N < 5_000 || all.N >= 12_000 {
		t.Errorf("all: %+v", all)
	}
	if snoozed := counts[actorpb.ViewSnoozed]; snoozed.More || snoozed.N != 0 {
		t.Errorf("snoozed: %+v", snoozed)
	}
}
