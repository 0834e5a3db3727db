package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/prosa-chat/prosa/actors/setting"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/gateway/cloudapi/onboarding"
	"github.com/prosa-chat/prosa/gateway/connection"
	apply "github.com/prosa-chat/prosa/gateway/intake"
	"github.com/prosa-chat/prosa/gateway/recipient"
	"github.com/prosa-chat/prosa/gateway/relay"
	"github.com/prosa-chat/prosa/gateway/search"
	"github.com/prosa-chat/prosa/gateway/webhook"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/config"
	"github.com/prosa-chat/prosa/persistence/consent"
	"github.com/prosa-chat/prosa/persistence/contacts"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/fleet"
	"github.com/prosa-chat/prosa/persistence/follow"
	"github.com/prosa-chat/prosa/persistence/identity"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/media"
	"github.com/prosa-chat/prosa/persistence/metaapp"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/quickreply"
	"github.com/prosa-chat/prosa/persistence/searchindex"
	"github.com/prosa-chat/prosa/persistence/signin"
	"github.com/prosa-chat/prosa/persistence/uploads"
)

// drainTime is how long a stopping process has; after it, it goes anyway. Of it
// the relay has relayDrainTime for what it has begun.
const (
	drainTime      = 15 * time.Second
	relayDrainTime = 9 * time.Second
)

// openIntake takes a source. Every process with a gateway or a relay has one.
func (e *Engine) openIntake(ctx context.Context, o *Observation) error {
	store, err := intake.Open(ctx, e.Db.Pool, intake.Config{Owner: e.owner(), Member: e.Member.ID(), Logger: o.Log})
	if err != nil {
		return fmt.Errorf("open intake: %w", err)
	}
	e.intake = store
	e.problems = intake.NewProblems(e.Db.Pool)
	e.unmatched = intake.NewUnmatched(e.Db.Pool)
	e.directory = contacts.New(e.Db.Pool)
	return nil
}

// startRelay starts the pumps.
func (e *Engine) startRelay(c Config, o *Observation) error {
	templates := numbers.NewTemplates(e.Db.Pool)
	e.fleet = fleet.New(e.Db.Pool)
	templates.OnChanged(e.known.TemplatesChanged)
	r, err := relay.New(relay.Config{
		Asker: e.Member, Client: e.graph(c), Member: e.Member.ID(), Logger: o.Log, Meter: o.meter, Clock: e.clock,
		LeaseValid: e.Member.LeaseValid, Lost: e.Member.Lost,
		Unproven: c.ProveNumbers == "no",
		MediaAge: e.mediaAge, AppSecret: e.apps.Secret,
		Store: relay.Store{
			Store: apply.Store{
				Intake: e.intake, Problems: e.problems, Unmatched: e.unmatched, Numbers: e.Numbers,
				Directory: e.directory, Sends: effects.NewSends(e.Db.Pool, e.clock),
				Effects: effects.NewTable(e.Db.Pool, e.clock), Fleet: e.fleet, Consent: consent.New(e.Db.Pool),
			},
			Alarms:    effects.NewAlarms(e.Db.Pool, e.clock),
			Templates: templates,
			Media:     media.New(e.Db.Pool),
			Uploads:   uploads.New(e.Db.Pool),
			Jobs:      jobs.New(e.Db.Pool),
		},
	})
	if err != nil {
		return err
	}
	e.Relay = r
	e.intake.OnStored(r.Intake().Offer)
	r.Start()
	e.late.relay.Store(r)
	e.searches, err = search.NewFollower(follow.Config{
		Pool: e.Db.Pool, Member: e.Member.ID(), Lost: e.Member.Lost, Logger: o.Log, Meter: o.meter,
	})
	if err != nil {
		return err
	}
	e.searches.Start()
	return nil
}

// mediaAge is how long a tenant's files are kept.
func (e *Engine) mediaAge(tenant wa.TenantID) (time.Duration, error) {
	media, _, err := config.Held(e.settings, e.documents.Kinds().Media, tenant)
	return media.Age(), err
}

