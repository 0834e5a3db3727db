package cluster

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/asynkron/protoactor-go/remote"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/status"

	"github.com/prosa-chat/prosa/cluster/quiet"
	"github.com/prosa-chat/prosa/cluster/token"
	"github.com/prosa-chat/prosa/cluster/wirepb"
)

const (
	// writerBatch × MaxBody stays below maxReceive: a larger batch would break
	// the stream and lose every message in it.
	writerBatch = 64
	maxReceive  = (writerBatch + 16) * MaxBody
	writerQueue = 4096 // initial size; grows
)

// newActorSystem makes the actor system. Its library logs messages at Info, so
// all that it says is demoted and message contents are cut out.
func newActorSystem(m *Member) *actor.ActorSystem {
	logger := slog.New(quiet.New(m.log.Handler()))
	system := actor.NewActorSystem(actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger { return logger }))
	system.EventStream.Subscribe(m.event)
	return system
}

// event takes what the actor system publishes. It runs on the goroutine of
// whoever publishes and must not block.
func (m *Member) event(e any) {
	switch e := e.(type) {
	case *actor.DeadLetterEvent:
		if w, ok := e.Message.(*wirepb.Wire); ok {
			m.net.unsent(w)
		}
	case *remote.EndpointConnectedEvent:
		m.net.connected(e.Address)
	case *remote.EndpointTerminatedEvent:
		m.net.lost(e.Address)
	}
}

// network is the connection to the other members.
type network struct {
	m       *Member
	address string
	remote  *remote.Remote
	token   token.Tokens
	hearing hearing
	base    context.Context //nolint:containedctx // ends every connection
	cancel  context.CancelFunc

	refusals atomic.Int64 // instant of the last refusal that was logged
	closing  sync.RWMutex // held for writing by close: nothing is sent after it
	closed   bool

	mu     sync.Mutex
	nextID uint64
	links  map[string]*link // by address
}

// link is what this member knows about one address.
type link struct {
	ctx       context.Context //nolint:containedctx // ends the dialling and the stream
	cancel    context.CancelFunc
	connected bool
	flights   map[uint64]*flight
}

// flight is a request to another member that waits for its answer.
type flight struct {
	left bool // the message may have left this process
	done chan *wirepb.Wire
}

func startNetwork(m *Member) (n *network, err error) {
	host, port, err := net.SplitHostPort(m.cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen address: %w", err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, fmt.Errorf("listen port: %w", err)
	}
	tokens, err := token.New(m.cfg.Name, m.cfg.Shows, append([]string{m.cfg.Secret}, m.cfg.Before...)...)
	if err != nil {
		return nil, err
	}
	n = &network{m: m, token: tokens, links: map[string]*link{}}
	n.base, n.cancel = context.WithCancel(context.Background())
	defer func() { // the library panics when it cannot listen
		if p := recover(); p != nil {
			n.cancel()
			err = fmt.Errorf("listen on %s: %v", m.cfg.Listen, p)
		}
	}()
	if net.ParseIP(host) != nil && net.ParseIP(host).To4() == nil {
		host = "[" + host + "]"
	}
	n.remote = remote.NewRemote(m.system, remote.Configure(host, number,
		remote.WithAdvertisedHost(m.cfg.Advertise),
		remote.WithDialOptions(n.dialOptions()...),
		remote.WithServerOptions(n.serverOptions()...),
		remote.WithEndpointWriterBatchSize(writerBatch),
		remote.WithEndpointWriterQueueSize(writerQueue),
		func(c *remote.Config) { c.MaxRetryCount = 1 }, // gRPC retries; the library would sleep 2 s between tries
	))
	m.net = n
	n.remote.Start()
	n.address = m.system.Address()
	if err := n.spawnRouter(); err != nil {
		return nil, fmt.Errorf("start router: %w", err)
	}
	return n, nil
}

func (n *network) dialOptions() []grpc.DialOption {
	creds := insecure.NewCredentials()
	if n.m.cfg.TLS != nil {
		creds = credentials.NewTLS(n.m.cfg.TLS)
	}
	return []grpc.DialOption{
		grpc.WithTransportCredentials(creds),
		grpc.WithPerRPCCredentials(n.token),
		grpc.WithStreamInterceptor(n.openStream),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 50 * time.Millisecond, Multiplier: 1.6, Jitter: .2, MaxDelay: time.Second},
			MinConnectTimeout: 2 * time.Second,
		}),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 10 * time.Second, Timeout: 3 * time.Second}),
		grpc.WithNoProxy(),
	}
}

