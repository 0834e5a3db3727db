package relay_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors"
	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/cloudapi/signature"
	apply "github.com/prosa-chat/prosa/gateway/intake"
	"github.com/prosa-chat/prosa/gateway/relay"
	"github.com/prosa-chat/prosa/gateway/simulator"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/consent"
	"github.com/prosa-chat/prosa/persistence/contacts"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/journal"
	"github.com/prosa-chat/prosa/persistence/media"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/uploads"
)

const (
	ours   = wa.PhoneNumberID("100200300")
	secret = "app-secret-of-a-test"
	// fileLimit is how long files are that this relay takes.
	fileLimit = 3 << 20
)

// mailboxes host real conversations without a cluster, one command at a time each.
type mailboxes struct {
	make cluster.Factory
	mu   sync.Mutex
	live map[string]*mailbox
}

type mailbox struct {
	sync.Mutex
	grain cluster.Grain
}

func (m *mailboxes) Ask(ctx context.Context, kind, key string, message proto.Message) (proto.Message, error) {
	if kind != wa.ConversationKind {
		return &actorpb.NumberState{}, nil
	}
	m.mu.Lock()
	box := m.live[key]
	if box == nil {
		box = &mailbox{grain: m.make(key)}
		m.live[key] = box
	}
	m.mu.Unlock()
	box.Lock()
	defer box.Unlock()
	return box.grain.Receive(ctx, message)
}

// keys lists the conversations that there are.
func (m *mailboxes) keys() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var keys []string
	for key := range m.live {
		keys = append(keys, key)
	}
	return keys
}

// process is one Prosa without cluster, UI and API, in front of a simulated Meta.
type process struct {
	pool   *pgxpool.Pool
	grains *mailboxes
	meta   *simulator.Simulator
}

