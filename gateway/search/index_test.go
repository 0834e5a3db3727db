package search

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/follow"
	"github.com/prosa-chat/prosa/persistence/journal"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/searchindex"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(pgtest.Wrap(m, pgtest.NoFsync())) }

// shop is a database with two tenants, and the journal that fills it.
type shop struct {
	t       *testing.T
	pool    *pgxpool.Pool
	journal *journal.Journal
	now     time.Time
	version map[wa.ConversationKey]uint64
	count   int
}

func openShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{
		t: t, pool: pgtest.Pool(t), now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), version: make(map[wa.ConversationKey]uint64),
	}
	s.journal = journal.New(s.pool, journal.Config{Writers: 1})
	t.Cleanup(s.journal.Close)
	s.exec(`INSERT INTO tenant (id, name) VALUES ('t1', 'One'), ('t2', 'Two')`)
	s.exec(`INSERT INTO team (tenant_id, id, name) VALUES ('t1', 'red', 'Red'), ('t1', 'blue', 'Blue'), ('t2', 'red', 'Red')`)
	s.exec(`INSERT INTO account (id, tenant_id, portfolio_id) VALUES ('a1', 't1', 'p1'), ('a2', 't2', 'p2')`)
	s.exec(`INSERT INTO phone_number (id, tenant_id, account_id, team_id, display)
VALUES ('100', 't1', 'a1', 'red', ''), ('200', 't1', 'a1', 'blue', ''), ('900', 't2', 'a2', 'red', '')`)
	return s
}

func (s *shop) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := s.pool.Exec(s.t.Context(), sql, args...); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
}

// append stores events of a conversation, with messages.
func (s *shop) append(number, contact string, events []proto.Message, messages ...*actorpb.StoredMessage) {
	s.t.Helper()
	key := wa.ConversationKey{PhoneNumberID: wa.PhoneNumberID(number), ContactID: wa.ContactID(contact)}
	row := ledger.Row{
		TenantID: "t1", TeamID: map[string]wa.TeamID{"100": "red", "200": "blue", "900": "red"}[number], Phase: 1,
		ContactName: contact, ContactAddress: "55" + contact, LastAt: s.now, StartedAt: s.now,
	}
	if number == "900" {
		row.TenantID = "t2"
	}
	a := &ledger.Append{Key: key, DecidedOn: s.version[key], Snapshot: []byte{}, Row: row, Messages: messages}
	for _, e := range events {
		body, err := proto.Marshal(e)
		if err != nil {
			s.t.Fatal(err)
		}
		a.Events = append(a.Events, ledger.Event{Type: string(e.ProtoReflect().Descriptor().Name()), At: s.now, Body: body})
	}
	done, err := s.journal.Append(s.t.Context(), a)
	if err != nil {
		s.t.Fatal(err)
	}
	s.version[key] = done.Version
}

// hear stores what a contact sent, some time ago; it returns the message's id.
func (s *shop) hear(number, contact string, ago time.Duration, content wa.Content) wa.MessageID {
	s.t.Helper()
	s.count++
	id := wa.MessageID(fmt.Sprintf("wamid.ABCDEFGHIJ%d", s.count))
	body, err := json.Marshal(&content)
	if err != nil {
		s.t.Fatal(err)
	}
	event := &actorpb.InboundReceived{MessageId: string(id), Kind: string(content.Kind)}
	switch {
	case content.Edit != nil:
		event.Target = string(content.Edit.Target)
	case content.Revoke != nil:
		event.Target = string(content.Revoke.Target)
	}
	s.append(number, contact, []proto.Message{event, &actorpb.StatusReceived{}}, &actorpb.StoredMessage{
		Id: string(id), Direction: actorpb.DirectionIn, Kind: string(content.Kind), SentAtMs: s.now.Add(-ago).UnixMilli(), Content: body,
	})
	return id
}

func said(text string) wa.Content { return wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: text}} }

