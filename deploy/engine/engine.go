package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors"
	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/cluster/certificate"
	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/notify"
	"github.com/prosa-chat/prosa/gateway/relay"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/config"
	"github.com/prosa-chat/prosa/persistence/contacts"
	"github.com/prosa-chat/prosa/persistence/fleet"
	"github.com/prosa-chat/prosa/persistence/follow"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/journal"
	"github.com/prosa-chat/prosa/persistence/metaapp"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/tenants"
)

// ErrFenced says that the others count this process as dead.
var ErrFenced = errors.New("struck off by the cluster")

// Engine is one running process: what it opened, in the order of opening.
type Engine struct {
	Db        *Database
	journal   *journal.Journal
	known     *actors.Known
	sealer    *persistence.Sealer
	Numbers   *numbers.Numbers
	apps      *metaapp.Known
	Staff     *staff.Staff
	tenants   *tenants.Tenants
	documents *config.Documents
	settings  *config.Cache
	intake    *intake.Intake
	Member    *cluster.Member
	publish   *actors.Publisher
	Relay     *relay.Relay
	fleet     *fleet.Fleet
	searches  *follow.Follower
	problems  *intake.Problems
	unmatched *intake.Unmatched
	directory *contacts.Directory
	Gateway   *gateway.Server
	late      *lateParts
	clock     *persistence.Clock

	chores     sync.WaitGroup
	stopChores context.CancelFunc
	notices    *notify.Notifier // nil: no gateway here

	fenced   chan string
	draining atomic.Bool
	unmanned atomic.Bool // nobody administered when this process started
}

// Extras are what only some processes have.
type Extras struct {
	Clock *persistence.Clock // of the database, if it is open already; nil: Start opens it
	Demo  *gateway.Demo      // whom anybody may be; nil: nobody
	Web   http.Handler       // what is served at /; nil: nothing
	Bare  bool               // only store webhooks, to measure what that costs
}

// tellContests warns of portfolios that two tenants had named before a portfolio
// belonged to one: who lost it learns it from nobody else.
func (e *Engine) tellContests(ctx context.Context, log *slog.Logger) error {
	contests, err := e.Numbers.Contests(ctx)
	for _, c := range contests {
		log.WarnContext(ctx, "an account stands in another tenant's portfolio and shares its contacts: see the runbook",
			"portfolio", c.Portfolio, "account", c.Account, "tenant", c.Tenant, "owner", c.Owner)
	}
	return err
}

// Start opens everything from the database upwards. On an error what was
// opened is closed again.
func Start(ctx context.Context, c Config, db *Database, o *Observation, x Extras) (_ *Engine, err error) {
	e := &Engine{Db: db, known: actors.NewKnown(time.Now), fenced: make(chan string, 1), clock: x.Clock}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.Close(context.WithoutCancel(ctx)))
		}
	}()
	secret, err := secretKey(c)
	if err != nil {
		return nil, err
	}
	seal, err := persistence.NewSealer(secret, c.keysBefore()...)
	if err != nil {
		return nil, fmt.Errorf("read PROSA_SECRET_KEY: %w", err)
	}
	observed, err := observeAppends(o.meter)
	if err != nil {
		return nil, fmt.Errorf("make instruments: %w", err)
	}
	e.journal = journal.New(db.Pool, journal.Config{Observe: observed})
	if err := persistence.CheckKey(ctx, db.Pool, seal); err != nil {
		return nil, err
	}
	if e.clock == nil {
		if e.clock, err = persistence.OpenClock(ctx, db.Pool); err != nil {
			return nil, err
		}
	}
	e.sealer = seal
	e.Numbers = numbers.New(db.Pool, seal)
	if err := e.tellContests(ctx, o.Log); err != nil {
		return nil, err
	}
	e.openApps(ctx, o)
	e.Staff = staff.New(db.Pool)
	e.tenants = tenants.New(db.Pool, e.Staff)
	e.openSettings(ctx, c, o)
	chores := e.startChores(c, o)
	if err := e.join(ctx, c, secret, o); err != nil {
		return nil, err
	}
	if c.plays(RoleRelay) || c.plays(RoleGateway) {
		if err := e.openIntake(ctx, o); err != nil {
			return nil, err
		}
	}
	if e.intake != nil && !x.Bare {
		if err := e.startRelay(c, o); err != nil {
			return nil, err
		}
	}
	if err := e.firstAdmin(ctx, c); err != nil { // who sees the gateway ready may log in
		return nil, err
	}
	if c.plays(RoleGateway) {
		if err := e.startGateway(c, o, x); err != nil {
			return nil, err
		}
	}
	e.chores.Go(func() { e.followKey(chores, o.Log) })
	if e.notices != nil {
		e.chores.Go(func() { e.notices.Run(chores) })
	}
	e.chores.Go(func() { e.clock.Run(chores, o.Log, e.clockMoved) })
	if err := e.startTenants(chores, o); err != nil {
		return nil, err
	}
	return e, nil
}