func startProcess(t *testing.T, faults chance.Faults, phones []simulator.Phone, change ...func(*process, *relay.Config)) *process {
	t.Helper()
	p := &process{pool: pgtest.Pool(t)}
	sealer, err := persistence.NewSealer("0123456789abcdef")
	if err != nil {
		t.Fatal(err)
	}
	p.meta = simulator.New(simulator.Config{
		Numbers: []simulator.Number{{ID: ours, Display: "15551234567", AccountID: "555", Token: "token"}},
		Phones:  phones, AppSecret: secret, Faults: faults, Seed: 42,
		DeliverAfter: 5 * time.Millisecond, ReadAfter: 5 * time.Millisecond,
		RetryBase: 20 * time.Millisecond, ReorderBy: 50 * time.Millisecond, SlowBy: 50 * time.Millisecond,
	})
	if err := p.meta.Open("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	pgtest.Member(t, p.pool, "member-1")
	store, err := intake.Open(t.Context(), p.pool, intake.Config{Owner: "test", Member: "member-1"})
	if err != nil {
		t.Fatal(err)
	}
	registry := numbers.New(p.pool, sealer)
	err = registry.Register(t.Context(), numbers.Registration{Number: numbers.Number{
		ID: ours, TenantID: "acme", AccountID: "555", PortfolioID: "p", TeamID: "sales", Display: "+1 555 123 4567", Token: "token",
	}})
	if err != nil {
		t.Fatal(err)
	}
	pgtest.Exec(t, p.pool, `INSERT INTO staff (id, tenant_id, email, name, role, password_hash) VALUES ('ana', 'acme', 'ana', 'Ana', 'manager', '')`)
	journal := journal.New(p.pool, journal.Config{})
	var r *relay.Relay
	p.grains = &mailboxes{live: make(map[string]*mailbox), make: actors.Conversations(actors.Config{
		Journal: journal, Queued: func(kind ledger.EffectKind, scope string) { r.Queued(kind, scope) },
	})}
	client := cloudapi.NewClient(cloudapi.Config{BaseURL: p.meta.URL(), AppSecret: secret, Timeout: 5 * time.Second})
	cfg := relay.Config{
		Asker: p.grains, Client: client, Member: "member-1",
		Store: relay.Store{
			Store: apply.Store{
				Intake: store, Problems: intake.NewProblems(p.pool), Numbers: registry,
				Consent: consent.New(p.pool), Directory: contacts.New(p.pool), Sends: effects.NewSends(p.pool, nil), Effects: effects.NewTable(p.pool, nil), Unmatched: intake.NewUnmatched(p.pool),
			},
			Alarms: effects.NewAlarms(p.pool, nil), Templates: numbers.NewTemplates(p.pool), Media: media.New(p.pool), Uploads: uploads.New(p.pool),
		},
		Pauses: relay.Pauses{Poll: 50 * time.Millisecond, Sweep: 50 * time.Millisecond, Media: time.Millisecond},
		Limits: relay.Limits{MediaBytes: fileLimit},
	}
	for _, f := range change {
		f(p, &cfg)
	}
	r, err = relay.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	store.OnStored(r.Intake().Offer)
	r.Start()
	webhook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil || req.Header.Get(signature.Header) != signature.Sign(secret, body) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if _, err := store.Append(req.Context(), body); err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	p.meta.SetWebhook(webhook.URL)
	t.Cleanup(func() {
		_ = p.meta.Close()
		webhook.Close()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		r.Stop(ctx)
		_ = store.Close(ctx)
		journal.Close()
		client.Close()
	})
	return p
}

func (p *process) count(t *testing.T, query string) (n int) {
	t.Helper()
	if err := p.pool.QueryRow(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func (p *process) eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !ok(); {
		if time.Now().After(deadline) {
			t.Fatalf("never happened: %s", what)
		}
		select {
		case <-t.Context().Done():
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// A template that is paused between the decision and the claim of its send is not
// handed to Meta: one event refuses it, and what waits behind it goes on.
func TestI05ATemplatePausedBeforeTheClaim(t *testing.T) {
	t.Parallel()
	p := startProcess(t, nil, onePhone(), func(p *process, _ *relay.Config) {
		pgtest.Exec(t, p.pool, `UPDATE template_sync SET due_at = 'infinity', synced_at = now()`) // what stands there is the list
		pgtest.Exec(t, p.pool, `INSERT INTO template (account_id, tenant_id, name, language, meta_id, category, status, components)
			VALUES ('555', 'acme', 'ready', 'pt_BR', '1', 'UTILITY', 'APPROVED', '[{"type":"BODY","text":"Oi, {{1}}"}]')`)
	})
	if _, err := p.meta.Say(person, ours, "hello"); err != nil {
		t.Fatal(err)
	}
	p.eventually(t, "the message is there", func() bool { return p.count(t, `SELECT count(*) FROM message`) == 1 })
	sends := effects.NewSends(p.pool, nil)
	if err := sends.Pause(t.Context(), ours, time.Hour); err != nil {
		t.Fatal(err)
	}
	ana := &actorpb.Actor{AgentId: "ana", Name: "Ana", TenantId: "acme", Role: actorpb.Role_ROLE_AGENT, AllTeams: true}
	for _, send := range []*actorpb.SendMessage{
		{By: ana, EchoId: "e1", Kind: "template", Claim: true, DespiteStale: true, Template: &actorpb.TemplateOrder{
			Name: "ready", Language: "pt_BR", Values: map[string]string{"body.1": "Rui"},
		}},
		{By: ana, EchoId: "e2", Kind: "text", DespiteStale: true, Content: []byte(`{"kind":"text","text":{"body":"then so"}}`)},
	} {
		answer, err := p.grains.Ask(t.Context(), wa.ConversationKind, p.grains.keys()[0], send)
		if err != nil || answer.(*actorpb.Outcome).Refusal != "" {
			t.Fatalf("send: %v, %v", answer, err)
		}
	}
	pgtest.Exec(t, p.pool, `UPDATE template SET status = 'PAUSED'`)
	if err := sends.Resume(t.Context(), ours); err != nil {
		t.Fatal(err)
	}
	p.eventually(t, "the text is accepted", func() bool {
		return p.count(t, `SELECT count(*) FROM message_status WHERE accepted_at IS NOT NULL`) == 1
	})
	for _, bubble := range p.meta.Messages(person, ours) {
		if bubble.FromBusiness && bubble.Text != "then so" {
			t.Errorf("Meta got %q", bubble.Text)
		}
	}
	if n := p.count(t, `SELECT count(*) FROM message_status WHERE failed_at IS NOT NULL AND error_code = 132015 AND error_text LIKE '%is paused'`); n != 1 {
		t.Errorf("%d sends are refused for their template", n)
	}
	if n := p.count(t, `SELECT count(*) FROM event WHERE type IN ('SendRejected', 'SendWithdrawn', 'SendAmbiguous')`); n != 1 {
		t.Errorf("%d events tell of it, want one", n)
	}
}

// Everything from phone to phone, with a Meta that repeats, reorders, batches,
// reports before it answers, throttles and loses answers.
func TestRoundTripThroughABadMeta(t *testing.T) {
	t.Parallel()
	const people, rounds = 12, 3
	var phones []simulator.Phone
	for n := range people {
		phones = append(phones, simulator.Phone{
			WaID: fmt.Sprintf("5511987650%03d", n), BSUID: fmt.Sprintf("BR.%d", 1000+n), Name: fmt.Sprint("Person ", n), HidePhone: n%3 == 0,
		})
	}
	p := startProcess(t, chance.Faults{
		chance.Duplicate: .2, chance.Reorder: .2, chance.Batch: .3, chance.Concurrent: .3,
		chance.StatusFirst: .5, chance.Throttle: .1, chance.Server: .1, chance.Drop: .1,
	}, phones)
	for round := range rounds {
		for _, phone := range phones {
			if _, err := p.meta.Say(phone.WaID, ours, fmt.Sprint("question ", round)); err != nil {
				t.Fatal(err)
			}
		}
	}
	p.eventually(t, "all questions are there", func() bool {
		return p.count(t, `SELECT count(*) FROM message WHERE direction = 0`) == people*rounds
	})
	keys := p.grains.keys()
	if len(keys) != people {
		t.Fatalf("%d conversations of %d people", len(keys), people)
	}
	for _, key := range keys {
		for round := range 2 {
			content, err := json.Marshal(wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: fmt.Sprint("answer ", round)}})
			if err != nil {
				t.Fatal(err)
			}
			answer, err := p.grains.Ask(t.Context(), wa.ConversationKind, key, &actorpb.SendMessage{
				By:     &actorpb.Actor{AgentId: "ana", Name: "Ana", TenantId: "acme", Role: actorpb.Role_ROLE_AGENT, AllTeams: true},
				EchoId: fmt.Sprint("e", round), Kind: "text", Content: content, Preview: "answer", Claim: true, DespiteStale: true,
			})
			if err != nil || answer.(*actorpb.Outcome).Refusal != "" {
				t.Fatalf("send: %v, %v", answer, err)
			}
		}
	}
	p.eventually(t, "all answers are read", func() bool {
		return p.count(t, `SELECT count(*) FROM message_status WHERE read_at IS NOT NULL AND wamid IS NOT NULL`) == 2*people
	})
	p.eventually(t, "every send is recorded", func() bool { return p.count(t, `SELECT count(*) FROM effect WHERE kind = 1`) == 0 })
	for _, phone := range phones {
		var got []string
		for _, bubble := range p.meta.Messages(phone.WaID, ours) {
			if bubble.FromBusiness {
				got = append(got, bubble.Text)
			}
		}
		if len(got) != 2 || got[0] != "answer 0" || got[1] != "answer 1" {
			t.Errorf("%s shows %v, want each answer once and in order", phone.Name, got)
		}
	}
	if n := p.count(t, `SELECT count(*) FROM intake_problem`); n != 0 {
		t.Errorf("%d problems", n)
	}
	if n := p.count(t, `SELECT count(*) FROM contact`); n != people {
		t.Errorf("%d contacts of %d people", n, people)
	}
}
