package gateway_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/search"
	"github.com/prosa-chat/prosa/persistence/follow"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/staff"
)

type found struct {
	Contacts []struct{ ID string }
	Messages []struct {
		Row     struct{ ID string }
		Message struct {
			ID, Direction, Excerpt string
			Version                uint64
			Marks                  [][2]int
		}
	}
	Next string
}

func (b *person) search(text, more string) found {
	b.s.t.Helper()
	var f found
	b.want(200, &f, "GET", "/api/v1/search?q="+url.QueryEscape(text)+more, nil)
	return f
}

// follow indexes what is committed, until the test ends.
func (s *site) follow() {
	s.t.Helper()
	const soon = 20 * time.Millisecond
	pgtest.Member(s.t, s.pool, "search")
	f, err := search.NewFollower(follow.Config{Pool: s.pool, Member: "search", Every: soon, Retry: soon})
	if err != nil {
		s.t.Fatal(err)
	}
	f.Start()
	s.t.Cleanup(f.Close)
}

// indexed waits until a search finds so many messages on its first page.
func (b *person) indexed(text string, n int) found {
	b.s.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		f := b.search(text, "")
		if len(f.Messages) == n {
			return f
		}
		if time.Now().After(deadline) {
			b.s.t.Fatalf("%q never finds %d messages but %+v", text, n, f)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// A search leads to a message in the middle of its thread.
func TestSearchLeadsToTheMessage(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.follow()
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	var id string
	for i := range 30 {
		text := fmt.Sprintf("linho %d", i)
		if i == 12 {
			text = "a Calça de linho, por favor"
		}
		id = s.inbound("100", "c1", fmt.Sprintf("wamid.%d", i), text)
	}
	s.inbound("200", "c1", "wamid.blue", "calça da outra equipe")
	s.inbound("900", "c1", "wamid.other", "calça de outra empresa")
	other := s.hire("t2", "other", staff.RoleAdmin, "red")
	other.indexed("calca", 1)

	hit := ana.indexed("calca", 1).Messages[0]
	want := "a Calça de linho, por favor"
	if hit.Row.ID != id || hit.Message.Excerpt != want || hit.Message.Direction != "in" {
		t.Errorf("hit %+v", hit)
	}
	if diff := cmp.Diff([][2]int{{2, 7}}, hit.Message.Marks); diff != "" {
		t.Errorf("marks (-want +got):\n%s", diff)
	}
	var page thread
	ana.want(200, &page, "GET", path(id, fmt.Sprintf("messages?limit=6&around=%d", hit.Message.Version)), nil)
	if diff := cmp.Diff([]string{`in "linho 10"`, `in "linho 11"`, `in "` + want + `"`, `in "linho 13"`, `in "linho 14"`, `in "linho 15"`}, page.texts()); diff != "" {
		t.Errorf("thread around the hit (-want +got):\n%s", diff)
	}
	// From there it is read to both ends.
	all := page.texts()
	for at := page; at.Before != 0; {
		next := thread{}
		ana.want(200, &next, "GET", path(id, fmt.Sprintf("messages?limit=6&before=%d", at.Before)), nil)
		all, at = append(next.texts(), all...), next
	}
	for at := page; at.After != 0; {
		next := thread{}
		ana.want(200, &next, "GET", path(id, fmt.Sprintf("messages?limit=6&after=%d", at.After)), nil)
		all, at = append(all, next.texts()...), next
	}
	var whole thread
	ana.want(200, &whole, "GET", path(id, "messages?limit=200"), nil)
	if diff := cmp.Diff(whole.texts(), all); diff != "" {
		t.Errorf("thread from the middle (-want +got):\n%s", diff)
	}
	for around, edges := range map[uint64][2]bool{1: {false, true}, whole.Version: {true, false}, 1 << 40: {true, false}} {
		p := thread{}
		ana.want(200, &p, "GET", path(id, fmt.Sprintf("messages?limit=6&around=%d", around)), nil)
		if got := [2]bool{p.Before != 0, p.After != 0}; got != edges || len(p.Items) == 0 {
			t.Errorf("around %d: more before and after %v, want %v", around, got, edges)
		}
	}
}

func TestSearchPages(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.follow()
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	for i := range 5 {
		s.inbound("100", fmt.Sprintf("c%d", i), fmt.Sprintf("wamid.%d", i), "bom dia")
	}
	var texts []string
	ana.indexed("bom", 5)
	f := ana.search("bom", "&limit=2")
	for pages := 1; ; pages++ {
		for _, m := range f.Messages {
			texts = append(texts, m.Message.ID)
		}
		if f.Next == "" || pages == 10 {
			break
		}
		f = ana.search("bom", "&limit=2&cursor="+f.Next)
	}
	if diff := cmp.Diff([]string{"wamid.4", "wamid.3", "wamid.2", "wamid.1", "wamid.0"}, texts); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	if got := ana.search("NAME", "&limit=2"); len(got.Contacts) != 2 || len(got.Messages) != 0 {
		t.Errorf("contacts by name: %+v", got)
	}
	for name, query := range map[string]string{
		"no words": "", "too long": "q=" + strings.Repeat("a", 201), "bad limit": "q=a&limit=101", "bad cursor": "q=a&cursor=eHg",
		"a cursor out of time": "q=a&cursor=LTk5OTk5OTk5OTk5OTk5OTkgMSAx",
	} {
		var p problem.Problem
		ana.want(400, &p, "GET", "/api/v1/search?"+query, nil)
		if p.Code != "bad_request" || p.Field == "" {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

// The newest rows are found at once, the others by the index.
func TestListSearchFindsEveryContact(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	old := s.inbound("100", "old", "wamid.old", "hello")
	s.exec(`UPDATE conversation SET last_at = '2020-01-01Z', contact_name = 'Inês Carvalho'`)
	s.exec(`INSERT INTO conversation (phone_number_id, contact_id, version, decided_on, snapshot, tenant_id, team_id,
    phase, contact_name, contact_address, last_at, last_outbound, last_preview, unread, started_at)
SELECT '100', 'c' || i, 1, 0, '', 't1', 'red', 1, 'Somebody', '', now(), false, '', 0, now() FROM generate_series(1, 2000) i`)
	find := func(query string) []string {
		var l list
		ana.want(200, &l, "GET", "/api/v1/conversations?"+query, nil)
		return l.ids()
	}
	if got := find("q=carvalho"); len(got) != 0 {
		t.Fatalf("found without an index: %q", got)
	}
	s.follow()
	deadline := time.Now().Add(patience)
	for len(find("q=ines+carv")) == 0 && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
	}
	for query, want := range map[string][]string{
		"q=ines+carv": {old}, "q=ines&view=unclaimed": {old}, "q=ines&view=mine": {}, "q=ines&view=resolved": {}, "q=ines&team=blue": {},
	} {
		if diff := cmp.Diff(want, find(query)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
}

// What has no word and no digit in it finds nothing: neither by what it means to
// the languages of queries and patterns, nor by what is left of it.
func TestPunctuationFindsNothing(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	s.follow()
	s.inbound("100", "1199", "wamid.1", "hello")
	ana.indexed("hello", 1)
	for _, q := range []string{
		"()", "(", ")", "-", "--", "+", "+-()", `""`, `"`, "''", "'", "%", "_", `\`, `\\`, "*", ":*", "&", "|", "!", "<->", "!()", "( )", "@", "#",
		"&&", "%%", "__", "\u200b", "\u00ad", "\u0301", "$1", ";", "--;", "\x00", "\ufffd", "()()()", "...", "¿?", "🙂",
	} {
		var list struct{ Conversations []struct{ ID string } }
		ana.want(200, &list, "GET", "/api/v1/conversations?view=all&q="+url.QueryEscape(q), nil)
		if len(list.Conversations) != 0 {
			t.Errorf("the list for %q has %+v", q, list.Conversations)
		}
		var found struct{ Contacts, Messages []any }
		ana.want(200, &found, "GET", "/api/v1/search?q="+url.QueryEscape(q), nil)
		if len(found.Contacts)+len(found.Messages) != 0 {
			t.Errorf("%q finds %+v", q, found)
		}
	}
}