// catchUp indexes everything that is behind, as a leader does that has just begun.
func (s *shop) catchUp() {
	s.t.Helper()
	if err := s.follower("m1").CatchUp(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

// follower is the one that a member runs.
func (s *shop) follower(member string) *follow.Follower {
	s.t.Helper()
	pgtest.Member(s.t, s.pool, member)
	const soon = 20 * time.Millisecond
	f, err := NewFollower(follow.Config{Pool: s.pool, Member: member, Every: soon, Retry: soon})
	if err != nil {
		s.t.Fatal(err)
	}
	return f
}

func everybody() persistence.Scope { return persistence.Scope{TenantID: "t1", AllTeams: true} }

func (s *shop) find(scope persistence.Scope, text string) Found {
	s.t.Helper()
	found, err := NewFinder(searchindex.New(s.pool)).Find(s.t.Context(), scope, Request{Text: text, Limit: 10, Now: s.now})
	if err != nil {
		s.t.Fatalf("find %q: %v", text, err)
	}
	return found
}

// hits are the excerpts of the messages that a search finds.
func (s *shop) hits(text string) []string {
	s.t.Helper()
	return excerpts(s.find(everybody(), text))
}

func excerpts(found Found) []string {
	list := []string{}
	for _, h := range found.Hits {
		list = append(list, h.Excerpt)
	}
	return list
}

func (s *shop) expect(text string, want ...string) {
	s.t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), s.hits(text)); diff != "" {
		s.t.Errorf("%q (-want +got):\n%s", text, diff)
	}
}

func TestMessagesAreFound(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	const day = 24 * time.Hour
	s.hear("100", "ana", 0, said("Quero a Calça de linho"))
	s.hear("100", "bia", day, said("o vestido com calcado bege"))
	s.hear("200", "ana", 40*day, said("CALÇA jeans"))
	s.hear("100", "ana", 400*day, said("calças antigas"))
	s.hear("100", "ana", 900*day, said("calça de outro tempo"))
	old := s.hear("100", "ana", 2*day, said("casaco"))
	s.hear("100", "ana", 1*day, wa.Content{Kind: wa.KindEdit, Edit: &wa.Edit{Target: old, Text: "jaqueta"}})
	gone := s.hear("100", "ana", 2*day, said("segredo"))
	s.hear("100", "ana", 1*day, wa.Content{Kind: wa.KindRevoke, Revoke: &wa.Revoke{Target: gone}})
	s.hear("100", "bia", 3*day, wa.Content{Kind: wa.KindMedia, Media: &wa.Media{Type: "document", Caption: "Pedido", FileName: "romaneio 46870.pdf"}})
	s.hear("100", "bia", 3*day, wa.Content{Kind: wa.KindInteractive, Interactive: &wa.Interactive{Title: "Sim, confirmo"}})
	s.hear("100", "bia", 3*day, wa.Content{Kind: wa.KindContacts, Contacts: []wa.Card{{Name: "Marta Reis", Phones: []wa.CardEntry{{Value: "+55 21 3333-4444"}}}}})
	image := s.hear("100", "bia", 3*day, wa.Content{Kind: wa.KindMedia, Media: &wa.Media{Type: "image"}})
	note, _ := json.Marshal(wa.Content{Kind: wa.KindNote, Text: &wa.Text{Body: "paga no pix"}})
	s.append("100", "bia", []proto.Message{&actorpb.OwnerChanged{NoteId: "note-1"}},
		&actorpb.StoredMessage{Id: "note-1", Direction: actorpb.DirectionNote, Kind: "note", SentAtMs: s.now.UnixMilli(), Content: note})
	tpl, _ := json.Marshal(wa.Content{Kind: wa.KindTemplate, Template: &wa.Template{Name: "cobranca", Language: "pt_BR", Rendered: "Olá, seu boleto vence"}})
	s.append("100", "bia", []proto.Message{&actorpb.SendRequested{MessageId: "0190-our-own-message-1", Kind: "template"}},
		&actorpb.StoredMessage{Id: "0190-our-own-message-1", Direction: actorpb.DirectionOut, Kind: "template", SentAtMs: s.now.UnixMilli(), Content: tpl})
	s.exec(`INSERT INTO message_status (phone_number_id, message_id, contact_id, wamid) VALUES ('100', '0190-our-own-message-1', 'bia', 'wamid.OURSENTMESSAGE1')`)
	s.catchUp()

	s.expect("calca", "Quero a Calça de linho", "o vestido com calcado bege", "CALÇA jeans", "calças antigas")
	s.expect("calça linho", "Quero a Calça de linho")
	s.expect("linho cal", "Quero a Calça de linho")
	s.expect("cal linho")
	s.expect("jaqueta", "jaqueta")
	s.expect("casaco")
	s.expect("segredo")
	s.expect("romaneio", "Pedido romaneio 46870.pdf")
	s.expect("4687", "Pedido romaneio 46870.pdf")
	s.expect("confirmo", "Sim, confirmo")
	s.expect("marta", "Marta Reis +55 21 3333-4444")
	s.expect("pix", "paga no pix")
	s.expect("boleto", "Olá, seu boleto vence")
	s.expect(string(image), "")
	s.expect("wamid.OURSENTMESSAGE1", "Olá, seu boleto vence")
	s.expect("0190-our-own-message-1", "Olá, seu boleto vence")
	for _, strange := range []string{":*|&!'\\", "'; DROP TABLE message", "a:*", "!calça", "calça & | !", "\\'", "<->", "''"} {
		s.find(everybody(), strange) // does not fail
	}
	s.expect("!calça:* & linho", "Quero a Calça de linho")

	hit := s.find(everybody(), "jaqueta").Hits[0]
	if hit.Message.Message.MessageID() != old || hit.Message.Version == 0 || hit.Row.ContactName != "ana" {
		t.Errorf("an edit leads to %+v", hit)
	}
	// What is erased is gone at once, before anything is indexed anew.
	s.exec(`DELETE FROM message WHERE id = $1`, old)
	s.expect("jaqueta")
}

