package gateway_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// shownMessage is a message as a client reads it.
type shownMessage struct {
	ID, Direction, Kind string
	SentAt              time.Time `json:"sent_at"`
	Content             *wa.Content
}

// shownItem is an item of a thread as a client reads it.
type shownItem struct {
	Version uint64
	PlaceMS int64 `json:"place_ms"`
	Type    string
	Target  string
	Message *shownMessage
	Edit    *shownMessage
	Revoked bool
}

// read is the whole thread, page by page.
func (b *person) read(id string, limit int) []shownItem {
	b.s.t.Helper()
	var all []shownItem
	for before := uint64(0); ; {
		var page struct {
			Items  []shownItem
			Before uint64
		}
		path := fmt.Sprintf("/api/v1/conversations/%s/messages?limit=%d", id, limit)
		if before > 0 {
			path += fmt.Sprintf("&before=%d", before)
		}
		b.want(200, &page, "GET", path, nil)
		all = append(page.Items, all...)
		if before = page.Before; before == 0 {
			return all
		}
	}
}

// shownLines folds a thread as clients do: by place, then version, the newest wording,
// nothing of what was taken back.
func shownLines(items []shownItem) []string {
	slices.SortFunc(items, func(a, b shownItem) int {
		return cmp.Or(cmp.Compare(a.PlaceMS, b.PlaceMS), cmp.Compare(a.Version, b.Version))
	})
	edits, revoked := map[string]*shownMessage{}, map[string]bool{}
	edited := func(id string, by *shownMessage) {
		if known := edits[id]; known == nil || !by.SentAt.Before(known.SentAt) {
			edits[id] = by
		}
	}
	for _, i := range items {
		switch m := i.Message; {
		case m == nil:
			continue
		case m.Kind == "edit":
			edited(i.Target, m)
		case m.Kind == "revoke":
			revoked[i.Target] = true
		case i.Revoked:
			revoked[m.ID] = true
		case i.Edit != nil:
			edited(m.ID, i.Edit)
		}
	}
	var out []string
	for _, i := range items {
		m := i.Message
		if m == nil || m.Kind == "edit" || m.Kind == "revoke" || m.Kind == "reaction" {
			continue
		}
		text := m.Content.PreviewText()
		if edit := edits[m.ID]; edit != nil {
			text = edit.Content.PreviewText()
		}
		if revoked[m.ID] {
			text = "(revoked)"
		}
		out = append(out, text)
	}
	return out
}

// delivery is one thing that Meta delivers of a contact, whose name its ids bear.
type delivery struct {
	id, kind, target string
	second           int
	content          wa.Content
}

func deliveries() []delivery {
	text := func(body string) wa.Content { return wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: body}} }
	edit := func(body string) wa.Content {
		return wa.Content{Kind: wa.KindEdit, Edit: &wa.Edit{Target: "a", Text: body}}
	}
	return []delivery{
		{"a", "text", "", 0, text("linho errado")},
		{"a1", "edit", "a", 1, edit("linho certo")},
		{"a2", "edit", "a", 2, edit("linho certíssimo")},
		{"a", "text", "", 0, text("linho errado")},
		{"b", "text", "", 4, text("minha senha é hipopótamo")},
		{"b1", "edit", "b", 5, edit("minha senha é rinoceronte")},
		{"br", "revoke", "b", 6, wa.Content{Kind: wa.KindRevoke, Revoke: &wa.Revoke{Target: "b"}}},
		{"ar", "reaction", "a", 7, wa.Content{Kind: wa.KindReaction, Reaction: &wa.Reaction{Target: "a", Emoji: "👍"}}},
	}
}

// deliver brings one to its conversation, a minute after it was sent.
func (s *site) deliver(contact string, d delivery) {
	s.t.Helper()
	key := wa.ConversationKey{PhoneNumberID: "100", ContactID: wa.ContactID(contact)}
	content, err := json.Marshal(d.content)
	if err != nil {
		s.t.Fatal(err)
	}
	name, target := contact+"."+d.id, ""
	if d.target != "" {
		target = contact + "." + d.target
	}
	sent := s.now.Truncate(time.Second).Add(-time.Minute)
	answer, err := s.host.ask(s.t.Context(), wa.ConversationKind, key.String(), &actorpb.ReceiveInbound{
		MessageId: name, SentAtMs: sent.Add(time.Duration(d.second) * time.Second).UnixMilli(), ReceivedAtMs: sent.Add(time.Minute).UnixMilli(),
		Kind: d.kind, Target: target, Content: content, Preview: d.content.PreviewText(),
		TenantId: "t1", TeamId: "red", ContactName: "Name of " + contact, ContactAddress: "55" + contact,
	})
	if err != nil || answer.(*actorpb.Outcome).Refusal != "" {
		s.t.Fatalf("deliver %s: %v, %v", d.id, answer, err)
	}
}

