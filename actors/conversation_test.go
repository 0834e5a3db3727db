package actors_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/prosa-chat/prosa/actors"
	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/journal"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

const conversationKey = "100:c1"

var (
	ana   = &actorpb.Actor{AgentId: "ana", Name: "Ana", TenantId: "t", Role: actorpb.Role_ROLE_AGENT, Teams: []string{"sales"}}
	bruno = &actorpb.Actor{AgentId: "bruno", Name: "Bruno", TenantId: "t", Role: actorpb.Role_ROLE_AGENT, Teams: []string{"sales"}}
)

// member makes grains as one member of a cluster would: on its own journal, with
// a mailbox that hands over one message at a time.
type member struct {
	make cluster.Factory
	mu   sync.Mutex
	live map[string]*mailbox
}

type mailbox struct {
	sync.Mutex
	grain cluster.Grain
}

func newMember(t testing.TB, pool *pgxpool.Pool, committed func(*actorpb.ConversationUpdate)) *member {
	t.Helper()
	j := journal.New(pool, journal.Config{})
	t.Cleanup(j.Close)
	return &member{
		make: actors.Conversations(actors.Config{Journal: j, Committed: committed}),
		live: make(map[string]*mailbox),
	}
}

// office is a database with the accounts of tenant t: ana, bruno and fifty agents,
// all of the sales team. Who has no account is made the owner of nothing.
func office(t testing.TB) *pgxpool.Pool {
	t.Helper()
	pool := pgtest.Pool(t)
	pgtest.Exec(t, pool, `INSERT INTO tenant (id, name) VALUES ('t', 'T')`)
	pgtest.Exec(t, pool, `INSERT INTO team (tenant_id, id, name) VALUES ('t', 'sales', 'Sales')`)
	pgtest.Exec(t, pool, `INSERT INTO staff (id, tenant_id, email, name, role, password_hash)
		SELECT id, 't', id, id, 'agent', ''
		FROM unnest(ARRAY['ana', 'bruno'] || ARRAY(SELECT 'agent' || n FROM generate_series(0, 49) n)) AS id`)
	pgtest.Exec(t, pool, `INSERT INTO staff_team (staff_id, tenant_id, team_id) SELECT id, 't', 'sales' FROM staff`)
	return pool
}

func (m *member) ask(ctx context.Context, key string, cmd proto.Message) (*actorpb.Outcome, error) {
	m.mu.Lock()
	box := m.live[key]
	if box == nil {
		box = &mailbox{grain: m.make(key)}
		m.live[key] = box
	}
	m.mu.Unlock()
	box.Lock()
	defer box.Unlock()
	answer, err := box.grain.Receive(ctx, cmd)
	if err != nil {
		return nil, err
	}
	return answer.(*actorpb.Outcome), nil
}

func (m *member) must(t testing.TB, cmd proto.Message) *actorpb.Outcome {
	t.Helper()
	o, err := m.ask(t.Context(), conversationKey, cmd)
	if err != nil {
		t.Fatalf("%T: %v", cmd, err)
	}
	return o
}

func hello(id string) *actorpb.ReceiveInbound {
	now := time.Now().UnixMilli()
	return &actorpb.ReceiveInbound{
		MessageId: id, SentAtMs: now, ReceivedAtMs: now, Kind: "text", Preview: "olá", TenantId: "t", TeamId: "sales",
		Content: []byte(`{"kind":"text","text":{"body":"olá"}}`), ContactName: "Marta", ContactAddress: "5511999990000",
	}
}

func reply(by *actorpb.Actor, echo string, seen uint64) *actorpb.SendMessage {
	content, _ := json.Marshal(wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: "oi"}})
	return &actorpb.SendMessage{By: by, EchoId: echo, Kind: "text", Content: content, Preview: "oi", SeenVersion: seen}
}

