package relay

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/phone"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/contacts"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/media"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(pgtest.Wrap(m), goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"))
}

const (
	numberID = wa.PhoneNumberID("100200300")
	account  = "555"
)

// order is a command that a grain got.
type order struct {
	key     string
	message proto.Message
}

// grains stand for all grains of a cluster: they write down what they are asked
// and answer as the test wants. The real ones are tested with their shell.
type grains struct {
	mu     sync.Mutex
	orders []order
	asked  int // and not answered yet
	phones *phones
	answer func(ctx context.Context, key string, message proto.Message) (proto.Message, error)
}

func (g *grains) Ask(ctx context.Context, _, key string, message proto.Message) (proto.Message, error) {
	g.mu.Lock()
	answer := g.answer
	g.asked++
	g.mu.Unlock()
	result, err := proto.Message(&actorpb.Outcome{}), error(nil)
	if answer != nil {
		result, err = answer(ctx, key, message)
	}
	if state := g.phones.play(key, message); state != nil && err == nil {
		result = state
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked--
	if err != nil {
		return nil, err
	}
	g.orders = append(g.orders, order{key, message})
	return result, nil
}

// phones are the numbers' own judgements; processes of one cluster share them.
type phones struct {
	mu     sync.Mutex
	states map[string]*phone.State
}

// play is nil for what is no matter of a number's health.
func (p *phones) play(key string, message proto.Message) proto.Message {
	switch message.(type) {
	case *actorpb.RecordNumberHealth, *actorpb.GetNumber:
	default:
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.states == nil {
		p.states = make(map[string]*phone.State)
	}
	state := p.states[key]
	if state == nil {
		state = &phone.State{ID: wa.PhoneNumberID(key)}
		p.states[key] = state
	}
	decision, err := state.Decide(message, time.Now())
	if err != nil {
		return &actorpb.NumberState{Refusal: phone.BadRequest, Detail: err.Error()}
	}
	for _, ev := range decision.Events {
		state.Evolve(ev)
	}
	return decision.Outcome
}

// health is how our number fares.
func (p *phones) health() *actorpb.NumberState {
	return p.play(string(numberID), &actorpb.GetNumber{}).(*actorpb.NumberState)
}

func (g *grains) answers(answer func(ctx context.Context, key string, message proto.Message) (proto.Message, error)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.answer = answer
}

func (g *grains) quiet() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.asked == 0
}

func (g *grains) got() []order {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]order(nil), g.orders...)
}

// of lists the commands of one type that were carried out.
func of[M proto.Message](g *grains) (list []M) {
	for _, o := range g.got() {
		if m, ok := o.message.(M); ok {
			list = append(list, m)
		}
	}
	return list
}

// bench is one process: a relay with its store, before a Meta and some grains.
type bench struct {
	t      *testing.T
	pool   *pgxpool.Pool
	store  Store
	grains *grains
	relay  *Relay
	meta   *meta
}

type benchOptions struct {
	limits       Limits
	pauses       Pauses
	unregistered bool
	http         *http.Client
	member       string
	logger       *slog.Logger
	leaseValid   func() bool
	lost         func() []string
}

// newBench starts a process on the database, which has our number.
func newBench(t *testing.T, pool *pgxpool.Pool, o benchOptions) *bench {
	t.Helper()
	sealer, err := persistence.NewSealer("0123456789abcdef")
	if err != nil {
		t.Fatal(err)
	}
	if o.member == "" {
		o.member = "member-1"
	}
	pgtest.Member(t, pool, o.member)
	store, err := intake.Open(t.Context(), pool, intake.Config{Owner: t.Name(), Member: o.member})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, pool: pool, grains: &grains{phones: &phones{}}, meta: newMeta(t), store: Store{
		Intake: store, Problems: intake.NewProblems(pool), Numbers: numbers.New(pool, sealer),
		Directory: contacts.New(pool), Outbox: effects.NewOutbox(pool), Timers: effects.NewTimers(pool),
		Unmatched: intake.NewUnmatched(pool), Templates: numbers.NewTemplates(pool),
		Media: media.New(pool),
	}}
	if !o.unregistered {
		b.register()
	}
	if o.pauses == (Pauses{}) {
		o.pauses = Pauses{Retry: time.Millisecond, Poll: 20 * time.Millisecond, Sweep: 20 * time.Millisecond, TakeOver: 50 * time.Millisecond}
	}
	client := cloudapi.NewClient(cloudapi.Config{BaseURL: b.meta.URL, HTTP: o.http})
	b.relay, err = New(Config{
		Asker: b.grains, Store: b.store, Client: client, Member: o.member, Limits: o.limits, Pauses: o.pauses, Logger: o.logger,
		LeaseValid: o.leaseValid, Lost: o.lost,
	})
	if err != nil {
		t.Fatal(err)
	}
	store.OnStored(b.relay.Offer)
	b.relay.Start()
	t.Cleanup(func() {
		b.kill()
		_ = store.Close(context.Background())
		client.Close()
	})
	return b
}

// kill stops the relay in the midst of its work, as a crash does.
func (b *bench) kill() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	b.relay.Stop(ctx)
}

func (b *bench) register() {
	b.t.Helper()
	if err := b.store.Numbers.Register(b.t.Context(), ourRegistration()); err != nil {
		b.t.Fatal(err)
	}
}

func ourRegistration() numbers.Registration {
	return numbers.Registration{Number: numbers.Number{
		ID: numberID, TenantID: "acme", AccountID: account, PortfolioID: "p", TeamID: "sales", Display: "+1 555", Token: "token",
	}}
}

