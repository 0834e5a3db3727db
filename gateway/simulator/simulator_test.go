package simulator

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/cloudapi/signature"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	numberID = wa.PhoneNumberID("998877665544332")
	token    = "number-token"
	secret   = "app-secret"
	ana      = "5511987654321"
	hidden   = "BR.42"

	patience = time.Minute // machines may be busy
)

// receiver is a webhook that checks signatures and collects events.
type receiver struct {
	t      *testing.T
	server *httptest.Server

	mu      sync.Mutex
	failing int // POSTs to answer with 500
	posts   int
	sizes   []int // events of each accepted POST
	events  []cloudapi.Event
	bodies  map[string]int
	block   chan struct{} // POSTs wait for it when set
	flying  int
	mostly  int // most POSTs at once
	changed chan struct{}
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{t: t, bodies: map[string]int{}, changed: make(chan struct{})}
	r.server = httptest.NewServer(r)
	t.Cleanup(r.server.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	if request.Method == http.MethodGet {
		if request.URL.Query().Get("hub.verify_token") == "verify" {
			io.WriteString(w, request.URL.Query().Get("hub.challenge"))
		}
		return
	}
	body, _ := io.ReadAll(request.Body)
	if request.Header.Get(signature.Header) != signature.Sign(secret, body) {
		r.t.Error("delivery without a valid signature")
	}
	r.mu.Lock()
	block := r.block
	r.flying++
	r.mostly = max(r.mostly, r.flying)
	r.signal()
	r.mu.Unlock()
	if block != nil {
		<-block
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.flying--
	r.posts++
	defer r.signal()
	if r.failing > 0 {
		r.failing--
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	delivery, err := cloudapi.Parse(body)
	if err != nil {
		r.t.Error(err)
	}
	r.bodies[string(body)]++
	r.sizes = append(r.sizes, len(delivery.Events))
	r.events = append(r.events, delivery.Events...)
}

// signal wakes those who wait. Callers hold the lock.
func (r *receiver) signal() {
	close(r.changed)
	r.changed = make(chan struct{})
}

// wait waits until the receiver satisfies done, which sees it locked.
func (r *receiver) wait(done func() bool) {
	r.t.Helper()
	deadline := time.After(patience)
	for {
		r.mu.Lock()
		ok, changed := done(), r.changed
		r.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			r.mu.Lock()
			defer r.mu.Unlock()
			r.t.Fatalf("waited in vain: %d posts, %d events", r.posts, len(r.events))
		}
	}
}

// statuses lists what arrived about one message, in order of arrival.
func (r *receiver) statuses(id wa.MessageID) []wa.Status {
	var list []wa.Status
	for _, e := range r.events {
		if e.Kind == cloudapi.KindStatus && e.Status.MessageID == id {
			list = append(list, e.Status.Status)
		}
	}
	return list
}

func (r *receiver) waitStatuses(id wa.MessageID, want ...wa.Status) {
	r.t.Helper()
	r.wait(func() bool { return len(r.statuses(id)) >= len(want) })
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, status := range r.statuses(id) {
		if i >= len(want) || status != want[i] {
			r.t.Errorf("statuses %v, want %v", r.statuses(id), want)
			return
		}
	}
}

// world is a running simulator with its receiver and a client.
type world struct {
	*Simulator
	*receiver
	client *cloudapi.Client
}

func newWorld(t *testing.T, adjust func(*Config)) *world {
	t.Helper()
	r := newReceiver(t)
	config := Config{
		Numbers: []Number{{ID: numberID, Display: "551130004000", Name: "Lume", AccountID: "210", Token: token}},
		Phones: []Phone{
			{WaID: ana, BSUID: "BR.1", Name: "Ana"},
			{WaID: "5511911112222", BSUID: hidden, Username: "loja", HidePhone: true},
		},
		WebhookURL: r.server.URL, AppSecret: secret, VerifyToken: "verify", Seed: 7, RetryBase: 10 * time.Millisecond,
	}
	if adjust != nil {
		adjust(&config)
	}
	s := New(config)
	if err := s.Open("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	w := &world{s, r, cloudapi.NewClient(cloudapi.Config{BaseURL: s.URL(), AppSecret: secret, Timeout: 5 * time.Second})}
	t.Cleanup(func() {
		w.client.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *world) say(text string) wa.MessageID {
	w.t.Helper()
	id, err := w.Say(ana, numberID, text)
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

func words(to, text string) cloudapi.Outgoing {
	alias, _ := wa.ClassifyAddress(to)
	return cloudapi.Outgoing{To: alias, Content: wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: text}}, Opaque: "1:c:m:1"}
}

func template(to string) cloudapi.Outgoing {
	out := words(to, "")
	out.Content = wa.Content{Kind: wa.KindTemplate, Template: &wa.Template{Name: "order_ready", Language: "it"}}
	return out
}

func (w *world) post(out cloudapi.Outgoing) (cloudapi.Sent, error) {
	return w.client.Send(w.t.Context(), numberID, token, out)
}

func (w *world) mustPost(out cloudapi.Outgoing) cloudapi.Sent {
	w.t.Helper()
	sent, err := w.post(out)
	if err != nil {
		w.t.Fatal(err)
	}
	return sent
}

// refused fails unless the error carries the code.
func refused(t *testing.T, err error, code int) {
	t.Helper()
	if e, ok := errors.AsType[*cloudapi.SendError](err); !ok || e.Code != code {
		t.Errorf("refused with %v, want code %d", err, code)
	}
}

func (w *world) idle() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	if err := w.WaitIdle(ctx); err != nil {
		w.t.Fatal(err)
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	asked := w.say("olá, tudo bem? 🙂")
	w.wait(func() bool { return len(w.events) == 1 })
	m := w.events[0].Message
	if m.ID != asked || m.Content.Text.Body != "olá, tudo bem? 🙂" || m.ProfileName != "Ana" || len(m.From) != 2 || w.events[0].PhoneNumberID != numberID {
		t.Errorf("received %+v", m)
	}
	sent := w.mustPost(words(ana, "tudo!"))
	if sent.WaID != ana {
		t.Errorf("sent %+v", sent)
	}
	w.waitStatuses(sent.WAMID, wa.StatusSent, wa.StatusDelivered)
	if err := w.OpenChat(ana, numberID); err != nil {
		t.Fatal(err)
	}
	w.waitStatuses(sent.WAMID, wa.StatusSent, wa.StatusDelivered, wa.StatusRead)
	for _, e := range w.events[1:] {
		if e.Status.Opaque != "1:c:m:1" || len(e.Status.Recipients) != 2 {
			t.Errorf("status %+v", e.Status)
		}
	}
	if p := w.events[1].Status.Pricing; p == nil || p.Category != "service" {
		t.Errorf("price %+v", p)
	}
	bubbles, err := w.WaitFor(t.Context(), ana, numberID, func(b []Bubble) bool { return len(b) == 2 })
	if err != nil || bubbles[0].Status != wa.StatusDelivered || bubbles[1].Status != wa.StatusRead || !bubbles[1].FromBusiness || bubbles[1].Text != "tudo!" {
		t.Errorf("bubbles %+v, %v", bubbles, err)
	}
	if err := w.client.MarkRead(t.Context(), numberID, token, asked, true); err != nil {
		t.Error(err)
	}
	if b := w.Messages(ana, numberID)[0]; b.Status != wa.StatusRead {
		t.Errorf("the customer's tick is %s", b.Status)
	}
	refused(t, w.client.MarkRead(t.Context(), numberID, token, "wamid.unknown", false), 131009)
	history, err := w.client.MessageHistory(t.Context(), numberID, token, sent.WAMID)
	if err != nil || len(history) != 3 || history[2].Status != wa.StatusRead {
		t.Errorf("history %+v, %v", history, err)
	}
	w.idle()
}

func TestHiddenPhone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	if _, err := w.Say(hidden, numberID, "hi"); err != nil {
		t.Fatal(err)
	}
	w.wait(func() bool { return len(w.events) == 1 })
	m := w.events[0].Message
	if len(m.From) != 1 || m.From[0] != (wa.Alias{Kind: wa.AliasBSUID, Value: hidden}) || m.Username != "loja" {
		t.Errorf("received %+v", m)
	}
	sent := w.mustPost(words(hidden, "hello"))
	if sent.UserID != hidden || sent.WaID != "" {
		t.Errorf("sent %+v", sent)
	}
	w.waitStatuses(sent.WAMID, wa.StatusSent, wa.StatusDelivered)
	if r := w.events[1].Status.Recipients; len(r) != 1 || r[0].Kind != wa.AliasBSUID {
		t.Errorf("recipients %+v", r)
	}
	w.idle()
}

func TestEveryContentParses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Deliveries = 1 })
	first := w.say("first")
	contents := []wa.Content{
		{Kind: wa.KindMedia, Media: &wa.Media{Type: "image", Caption: "look"}},
		{Kind: wa.KindMedia, Media: &wa.Media{Type: "audio", Voice: true}},
		{Kind: wa.KindMedia, Media: &wa.Media{Type: "document", FileName: "a.pdf"}},
		{Kind: wa.KindLocation, Location: &wa.Location{Latitude: 1.5, Longitude: 2.5, Name: "Shop"}},
		{Kind: wa.KindInteractive, Interactive: &wa.Interactive{Type: "button_reply", ID: "a", Title: "A"}, Quoted: first},
		{Kind: wa.KindInteractive, Interactive: &wa.Interactive{Type: "button", ID: "STOP", Title: "Stop"}},
		{Kind: wa.KindReaction, Reaction: &wa.Reaction{Target: first, Emoji: "👍"}},
		{Kind: wa.KindEdit, Edit: &wa.Edit{Target: first, Text: "edited"}},
		{Kind: wa.KindOrder, Raw: []byte(`{"catalog_id":"1"}`)},
		{Kind: wa.KindContacts, Raw: []byte(`[{"name":{"formatted_name":"B"}}]`)},
		{Kind: wa.KindUnsupported},
		{Kind: wa.KindRevoke, Revoke: &wa.Revoke{Target: first}},
	}
	for _, c := range contents {
		if _, err := w.SendContent(ana, numberID, c); err != nil {
			t.Errorf("%s: %v", c.Kind, err)
		}
	}
	w.wait(func() bool { return len(w.events) == 1+len(contents) })
	for i, c := range contents {
		if e := w.events[i+1]; e.Kind != cloudapi.KindMessage || e.Message.Content.Kind != c.Kind || e.Message.Content.Quoted != c.Quoted {
			t.Errorf("%s arrived as %+v", c.Kind, e)
		}
	}
	if b := w.Messages(ana, numberID)[0]; !b.Revoked || b.Reaction != "👍" {
		t.Errorf("first bubble %+v", b)
	}
	if _, err := w.SendContent(ana, numberID, wa.Content{Kind: wa.KindOrder}); !errors.Is(err, ErrBadRequest) {
		t.Errorf("order without content: %v", err)
	}
	if _, err := w.Say("1", numberID, "x"); !errors.Is(err, ErrUnknownPhone) {
		t.Errorf("unknown phone: %v", err)
	}
	if _, err := w.Say(ana, "1", "x"); !errors.Is(err, ErrUnknownNumber) {
		t.Errorf("unknown number: %v", err)
	}
}

