package identity

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/outward"
	"github.com/prosa-chat/prosa/persistence/identity"
	"github.com/prosa-chat/prosa/persistence/signin"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// CallbackPath is where providers send people back to. It is entered there, as a whole
// address.
const CallbackPath = "/api/v1/login/callback"

// Config is what the handlers work with. Nil Providers answer 404.
type Config struct {
	Providers *identity.Providers
	Sealer    identity.Sealer
	// Origin is where people reach this installation.
	Origin func(*http.Request) string
	// Proceed follows the first step of a sign-in: with the session or the second step.
	Proceed func(ctx context.Context, proof staff.Proof) (staff.Session, *signin.Step, error)
	// Open starts a session of somebody who is asked for no second step.
	Open func(ctx context.Context, p staff.Person) (staff.Session, error)
	// Prove keeps that the owner of the browser's session has signed in anew as somebody.
	// False: nobody is signed in, or somebody else.
	Prove func(r *http.Request, p *staff.Person) (bool, error)
	// Seat gives a browser the cookie of a session.
	Seat func(w http.ResponseWriter, r *http.Request, session *staff.Session)
	// Secure says whether a cookie is for TLS alone.
	Secure func(*http.Request) bool
	// Changed is told whose sessions ended.
	Changed func(wa.TenantID, wa.AgentID)
	// Count counts sign-ins by their outcome.
	Count func(ctx context.Context, result string)
	// Resolver proves domains; nil: that of the machine.
	Resolver *net.Resolver
	Private  bool // providers may stand on this machine, without TLS: tests, demos
	Logger   *slog.Logger
}

const (
	callTime   = 4 * time.Second // of one call to a provider
	flowTime   = 8 * time.Second // of all the calls of one step
	answerMost = 1 << 20         // bytes
)

// Handlers serve sign-in by providers.
type Handlers struct {
	cfg    Config
	client *http.Client

	mu    sync.Mutex
	known map[string]*discovered // by issuer
}

// New makes the handlers.
func New(c Config) *Handlers {
	if c.Resolver == nil {
		c.Resolver = net.DefaultResolver
	}
	return &Handlers{cfg: c, client: outward.Short(outward.New(c.Private, callTime), answerMost), known: map[string]*discovered{}}
}

// Close ends connections to providers that wait for another call.
func (h *Handlers) Close() { h.client.CloseIdleConnections() }
