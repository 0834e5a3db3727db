package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/gateway/relay"
	"github.com/prosa-chat/prosa/gateway/search"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/contacts"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/media"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/searchindex"
)

// drainTime is how long a stopping process has; after it, it goes anyway. Of it
// the relay has relayDrainTime for what it has begun.
const (
	drainTime      = 15 * time.Second
	relayDrainTime = 9 * time.Second
)

// openIntake takes a source. Every process with a gateway or a relay has one.
func (e *engine) openIntake(ctx context.Context, o *observation) error {
	store, err := intake.Open(ctx, e.db.pool, intake.Config{Owner: e.owner(), Member: e.member.ID(), Logger: o.log})
	if err != nil {
		return fmt.Errorf("open intake: %w", err)
	}
	e.intake = store
	e.problems = intake.NewProblems(e.db.pool)
	e.unmatched = intake.NewUnmatched(e.db.pool)
	return nil
}

// startRelay starts the pumps.
func (e *engine) startRelay(c config, o *observation) error {
	r, err := relay.New(relay.Config{
		Asker: e.member, Client: e.graph(c), Member: e.member.ID(), Logger: o.log, Meter: o.meter, Ahead: e.ahead,
		LeaseValid: e.member.LeaseValid, Lost: e.member.Lost,
		Unproven: c.ProveNumbers == "no",
		MediaAge: time.Duration(c.mediaDays) * 24 * time.Hour,
		Store: relay.Store{
			Intake: e.intake, Problems: e.problems, Numbers: e.numbers, Directory: contacts.New(e.db.pool),
			Outbox: effects.NewOutbox(e.db.pool), Timers: effects.NewTimers(e.db.pool), Unmatched: e.unmatched,
			Templates: numbers.NewTemplates(e.db.pool),
			Media:     media.New(e.db.pool),
			Jobs:      jobs.New(e.db.pool),
		},
	})
	if err != nil {
		return err
	}
	e.relay = r
	e.intake.OnStored(r.Offer)
	r.Start()
	e.links.relay.Store(r)
	e.searches, err = search.StartFollower(search.FollowerConfig{Pool: e.db.pool, Logger: o.log, Meter: o.meter})
	return err
}

func (e *engine) startGateway(c config, o *observation, x extras) error {
	webhook, err := gateway.NewWebhook(gateway.WebhookConfig{
		Intake: e.intake, Secrets: secrets(c), VerifyToken: c.VerifyToken, Proxies: c.proxies, Logger: o.log, Meter: o.meter,
	})
	if err != nil {
		return fmt.Errorf("make webhook: %w", err)
	}
	var origins []string
	if c.PublicURL != "" {
		origins = append(origins, c.PublicURL)
	}
	cfg := gateway.Config{
		Listen: c.Listen, Staff: e.staff, Inbox: inbox.New(e.db.pool), Search: searchindex.New(e.db.pool),
		Cluster:  e.member,
		Problems: e.problems, Unmatched: e.unmatched, Jobs: jobs.New(e.db.pool),
		Webhook: webhook, Metrics: onGateway(c, o), Web: x.web, Demo: x.demo, Now: x.now, Ready: e.ready,
		Proxies: c.proxies, Sealer: e.sealer, Origins: origins, SecureCookies: strings.HasPrefix(c.PublicURL, "https://"),
		Logger: o.log, Meter: o.meter,
	}
	if e.relay != nil {
		cfg.Replayer, cfg.Registrar = e.relay, e.relay
	}
	if e.gateway, err = gateway.New(cfg); err != nil {
		return fmt.Errorf("make gateway: %w", err)
	}
	if err := e.openGateway(c); err != nil {
		return fmt.Errorf("%w\nremedy: free the port, or take another one: PROSA_LISTEN=127.0.0.1:0", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	e.stopChores = stop
	e.chores.Go(func() { e.pruneSessions(ctx, o.log) })
	return nil
}

// openGateway binds the address, or takes it from who had it in this process.
func (e *engine) openGateway(c config) error {
	if e.front == nil {
		return e.gateway.Open()
	}
	listener, err := e.front.enter(context.Background(), c.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	e.gateway.Serve(listener)
	return nil
}

// pruneSessions removes ended sessions now and every hour, until ctx ends.
func (e *engine) pruneSessions(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		persistence.Guard(log, "prune sessions", func() {
			if err := e.staff.PruneSessions(ctx); err != nil && ctx.Err() == nil {
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

func secrets(c config) []string {
	if c.AppSecretPrevious == "" {
		return []string{c.AppSecret}
	}
	return []string{c.AppSecret, c.AppSecretPrevious}
}

// ready says why this process should get no traffic now.
func (e *engine) ready() error {
	if e.draining.Load() {
		return errors.New("stopping")
	}
	if e.member.Deaf() {
		return errors.New("deaf to the other members of the cluster at present")
	}
	if !e.member.Ready() {
		return errors.New("not a member of the cluster at present")
	}
	if e.relay != nil {
		if err := e.relay.Trouble(); err != nil {
			return err
		}
	}
	return e.databaseAnswers()
}

func (e *engine) databaseAnswers() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := e.db.pool.Ping(ctx); err != nil {
		return errors.New("the database does not answer")
	}
	return nil
}

// close stops in the order in which nobody sees an error: no new work, then the
// grains, then what they write to. Parts that were never opened are skipped.
func (e *engine) close(ctx context.Context) error {
	e.draining.Store(true)
	ctx, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()
	var errs []error
	if e.gateway != nil {
		errs = append(errs, e.gateway.Close(ctx))
	}
	if e.stopChores != nil {
		e.stopChores()
		e.chores.Wait()
	}
	if e.searches != nil {
		e.searches.Close()
	}
	if e.relay != nil {
		// A send whose answer does not come must leave the others their time.
		sends, stop := context.WithTimeout(ctx, relayDrainTime)
		e.relay.Stop(sends)
		stop()
	}
	if e.intake != nil {
		errs = append(errs, e.intake.Close(ctx))
	}
	if e.member != nil {
		errs = append(errs, e.member.Stop(ctx))
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
