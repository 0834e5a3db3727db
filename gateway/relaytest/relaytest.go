// Package relaytest plays what stands around intake and relay in their tests: grains
// and a Graph API that answer as a test wants, and a process on a database.
package relaytest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/phone"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// Our number and its account.
const (
	NumberID = wa.PhoneNumberID("100200300")
	Account  = "555"
)

// Order is a command that a grain got.
type Order struct {
	Key     string
	Message proto.Message
}

// Grains stand for all grains of a cluster: they write down what they are asked
// and answer as the test wants. The real ones are tested with their shell.
type Grains struct {
	mu     sync.Mutex
	orders []Order
	asked  int // and not answered yet
	Phones *Phones
	answer func(ctx context.Context, key string, message proto.Message) (proto.Message, error)
}

func (g *Grains) Ask(ctx context.Context, _, key string, message proto.Message) (proto.Message, error) {
	g.mu.Lock()
	answer := g.answer
	g.asked++
	g.mu.Unlock()
	result, err := proto.Message(&actorpb.Outcome{}), error(nil)
	if answer != nil {
		result, err = answer(ctx, key, message)
	}
	if state := g.Phones.play(key, message); state != nil && err == nil {
		result = state
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked--
	if err != nil {
		return nil, err
	}
	g.orders = append(g.orders, Order{key, message})
	return result, nil
}

// Phones are the numbers' own judgements; processes of one cluster share them.
type Phones struct {
	mu     sync.Mutex
	states map[string]*phone.State
}

// play is nil for what is no matter of a number's health.
func (p *Phones) play(key string, message proto.Message) proto.Message {
	switch message.(type) {
	case *actorpb.RecordNumberHealth, *actorpb.GetNumber, *actorpb.HoldNumber, *actorpb.ReleaseNumber:
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

// Health is how our number fares.
func (p *Phones) Health() *actorpb.NumberState {
	return p.play(string(NumberID), &actorpb.GetNumber{}).(*actorpb.NumberState)
}

func (g *Grains) Answers(answer func(ctx context.Context, key string, message proto.Message) (proto.Message, error)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.answer = answer
}

func (g *Grains) Quiet() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.asked == 0
}

func (g *Grains) Got() []Order {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]Order(nil), g.orders...)
}

// Of lists the commands of one type that were carried out.
func Of[M proto.Message](g *Grains) (list []M) {
	for _, o := range g.Got() {
		if m, ok := o.Message.(M); ok {
			list = append(list, m)
		}
	}
	return list
}

// Bench is a process under test, without what is tested.
type Bench struct {
	T       *testing.T
	Pool    *pgxpool.Pool
	Grains  *Grains
	Meta    *Meta
	Intake  *intake.Intake
	Numbers *numbers.Numbers
}

// Open makes a process with an intake of its own on the database, which has our
// number unless it is unregistered.
func Open(t *testing.T, pool *pgxpool.Pool, member string, unregistered bool) *Bench {
	t.Helper()
	sealer, err := persistence.NewSealer("0123456789abcdef")
	if err != nil {
		t.Fatal(err)
	}
	pgtest.Member(t, pool, member)
	b := &Bench{T: t, Pool: pool, Grains: &Grains{Phones: &Phones{}}, Meta: NewMeta(t), Numbers: numbers.New(pool, sealer)}
	if b.Intake, err = intake.Open(t.Context(), pool, intake.Config{Owner: t.Name(), Member: member}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Intake.Close(context.Background()) })
	if !unregistered {
		b.Register()
	}
	return b
}

// Register makes our number known.
func (b *Bench) Register() {
	b.T.Helper()
	if err := b.Numbers.Register(b.T.Context(), OurRegistration()); err != nil {
		b.T.Fatal(err)
	}
}

func OurRegistration() numbers.Registration {
	return numbers.Registration{Number: numbers.Number{
		ID: NumberID, TenantID: "acme", AccountID: Account, PortfolioID: "p", TeamID: "sales", Display: "+1 555", Token: "token",
	}}
}

func (b *Bench) Exec(query string, args ...any) {
	b.T.Helper()
	if _, err := b.Pool.Exec(b.T.Context(), query, args...); err != nil {
		b.T.Fatal(err)
	}
}

func (b *Bench) Count(query string, args ...any) (n int) {
	b.T.Helper()
	if err := b.Pool.QueryRow(b.T.Context(), query, args...).Scan(&n); err != nil {
		b.T.Fatal(err)
	}
	return n
}

// Post takes a webhook in.
func (b *Bench) Post(body string) intake.Row {
	b.T.Helper()
	row, err := b.Intake.Append(b.T.Context(), []byte(body))
	if err != nil {
		b.T.Fatal(err)
	}
	return row
}

// Eventually asks again until ok, and fails after a minute.
func (b *Bench) Eventually(what string, ok func() bool) {
	b.T.Helper()
	for deadline := time.Now().Add(time.Minute); !ok(); {
		if time.Now().After(deadline) {
			b.T.Fatalf("never happened: %s; %d calls to Meta, the grains got %v", what, len(b.Meta.Got()), b.Grains.Got())
		}
		select {
		case <-b.T.Context().Done():
		case <-time.After(3 * time.Millisecond):
		}
	}
}

