package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors"
	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/setting"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/gateway/live"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/config"
	"github.com/prosa-chat/prosa/persistence/consent"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/journal"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/quickreply"
	"github.com/prosa-chat/prosa/persistence/searchindex"
	"github.com/prosa-chat/prosa/persistence/signin"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/uploads"
)

// host runs real grains without a cluster, so that everything is raced. Its
// members share the grains and reach each other's endpoints.
type host struct {
	factories map[string]cluster.Factory
	tells     chan func()

	mu        sync.Mutex
	grains    map[string]*hostedGrain
	members   []cluster.MemberInfo
	endpoints map[string]chan proto.Message
	lost      func(proto.Message) bool // drops what is sent to endpoints
	down      error                    // what Ask answers for conversations instead of asking
	struck    func(proto.Message)      // sees what Ask is to ask a conversation; may panic
}

type hostedGrain struct {
	mu    sync.Mutex
	grain cluster.Grain
}

func (h *host) grain(kind, key string) *hostedGrain {
	h.mu.Lock()
	defer h.mu.Unlock()
	g := h.grains[kind+"/"+key]
	if g == nil {
		g = &hostedGrain{grain: h.factories[kind](key)}
		h.grains[kind+"/"+key] = g
	}
	return g
}

func (h *host) ask(ctx context.Context, kind, key string, msg proto.Message) (proto.Message, error) {
	g := h.grain(kind, key)
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.grain.Receive(ctx, msg)
}

// passivate forgets a grain, as when it moves to another member.
func (h *host) passivate(kind, key string) {
	h.mu.Lock()
	g := h.grains[kind+"/"+key]
	delete(h.grains, kind+"/"+key)
	h.mu.Unlock()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.grain.Passivate()
}

func (h *host) Tell(kind, key string, msg proto.Message) {
	h.tells <- func() { _, _ = h.ask(context.Background(), kind, key, msg) }
}

func (h *host) TellMember(id, name string, msg proto.Message) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if to := h.endpoints[id+"/"+name]; to != nil && (h.lost == nil || !h.lost(msg)) {
		to <- msg
	}
}

// member is a host as one of its members sees it.
type member struct {
	*host
	id string
}

func (m member) ID() string { return m.id }

func (m member) Members() []cluster.MemberInfo {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.members
}

func (m member) Ask(ctx context.Context, kind, key string, msg proto.Message) (proto.Message, error) {
	m.mu.Lock()
	down, struck := m.down, m.struck
	m.mu.Unlock()
	if struck != nil && kind == wa.ConversationKind {
		struck(msg)
	}
	if down != nil && kind == wa.ConversationKind {
		return nil, down
	}
	return m.ask(ctx, kind, key, msg)
}

func (m member) Handle(name string, fn func(context.Context, string, proto.Message)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	inbox := make(chan proto.Message, 1<<16)
	m.endpoints[m.id+"/"+name] = inbox
	go func() {
		for msg := range inbox {
			fn(context.Background(), "", msg)
		}
	}()
}

// site is an installation: a database, grains, one or more gateways.
type site struct {
	t         testing.TB
	pool      *pgxpool.Pool
	staff     *staff.Staff
	signIn    *signin.SignIn
	host      *host
	publisher *actors.Publisher
	first     *gateway.Server
	url       string // of the first gateway
	now       time.Time
}

const password = "correct horse"

// patience is how long a test waits for what must come; machines may be busy.
const patience = time.Minute