func count(t testing.TB, pool *pgxpool.Pool, sql string) int {
	t.Helper()
	var n int
	if err := pool.QueryRow(context.Background(), sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestI02HundredRedeliveriesGiveOneMessage(t *testing.T) {
	t.Parallel()
	pool := office(t)
	members := []*member{newMember(t, pool, nil), newMember(t, pool, nil)} // the grain is active twice
	var wg sync.WaitGroup
	var mu sync.Mutex
	fresh := 0
	for i := range 100 {
		wg.Go(func() {
			o, err := members[i%2].ask(t.Context(), conversationKey, hello("wamid.1"))
			if err != nil || o.Refusal != "" {
				t.Errorf("redelivery = %v, %v", o, err)
			} else if !o.Already {
				mu.Lock()
				fresh++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if fresh != 1 {
		t.Errorf("%d of 100 deliveries were taken for new", fresh)
	}
	if n := count(t, pool, `SELECT count(*) FROM message`); n != 1 {
		t.Errorf("%d messages stored", n)
	}
	if n := count(t, pool, `SELECT unread FROM conversation`); n != 1 {
		t.Errorf("unread = %d", n)
	}
}

// A redelivery long after the state has forgotten the id meets its row.
func TestI02RedeliveryAfterTheShortCutForgot(t *testing.T) {
	t.Parallel()
	pool := office(t)
	m := newMember(t, pool, nil)
	for i := range 50 {
		m.must(t, hello(fmt.Sprintf("wamid.%d", i)))
	}
	if o := m.must(t, hello("wamid.0")); !o.Already || o.MessageId != "wamid.0" {
		t.Errorf("late redelivery = %v; want already", o)
	}
	if o := m.must(t, hello("wamid.50")); o.Already {
		t.Error("a new message after a duplicate was taken for known")
	}
}

func TestI03FiftyClaimsHaveOneWinner(t *testing.T) {
	t.Parallel()
	pool := office(t)
	members := []*member{newMember(t, pool, nil), newMember(t, pool, nil)}
	members[0].must(t, hello("wamid.1"))
	var (
		wg     sync.WaitGroup
		mu     sync.Mutex
		winner string
		owners = map[string]int{}
	)
	for i := range 50 {
		by := &actorpb.Actor{AgentId: fmt.Sprint("agent", i), Name: fmt.Sprint("Agent ", i), TenantId: "t", Role: actorpb.Role_ROLE_AGENT, Teams: []string{"sales"}}
		wg.Go(func() {
			o, err := members[i%2].ask(t.Context(), conversationKey, &actorpb.Claim{By: by})
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			owners[o.Owner.GetName()]++
			switch o.Refusal {
			case "":
				if winner != "" {
					t.Errorf("both %s and %s won", winner, by.Name)
				}
				winner = by.Name
			case "already_owned":
			default:
				t.Errorf("refusal %q", o.Refusal)
			}
		})
	}
	wg.Wait()
	if winner == "" || owners[winner] != 50 {
		t.Errorf("winner %q; owners named in the answers: %v", winner, owners)
	}
	if n := count(t, pool, `SELECT count(*) FROM event WHERE type = 'OwnerChanged'`); n != 1 {
		t.Errorf("%d changes of owner", n)
	}
}

func TestI04TakeoverWithdrawsWhatNobodyClaimed(t *testing.T) {
	t.Parallel()
	pool := office(t)
	m := newMember(t, pool, nil)
	seen := m.must(t, hello("wamid.1")).Version
	m.must(t, &actorpb.Claim{By: ana})
	first := m.must(t, reply(ana, "e1", seen))
	second := m.must(t, reply(ana, "e2", seen))
	if n := count(t, pool, `SELECT count(*) FROM effect WHERE state = 0`); n != 1 {
		t.Fatalf("%d rows queued; want one at a time", n)
	}
	o := m.must(t, &actorpb.TakeOver{By: bruno, Reason: "customer asked for me"})
	if o.Refusal != "" || o.Owner.GetId() != "bruno" || len(o.Leaving) != 0 {
		t.Fatalf("takeover = %v", o)
	}
	if n := count(t, pool, `SELECT count(*) FROM effect`); n != 0 {
		t.Errorf("%d effects left", n)
	}
	if n := count(t, pool, `SELECT count(*) FROM message_status WHERE withdrawn_at IS NOT NULL`); n != 2 {
		t.Errorf("%d of %s and %s withdrawn; want both", n, first.MessageId, second.MessageId)
	}
	if o := m.must(t, reply(ana, "e3", o.Version)); o.Refusal != "not_owner" || o.Owner.GetName() != "Bruno" {
		t.Errorf("a send after the takeover = %v", o)
	}
}

func TestI04TakeoverNamesWhatWasLeaving(t *testing.T) {
	t.Parallel()
	pool := office(t)
	m := newMember(t, pool, nil)
	seen := m.must(t, hello("wamid.1")).Version
	m.must(t, &actorpb.Claim{By: ana})
	sent := m.must(t, reply(ana, "e1", seen))
	if _, err := pool.Exec(t.Context(), `UPDATE effect SET state = 1, claimed_by = 'x'`); err != nil {
		t.Fatal(err)
	}
	o := m.must(t, &actorpb.TakeOver{By: bruno, Reason: "shift change"})
	if len(o.Leaving) != 1 || o.Leaving[0] != sent.MessageId {
		t.Errorf("takeover = %v; want %s named as leaving", o, sent.MessageId)
	}
	if o := m.must(t, &actorpb.RecordAccepted{MessageId: sent.MessageId, Wamid: "wamid.out"}); o.Already {
		t.Error("the late acceptance was not recorded")
	}
}

func TestI11RowCommitsWithTheEvents(t *testing.T) {
	t.Parallel()
	pool := office(t)
	var updates []*actorpb.ConversationUpdate
	m := newMember(t, pool, func(u *actorpb.ConversationUpdate) { updates = append(updates, u) })
	seen := m.must(t, hello("wamid.1")).Version
	m.must(t, &actorpb.Claim{By: ana})
	o := m.must(t, reply(ana, "e1", seen))
	m.must(t, &actorpb.RecordAccepted{MessageId: o.MessageId, Wamid: "wamid.out"})
	m.must(t, &actorpb.RecordStatus{MessageId: o.MessageId, Wamid: "wamid.out", Status: "read", AtMs: time.Now().UnixMilli()})
	last := updates[len(updates)-1].Row
	row := actorpb.RowOf(last)
	stored, err := inbox.NewChangeLog(pool).Rows(t.Context(), wa.TenantID(last.TenantId), []wa.ConversationKey{row.Key})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]*actorpb.InboxRow{last}, stored, protocmp.Transform()); diff != "" {
		t.Errorf("the row that lists read and the one that was published (-published +listed):\n%s", diff)
	}
	if row.Owner.GetName() != "Ana" || row.LastPreview != "oi" || row.LastStatus != "read" || row.Unread != 0 {
		t.Errorf("row = %v", row)
	}
	// By the columns SQL finds what the snapshot says.
	n := count(t, pool, fmt.Sprintf(`SELECT count(*) FROM conversation WHERE owner_id = '%s' AND unread = 0 AND last_outbound
		AND phase = %d AND team_id = '%s' AND last_at = to_timestamp(%d / 1000.0) AND started_at = to_timestamp(%d / 1000.0)
		AND window_closes_at = to_timestamp(%d / 1000.0)`,
		row.Owner.GetId(), row.Phase, row.TeamId, row.LastAtMs, row.StartedAtMs, row.WindowClosesAtMs))
	if n != 1 {
		t.Errorf("the columns tell another story than %v", row)
	}
	if n := count(t, pool, `SELECT count(*) FROM event`); uint64(n) != row.Version {
		t.Errorf("%d events at version %d", n, row.Version)
	}
}

// A list of who waits for an answer has whoever was sent one that was refused.
func TestRefusedReplyAnswersNobody(t *testing.T) {
	t.Parallel()
	pool := office(t)
	m, box := newMember(t, pool, nil), inbox.New(pool)
	scope := persistence.Scope{TenantID: "t", AllTeams: true}
	waiting := func(turn actorpb.Turn) (us, customer int) {
		t.Helper()
		rows := listed(t, box, scope, inbox.ListQuery{View: actorpb.ViewAll, Filter: inbox.Filter{Turn: turn}})
		for _, row := range rows {
			if row.Turn() != turn {
				t.Errorf("in the list of %s is a row of %s", turn, row.Turn())
			}
		}
		counts, err := box.CountTeams(t.Context(), scope)
		if err != nil {
			t.Fatal(err)
		}
		all := counts[actorpb.ViewAll]
		if want := map[actorpb.Turn]int{actorpb.TurnUs: all.Us, actorpb.TurnCustomer: all.Customer}[turn]; len(rows) != want {
			t.Errorf("%d rows of %s, %d are counted", len(rows), turn, want)
		}
		return all.Us, all.Customer
	}
	seen := m.must(t, hello("wamid.1")).Version
	m.must(t, &actorpb.Claim{By: ana})
	sent := m.must(t, reply(ana, "e1", seen))
	if us, customer := waiting(actorpb.TurnCustomer); us != 0 || customer != 1 {
		t.Errorf("after a reply %d wait for us and %d for the customer", us, customer)
	}
	m.must(t, &actorpb.RecordRejected{MessageId: sent.MessageId, Attempt: 1, Code: 131026, Failure: actorpb.SendFailure_SEND_FAILURE_PERMANENT})
	if us, customer := waiting(actorpb.TurnUs); us != 1 || customer != 0 {
		t.Errorf("after its refusal %d wait for us and %d for the customer", us, customer)
	}
}

// The same echo id again, also from another activation and after everything was
// delivered, names the same message and sends nothing.
func TestEchoIDsAreIdempotent(t *testing.T) {
	t.Parallel()
	pool := office(t)
	m, other := newMember(t, pool, nil), newMember(t, pool, nil)
	seen := m.must(t, hello("wamid.1")).Version
	m.must(t, &actorpb.Claim{By: ana})
	first := m.must(t, reply(ana, "e1", seen))
	m.must(t, &actorpb.RecordAccepted{MessageId: first.MessageId, Wamid: "wamid.out"})
	m.must(t, &actorpb.RecordStatus{MessageId: first.MessageId, Wamid: "wamid.out", Status: "read", AtMs: 1})
	for _, again := range []*actorpb.Outcome{m.must(t, reply(ana, "e1", 99)), other.must(t, reply(ana, "e1", 99))} {
		if !again.Already || again.MessageId != first.MessageId {
			t.Errorf("the same echo id again = %v; want already %s", again, first.MessageId)
		}
	}
	if n := count(t, pool, `SELECT count(*) FROM message WHERE direction = 1`); n != 1 {
		t.Errorf("%d messages sent", n)
	}
}

func TestI08StatusNeverMakesAConversation(t *testing.T) {
	t.Parallel()
	pool := office(t)
	m := newMember(t, pool, nil)
	if o := m.must(t, &actorpb.RecordStatus{MessageId: "x", Wamid: "w", Status: "read", AtMs: 1}); o.Refusal != "not_found" {
		t.Errorf("status of nothing = %v", o)
	}
	if n := count(t, pool, `SELECT count(*) FROM conversation`); n != 0 {
		t.Error("a status made a conversation")
	}
}

// Whom the store does not know, or knows as another tenant's, becomes no owner.
func TestNobodysAccountOwnsNothing(t *testing.T) {
	t.Parallel()
	pool := office(t)
	pgtest.Exec(t, pool, `INSERT INTO tenant (id, name) VALUES ('other', 'Other')`)
	pgtest.Exec(t, pool, `INSERT INTO staff (id, tenant_id, email, name, role, password_hash) VALUES ('eva', 'other', 'eva', 'Eva', 'admin', '')`)
	m := newMember(t, pool, nil)
	m.must(t, hello("wamid.1"))
	for _, id := range []string{"ghost", "eva"} {
		by := &actorpb.Actor{AgentId: id, Name: id, TenantId: "t", Role: actorpb.Role_ROLE_MANAGER, AllTeams: true}
		for _, cmd := range []proto.Message{
			&actorpb.Claim{By: by}, &actorpb.TakeOver{By: by, Reason: "now"},
			&actorpb.Assign{By: by, To: &actorpb.Party{Kind: actorpb.Party_KIND_AGENT, Id: id, Name: id}},
		} {
			if o := m.must(t, cmd); o.Refusal != "seat_closed" || o.Owner.GetId() != "" {
				t.Errorf("%T of %s = %v; want seat_closed", cmd, id, o)
			}
		}
	}
	if o := m.must(t, &actorpb.Claim{By: ana}); o.Refusal != "" || o.Owner.GetId() != "ana" {
		t.Errorf("claim of ana = %v", o)
	}
}
