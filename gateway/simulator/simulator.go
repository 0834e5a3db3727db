package simulator

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/simulator/bucket"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
	"github.com/prosa-chat/prosa/gateway/simulator/onboarding"
	"github.com/prosa-chat/prosa/gateway/simulator/sample"
	"github.com/prosa-chat/prosa/gateway/simulator/shelf"
)

// Number is a business number of the simulated Meta.
type Number struct {
	ID        wa.PhoneNumberID
	Display   string // digits, as Meta writes display_phone_number
	Name      string // verified name, shown on the phones
	AccountID wa.AccountID
	Portfolio wa.PortfolioID      // that owns the account; empty: not told
	Token     string              // bearer token that sends must carry; empty: any
	MPS       int                 // messages a second, in and out; 0: 80
	TestOnly  bool                // unknown recipients are refused with 131030
	Fresh     bool                // neither verified nor registered yet, and its account not subscribed
	PIN       string              // of its two-step verification; empty: none
	OnPhone   bool                // the phone app is used beside the API
	Standing  onboarding.Standing // how it fares by what Graph says
}

// Config is what a Simulator is made of. Only Numbers is needed.
type Config struct {
	Numbers     []Number
	Grants      []onboarding.Grant // tokens beside those of the numbers
	Phones      []Phone
	Templates   []Template // none: every template is accepted
	WebhookURL  string
	AppSecret   string // signs webhooks and checks appsecret_proof
	NeedProof   bool   // refuse calls without appsecret_proof
	VerifyToken string
	Seed        int64
	Faults      chance.Faults
	Logger      *slog.Logger
	Clock       func() time.Time                // base of the movable clock; nil: time.Now
	Ahead       time.Duration                   // of the clock to its base, at first
	Move        func(ahead time.Duration) error // moves others' clock before ours; what it refuses does not happen. nil: it is nobody else's
	Lasting     bool                            // Ahead outlives the simulator; the page says so

	AutoPhones   bool          // unknown recipients get a phone instead of 131026
	AsyncErrors  bool          // a closed window fails by status instead of the answer
	DeliverAfter time.Duration // from sent to delivered
	ReadAfter    time.Duration // from delivered to read; 0: when the phone opens the chat
	RetryBase    time.Duration // second repetition of a delivery; 0: 500 ms, doubles to 30 s
	ReorderBy    time.Duration // longest hold of chance.Reorder; 0: 1 s
	SlowBy       time.Duration // delay of chance.Slow; 0: 3 s
	Deliveries   int           // deliveries under way at once; 0: 4
	KeepMessages int           // messages remembered; 0: 100,000
}

// Simulator is a running Cloud API. Safe for concurrent use.
type Simulator struct {
	config Config
	logger *slog.Logger
	client *http.Client
	desk   *onboarding.Desk
	offset atomic.Int64 // of the clock, nanoseconds
	moving sync.Mutex   // held by a move, which takes as long as Config.Move

	done     chan struct{} // closed by Close
	work     sync.WaitGroup
	lanes    []*lane
	server   *http.Server
	listener net.Listener

	mu        sync.Mutex // guards what follows
	started   bool
	closed    bool
	webhook   string
	inbox     Inbox
	numbers   []*number
	phones    []*Phone
	byAddress map[string]*Phone
	chats     map[chatKey]*chat
	known     map[wa.MessageID]*message
	ages      []wa.MessageID // known ids, oldest first
	media     map[string]*sample.File
	shelf     *shelf.Shelf // of what businesses upload
	templates []Template
	faults    *chance.Draws
	ids       *chance.IDs
	log       journal
	pending   int           // updates and duplicates not yet delivered
	version   int           // of the state shown on the page
	changed   chan struct{} // closed at the next change; nil: nobody waits
}

// number is a Number with its rate.
type number struct {
	Number
	pace bucket.Bucket
}