// Sixty contacts do the same, each of whose webhooks come in another order: lists,
// counts, threads, whole and in pages, and the search show the same of all, and no
// table holds a text that was taken back before it came.
func TestEveryOrderOfArrivalIsShownTheSame(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.follow()
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	all := deliveries()
	late := map[string]bool{} // contacts of whom a wording of b came after its revoke
	const contacts = 60
	for n := range contacts {
		contact, rng := fmt.Sprintf("c%d", n), rand.New(rand.NewPCG(uint64(n), 9))
		order := rng.Perm(len(all))
		for _, i := range order {
			s.deliver(contact, all[i])
			if rng.IntN(3) == 0 {
				s.host.passivate(wa.ConversationKind, "100:"+contact)
			}
		}
		late[contact] = slices.Index(order, 6) < min(slices.Index(order, 4), slices.Index(order, 5))
	}
	want := []string{"linho certíssimo", "(revoked)"}
	for contact := range maps.Keys(late) {
		for _, limit := range []int{200, 2} {
			if diff := gocmp.Diff(want, shownLines(ana.read("100:"+contact, limit))); diff != "" {
				t.Errorf("thread of %s in pages of %d (-want +got):\n%s", contact, limit, diff)
			}
		}
	}
	s.listed(ana, contacts)
	s.searched(ana, contacts)
	for contact, came := range late {
		var n int
		if err := s.pool.QueryRow(t.Context(), `SELECT count(*) FROM message WHERE contact_id = $1 AND content::text ~ 'hipop|rinoc'`, contact).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if came && n > 0 {
			t.Errorf("%d wordings of %s are stored that were taken back before they came", n, contact)
		}
	}
	if a, b := pgtest.Disordered(t, s.pool, nil), pgtest.StaleRows(t, s.pool); a != 0 || b != 0 {
		t.Errorf("%d messages out of order, %d rows that show another than the last", a, b)
	}
}

// listed: every row shows the last line of its thread, one message unread.
func (s *site) listed(b *person, contacts int) {
	s.t.Helper()
	var page struct {
		Conversations []struct {
			ID             string
			Last           struct{ Kind, Preview string }
			Unread         int
			WindowClosesAt time.Time `json:"window_closes_at"`
		}
	}
	b.want(200, &page, "GET", "/api/v1/conversations?view=all&limit=100", nil)
	if len(page.Conversations) != contacts {
		s.t.Errorf("%d conversations listed, want %d", len(page.Conversations), contacts)
	}
	for _, c := range page.Conversations {
		if c.Last.Kind != "revoke" || c.Last.Preview != "" || c.Unread != 1 || !c.WindowClosesAt.Equal(page.Conversations[0].WindowClosesAt) {
			s.t.Errorf("row %+v", c)
		}
	}
}

// searched: once all is indexed, every first message is found by its newest words,
// and nothing by words that are shown no more.
func (s *site) searched(b *person, contacts int) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		var behind int
		if err := s.pool.QueryRow(s.t.Context(), `SELECT count(*) FROM conversation c LEFT JOIN conversation_search x
USING (phone_number_id, contact_id) WHERE x.version IS DISTINCT FROM c.version`).Scan(&behind); err != nil {
			s.t.Fatal(err)
		}
		if behind == 0 {
			break
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("%d conversations are not indexed", behind)
		}
	}
	for text, n := range map[string]int{"certissimo": contacts, "errado": 0, "hipopotamo": 0, "rinoceronte": 0} {
		if got := b.search(text, "&limit=100"); len(got.Messages) != n {
			s.t.Errorf("%q finds %d messages, want %d", text, len(got.Messages), n)
		}
	}
}

// What a customer changed before anybody has heard of him is no conversation, to
// nobody, until there is something to answer.
func TestWhatIsAboutUnknownMessagesStartsNothing(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.follow()
	ana := s.hire("t1", "ana", staff.RoleAdmin)
	all := deliveries()
	for _, i := range []int{1, 6, 7} { // an edit, a revoke, a reaction
		s.deliver("lone", all[i])
	}
	s.inbound("100", "other", "wamid.1", "oi")
	ana.indexed("oi", 1)
	var page struct{ Conversations []struct{ ID string } }
	ana.want(200, &page, "GET", "/api/v1/conversations?view=all", nil)
	if len(page.Conversations) != 1 {
		t.Errorf("listed: %+v", page)
	}
	ana.want(404, nil, "GET", "/api/v1/conversations/100:lone", nil)
	ana.want(404, nil, "GET", "/api/v1/conversations/100:lone/messages", nil)
	ana.want(404, nil, "POST", "/api/v1/conversations/100:lone/claim", map[string]any{})
	if f := ana.search("Name of lone", ""); len(f.Contacts) != 0 {
		t.Errorf("found: %+v", f)
	}
	s.deliver("lone", all[0])
	ana.want(200, nil, "GET", "/api/v1/conversations/100:lone", nil)
	if got := shownLines(ana.read("100:lone", 50)); !slices.Equal(got, []string{"linho certo"}) {
		t.Errorf("thread %q", got)
	}
}
