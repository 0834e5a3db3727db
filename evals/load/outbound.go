package load

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/simulator"
)

const (
	outboundLogins = 4
	outboundCalm   = 50 // requests a second of the calm part
	outboundCalms  = 250
	outboundSlow   = 2 * time.Minute // until the last status is there
	// sendsEach stays below the burst of the pair rate: 45 to one person (Meta).
	sendsEach    = 30
	outboundFew  = 2000 // conversations at least
	metaMPS      = 1000 // Meta's higher throughput of a number
	metaReads    = time.Millisecond
	metaDelivers = 16 // webhooks under way at once
)

// outbound measures round trips: a request to the API, the claim, Meta's
// acceptance, three statuses recorded. First calmly by a schedule, for the
// latency; then as fast as it goes.
func outbound(ctx context.Context, r *runner, into *Result) error {
	meta, err := openMeta()
	if err != nil {
		return err
	}
	defer meta.close()
	return r.with(ctx, Options{GraphURL: meta.url, Logins: outboundLogins}, func(s *site) error {
		meta.connect(s) //nolint:contextcheck // the simulator runs until it is closed
		threads := max(outboundFew, (r.Sends+outboundCalms)/sendsEach+1)
		if err := meta.say(ctx, s, threads); err != nil {
			return err
		}
		client := newClient(2 * r.Connections)
		defer client.CloseIdleConnections()
		people, err := s.logins(ctx, client)
		if err != nil {
			return err
		}
		d := &desk{sent: make(map[string]time.Time)}
		if d.threads, err = s.meter.threads(ctx, people); err != nil {
			return err
		}
		if err := d.each(ctx, r.Connections, len(d.threads), func(t *thread, _ int) error { return t.claim(ctx) }); err != nil {
			return err
		}
		if err := d.calm(ctx, r, s, meta, into); err != nil {
			return err
		}
		return d.flood(ctx, r, s, meta, into)
	})
}

// meta is a simulated Meta that listens before it knows the numbers.
type meta struct {
	url      string
	server   *http.Server
	sim      atomic.Pointer[simulator.Simulator]
	handler  http.Handler // of sim: making its routes for each request would cost as much as to answer it
	requests atomic.Int64 // to the messages endpoint
}

func openMeta() (*meta, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // returns at once
	if err != nil {
		return nil, fmt.Errorf("listen as Meta: %w", err)
	}
	m := &meta{url: "http://" + ln.Addr().String()}
	m.server = &http.Server{Handler: m, ReadHeaderTimeout: wireTime}
	go m.server.Serve(ln) //nolint:errcheck // ends with close
	return m, nil
}

func (m *meta) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	sim := m.sim.Load()
	if sim == nil {
		http.Error(w, "not yet", http.StatusServiceUnavailable)
		return
	}
	if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/messages") {
		m.requests.Add(1)
	}
	m.handler.ServeHTTP(w, r)
}

// connect makes the numbers known and begins to deliver.
func (m *meta) connect(s *site) {
	config := simulator.Config{
		WebhookURL: s.URL + webhookPath, AppSecret: s.AppSecret, ReadAfter: metaReads, Deliveries: metaDelivers,
	}
	for i, id := range s.Numbers {
		config.Numbers = append(config.Numbers, simulator.Number{
			ID: wa.PhoneNumberID(id), Display: phone(int64(i)), AccountID: "210987654321001", Token: s.Token, MPS: metaMPS,
		})
	}
	sim := simulator.New(config)
	sim.Start()
	m.handler = sim.Handler()
	m.sim.Store(sim)
}

func (m *meta) close() {
	_ = m.server.Close()
	if sim := m.sim.Load(); sim != nil {
		_ = sim.Close()
	}
}

// say has people write, which opens their windows, and waits for it to arrive.
func (m *meta) say(ctx context.Context, s *site, people int) error {
	sim := m.sim.Load()
	for i := range int64(people) {
		if err := sim.AddPhone(simulator.Phone{WaID: phone(i), BSUID: bsuid(i), Name: "Contact"}); err != nil {
			return fmt.Errorf("add phone: %w", err)
		}
		if _, err := sim.Say(phone(i), wa.PhoneNumberID(s.Numbers[i%int64(len(s.Numbers))]), "Is it still free?"); err != nil {
			return fmt.Errorf("write from phone: %w", err)
		}
	}
	if err := sim.WaitIdle(ctx); err != nil {
		return fmt.Errorf("wait for webhooks: %w", err)
	}
	return s.meter.applied(ctx)
}

// thread is a conversation with the person who answers in it.
type thread struct {
	id      string
	version uint64
	owner   *session
}

// threads lists all conversations and gives them to people in turn.
func (m *meter) threads(ctx context.Context, people []*session) ([]*thread, error) {
	rows, err := m.conn.Query(ctx, `SELECT phone_number_id, contact_id FROM conversation ORDER BY contact_id`)
	if err != nil {
		return nil, fmt.Errorf("list conversations: %w", err)
	}
	defer rows.Close()
	var list []*thread
	for rows.Next() {
		var key wa.ConversationKey
		if err := rows.Scan(&key.PhoneNumberID, &key.ContactID); err != nil {
			return nil, fmt.Errorf("list conversations: %w", err)
		}
		list = append(list, &thread{id: key.String(), owner: people[len(list)%len(people)]})
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list conversations: %w", err)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("no conversation began: %w", ErrWrong)
	}
	return list, nil
}

// result is what a command answers, as far as it matters here.
type result struct {
	MessageID string `json:"message_id"`
	Version   uint64 `json:"version"`
}

func (t *thread) claim(ctx context.Context) error {
	var got result
	if _, err := t.owner.post(ctx, "/conversations/"+t.id+"/claim", struct{}{}, &got); err != nil {
		return fmt.Errorf("claim: %w", err)
	}
	t.version = got.Version
	return nil
}

// send answers in the thread and returns the message's id.
func (t *thread) send(ctx context.Context, n int) (string, error) {
	var got result
	_, err := t.owner.post(ctx, "/conversations/"+t.id+"/messages", map[string]any{
		"echo_id": fmt.Sprintf("load-%d", n), "text": "Yes, we keep it for you until eight.", "seen_version": t.version,
	}, &got)
	if err != nil {
		return "", fmt.Errorf("send: %w", err)
	}
	if got.MessageID == "" {
		return "", fmt.Errorf("send: the answer names no message: %w", ErrWrong)
	}
	t.version = max(t.version, got.Version)
	return got.MessageID, nil
}

// desk is where people answer; sent knows when each message was asked for.
type desk struct {
	threads []*thread
	mu      sync.Mutex
	sent    map[string]time.Time
	answer  histogram
}

func (d *desk) send(ctx context.Context, t *thread, n int, began time.Time) error {
	id, err := t.send(ctx, n)
	if err != nil {
		return err
	}
	took := time.Since(began)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sent[id] = began
	d.answer.add(took)
	return nil
}

// each has several workers do n things, the i-th of a worker in the threads that
// are only his. The first error ends it.
func (d *desk) each(ctx context.Context, workers, n int, do func(t *thread, n int) error) error {
	workers = min(workers, len(d.threads))
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < n && ctx.Err() == nil; i += workers {
				if err := do(d.threads[d.place(w, i/workers, workers)], i); err != nil {
					cancel(err)
				}
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// place walks through the threads that belong to a worker.
func (d *desk) place(worker, turn, workers int) int {
	own := (len(d.threads) - worker + workers - 1) / workers
	return worker + turn%own*workers
}