// New makes a Simulator. Nothing is delivered before Start or Open.
func New(config Config) *Simulator {
	config = config.withDefaults()
	s := &Simulator{
		done: make(chan struct{}), config: config, logger: config.Logger, webhook: config.WebhookURL,
		chats: map[chatKey]*chat{}, known: map[wa.MessageID]*message{}, media: map[string]*sample.File{}, shelf: shelf.New(),
		byAddress: map[string]*Phone{}, templates: slices.Clone(config.Templates),
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost = 256, 256
	s.client = &http.Client{Transport: transport, Timeout: 10 * time.Second}
	seed := config.Seed
	if seed == 0 {
		var random [8]byte
		rand.Read(random[:]) // never fails since Go 1.24
		seed = int64(binary.LittleEndian.Uint64(random[:]))
	}
	s.offset.Store(int64(config.Ahead))
	s.faults, s.ids = chance.New(seed, config.Faults), chance.NewIDs(seed)
	for _, n := range config.Numbers {
		if n.MPS <= 0 {
			n.MPS = 80
		}
		s.numbers = append(s.numbers, &number{Number: n, pace: bucket.New(float64(n.MPS), float64(n.MPS))})
	}
	s.desk = s.newDesk()
	for _, p := range config.Phones {
		s.addPhone(p)
	}
	for range config.Deliveries {
		s.lanes = append(s.lanes, &lane{wake: make(chan struct{}, 1)})
	}
	return s
}

func (c Config) withDefaults() Config {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	c.RetryBase = orDefault(c.RetryBase, 500*time.Millisecond)
	c.ReorderBy = orDefault(c.ReorderBy, time.Second)
	c.SlowBy = orDefault(c.SlowBy, 3*time.Second)
	c.Deliveries = orDefault(c.Deliveries, 4)
	c.KeepMessages = orDefault(c.KeepMessages, 100_000)
	return c
}

func orDefault[T int | time.Duration](value, standard T) T {
	if value <= 0 {
		return standard
	}
	return value
}

// Start begins to deliver webhooks. A second call does nothing.
func (s *Simulator) Start() {
	s.mu.Lock()
	first := !s.started && !s.closed
	s.started = true
	s.mu.Unlock()
	if !first {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.spawn(func() {
		<-s.done
		cancel()
	})
	for _, l := range s.lanes {
		s.spawn(func() { s.runLane(ctx, l) })
	}
}

// Open serves Handler on addr in the background and starts delivery.
func (s *Simulator) Open(addr string) error {
	listener, err := net.Listen("tcp", addr) //nolint:noctx // binding does not wait
	if err != nil {
		return fmt.Errorf("listen for the simulator: %w", err)
	}
	s.listener = listener
	s.server = &http.Server{Handler: s.Handler(), ReadHeaderTimeout: 10 * time.Second}
	s.spawn(func() {
		if err := s.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.logger.Error("serve simulator", "error", err)
		}
	})
	s.Start()
	return nil
}

// URL is where Open listens: the base URL for a Graph client, and the page.
func (s *Simulator) URL() string {
	if s.listener == nil {
		return ""
	}
	return "http://" + s.listener.Addr().String()
}

// Close stops serving and delivering, and waits for all of it. What was not
// delivered is gone: the simulator keeps nothing on disk.
func (s *Simulator) Close() error {
	s.mu.Lock()
	first := !s.closed
	s.closed = true
	s.mu.Unlock()
	if first {
		close(s.done)
	}
	var err error
	if s.server != nil {
		err = s.server.Close()
	}
	s.work.Wait()
	s.client.CloseIdleConnections()
	return err
}

// SetWebhook changes where deliveries go, for those that were not accepted yet
// as well.
func (s *Simulator) SetWebhook(callback string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.webhook = callback
}

// Handshake verifies the callback as Meta does when it is saved.
func (s *Simulator) Handshake(ctx context.Context) error {
	s.mu.Lock()
	challenge := s.ids.Digits(10)
	query := url.Values{"hub.mode": {"subscribe"}, "hub.challenge": {challenge}, "hub.verify_token": {s.config.VerifyToken}}
	target := s.webhook + "?" + query.Encode()
	s.mu.Unlock()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, http.NoBody)
	if err != nil {
		return fmt.Errorf("verify callback: %w", err)
	}
	response, err := s.client.Do(request)
	if err != nil {
		return fmt.Errorf("verify callback: %w", err)
	}
	defer response.Body.Close()
	echo, err := io.ReadAll(io.LimitReader(response.Body, int64(len(challenge))+1))
	if err != nil {
		return fmt.Errorf("verify callback: %w", err)
	}
	if response.StatusCode != http.StatusOK || string(echo) != challenge {
		return fmt.Errorf("verify callback: answered %d without the challenge", response.StatusCode)
	}
	return nil
}

// spawn runs work that Close waits for. A closed simulator runs nothing.
func (s *Simulator) spawn(work func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spawnHeld(work)
}

// spawnHeld is spawn for callers that hold the lock.
func (s *Simulator) spawnHeld(work func()) {
	if s.closed {
		return
	}
	s.work.Go(work)
}

// enter registers the caller itself with Close; work.Done ends it. False: the
// simulator is closed.
func (s *Simulator) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.work.Add(1)
	return true
}

// later wraps work to run after a delay, unless the simulator is closed before.
func (s *Simulator) later(delay time.Duration, work func()) func() {
	return func() {
		if s.pause(delay) {
			work()
		}
	}
}

// pause waits in real time. False: the simulator was closed.
func (s *Simulator) pause(delay time.Duration) bool {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.done:
		return false
	}
}