// AllDone waits until every row up to this one is dealt with.
func (b *Bench) AllDone(row intake.Row) {
	b.T.Helper()
	b.Eventually(fmt.Sprintf("done up to %d", row.Seq), func() bool {
		return b.Count(`SELECT count(*) FROM intake_source WHERE source = $1 AND done_upto >= $2`, row.Source, row.Seq) == 1
	})
}

// Envelope wraps parts of a value of the field messages.
func Envelope(number wa.PhoneNumberID, parts string) string {
	return fmt.Sprintf(`{"object":"whatsapp_business_account","entry":[{"id":%q,"changes":[{"field":"messages","value":{
		"messaging_product":"whatsapp","metadata":{"display_phone_number":"1555","phone_number_id":%q},%s}}]}]}`, Account, number, parts)
}

// Text is one message of a person, by phone.
func Text(from, id string) string {
	return fmt.Sprintf(`{"from":%q,"id":%q,"timestamp":"1790000000","type":"text","text":{"body":"hello"}}`, from, id)
}

func Messages(list ...string) string {
	all := ""
	for n, m := range list {
		if n > 0 {
			all += ","
		}
		all += m
	}
	return `"messages":[` + all + `]`
}

func Status(wamid, state, opaque string) string {
	return fmt.Sprintf(`"statuses":[{"id":%q,"status":%q,"timestamp":"1790000001","recipient_id":"15550001","biz_opaque_callback_data":%q}]`,
		wamid, state, opaque)
}

// IDs lists the message ids of inbound commands by conversation, in order.
func (g *Grains) IDs() map[string][]string {
	ids := make(map[string][]string)
	for _, o := range g.Got() {
		if m, ok := o.Message.(*actorpb.ReceiveInbound); ok {
			ids[o.Key] = append(ids[o.Key], m.MessageId)
		}
	}
	return ids
}

// Meta is a Graph API that answers as the test wants.
type Meta struct {
	*httptest.Server
	mu        sync.Mutex
	calls     []map[string]any // but those for templates
	answer    func(call int, w http.ResponseWriter)
	look      func(w http.ResponseWriter, token string) // at our number; nil: all is well
	looks     int
	templates func(w http.ResponseWriter, r *http.Request) // nil: the list is empty
	listed    int
}

func NewMeta(t *testing.T) *Meta {
	m := &Meta{}
	m.Server = httptest.NewServer(http.HandlerFunc(m.serve))
	t.Cleanup(m.Close)
	return m
}

func (m *Meta) serve(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/message_templates") {
		m.serveTemplates(w, r)
		return
	}
	switch _, object, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/"); {
	case r.Method != http.MethodGet:
	case object == string(NumberID):
		m.serveLook(w, r)
		return
	case object == Account+"/phone_numbers":
		fmt.Fprintf(w, `{"data":[{"id":%q}]}`, NumberID)
		return
	case object == Account:
		fmt.Fprintf(w, `{"id":%q,"owner_business_info":{"id":"p"}}`, Account)
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

func (m *Meta) serveLook(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	m.looks++
	look := m.look
	m.mu.Unlock()
	if look != nil {
		look(w, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
		return
	}
	fmt.Fprintf(w, `{"id":%q,"display_phone_number":"+1 555","status":"CONNECTED","health_status":{"can_send_message":"AVAILABLE"}}`, NumberID)
}

func (m *Meta) LooksAs(look func(w http.ResponseWriter, token string)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.look = look
}

func (m *Meta) TimesLooked() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.looks
}

func (m *Meta) serveTemplates(w http.ResponseWriter, r *http.Request) {
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

// Lists lets the list of templates be answered, and tells how often it was asked for.
func (m *Meta) Lists(answer func(w http.ResponseWriter, r *http.Request)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.templates = answer
}

func (m *Meta) TimesListed() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.listed
}

func (m *Meta) Answers(answer func(call int, w http.ResponseWriter)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.answer = answer
}

func (m *Meta) Got() []map[string]any {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]map[string]any(nil), m.calls...)
}

// SentMessage stores one of our messages, to contact c1.
func (b *Bench) SentMessage(id, wamid string) {
	b.T.Helper()
	b.Exec(`INSERT INTO message (phone_number_id, id, contact_id, direction, author_kind, author_id, author_name, kind, sent_at, content)
		VALUES ($1, $2, 'c1', 1, 1, '', '', 'text', now(), '{"kind":"text","text":{"body":"hi"}}')`, NumberID, id)
	if wamid != "" {
		b.Exec(`INSERT INTO message_status (phone_number_id, message_id, contact_id, wamid) VALUES ($1, $2, 'c1', $3)`, NumberID, id, wamid)
	}
}

// Forget makes all numbers new.
func (p *Phones) Forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.states = nil
}
