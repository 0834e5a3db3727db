package actors_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors"
	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/conversation"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/persistence/journal"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// asked is a journal that counts who asks for a fact.
type asked struct {
	*journal.Journal
	count atomic.Int32
}

func (a *asked) MessageStatus(ctx context.Context, number wa.PhoneNumberID, id wa.MessageID) (journal.StatusKnown, error) {
	a.count.Add(1)
	return a.Journal.MessageStatus(ctx, number, id)
}

func (a *asked) Content(ctx context.Context, key wa.ConversationKey, id wa.MessageID) ([]byte, error) {
	a.count.Add(1)
	return a.Journal.Content(ctx, key, id)
}

func (a *asked) Seat(ctx context.Context, agent wa.AgentID) (ledger.Seat, error) {
	a.count.Add(1)
	return a.Journal.Seat(ctx, agent)
}

func (a *asked) Template(ctx context.Context, tenant wa.TenantID, number wa.PhoneNumberID, name, language string) (ledger.Template, error) {
	a.count.Add(1)
	return a.Journal.Template(ctx, tenant, number, name, language)
}

func (a *asked) HasTeam(ctx context.Context, tenant wa.TenantID, team wa.TeamID) (bool, error) {
	a.count.Add(1)
	return a.Journal.HasTeam(ctx, tenant, team)
}

func (a *asked) UnderWay(ctx context.Context, grain string, ref ledger.EffectRef) (bool, error) {
	a.count.Add(1)
	return a.Journal.UnderWay(ctx, grain, ref)
}

func (a *asked) Stored(ctx context.Context, key wa.ConversationKey, id wa.MessageID) (bool, error) {
	a.count.Add(1)
	return a.Journal.Stored(ctx, key, id)
}

// What makes most of the traffic asks the store for nothing but its own append: a
// customer's messages, their owner's answers, the outcome of each send.
func TestOrdinaryTrafficNeedsNoFacts(t *testing.T) {
	t.Parallel()
	j := &asked{Journal: journal.New(office(t), journal.Config{})}
	t.Cleanup(j.Close)
	m := &member{live: make(map[string]*mailbox), make: actors.Conversations(actors.Config{Journal: j})}
	m.must(t, hello("wamid.1"))
	m.must(t, &actorpb.Claim{By: ana})
	if n := j.count.Load(); n != 1 {
		t.Fatalf("a start and a claim asked for %d facts; want the seat of the owner alone", n)
	}
	for n := range 3 {
		m.must(t, hello(fmt.Sprint("wamid.next", n)))
		sent := m.must(t, reply(ana, fmt.Sprint("e", n), 99))
		m.must(t, &actorpb.RecordAccepted{MessageId: sent.MessageId, Wamid: fmt.Sprint("wamid.out", n)})
		m.must(t, &actorpb.RecordStatus{MessageId: sent.MessageId, Wamid: fmt.Sprint("wamid.out", n), Status: "read", AtMs: 1})
		m.must(t, &actorpb.AddNote{By: ana, EchoId: fmt.Sprint("n", n), Text: "a note"})
		m.must(t, &actorpb.MarkRead{By: ana})
	}
	if n := j.count.Load(); n != 1 {
		t.Errorf("%d facts were asked for", n-1)
	}
}

// withTemplate gives number 100 of tenant t a template, in a status.
func withTemplate(t *testing.T, pool *pgxpool.Pool, status string) {
	t.Helper()
	pgtest.Exec(t, pool, `INSERT INTO account (id, tenant_id, portfolio_id) VALUES ('a1', 't', 'p1')`)
	pgtest.Exec(t, pool, `INSERT INTO phone_number (id, tenant_id, account_id, team_id, display) VALUES ('100', 't', 'a1', 'sales', '+1')`)
	pgtest.Exec(t, pool, `INSERT INTO template_sync (account_id, synced_at) VALUES ('a1', now())`)
	pgtest.Exec(t, pool, `INSERT INTO template (account_id, tenant_id, name, language, meta_id, category, status, components)
		VALUES ('a1', 't', 'ready', 'pt_BR', '1', 'UTILITY', '`+status+`', '[{"type":"BODY","text":"Oi, {{1}}"}]')`)
}

func ready(by *actorpb.Actor, echo string) *actorpb.SendMessage {
	return &actorpb.SendMessage{
		By: by, EchoId: echo, Kind: "template", SeenVersion: 99,
		Template: &actorpb.TemplateOrder{Name: "ready", Language: "pt-BR", Values: map[string]string{"body.1": "Rui"}},
	}
}

// Whoever asks: a template that Meta has not approved, or has taken back a moment ago,
// is refused by the conversation itself, and so is one whose words the sender wrote.
func TestI05UnapprovedTemplatesAreRefusedByTheConversation(t *testing.T) {
	t.Parallel()
	pool := office(t)
	withTemplate(t, pool, "PENDING")
	m := newKnowing(t, pool)
	m.must(t, hello("wamid.1"))
	m.must(t, &actorpb.Claim{By: ana})
	written := reply(ana, "e0", 99)
	written.Kind, written.Content = "template", []byte(`{"kind":"template","template":{"name":"ready","language":"pt_BR","rendered":"Compre já"}}`)
	if o := m.must(t, written); o.Refusal != "bad_content" {
		t.Errorf("written by the sender: %v", o)
	}
	for _, step := range []struct{ status, refusal, reason string }{
		{"PENDING", "no_template", "not_approved"}, {"APPROVED", "", ""}, {"PAUSED", "no_template", "paused"}, {"APPROVED", "", ""},
	} {
		pgtest.Exec(t, pool, `UPDATE template SET status = '`+step.status+`'`)
		if step.refusal != "" {
			m.now = m.now.Add(3 * time.Second) // an approval is believed so long at most; a refusal is not
		}
		if o := m.must(t, ready(ana, "e "+step.status)); o.Refusal != step.refusal || o.Reason != step.reason {
			t.Errorf("%s: %v", step.status, o)
		}
	}
	if n := count(t, pool, `SELECT count(*) FROM message WHERE direction = 1 AND content::text LIKE '%Oi, Rui%'`); n != 1 {
		t.Errorf("%d sent as the account has it, want 1", n)
	}
}