// freePort is the remedy for an address that is taken.
const freePort = "remedy: free the port, or take another one: PROSA_LISTEN=127.0.0.1:0"

func (e *Engine) startGateway(c Config, o *Observation, x Extras) error {
	webhook, err := webhook.New(webhook.Config{
		Intake: e.intake, Apps: e.apps, Secrets: secrets(c), VerifyToken: c.VerifyToken, Proxies: c.proxies, Logger: o.Log, Meter: o.meter,
	})
	if err != nil {
		return fmt.Errorf("make webhook: %w", err)
	}
	var origins []string
	if c.PublicURL != "" {
		origins = append(origins, c.PublicURL)
	}
	notices, err := e.openNotices(c, o)
	if err != nil {
		return err
	}
	e.notices = notices
	cfg := gateway.Config{
		Notices: notices,
		Listen:  c.Listen, Staff: e.Staff, SignIn: signin.New(e.Db.Pool, e.sealer, time.Now), Inbox: inbox.New(e.Db.Pool), Search: searchindex.New(e.Db.Pool),
		Uploads:  uploads.New(e.Db.Pool),
		Consents: consent.New(e.Db.Pool),
		Cluster:  e.Member,
		Problems: e.problems, Unmatched: e.unmatched, Jobs: jobs.New(e.Db.Pool), Settings: e.documents, Audit: audit.New(e.Db.Pool),
		Fleet:      fleet.New(e.Db.Pool),
		Marker:     &marker{e.graph(c), e.Numbers, e.apps.Secret},
		Recipients: &recipient.Finder{Numbers: e.Numbers, Directory: e.directory},
		Apps:       metaapp.New(e.Db.Pool, e.sealer), AppsChanged: e.apps.Read, Tenants: e.tenants,
		Providers: identity.New(e.Db.Pool, e.sealer), PrivateProviders: c.private(),
		Webhook: webhook, Metrics: onGateway(c, o), Web: x.Web, Demo: x.Demo, Now: e.clock.Now, Ready: e.ready, Unmanned: e.nobodyYet,
		Proxies: c.proxies, Sealer: e.sealer, Origins: origins, SecureCookies: strings.HasPrefix(c.PublicURL, "https://"),
		Logger: o.Log, Meter: o.meter,
	}
	cfg.QuickReplies = quickreply.New(e.Db.Pool)
	cfg.Connection = connection.Config{
		Graph: onboarding.New(e.graph(c)), Drafts: numbers.NewDrafts(e.Db.Pool, e.sealer), Numbers: e.Numbers,
		AppSecret: e.apps.Secret,
	}
	if e.Relay != nil {
		cfg.Replayer, cfg.Registrar = e.Relay.Intake(), e.Relay
	}
	if e.Gateway, err = gateway.New(cfg); err != nil {
		return fmt.Errorf("make gateway: %w", err)
	}
	if err := e.Gateway.Open(); err != nil {
		return fmt.Errorf("%w\n%s", err, freePort)
	}
	return nil
}

// openSettings reads what tenants have configured. Where that cannot be read the
// process begins without: webhooks need none of it, what does need it is not decided,
// and the cache reads again each second and says how it fares.
func (e *Engine) openSettings(ctx context.Context, c Config, o *Observation) {
	e.documents = config.New(e.Db.Pool, setting.NewKinds(setting.Defaults{MediaDays: c.mediaDays}))
	e.settings = config.NewCache(e.documents, time.Now, o.Log)
	if err := e.settings.Read(ctx); err != nil {
		o.Log.Warn("configuration not read at the start", "error", err)
	}
}

// openApps reads the Meta apps of the database. Where that cannot be read the process
// begins without, and reads again every two seconds: their webhooks are refused until
// then, and Meta sends them again.
func (e *Engine) openApps(ctx context.Context, o *Observation) {
	e.apps = metaapp.NewKnown(e.Db.Pool, e.sealer, o.Log)
	if err := e.apps.Read(ctx); err != nil {
		o.Log.Warn("Meta apps not read at the start", "error", err)
	}
}