func TestHandshake(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	if err := w.Handshake(t.Context()); err != nil {
		t.Error(err)
	}
	w.config.VerifyToken = "wrong"
	if w.Handshake(t.Context()) == nil {
		t.Error("verified with a wrong token")
	}
}

// What an engine asks before it believes whose a number is.
func TestAccountsTellTheirNumbersAndOwner(t *testing.T) {
	t.Parallel()
	s := New(Config{Numbers: []Number{
		{ID: "100", AccountID: "210", Portfolio: "330", Token: "a"},
		{ID: "101", AccountID: "210", Portfolio: "330", Token: "a"},
		{ID: "102", AccountID: "211", Portfolio: "331", Token: "b"},
	}})
	if err := s.Open("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	client := cloudapi.NewClient(cloudapi.Config{BaseURL: s.URL()})
	t.Cleanup(client.Close)
	for claim, c := range map[cloudapi.Claim]struct{ token, field string }{
		{Number: "100", Account: "210", Portfolio: "330"}: {"a", ""},
		{Number: "101", Account: "210", Portfolio: "330"}: {"a", ""},
		{Number: "102", Account: "211", Portfolio: "331"}: {"a", "token"},
		{Number: "102", Account: "211", Portfolio: "330"}: {"b", "portfolio_id"},
		{Number: "102", Account: "212", Portfolio: "331"}: {"b", "account_id"},
		{Number: "103", Account: "211", Portfolio: "331"}: {"b", "id"},
	} {
		field := ""
		err := client.Prove(t.Context(), claim, c.token)
		if proof, ok := errors.AsType[*cloudapi.ProofError](err); ok {
			field = proof.Field
		} else if err != nil {
			t.Fatal(err)
		}
		if field != c.field {
			t.Errorf("%+v with %s: %v", claim, c.token, err)
		}
	}
}
