package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/gateway/search"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/searchindex"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// Cluster is what the gateway needs of the member that it runs in;
// *cluster.Member is one. Ask's errors are those of package cluster. Handle and
// TellMember connect gateways by named endpoints: TellMember never blocks and
// may lose.
type Cluster interface {
	Ask(ctx context.Context, kind, key string, msg proto.Message) (proto.Message, error)
	Handle(name string, fn func(ctx context.Context, from string, msg proto.Message))
	TellMember(memberID, name string, msg proto.Message)
	ID() string
	// Members are the living members, this one among them.
	Members() []cluster.MemberInfo
}

// Problems lists what of the intake was not applied; *intake.Problems is one.
type Problems interface {
	List(ctx context.Context, tenant wa.TenantID, state intake.ProblemState, before int64, limit int) ([]intake.Problem, error)
	Get(ctx context.Context, tenant wa.TenantID, id int64) (intake.Problem, error)
}

// Replayer applies an event of the intake once more; the relay is one.
type Replayer interface {
	Replay(ctx context.Context, problem int64) error
}

// Registrar stores business numbers and their rates; the relay is one.
type Registrar interface {
	Register(ctx context.Context, r numbers.Registration) error
	SetRate(ctx context.Context, number wa.PhoneNumberID, rate int) error
}

// Unmatched lists statuses of messages that nobody knows; *intake.Unmatched is one.
type Unmatched interface {
	List(ctx context.Context, tenant wa.TenantID, limit int) ([]intake.UnmatchedStatus, error)
}

// Config says what the gateway serves and from what. Staff, Inbox, Search and
// Cluster are required; a nil handler or interface answers 404.
type Config struct {
	Listen string // host:port; default 127.0.0.1:8080, port 0 picks one

	Staff   *staff.Staff
	Inbox   *inbox.Inbox
	Search  *searchindex.Index
	Cluster Cluster

	Problems  Problems
	Replayer  Replayer
	Registrar Registrar
	Unmatched Unmatched
	Jobs      *jobs.Jobs

	Webhook http.Handler // GET and POST /webhooks/meta
	Graph   http.Handler // /graph/, the Graph-compatible endpoint
	Metrics http.Handler // /metrics
	Web     http.Handler // everything else: the inbox

	// Ready says why this process should get no traffic now; nil means always ready.
	Ready func() error

	// SecureCookies marks cookies Secure though the request came without TLS:
	// behind a proxy that ends it. With TLS they always are.
	SecureCookies bool
	// Proxies are the networks of proxies whose word on a caller's address counts
	// (X-Forwarded-For); from all others the connection's own address does.
	Proxies []netip.Prefix
	// Sealer marks the browsers that an account knows; nil: none is known.
	Sealer Sealer
	// Origins are further origins ("https://inbox.example") that browsers may
	// call from; the server's own host always may.
	Origins []string

	Logger *slog.Logger
	Meter  metric.Meter

	// Demo lets anybody in; nil where anything is real.
	Demo *Demo
	// Now is the clock that windows close by, told to clients; nil: time.Now.
	Now func() time.Time

	Socket SocketConfig
}

// SocketConfig bounds sockets. The zero value is right for production.
type SocketConfig struct {
	QueueFrames  int           // frames waiting for one socket; default 256
	QueueBytes   int           // their bytes; default 1 MB
	SessionCheck time.Duration // how often a socket's session is looked up; default 1 min
	Grace        time.Duration // how long a vanished person still counts as present; default 5 s
	OfPerson     int           // sockets of one person at this gateway; default 20
	ResyncSpread time.Duration // over what a new feed epoch spreads the refetching; default 5 s
}