// startChores begins what is done beside everything else until Close, which ends the
// context.
func (e *Engine) startChores(c Config, o *Observation) (chores context.Context) {
	ctx, stop := context.WithCancel(context.Background())
	e.stopChores = stop
	e.chores.Go(func() { e.settings.Run(ctx) })
	e.chores.Go(func() { e.apps.Run(ctx) })
	e.chores.Go(func() { e.Numbers.Follow(ctx, o.Log) })
	if c.plays(RoleGateway) {
		e.chores.Go(func() { e.pruneSessions(ctx, o.Log) })
	}
	return ctx
}

// pruneSessions removes ended sessions now and every hour, until ctx ends.
func (e *Engine) pruneSessions(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		persistence.Guard(log, "prune sessions", func() {
			if err := e.Staff.PruneSessions(ctx); err != nil && ctx.Err() == nil {
				log.Warn("ended sessions not removed", "error", err)
			}
		})
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func secrets(c Config) []string {
	if c.AppSecretPrevious == "" {
		return []string{c.AppSecret}
	}
	return []string{c.AppSecret, c.AppSecretPrevious}
}

// ready says why this process should get no traffic now.
func (e *Engine) ready() error {
	if e.draining.Load() {
		return errors.New("stopping")
	}
	if e.Member.Deaf() {
		return errors.New("deaf to the other members of the cluster at present")
	}
	if !e.Member.Ready() {
		return errors.New("not a member of the cluster at present")
	}
	if e.Relay != nil {
		if err := e.Relay.Trouble(); err != nil {
			return err
		}
	}
	return e.databaseAnswers()
}

func (e *Engine) databaseAnswers() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	switch err := persistence.Writable(ctx, e.Db.Pool); {
	case errors.Is(err, persistence.ErrReadOnly):
		return err
	case err != nil:
		return errors.New("the database does not answer")
	}
	return nil
}

// Close stops in the order in which nobody sees an error: no new work, then the
// grains, then what they write to. Parts that were never opened are skipped.
func (e *Engine) Close(ctx context.Context) error {
	e.draining.Store(true)
	ctx, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()
	var errs []error
	if e.Gateway != nil {
		errs = append(errs, e.Gateway.Close(ctx))
	}
	if e.stopChores != nil {
		e.stopChores()
		e.chores.Wait()
	}
	if e.searches != nil {
		e.searches.Close()
	}
	if e.Relay != nil {
		// A send whose answer does not come must leave the others their time.
		sends, stop := context.WithTimeout(ctx, relayDrainTime)
		e.Relay.Stop(sends)
		stop()
	}
	if e.intake != nil {
		errs = append(errs, e.intake.Close(ctx))
	}
	if e.Member != nil {
		errs = append(errs, e.Member.Stop(ctx))
	}
	if e.publish != nil {
		e.publish.Close()
	}
	if e.journal != nil {
		e.journal.Close()
	}
	return errors.Join(errs...)
}

// observeAppends counts the transactions of the journal.
func observeAppends(m metric.Meter) (func(int, time.Duration, error), error) {
	size, err := m.Int64Histogram("prosa.persistence.append.batch", metric.WithUnit("{append}"),
		metric.WithDescription("appends that shared a transaction"))
	if err != nil {
		return nil, err
	}
	took, err := m.Float64Histogram("prosa.persistence.append.duration", metric.WithUnit("s"),
		metric.WithDescription("time of one transaction of appends"))
	if err != nil {
		return nil, err
	}
	ok := metric.WithAttributeSet(attribute.NewSet(attribute.Bool("ok", true)))
	failed := metric.WithAttributeSet(attribute.NewSet(attribute.Bool("ok", false)))
	return func(appends int, d time.Duration, err error) {
		outcome := ok
		if err != nil {
			outcome = failed
		}
		size.Record(context.Background(), int64(appends), outcome)
		took.Record(context.Background(), d.Seconds(), outcome)
	}, nil
}
