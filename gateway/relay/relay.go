package relay

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/background"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/intake"
	"github.com/prosa-chat/prosa/gateway/relay/report"
	"github.com/prosa-chat/prosa/gateway/relay/upload"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/media"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/uploads"
)

// Asker reaches grains; *cluster.Member is one. An answer is an
// *actorpb.Outcome or, from a PhoneNumber, an *actorpb.NumberState.
type Asker interface {
	Ask(ctx context.Context, kind, key string, msg proto.Message) (proto.Message, error)
}

// Store is what the relay reads and writes.
type Store struct {
	intake.Store
	Alarms    *effects.Alarms
	Templates *numbers.Templates
	Media     *media.Media
	Uploads   *uploads.Uploads
	Jobs      *jobs.Jobs
}

// Limits bounds what the relay holds. A zero field takes its default.
type Limits struct {
	Rows     int // intake rows in memory; 20,000
	Bytes    int // of their bodies; 64 MB
	InFlight int // commands from intake at once; 1,500
	Sends    int // calls to Meta at once for one number; 64
	Media    int // files fetched at once; 16, of one number a quarter
	Uploads  int // files brought to Meta at once; 8, of one number half
	// MediaBytes is the length of a file that is still kept; 100 MB, Meta's own limit.
	MediaBytes int64
}

// Pauses are the relay's rhythms. A zero field takes its default.
type Pauses struct {
	Ask      time.Duration // for one try of a command; 10 s
	Retry    time.Duration // after a first failure, then growing; 200 ms
	GiveUp   time.Duration // until an event becomes a problem; 30 s
	Problems time.Duration // between tries of failed lanes and parked events; 1 min
	TakeOver time.Duration // between looks for sources of the dead that no event announced; 2 s
	Poll     time.Duration // for sends that are due; 500 ms
	Alarm    time.Duration // at most, until alarms that are due are looked for; 250 ms
	Revive   time.Duration // for conversations of teams that are gone; 2 s
	Sweep    time.Duration // for outcomes that were not recorded and lists that are due; 1 s
	Media    time.Duration // after a first failed fetch of a file, then growing; 5 s
	Look     time.Duration // between looks at a number that is stopped or paused; 1 min
}

// Config wires a relay. Asker, Store, Client and Member are needed.
type Config struct {
	Asker  Asker
	Store  Store
	Client *cloudapi.Client
	Member string // of the cluster; claims carry it and end with its lease
	// LeaseValid says whether that lease runs: without it nothing is handed to Meta,
	// because others may have judged what we claimed; nil: always.
	LeaseValid func() bool
	// Lost names members that vanished without leaving; nil: none. What they hold is
	// taken over, at once after MembersChanged.
	Lost   func() []string
	Logger *slog.Logger
	Meter  metric.Meter
	Limits Limits
	Pauses Pauses
	// Unproven numbers are registered without asking Meta whose they are: for tests.
	Unproven bool
	// AppSecret is the secret of the Meta app by which a number is connected, where that
	// is not the client's own; nil: no number has another.
	AppSecret func(app string) string
	// Clock tells business time, for what grains are told; nil: it is never moved. What
	// is due is the store's to say.
	Clock *persistence.Clock
	// MediaAge is how long a tenant's files are kept, 0: for ever; nil: all are. While
	// it has no answer none is removed.
	MediaAge func(wa.TenantID) (time.Duration, error)

	executors []executor // of tests, beyond those of the engine
}

// Relay moves events in and does what is wanted outside. Make it with New, connect
// Intake().Offer to the store's OnStored, then Start.
// Pumps and names are filled by New and never written again: they need no lock.
type Relay struct {
	cfg     Config
	store   Store
	work    *background.Work
	metrics *metrics
	events  *intake.Applier
	pumps   map[string]worker            // by kind
	names   map[ledger.EffectKind]string // of the kinds that executors carry out
	health  *report.Health
	codes   report.Codes
	hold    atomic.Bool // nothing more is claimed: the relay stops
	wakes   *persistence.Group[templateWake]
	rung    *persistence.Group[effects.Rung]
	claims  *persistence.Group[numberClaim]
	carrier *upload.Carrier
	once    sync.Once
}

// New checks the configuration and starts nothing.
func New(cfg Config) (*Relay, error) {
	if cfg.Asker == nil || cfg.Client == nil || cfg.Member == "" || cfg.Store.Intake == nil {
		return nil, errors.New("a relay needs an asker, a client, a member and a store")
	}
	cfg.Logger = cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler))
	if cfg.Meter == nil {
		cfg.Meter = noop.Meter{}
	}
	if cfg.LeaseValid == nil {
		cfg.LeaseValid = func() bool { return true }
	}
	if cfg.Lost == nil {
		cfg.Lost = func() []string { return nil }
	}
	cfg.Limits = cfg.Limits.withDefaults()
	cfg.Pauses = cfg.Pauses.withDefaults()
	work, err := background.New("prosa.relay.", cfg.Logger, cfg.Meter)
	if err != nil {
		return nil, fmt.Errorf("make relay: %w", err)
	}
	r := &Relay{cfg: cfg, store: cfg.Store, work: work, health: &report.Health{}, pumps: make(map[string]worker), names: make(map[ledger.EffectKind]string)}
	if r.metrics, err = newMetrics(cfg.Meter); err == nil {
		r.events, err = intake.New(r.intakeConfig())
	}
	if err == nil {
		r.carrier, err = upload.New(r.store.Uploads, cfg.Client, cfg.Logger, cfg.Meter)
	}
	if err != nil {
		work.End()
		return nil, fmt.Errorf("make relay: %w", err)
	}
	for _, w := range r.kinds() {
		r.pumps[w.name()] = w
	}
	r.wakes, r.rung, r.claims = r.wakings(), r.rings(), r.sendClaims()
	return r, nil
}