// openStream has gRPC wait for the peer instead of failing, for as long as the
// peer is in our view.
func (n *network) openStream(_ context.Context, desc *grpc.StreamDesc, cc *grpc.ClientConn, method string, streamer grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	return streamer(n.linkContext(cc.Target()), desc, cc, method, append(opts, grpc.WaitForReady(true))...)
}

func (n *network) serverOptions() []grpc.ServerOption {
	opts := []grpc.ServerOption{
		grpc.MaxRecvMsgSize(maxReceive),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}),
		grpc.ChainStreamInterceptor(n.survive, n.admit),
		grpc.UnaryInterceptor(refuseCall),
	}
	if n.m.cfg.TLS != nil {
		opts = append(opts, grpc.Creds(credentials.NewTLS(serverTLS(n.m.cfg.TLS))))
	}
	return opts
}

// survive keeps a malformed message of a peer from killing this process: the
// library dereferences nil for a type that it does not know. Only that peer's
// stream ends. (Our own types travel inside the one envelope that it knows.)
func (n *network) survive(srv any, ss grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) (err error) {
	defer func() {
		if p := recover(); p != nil {
			n.m.log.Error("stream of another member panicked", "panic", p)
			err = status.Error(codes.InvalidArgument, "malformed message")
		}
	}()
	return handler(srv, ss)
}

// close ends all connections. In-flight requests fail at once.
func (n *network) close() {
	n.closing.Lock()
	n.closed = true
	n.closing.Unlock()
	n.cancel()
	n.mu.Lock()
	for address := range n.links {
		n.failLocked(address)
	}
	n.mu.Unlock()
	n.remote.Shutdown(false)
}

// send hands w to the writer for an address; false means that it will not leave.
// The writer marshals it later: w must not change any more.
func (n *network) send(address string, w *wirepb.Wire) bool {
	n.closing.RLock()
	defer n.closing.RUnlock()
	if n.closed {
		return false
	}
	n.m.system.Root.Send(actor.NewPID(address, routerName), w)
	return true
}

// linkContext is the context of connections to an address: the link's while one
// exists, for answers to members that we do not know the network's.
func (n *network) linkContext(address string) context.Context {
	n.mu.Lock()
	defer n.mu.Unlock()
	if l := n.links[address]; l != nil {
		return l.ctx
	}
	return n.base
}

// takeOff registers a flight to an address and gives it an id.
func (n *network) takeOff(address string) (uint64, *flight) {
	n.mu.Lock()
	defer n.mu.Unlock()
	l := n.links[address]
	if l == nil {
		l = &link{flights: map[uint64]*flight{}}
		l.ctx, l.cancel = context.WithCancel(n.base)
		n.links[address] = l
	}
	n.nextID++
	f := &flight{left: l.connected, done: make(chan *wirepb.Wire, 1)}
	l.flights[n.nextID] = f
	return n.nextID, f
}

// land ends a flight with its answer, if it still waits.
func (n *network) land(address string, id uint64, answer *wirepb.Wire) {
	n.mu.Lock()
	defer n.mu.Unlock()
	l := n.links[address]
	if l == nil {
		return
	}
	if f := l.flights[id]; f != nil {
		delete(l.flights, id)
		if answer != nil {
			f.done <- answer // buffered; one answer per flight
		}
	}
}

// connected marks what waits for an address as possibly sent from now on.
func (n *network) connected(address string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if l := n.links[address]; l != nil {
		l.connected = true
		for _, f := range l.flights {
			f.left = true
		}
	}
}

// lost ends all flights to an address at once: those that may have left with an
// unknown outcome, the others to be tried again.
func (n *network) lost(address string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if l := n.links[address]; l != nil {
		l.connected = false
		n.failLocked(address)
	}
}

func (n *network) failLocked(address string) {
	l := n.links[address]
	for id, f := range l.flights {
		delete(l.flights, id)
		w := &wirepb.Wire{Outcome: wirepb.Wire_OUTCOME_REFUSED}
		if f.left {
			w.Outcome = wirepb.Wire_OUTCOME_UNSPECIFIED
		}
		f.done <- w
	}
}

// unsent takes back what a writer without connection could not send.
func (n *network) unsent(w *wirepb.Wire) {
	if w.Purpose != wirepb.Wire_PURPOSE_ASK && w.Purpose != wirepb.Wire_PURPOSE_RELEASE {
		return
	}
	if p := n.m.view.Load().peer(w.To); p != nil {
		n.land(p.address, w.Id, &wirepb.Wire{Outcome: wirepb.Wire_OUTCOME_REFUSED})
	}
}

// viewChanged gives up the addresses that no member has any more.
func (n *network) viewChanged(v *view) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for address, l := range n.links {
		if !v.hasAddress(address) {
			n.failLocked(address)
			delete(n.links, address)
			l.cancel()
		}
	}
}
