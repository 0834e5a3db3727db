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

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/admin"
	"github.com/prosa-chat/prosa/gateway/api"
	"github.com/prosa-chat/prosa/gateway/connection"
	"github.com/prosa-chat/prosa/gateway/files"
	"github.com/prosa-chat/prosa/gateway/fleet"
	"github.com/prosa-chat/prosa/gateway/graphapi"
	"github.com/prosa-chat/prosa/gateway/identity"
	"github.com/prosa-chat/prosa/gateway/live"
	"github.com/prosa-chat/prosa/gateway/metaapp"
	"github.com/prosa-chat/prosa/gateway/notify"
	"github.com/prosa-chat/prosa/gateway/orders"
	"github.com/prosa-chat/prosa/gateway/quickreply"
	"github.com/prosa-chat/prosa/gateway/recipient"
	"github.com/prosa-chat/prosa/gateway/rest"
	door "github.com/prosa-chat/prosa/gateway/signin"
	"github.com/prosa-chat/prosa/gateway/telemetry"
	tenant "github.com/prosa-chat/prosa/gateway/tenants"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/config"
	"github.com/prosa-chat/prosa/persistence/consent"
	standings "github.com/prosa-chat/prosa/persistence/fleet"
	providers "github.com/prosa-chat/prosa/persistence/identity"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/jobs"
	apps "github.com/prosa-chat/prosa/persistence/metaapp"
	replies "github.com/prosa-chat/prosa/persistence/quickreply"
	"github.com/prosa-chat/prosa/persistence/searchindex"
	"github.com/prosa-chat/prosa/persistence/signin"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/tenants"
	"github.com/prosa-chat/prosa/persistence/uploads"
)

// Config says what the gateway serves and from what. Staff, SignIn, Inbox, Uploads,
// Search and Cluster are required; a nil handler or interface answers 404.
type Config struct {
	Listen string // host:port; default 127.0.0.1:8080, port 0 picks one

	Staff   *staff.Staff
	SignIn  *signin.SignIn
	Inbox   *inbox.Inbox
	Uploads *uploads.Uploads
	Search  *searchindex.Index
	// Consents are what people allow to be sent to them.
	Consents *consent.Consents
	Cluster  live.Cluster

	Problems  admin.Problems
	Replayer  admin.Replayer
	Registrar api.Registrar
	Unmatched admin.Unmatched
	Jobs      *jobs.Jobs
	Fleet     *standings.Fleet // how the numbers fare
	Settings  *config.Documents
	Audit     *audit.Log
	Tenants   *tenants.Tenants

	// Connection is how numbers are connected; its Audit and Store are the gateway's own.
	Connection connection.Config

	// Apps are the Meta apps beside that of the configuration; AppsChanged has this
	// process know a change of one at once.
	Apps        *apps.Apps
	AppsChanged func(context.Context) error

	// QuickReplies are what people write again and again; nil: there are none.
	QuickReplies *replies.Replies

	// Providers sign people in; nil: none does. They need the Sealer. PrivateProviders may
	// stand on this machine, without TLS: tests, demos.
	Providers        *providers.Providers
	PrivateProviders bool
	Resolver         *net.Resolver // of the records that prove domains; nil: the machine's

	// Recipients are found by address, for first messages; nil: there are none.
	Recipients *recipient.Finder

	Webhook http.Handler // GET and POST /webhooks/meta, and of each app below it
	// Marker tells Meta what was read, for programs of the Cloud API; nil: it is not told.
	Marker  graphapi.Marker
	Metrics http.Handler // /metrics
	Web     http.Handler // everything else: the inbox

	// Ready says why this process should get no traffic now; nil means always ready.
	Ready func() error
	// Unmanned says whether nobody administers the installation yet; nil: somebody does.
	Unmanned func(context.Context) bool

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

	// Notices tell administrators what they should know; nil: nothing is told.
	Notices *notify.Notifier
	// Demo lets anybody in; nil where anything is real.
	Demo *Demo
	// Now is business time, by which windows close, told to clients; nil: time.Now.
	// ClockMoved is to be called when it has made a leap.
	Now func() time.Time

	Socket live.SocketConfig
}