func (b *bench) exec(query string, args ...any) {
	b.t.Helper()
	if _, err := b.pool.Exec(b.t.Context(), query, args...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) count(query string, args ...any) (n int) {
	b.t.Helper()
	if err := b.pool.QueryRow(b.t.Context(), query, args...).Scan(&n); err != nil {
		b.t.Fatal(err)
	}
	return n
}

// post takes a webhook in.
func (b *bench) post(body string) intake.Row {
	b.t.Helper()
	row, err := b.store.Intake.Append(b.t.Context(), []byte(body))
	if err != nil {
		b.t.Fatal(err)
	}
	return row
}

// eventually asks again until ok, and fails after a minute.
func (b *bench) eventually(what string, ok func() bool) {
	b.t.Helper()
	for deadline := time.Now().Add(time.Minute); !ok(); {
		if time.Now().After(deadline) {
			b.t.Fatalf("never happened: %s; %d calls to Meta, the grains got %v", what, len(b.meta.got()), b.grains.got())
		}
		select {
		case <-b.t.Context().Done():
		case <-time.After(3 * time.Millisecond):
		}
	}
}

// allDone waits until every row up to this one is dealt with.
func (b *bench) allDone(row intake.Row) {
	b.t.Helper()
	b.eventually(fmt.Sprintf("done up to %d", row.Seq), func() bool {
		return b.count(`SELECT count(*) FROM intake_source WHERE source = $1 AND done_upto >= $2`, row.Source, row.Seq) == 1
	})
}

// envelope wraps parts of a value of the field messages.
func envelope(number wa.PhoneNumberID, parts string) string {
	return fmt.Sprintf(`{"object":"whatsapp_business_account","entry":[{"id":%q,"changes":[{"field":"messages","value":{
		"messaging_product":"whatsapp","metadata":{"display_phone_number":"1555","phone_number_id":%q},%s}}]}]}`, account, number, parts)
}

// text is one message of a person, by phone.
func text(from, id string) string {
	return fmt.Sprintf(`{"from":%q,"id":%q,"timestamp":"1790000000","type":"text","text":{"body":"hello"}}`, from, id)
}

func messages(list ...string) string {
	all := ""
	for n, m := range list {
		if n > 0 {
			all += ","
		}
		all += m
	}
	return `"messages":[` + all + `]`
}

func status(wamid, state, opaque string) string {
	return fmt.Sprintf(`"statuses":[{"id":%q,"status":%q,"timestamp":"1790000001","recipient_id":"15550001","biz_opaque_callback_data":%q}]`,
		wamid, state, opaque)
}

// ids lists the message ids of inbound commands by conversation, in order.
func (g *grains) ids() map[string][]string {
	ids := make(map[string][]string)
	for _, o := range g.got() {
		if m, ok := o.message.(*actorpb.ReceiveInbound); ok {
			ids[o.key] = append(ids[o.key], m.MessageId)
		}
	}
	return ids
}

// meta is a Graph API that answers as the test wants.
type meta struct {
	*httptest.Server
	mu        sync.Mutex
	calls     []map[string]any // but those for templates
	answer    func(call int, w http.ResponseWriter)
	look      func(w http.ResponseWriter, token string) // at our number; nil: all is well
	looks     int
	templates func(w http.ResponseWriter, r *http.Request) // nil: the list is empty
	listed    int
}

func newMeta(t *testing.T) *meta {
	m := &meta{}
	m.Server = httptest.NewServer(http.HandlerFunc(m.serve))
	t.Cleanup(m.Close)
	return m
}

func (m *meta) serve(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/message_templates") {
		m.serveTemplates(w, r)
		return
	}
	switch _, object, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/"); {
	case r.Method != http.MethodGet:
	case object == string(numberID):
		m.serveLook(w, r)
		return
	case object == account+"/phone_numbers":
		fmt.Fprintf(w, `{"data":[{"id":%q}]}`, numberID)
		return
	case object == account:
		fmt.Fprintf(w, `{"id":%q,"owner_business_info":{"id":"p"}}`, account)
		return
	}
	text, _ := io.ReadAll(r.Body)
	var body map[string]any
	_ = json.Unmarshal(text, &body)
	m.mu.Lock()
	m.calls = append(m.calls, body)
	call, answer := len(m.calls), m.answer
	m.mu.Unlock()
	if answer != nil {
		answer(call, w)
		return
	}
	fmt.Fprintf(w, `{"messages":[{"id":"wamid.%d"}],"contacts":[{"input":"x","wa_id":"x"}]}`, call)
}

func (m *meta) serveLook(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	m.looks++
	look := m.look
	m.mu.Unlock()
	if look != nil {
		look(w, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
		return
	}
	fmt.Fprintf(w, `{"id":%q,"display_phone_number":"+1 555","status":"CONNECTED","health_status":{"can_send_message":"AVAILABLE"}}`, numberID)
}

func (m *meta) looksAs(look func(w http.ResponseWriter, token string)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.look = look
}

func (m *meta) timesLooked() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.looks
}

func (m *meta) serveTemplates(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	m.listed++
	answer := m.templates
	m.mu.Unlock()
	if answer != nil {
		answer(w, r)
		return
	}
	_, _ = io.WriteString(w, `{"data":[]}`)
}

// lists lets the list of templates be answered, and tells how often it was asked for.
func (m *meta) lists(answer func(w http.ResponseWriter, r *http.Request)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.templates = answer
}

func (m *meta) timesListed() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.listed
}

func (m *meta) answers(answer func(call int, w http.ResponseWriter)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.answer = answer
}

func (m *meta) got() []map[string]any {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]map[string]any(nil), m.calls...)
}