// join makes this process a member and hosts the grains, if that is its role.
func (e *Engine) join(ctx context.Context, c Config, secret string, o *Observation) error {
	late := &lateParts{}
	kinds := map[string]cluster.Factory{}
	if c.plays(RoleMember) {
		kinds = e.kinds(late, o)
	}
	tls, err := certificate.Load(c.ClusterCert, c.ClusterKey, c.ClusterCA)
	if err != nil {
		return fmt.Errorf("join the cluster: %w", err)
	}
	e.Member, err = cluster.Start(ctx, cluster.Config{
		Pool: e.Db.Pool, DatabaseURL: e.Db.url, Secret: secret, Before: c.keysBefore(), Shows: e.sealer.Shows, Alone: e.Db.embedded != nil,
		Listen: c.ClusterListen, Advertise: c.ClusterAdvertise,
		TLS:    tls,
		Warm:   c.warm,
		Logger: o.Log, Meter: o.meter, Tracer: o.tracer,
		OnView:   late.viewChanged,
		OnFenced: func(reason string) { e.fenced <- reason },
	}, kinds)
	if err != nil {
		return fmt.Errorf("join the cluster: %w", err)
	}
	e.publish = actors.NewPublisher(e.Member, o.Log)
	late.member.Store(e.Member)
	late.publisher.Store(e.publish)
	e.late = late
	return nil
}

// kinds are the grains of this release.
func (e *Engine) kinds(l *lateParts, o *Observation) map[string]cluster.Factory {
	cfg := actors.Config{
		Journal: e.journal, Streams: e.journal.Streams(),
		Known:     e.known,
		Committed: l.committed, Queued: l.queued, LeaseValid: l.leaseValid, Now: e.clock.Now,
	}
	feeds := actors.FeedConfig{Sender: l, Tail: actors.NewTail(inbox.NewChangeLog(e.Db.Pool), o.Log, 0), Logger: o.Log}
	return map[string]cluster.Factory{
		wa.ConversationKind: actors.Conversations(cfg),
		wa.PhoneNumberKind:  actors.PhoneNumbers(cfg),
		wa.FeedKind: func(tenant string) cluster.Grain {
			return actors.NewFeed(feeds, wa.TenantID(tenant))
		},
	}
}

// lateParts are what grains need of the process around them, which exists only once
// the member has started. Until then there is nothing to tell and nobody to trust.
type lateParts struct {
	member    atomic.Pointer[cluster.Member]
	publisher atomic.Pointer[actors.Publisher]
	relay     atomic.Pointer[relay.Relay]
}

func (l *lateParts) committed(u *actorpb.ConversationUpdate) {
	if p := l.publisher.Load(); p != nil {
		p.Committed(u)
	}
}

func (l *lateParts) queued(kind ledger.EffectKind, scope string) {
	if r := l.relay.Load(); r != nil {
		r.Queued(kind, scope)
	}
}

func (l *lateParts) leaseValid() bool {
	m := l.member.Load()
	return m != nil && m.LeaseValid()
}

// viewChanged has the relay take over what a dead member held.
func (l *lateParts) viewChanged() {
	if r := l.relay.Load(); r != nil {
		r.MembersChanged()
	}
}

// TellMember sends to a gateway; see actors.Sender.
func (l *lateParts) TellMember(memberID, name string, msg proto.Message) {
	if m := l.member.Load(); m != nil {
		m.TellMember(memberID, name, msg)
	}
}

// clockMoved has whatever shows or awaits business time look at once.
func (e *Engine) clockMoved() {
	if e.Gateway != nil {
		e.Gateway.ClockMoved()
	}
}

// owner names this process for people who read the tables.
func (e *Engine) owner() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s/%d/%s", host, os.Getpid(), e.Member.ID())
}

func (e *Engine) graph(c Config) *cloudapi.Client {
	return cloudapi.NewClient(cloudapi.Config{BaseURL: c.GraphURL, AppSecret: c.AppSecret, Refused: time.Minute})
}