// A person of another team is refused by the conversation, also when it is passed on
// while she writes, from members that know of it and members that do not yet: whatever
// she got in came before. So is a template that is not approved, whoever is faster. The row says at every end what the journal says (I11), and
// nobody's conversation stands in its team's queue (I12).
func TestI11PassedOnWhileItsTeamWrites(t *testing.T) {
	t.Parallel()
	pool := office(t)
	withTemplate(t, pool, "APPROVED")
	pgtest.Exec(t, pool, `INSERT INTO template SELECT account_id, 'draft', language, tenant_id, meta_id, category, 'PENDING', quality, reason, components FROM template`)
	pgtest.Exec(t, pool, `INSERT INTO team (tenant_id, id, name) VALUES ('t', 'billing', 'Billing')`)
	eva := &actorpb.Actor{AgentId: "eva", Name: "Eva", TenantId: "t", Role: actorpb.Role_ROLE_AGENT, Teams: []string{"billing"}}
	marta := &actorpb.Actor{AgentId: "marta", Name: "Marta", TenantId: "t", Role: actorpb.Role_ROLE_MANAGER, AllTeams: true}
	members := []*member{newMember(t, pool, nil), newMember(t, pool, nil)}
	store := journal.New(pool, journal.Config{})
	t.Cleanup(store.Close)
	var refused atomic.Int32
	for n := range 12 {
		key := fmt.Sprintf("100:c%d", n)
		ask := func(at int, cmd proto.Message) *actorpb.Outcome {
			o, err := members[at].ask(context.Background(), key, cmd)
			if err != nil {
				t.Errorf("%T: %v", cmd, err)
				return &actorpb.Outcome{}
			}
			return o
		}
		ask(0, hello(fmt.Sprint("wamid.", n)))
		ask(1, &actorpb.Claim{By: ana})
		ask(0, reply(ana, "e", 99)) // both members have it in memory now
		if o := ask(n%2, ready(eva, "x")); o.Refusal != "not_found" || o.Version != 0 || o.Owner != nil {
			t.Errorf("a person of another team: %v", o)
		}
		var wg sync.WaitGroup
		wg.Go(func() {
			for { // others may be faster each time: nothing was done, as whoever asks is told
				_, err := members[0].ask(context.Background(), key, &actorpb.Transfer{By: marta, TeamId: "billing", Note: "yours"})
				if !errors.Is(err, &cluster.Error{Code: actors.CodeUnavailable}) {
					if err != nil {
						t.Error(err)
					}
					return
				}
			}
		})
		for i := range 6 {
			wg.Go(func() {
				draft := ready(ana, fmt.Sprint("d", i))
				draft.Template.Name = "draft"
				for _, cmd := range []proto.Message{
					draft, reply(ana, fmt.Sprint("e", i), 99), ready(ana, fmt.Sprint("t", i)), &actorpb.AddNote{By: ana, EchoId: fmt.Sprint("n", i), Text: "x"},
				} {
					o, err := members[i%2].ask(context.Background(), key, cmd)
					switch {
					case errors.Is(err, &cluster.Error{Code: actors.CodeUnavailable}):
					case err != nil:
						t.Errorf("%T: %v", cmd, err)
					case o.Refusal == "not_found":
						refused.Add(1)
					case cmd == proto.Message(draft) && o.Refusal != "no_template":
						t.Errorf("a template that is not approved: %v", o)
					}
				}
			})
		}
		wg.Wait()
		for at := range members {
			if o := ask(at, reply(ana, "late", 99)); o.Refusal != "not_found" || o.Owner != nil {
				t.Errorf("after it was passed on, at member %d: %v", at, o)
			}
		}
	}
	if refused.Load() == 0 {
		t.Log("each transfer came last")
	}
	if n := count(t, pool, `SELECT count(*) FROM event e JOIN event passed USING (phone_number_id, contact_id)
		WHERE passed.type = 'OwnerChanged' AND passed.body::text LIKE '%' || encode('billing', 'hex') || '%'
			AND e.version > passed.version AND e.type IN ('SendRequested', 'NoteAdded')`); n != 0 {
		t.Errorf("%d of her words came after the conversation was passed on", n)
	}
	if n := count(t, pool, `SELECT count(*) FROM conversation WHERE team_id = 'billing' AND owner_id IS NULL
		AND version = (SELECT max(version) FROM event e WHERE e.contact_id = conversation.contact_id)`); n != 12 {
		t.Errorf("%d of 12 rows are the new team's at the newest version", n)
	}
	for n := range 12 {
		key, _ := wa.ParseConversationKey(fmt.Sprintf("100:c%d", n))
		l, err := store.Load(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		s, err := conversation.Restore(key, l.Version, l.Snapshot, conversation.Display{})
		if err != nil || s.QueuedSinceMs == 0 || s.TeamId != "billing" || s.Owner.GetId() != "" {
			t.Errorf("%s is not in the queue of its team: %v, %v", key, s, err)
		}
	}
}