// I10: nobody finds what another tenant or team has, nor learns that it is there.
func TestSearchKeepsToTheScope(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.hear("100", "ana", 0, said("linho vermelho"))
	blue := s.hear("200", "ana", 0, said("linho azul"))
	s.hear("900", "ana", 0, said("linho alheio"))
	s.catchUp()
	red := persistence.Scope{TenantID: "t1", Teams: []wa.TeamID{"red"}}
	for name, c := range map[string]struct {
		scope    persistence.Scope
		text     string
		want     []string
		contacts int
	}{
		"all teams":          {everybody(), "linho", []string{"linho azul", "linho vermelho"}, 0},
		"one team":           {red, "linho", []string{"linho vermelho"}, 0},
		"no team":            {persistence.Scope{TenantID: "t1"}, "linho", []string{}, 0},
		"another tenant":     {persistence.Scope{TenantID: "t2", AllTeams: true}, "linho", []string{"linho alheio"}, 0},
		"an id of the other": {red, string(blue), []string{}, 0},
		"an id":              {everybody(), string(blue), []string{"linho azul"}, 0},
		"contacts":           {everybody(), "ana", []string{}, 2},
		"contacts of one":    {red, "ana", []string{}, 1},
		"lexemes of others":  {red, "t=t2 d=2026-11-22", []string{}, 0},
	} {
		found := s.find(c.scope, c.text)
		if diff := cmp.Diff(c.want, excerpts(found)); diff != "" || len(found.Contacts) != c.contacts || !found.Next.At.IsZero() {
			t.Errorf("%s: %d contacts, next %v (-want +got):\n%s", name, len(found.Contacts), found.Next, diff)
		}
	}
	// A conversation that changes teams takes its words along, without being indexed anew.
	s.exec(`UPDATE conversation SET team_id = 'red' WHERE phone_number_id = '200'`)
	if got := excerpts(s.find(red, "linho azul")); len(got) != 1 {
		t.Errorf("after a transfer: %q", got)
	}
}

func TestContactsAreFound(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.exec(`INSERT INTO contact (portfolio_id, id, name, username) VALUES ('p1', 'c1', 'Inês Carvalho', 'boutique.helo'), ('p1', 'c2', '', '')`)
	s.exec(`INSERT INTO alias (portfolio_id, kind, value, contact_id) VALUES ('p1', 'phone', '5534955501142', 'c1'),
('p1', 'bsuid', 'BR.8f3aXc21e', 'c1'), ('p1', 'phone', '351912345678', 'c2')`)
	s.hear("100", "c1", 0, said("oi"))
	s.hear("200", "c2", 0, said("oi"))
	s.catchUp()
	for typed, want := range map[string]int{
		"ines": 1, "Carvalho inês": 1, "CARV": 1, "arvalho": 0, "@boutique.helo": 1, "helo": 1, "+55 34 95550-1142": 1,
		"1142": 1, "5550": 1, "912345": 1, "142": 0, "BR.8f3aXc21e": 1, "5534955501143": 0, "99999": 0, "ines maria": 0,
	} {
		if got := len(s.find(everybody(), typed).Contacts); got != want {
			t.Errorf("%q finds %d, want %d", typed, got, want)
		}
	}
	// A new name comes with the next message.
	s.exec(`UPDATE contact SET name = 'Inês Prado' WHERE id = 'c1'`)
	s.hear("100", "c1", 0, said("casei"))
	s.catchUp()
	if len(s.find(everybody(), "prado").Contacts) != 1 || len(s.find(everybody(), "carvalho").Contacts) != 0 {
		t.Error("the new name is not found, or the old one still is")
	}
}