// startSite has tenant t1 with number 100 (team red) and 200 (team blue), and
// tenant t2 with number 900.
func startSite(t testing.TB, change ...func(*gateway.Config)) *site {
	t.Helper()
	s := &site{t: t, pool: pgtest.Pool(t), now: time.Now()}
	s.staff = staff.New(s.pool)
	sealer, err := persistence.NewSealer("a secret key for these tests only")
	if err != nil {
		t.Fatal(err)
	}
	s.signIn = signin.New(s.pool, sealer, time.Now)
	s.exec(`INSERT INTO tenant (id, name) VALUES ('t1', 'One'), ('t2', 'Two')`)
	s.exec(`INSERT INTO team (tenant_id, id, name) VALUES ('t1', 'red', 'Red'), ('t1', 'blue', 'Blue'), ('t2', 'red', 'Other')`)
	s.exec(`INSERT INTO account (id, tenant_id, portfolio_id) VALUES ('a1', 't1', 'p1'), ('a2', 't2', 'p2')`)
	s.exec(`INSERT INTO phone_number (id, tenant_id, account_id, team_id, display)
VALUES ('100', 't1', 'a1', 'red', '+1 00'), ('200', 't1', 'a1', 'blue', '+2 00'), ('900', 't2', 'a2', 'red', '+9 00')`)

	j := journal.New(s.pool, journal.Config{})
	s.host = &host{
		tells: make(chan func(), 1<<16), grains: make(map[string]*hostedGrain), endpoints: make(map[string]chan proto.Message),
	}
	publisher := actors.NewPublisher(s.host, slog.New(slog.DiscardHandler))
	s.publisher = publisher
	// Nothing gets lost before the feed here. Reading the change log often, it would
	// overtake a publisher that has to wait for a processor, with rows alone: their
	// owners hear nothing then.
	tail := actors.NewTail(inbox.NewChangeLog(s.pool), nil, time.Minute)
	s.host.factories = map[string]cluster.Factory{
		wa.ConversationKind: actors.Conversations(actors.Config{
			Journal: j, Streams: j.Streams(), Committed: publisher.Committed,
		}),
		wa.PhoneNumberKind: actors.PhoneNumbers(actors.Config{Streams: j.Streams()}),
		wa.FeedKind: func(key string) cluster.Grain {
			return actors.NewFeed(actors.FeedConfig{Sender: s.host, Tail: tail}, wa.TenantID(key))
		},
	}
	told := make(chan struct{})
	go func() {
		defer close(told)
		for f := range s.host.tells {
			f()
		}
	}()
	t.Cleanup(func() {
		publisher.Close()
		close(s.host.tells)
		<-told
		for id := range s.host.grains {
			kind, key, _ := strings.Cut(id, "/")
			s.host.passivate(kind, key)
		}
		for _, inbox := range s.host.endpoints {
			close(inbox)
		}
		j.Close()
	})
	s.url = s.startGateway("g1", change...)
	return s
}

func (s *site) startGateway(id string, change ...func(*gateway.Config)) string {
	s.t.Helper()
	s.host.mu.Lock()
	s.host.members = append(s.host.members, cluster.MemberInfo{ID: id})
	s.host.mu.Unlock()
	cfg := gateway.Config{
		Listen: "127.0.0.1:0", Staff: s.staff, SignIn: s.signIn, Inbox: inbox.New(s.pool), Search: searchindex.New(s.pool), Consents: consent.New(s.pool), Cluster: member{s.host, id},
		Uploads:      uploads.New(s.pool),
		QuickReplies: quickreply.New(s.pool),
		Settings:     config.New(s.pool, setting.NewKinds(setting.Defaults{MediaDays: 90})),
		Socket: live.SocketConfig{
			SessionCheck: 50 * time.Millisecond, Grace: 50 * time.Millisecond, ResyncSpread: 50 * time.Millisecond,
		},
	}
	for _, f := range change {
		f(&cfg)
	}
	server, err := gateway.New(cfg)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := server.Open(); err != nil {
		s.t.Fatal(err)
	}
	if s.first == nil {
		s.first = server
	}
	s.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := server.Close(ctx); err != nil {
			s.t.Errorf("close gateway: %v", err)
		}
	})
	return server.URL()
}

func (s *site) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := s.pool.Exec(s.t.Context(), sql, args...); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
}

// teamOf is the team of a number.
func teamOf(number string) string {
	if number == "200" {
		return "blue"
	}
	return "red"
}