func (r *Relay) intakeConfig() intake.Config {
	c := &r.cfg
	return intake.Config{
		Work: r.work, Store: c.Store.Store, Logger: c.Logger, Meter: c.Meter,
		Ask: r.ask, Templates: r.wakeTemplates, Standing: r.heard,
		Member: c.Member, LeaseValid: c.LeaseValid, Lost: c.Lost, Clock: c.Clock,
		Limits: intake.Limits{Rows: c.Limits.Rows, Bytes: c.Limits.Bytes, InFlight: c.Limits.InFlight},
		Pauses: intake.Pauses{
			Retry: c.Pauses.Retry, GiveUp: c.Pauses.GiveUp, Problems: c.Pauses.Problems, TakeOver: c.Pauses.TakeOver,
		},
	}
}

func (l Limits) withDefaults() Limits {
	return Limits{
		Rows: cmp.Or(l.Rows, 20_000), Bytes: cmp.Or(l.Bytes, 64<<20),
		InFlight: cmp.Or(l.InFlight, 1500), Sends: cmp.Or(l.Sends, 64),
		Media: cmp.Or(l.Media, 16), Uploads: cmp.Or(l.Uploads, 8), MediaBytes: cmp.Or(l.MediaBytes, 100<<20),
	}
}

func (p Pauses) withDefaults() Pauses {
	return Pauses{
		Ask: cmp.Or(p.Ask, 10*time.Second), Retry: cmp.Or(p.Retry, 200*time.Millisecond),
		GiveUp: cmp.Or(p.GiveUp, 30*time.Second), Problems: cmp.Or(p.Problems, time.Minute),
		TakeOver: cmp.Or(p.TakeOver, 2*time.Second), Poll: cmp.Or(p.Poll, 500*time.Millisecond),
		Alarm:  cmp.Or(p.Alarm, 250*time.Millisecond),
		Revive: cmp.Or(p.Revive, 2*time.Second),
		Sweep:  cmp.Or(p.Sweep, time.Second), Media: cmp.Or(p.Media, 5*time.Second),
		Look: cmp.Or(p.Look, time.Minute),
	}
}

// Start begins all the work.
func (r *Relay) Start() {
	r.events.Start()
	for _, w := range r.pumps {
		w.start()
	}
	r.work.Loop("wakes", func() { r.wakes.Run(r.work.Context()) })
	r.work.Loop("alarms", func() { r.rung.Run(r.work.Context()) })
	r.work.Loop("claims", func() { r.claims.Run(r.work.Context()) })
	r.work.Every(time.Hour, r.pruneJobs)
	r.work.Every(r.cfg.Pauses.Revive, r.reviveJobs)
	r.work.Every(time.Minute, r.templateAge)
	r.work.Every(fleetFlush, r.flushFleet)
	r.work.Every(time.Minute, r.judgeFleet)
	r.work.Every(time.Hour, r.dropMedia)
	r.work.Every(upload.SweepPause, r.carrier.Sweep)
	r.work.Every(mediaMeasure, r.measureMedia)
}

// Intake is what brings events to their grains.
func (r *Relay) Intake() *intake.Applier { return r.events }

// Trouble says what waits because the database does not carry its statement out;
// nil: nothing does. See background.Work.
func (r *Relay) Trouble() error { return r.work.Trouble() }

// MembersChanged says that a member came or went. It never blocks, may be called
// after Start only, and a lost call costs a poll.
func (r *Relay) MembersChanged() { r.work.MembersChanged() }

// Stop takes nothing new, waits until what was taken is dealt with or ctx ends,
// and then stops everything. What is left is read back by another process, or by
// the next start. The intake is closed after it. Stopping twice does nothing.
func (r *Relay) Stop(ctx context.Context) {
	r.once.Do(func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		// First nothing more is claimed, and what is under way ends by itself. Only then is
		// the rest cut off: of a send that is cut off nobody knows whether it left (I7).
		r.hold.Store(true)
		for ctx.Err() == nil && !r.idle() {
			select {
			case <-ctx.Done():
			case <-tick.C:
			}
		}
		r.work.End()
		// What still waits in the lanes is not done, and is read again (I1).
		r.events.Stop()
		for _, w := range r.pumps {
			w.wait()
		}
		r.work.Wait()
		// Last, as a round of retries holds the lead until it has ended.
		r.events.Close()
	})
}

// idle says that nothing taken in is unfinished and no send is under way.
func (r *Relay) idle() bool {
	for _, w := range r.pumps {
		if !w.idle() {
			return false
		}
	}
	return r.events.Idle()
}

// Queued says that an effect waits in a scope. It never blocks, and a lost call costs
// half a second.
func (r *Relay) Queued(kind ledger.EffectKind, scope string) {
	if kind == ledger.EffectSend {
		r.wake(kindSends, scope)
		return
	}
	if name, known := r.names[kind]; known {
		r.wake(name, "")
	}
}

// Wake says that a number may have something to send. It never blocks, and a
// lost wake-up costs half a second.
func (r *Relay) Wake(number wa.PhoneNumberID) { r.wake(kindSends, string(number)) }
