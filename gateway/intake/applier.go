package intake

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/metric"
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/background"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/cloudapi/standing"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/consent"
	"github.com/prosa-chat/prosa/persistence/contacts"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/fleet"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/numbers"
)

// Store is what events are read from, and what they are looked up in.
type Store struct {
	Intake    *intake.Intake
	Problems  *intake.Problems
	Unmatched *intake.Unmatched
	Numbers   *numbers.Numbers
	Directory *contacts.Directory
	Sends     *effects.Sends
	Effects   *effects.Table
	Fleet     *fleet.Fleet // is told when a webhook about a number came
	Consent   *consent.Consents
}

// Limits bounds what is held.
type Limits struct {
	Rows     int // intake rows in memory
	Bytes    int // of their bodies
	InFlight int // commands at once
}

// Pauses are the rhythms.
type Pauses struct {
	Retry    time.Duration // after a first failure, then growing
	GiveUp   time.Duration // until an event becomes a problem
	Problems time.Duration // between tries of failed lanes and parked events
	TakeOver time.Duration // between looks for sources of the dead that nothing announced
}

// Config wires an applier. All of it is needed.
type Config struct {
	Work   *background.Work // ends it
	Store  Store
	Limits Limits
	Pauses Pauses
	Logger *slog.Logger
	Meter  metric.Meter
	// Ask sends one command to a grain. An answer that refuses is an answer.
	Ask func(kind, key string, message proto.Message) (*actorpb.Outcome, error)
	// Templates is told that the list of an account is not what Meta has.
	Templates func(account wa.AccountID, news cloudapi.TemplateNews)
	// Standing is told what a webhook says of how the numbers of an account fare, and whose
	// Meta app sent it; "": the installation's. It must not block.
	Standing func(by wa.TenantID, account wa.AccountID, news standing.News)
	// Member holds the lead of the retries while LeaseValid; Lost names members that
	// vanished without leaving.
	Member     string
	LeaseValid func() bool
	Lost       func() []string
	// Clock makes business time of the machine time at which a webhook came; nil: both
	// are one.
	Clock *persistence.Clock
}

// Applier brings events to their grains. Make it with New, connect Offer to the
// store's OnStored, then Start.
type Applier struct {
	cfg     Config
	store   Store
	work    *background.Work
	metrics *metrics
	feed    *feed
	lanes   *lanes
	inbound *inboundCount
	known   *sentCache
	retries retries
	passed  atomic.Int64 // events that grains answered
	early   *persistence.Group[effects.SentQuery]
}

// New starts nothing.
func New(cfg Config) (*Applier, error) {
	a := &Applier{cfg: cfg, store: cfg.Store, work: cfg.Work, inbound: &inboundCount{}, known: newSentCache(100_000)}
	var err error
	if a.metrics, err = newMetrics(cfg.Meter, a); err != nil {
		return nil, fmt.Errorf("make intake: %w", err)
	}
	a.feed = newFeed(cfg.Limits.Rows, cfg.Limits.Bytes)
	a.lanes = newLanes(cfg.Limits.InFlight, a.try, a.tryNote)
	a.early = a.earlyStatuses()
	return a, nil
}

// Start begins to take events in.
func (a *Applier) Start() {
	a.work.Loop("intake", a.read)
	a.work.Loop("intake", a.readBack)
	a.work.Loop("match", func() { a.early.Run(a.work.Context()) })
	a.work.Inherit(a.cfg.Pauses.TakeOver, newTakeover(a).look)
	a.work.Every(a.cfg.Pauses.Problems, a.retryProblems)
	a.work.Every(inboundFlush, a.flushInbound)
	a.work.Every(time.Hour, a.expireUnmatched)
}

// Offer hands over a committed row. It never blocks: what does not fit is read
// back from the table.
// The store's one writer calls it after each commit, row by row: whatever waited here
// would hold up every webhook.
func (a *Applier) Offer(row intake.Row) {
	if !a.feed.offer(row) {
		a.metrics.fellBehind()
	}
}

// Idle says that nothing taken in is unfinished.
// Rows that only the table holds are unfinished, too.
func (a *Applier) Idle() bool {
	rows, _ := a.feed.held()
	return rows == 0 && !a.feed.isBehind()
}

// Stop drops what waits, once the work has ended: it is not done, and is read back
// by another process or by the next start.
func (a *Applier) Stop() { a.lanes.stop() }

// Close gives the lead of the retries to another process, after the work's Wait.
func (a *Applier) Close() { a.stopRetries() }

// Remember keeps in memory whom one of our messages goes to, for its statuses.
func (a *Applier) Remember(number wa.PhoneNumberID, message wa.MessageID, contact wa.ContactID) {
	a.known.put(number, message, contact)
}

// try is process for a lane. An event that panics is tried like one that is not
// answered, and then kept as a problem.
func (a *Applier) try(it *item) (result verdict) {
	if a.work.Guard("event", func() { result = a.process(it) }) {
		return result
	}
	return a.notApplied(it, background.ErrPanicked)
}

// tryNote is noteItems for a lane. What panics is not noted: it is tried again.
func (a *Applier) tryNote(items []*item) (noted bool) {
	a.work.Guard("note", func() { noted = a.noteItems(items) })
	return noted
}

// canary says whether events pass through all the statements of a routing.
// All of them are asked: a routing runs several, and its error does not say which failed.
func (a *Applier) canary(ctx context.Context) error {
	for _, passes := range []func(context.Context) error{
		a.store.Numbers.Canary, a.store.Directory.Canary, a.store.Sends.CanaryLocate, a.store.Unmatched.Canary,
	} {
		if err := passes(ctx); err != nil {
			return err
		}
	}
	return nil
}