// Pages follow each other without gap or repetition, ties in time included.
func TestSearchPagesMeet(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	for i := range 25 {
		s.hear([]string{"100", "200"}[i%2], "ana", time.Duration(i/4)*9*24*time.Hour, said(fmt.Sprintf("linho %d", i)))
	}
	s.catchUp()
	finder := NewFinder(searchindex.New(s.pool))
	seen := map[string]bool{}
	r := Request{Text: "linho", Limit: 4, Now: s.now}
	var last time.Time
	for range 10 {
		found, err := finder.Find(t.Context(), everybody(), r)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range found.Hits {
			if seen[h.Excerpt] || !last.IsZero() && h.Message.At.After(last) {
				t.Errorf("%s twice, or after an older one", h.Excerpt)
			}
			seen[h.Excerpt], last = true, h.Message.At
		}
		if r.After = found.Next; r.After.At.IsZero() {
			break
		}
	}
	if len(seen) != 25 {
		t.Errorf("%d of 25 found", len(seen))
	}
}

// What the tail missed the pass repairs, and indexing again changes nothing.
func TestPassRepairsAndRepeats(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	for i := range batchEvents + 50 { // more than one batch takes of a conversation
		s.hear("100", "ana", time.Duration(i)*time.Minute, said(fmt.Sprintf("linho%d", i)))
	}
	s.hear("100", "bia", 0, said("seda"))
	s.exec(`TRUNCATE change_log`) // as recovery does with an unlogged table
	s.expect("seda")
	s.catchUp()
	s.expect("seda", "seda")
	s.expect("linho0", "linho0")
	s.expect(fmt.Sprintf("linho%d", batchEvents+49), fmt.Sprintf("linho%d", batchEvents+49))

	state := func() string {
		var hash string
		if err := s.pool.QueryRow(t.Context(), `SELECT md5(string_agg(x, '|' ORDER BY x)) FROM (
SELECT m::text AS x FROM message_search m UNION ALL SELECT c::text FROM conversation_search c) x`).Scan(&hash); err != nil {
			t.Fatal(err)
		}
		return hash
	}
	before := state()
	s.exec(`UPDATE conversation_search SET version = 0`)
	s.catchUp()
	if state() != before {
		t.Error("indexing again changed the index")
	}
	s.exec(`TRUNCATE message_search, conversation_search`)
	s.catchUp()
	if state() != before {
		t.Error("a new index is another one")
	}
	// A restored database may be behind its index.
	s.exec(`UPDATE conversation_search SET version = version + 1000`)
	s.catchUp()
	if state() != before {
		t.Error("an index ahead of its conversations stayed so")
	}
}

// Of two members one keeps the index, and the other takes over when it ends or dies.
func TestOneFollowerAtATime(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	start := func(member string) *follow.Follower {
		f := s.follower(member)
		f.Start()
		t.Cleanup(f.Close)
		return f
	}
	leads := func() (member string) {
		t.Helper()
		if err := s.pool.QueryRow(t.Context(), `SELECT coalesce(member, '') FROM follower WHERE name = 'search'`).Scan(&member); err != nil {
			t.Fatal(err)
		}
		return member
	}
	appears := func(text string) {
		t.Helper()
		deadline := time.Now().Add(time.Minute)
		for !slices.Contains(s.hits(text), text) {
			if time.Now().After(deadline) {
				t.Fatalf("%q is never found", text)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	first := start("m1")
	s.hear("100", "ana", 0, said("primeira"))
	appears("primeira")
	start("m2")
	s.hear("100", "ana", 0, said("segunda"))
	appears("segunda")
	if got := leads(); got != "m1" {
		t.Errorf("%q leads, want m1", got)
	}
	first.Close()
	s.hear("100", "ana", 0, said("terceira"))
	appears("terceira")
	if got := leads(); got != "m2" {
		t.Errorf("%q leads, want m2", got)
	}
	// A member that dies keeps nothing; who takes over misses nothing.
	start("m3")
	pgtest.EndMember(t, s.pool, "m2")
	s.exec(`TRUNCATE change_log`)
	s.hear("100", "ana", 0, said("quarta"))
	appears("quarta")
	if got := leads(); got != "m3" {
		t.Errorf("%q leads, want m3", got)
	}
	// A rebuild begins with nothing and ends with the same.
	s.exec(`UPDATE message_search SET words = '' WHERE at = $1`, s.now)
	s.expect("quarta")
	s.exec(`UPDATE follower SET rebuild = true WHERE name = $1`, FollowerName)
	appears("quarta")
}