func (c Config) withDefaults() (Config, error) {
	if c.Staff == nil || c.SignIn == nil || c.Inbox == nil || c.Uploads == nil || c.Search == nil || c.Cluster == nil {
		return c, errors.New("gateway needs Staff, SignIn, Inbox, Uploads, Search and Cluster")
	}
	if c.Providers != nil && c.Sealer == nil {
		return c, errors.New("gateway needs Sealer for Providers")
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
	c.Socket = c.Socket.WithDefaults()
	return c, nil
}

// Server is the HTTP and WebSocket edge of one process.
type Server struct {
	cfg        Config
	log        *slog.Logger
	metrics    *telemetry.Metrics
	logins     *loginLimiter
	callers    rest.Callers
	guard      telemetry.Guard
	hub        *live.Hub
	api        api.Handlers
	admin      admin.Handlers
	connection *connection.Wizard
	fleet      *fleet.Desk
	files      *files.Files
	apps       *metaapp.Handlers
	quick      *quickreply.Handlers
	door       *door.Door
	tenants    *tenant.Handlers
	identity   *identity.Handlers
	carrier    *orders.Orders
	http       *http.Server
	abandon    context.CancelCauseFunc // of the requests' contexts
	ln         net.Listener
	served     chan error
}

// New prepares a server; nothing listens yet, and Handler may be used without
// Open. The caller calls Close in either case.
func New(cfg Config) (*Server, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	m, err := telemetry.NewMetrics(cfg.Meter)
	if err != nil {
		return nil, fmt.Errorf("create instruments: %w", err)
	}
	s := &Server{
		cfg: cfg, log: cfg.Logger, metrics: m, logins: newLoginLimiter(), callers: rest.NewCallers(cfg.Proxies),
		guard: telemetry.NewGuard(cfg.Logger, m), served: make(chan error, 1),
	}
	items := view.NewThreads(cfg.Inbox)
	carrier := orders.New(orders.Config{Cluster: cfg.Cluster, Threads: items, Logger: cfg.Logger, Now: cfg.Now}, m)
	s.hub = live.New(live.Config{
		Cluster: cfg.Cluster, Staff: cfg.Staff, Inbox: cfg.Inbox, Threads: items, Orders: carrier, Audit: cfg.Audit, Jobs: cfg.Jobs,
		Socket: cfg.Socket, Logger: cfg.Logger, Now: cfg.Now,
		Owes: func(ctx context.Context, session *staff.Session) (bool, error) { return s.door.Owes(ctx, session) },
	}, m)
	s.api = api.New(api.Config{
		Staff: cfg.Staff, Inbox: cfg.Inbox, Search: cfg.Search, Consents: cfg.Consents, Cluster: cfg.Cluster,
		Registrar: cfg.Registrar, Threads: items, Orders: carrier, Recipients: cfg.Recipients, Hub: s.hub,
		Logger: cfg.Logger, Guard: s.guard, Now: cfg.Now,
	})
	s.admin = admin.New(admin.Config{
		Staff: cfg.Staff, Audit: cfg.Audit, Jobs: cfg.Jobs, Settings: cfg.Settings, Problems: cfg.Problems, Replayer: cfg.Replayer,
		Unmatched: cfg.Unmatched, Origin: s.origin, SeatChanged: s.hub.SessionsChanged, SendInvitation: cfg.Notices.Invite,
		Numbers: cfg.Registrar,
	})
	s.connection = s.newConnection()
	s.fleet = s.newFleet()
	s.carrier = carrier
	s.files = files.New(files.Config{Inbox: cfg.Inbox, Uploads: cfg.Uploads, Logger: cfg.Logger})
	s.apps = metaapp.New(metaapp.Config{Apps: cfg.Apps, Changed: cfg.AppsChanged, Origin: s.origin, Logger: cfg.Logger})
	s.quick = quickreply.New(cfg.QuickReplies)
	s.door = s.newDoor()
	s.tenants = tenant.New(tenant.Config{Tenants: cfg.Tenants, Callers: s.callers, Origin: s.origin, Logger: cfg.Logger, Now: time.Now})
	s.identity = s.newIdentity()
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
	s.ln = ln
	go func() { s.served <- s.http.Serve(ln) }()
	s.log.Info("gateway listens", "address", ln.Addr().String())
	return nil
}

// URL is where the server listens, "http://host:port", after Open.
func (s *Server) URL() string { return "http://" + s.ln.Addr().String() }

// ClockMoved tells the pages of everybody here that Now has made a leap. It never blocks.
func (s *Server) ClockMoved() { s.hub.ClockMoved() }

// TenantShut closes the sockets here of a tenant that is not active any more. It never
// blocks.
func (s *Server) TenantShut(id wa.TenantID) { s.hub.TenantShut(id) }

// TenantGone closes them likewise, and follows a tenant that is being erased no more. It
// never waits.
func (s *Server) TenantGone(id wa.TenantID) { s.hub.TenantGone(id) }

// Abandon has running requests wait no longer: each is answered 503 now, as nothing
// that it waits for may be trusted any more. Close follows.
func (s *Server) Abandon() { s.abandon(rest.ErrAbandoned) }

// Close tells the sockets to come back elsewhere, waits for running requests
// until ctx ends, and stops. It may be called without Open, and twice.
func (s *Server) Close(ctx context.Context) error {
	s.hub.Close(ctx)
	defer s.identity.Close()
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