func (c Config) withDefaults() (Config, error) {
	if c.Staff == nil || c.Inbox == nil || c.Search == nil || c.Cluster == nil {
		return c, errors.New("gateway needs Staff, Inbox, Search and Cluster")
	}
	if c.Listen == "" {
		c.Listen = "127.0.0.1:8080"
	}
	if c.Ready == nil {
		c.Ready = func() error { return nil }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Meter == nil {
		c.Meter = noop.NewMeterProvider().Meter("")
	}
	for _, o := range c.Origins {
		if u, err := url.Parse(o); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return c, fmt.Errorf("origin %q: want scheme://host", o)
		}
	}
	s := &c.Socket
	s.QueueFrames = orDefault(s.QueueFrames, 256)
	s.QueueBytes = orDefault(s.QueueBytes, 1<<20)
	s.SessionCheck = orDefault(s.SessionCheck, time.Minute)
	s.Grace = orDefault(s.Grace, 5*time.Second)
	s.OfPerson = orDefault(s.OfPerson, 20)
	s.ResyncSpread = orDefault(s.ResyncSpread, 5*time.Second)
	return c, nil
}

func orDefault[T int | time.Duration](v, def T) T {
	if v <= 0 {
		return def
	}
	return v
}

// Server is the HTTP and WebSocket edge of one process.
type Server struct {
	cfg     Config
	log     *slog.Logger
	metrics *metrics
	logins  *loginLimiter
	callers callers
	threads *threads
	finder  *search.Finder
	hub     *hub
	counter *counter
	numbers recent[*actorpb.NumberState]
	http    *http.Server
	abandon context.CancelCauseFunc // of the requests' contexts
	ln      net.Listener
	served  chan error
}

// New prepares a server; nothing listens yet, and Handler may be used without
// Open. The caller calls Close in either case.
func New(cfg Config) (*Server, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	m, err := newMetrics(cfg.Meter)
	if err != nil {
		return nil, fmt.Errorf("create instruments: %w", err)
	}
	s := &Server{
		cfg: cfg, log: cfg.Logger, metrics: m, logins: newLoginLimiter(), callers: callers{cfg.Proxies},
		threads: &threads{cfg.Inbox}, finder: search.NewFinder(cfg.Search), served: make(chan error, 1),
	}
	s.hub = newHub(cfg, s.threads, m)
	s.counter = &counter{inbox: cfg.Inbox, hub: s.hub}
	base, abandon := context.WithCancelCause(context.Background())
	s.abandon = abandon
	s.http = &http.Server{
		BaseContext:       func(net.Listener) context.Context { return base },
		Handler:           s.Handler(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(cfg.Logger.Handler(), slog.LevelDebug),
	}
	return s, nil
}

// Open binds the address and serves in the background. An error means that
// nothing was bound.
func (s *Server) Open() error {
	ln, err := net.Listen("tcp", s.cfg.Listen) //nolint:noctx // binding does not wait
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	s.Serve(ln)
	return nil
}

// Serve is Open on a listener of the caller's, which Close closes.
func (s *Server) Serve(ln net.Listener) {
	s.ln = ln
	go func() { s.served <- s.http.Serve(ln) }()
	s.log.Info("gateway listens", "address", ln.Addr().String())
}

// URL is where the server listens, "http://host:port", after Open or Serve.
func (s *Server) URL() string { return "http://" + s.ln.Addr().String() }

// errAbandoned ends what requests wait for, when the engine is no member any more.
var errAbandoned = errors.New("the engine gives up what it does")

// Abandon has running requests wait no longer: each is answered 503 now, as nothing
// that it waits for may be trusted any more. Close follows.
func (s *Server) Abandon() { s.abandon(errAbandoned) }

// Close tells the sockets to come back elsewhere, waits for running requests
// until ctx ends, and stops. It may be called without Open, and twice.
func (s *Server) Close(ctx context.Context) error {
	s.hub.close(ctx)
	if s.ln == nil {
		return nil
	}
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(fmt.Errorf("shut down: %w", err), s.http.Close())
	}
	s.ln = nil
	if served := <-s.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, fmt.Errorf("serve: %w", served))
	}
	return err
}