// inbound lets a contact write; it returns the conversation's id.
func (s *site) inbound(number, contact, wamid, text string) string {
	s.t.Helper()
	key := wa.ConversationKey{PhoneNumberID: wa.PhoneNumberID(number), ContactID: wa.ContactID(contact)}
	tenant := "t1"
	if number == "900" {
		tenant = "t2"
	}
	content, _ := json.Marshal(wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: text}})
	answer, err := s.host.ask(s.t.Context(), wa.ConversationKind, key.String(), &actorpb.ReceiveInbound{
		MessageId: wamid, SentAtMs: s.now.UnixMilli(), ReceivedAtMs: s.now.UnixMilli(), Kind: "text", Content: content, Preview: text,
		TenantId: tenant, TeamId: teamOf(number), ContactName: "Name of " + contact, ContactAddress: "55" + contact,
	})
	if err != nil || answer.(*actorpb.Outcome).Refusal != "" {
		s.t.Fatalf("inbound: %v, %v", answer, err)
	}
	return key.String()
}

// person is somebody with a browser.
type person struct {
	s    *site
	id   string
	url  string
	http *http.Client
	csrf string
}

func (s *site) hire(tenant, name string, role staff.Role, teams ...wa.TeamID) *person {
	s.t.Helper()
	p, err := s.staff.Create(s.t.Context(), staff.Person{
		TenantID: wa.TenantID(tenant), Email: name + "@x.example", Name: name, Role: role, Teams: teams,
	}, password)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.browser(string(p.ID), name)
}

// client is what a browser asks with.
func (s *site) client(jar http.CookieJar) *http.Client {
	client := &http.Client{Jar: jar, Transport: &http.Transport{}}
	s.t.Cleanup(client.CloseIdleConnections)
	return client
}

// browser logs a hired person in.
func (s *site) browser(id, name string) *person {
	s.t.Helper()
	jar, _ := cookiejar.New(nil)
	b := &person{s: s, id: id, url: s.url, http: s.client(jar)}
	var me struct {
		CSRF string `json:"csrf_token"`
	}
	b.want(200, &me, "POST", "/api/v1/login", map[string]string{"email": name + "@x.example", "password": password})
	b.csrf = me.CSRF
	return b
}

// call sends a request as the inbox would.
func (b *person) call(method, path string, body any, header ...string) *http.Response {
	b.s.t.Helper()
	var sent io.Reader
	switch v := body.(type) {
	case nil:
	case string:
		sent = strings.NewReader(v)
	default:
		encoded, err := json.Marshal(v)
		if err != nil {
			b.s.t.Fatal(err)
		}
		sent = bytes.NewReader(encoded)
	}
	r := httptest.NewRequestWithContext(b.s.t.Context(), method, b.url+path, sent)
	r.RequestURI = ""
	r.Header.Set("X-CSRF-Token", b.csrf)
	r.Header.Set("Origin", b.url)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := b.http.Do(r)
	if err != nil {
		b.s.t.Fatal(err)
	}
	return answer
}

// status is that of the answer to a request, of which nothing else matters.
func (b *person) status(method, path string, body any) int {
	b.s.t.Helper()
	answer := b.call(method, path, body)
	_ = answer.Body.Close()
	return answer.StatusCode
}

// want calls and decodes the answer, whose status must be the given one.
func (b *person) want(status int, into any, method, path string, body any, header ...string) {
	b.s.t.Helper()
	answer := b.call(method, path, body, header...)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		b.s.t.Fatal(err)
	}
	if answer.StatusCode != status {
		b.s.t.Fatalf("%s %s: status %d, want %d: %s", method, path, answer.StatusCode, status, text)
	}
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			b.s.t.Fatalf("%s %s: %v: %s", method, path, err, text)
		}
	}
}

func path(id string, rest ...string) string {
	return fmt.Sprint("/api/v1/conversations/", strings.Join(append([]string{id}, rest...), "/"))
}
