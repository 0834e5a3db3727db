// Package notify looks for what administrators should be told without asking, and brings
// it to them: into the page, by mail and to a program of theirs.
//
// Every process looks and delivers; the store lets each thing be told by one of them. A
// look that fails ends nothing and begins nothing: the next one decides. Letters are
// tried with growing pauses for a day.
package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/prosa-chat/prosa/actors/setting"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/mail"
	"github.com/prosa-chat/prosa/gateway/outward"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/fleet"
	"github.com/prosa-chat/prosa/persistence/notice"
)

const (
	lookEvery    = 10 * time.Second
	deliverEvery = 3 * time.Second
	pruneEvery   = time.Hour
	lettersMost  = 20 // at once
	// mailsMost is how many mails a tenant sends in an hour: a number that flaps must not
	// have the installation's address taken for that of a spammer. Processes count what has
	// gone, so that each may pass it by what it has in hand.
	mailsMost = 100
	mailPause = 10 * time.Minute
)

// Config is what a Notifier works with.
type Config struct {
	Store *notice.Store
	// Settings says what holds for a tenant now.
	Settings func(wa.TenantID) (setting.Notices, error)
	Mail     *mail.Sender // nil: the installation sends no mail
	Origin   string       // address of the page for links in mails; "": without links
	Private  bool         // webhooks may name addresses of this machine and its network: tests, demos
	Logger   *slog.Logger
	Meter    metric.Meter
}

// Notifier looks and delivers.
type Notifier struct {
	cfg     Config
	client  *http.Client
	looks   []look
	letters metric.Int64Counter
	began   metric.Int64Counter
}

// New makes one; Run works.
func New(cfg Config) (*Notifier, error) {
	n := &Notifier{cfg: cfg, client: outward.New(cfg.Private, 20*time.Second)}
	n.looks = []look{
		{notice.QueueAged, n.queues},
		{notice.TokenDied, n.troubled(fleet.TokenDead, fleet.TokenMissing)},
		{notice.TokenExpires, n.troubled(fleet.TokenExpires)},
		{notice.NumberRestricted, n.troubled(fleet.Blocked, fleet.Offline, fleet.Restricted)},
		{notice.WebhooksSilent, n.silent},
	}
	var err error
	if n.letters, err = cfg.Meter.Int64Counter("prosa.notice.letters", metric.WithDescription("Letters to administrators, by channel and what became of them")); err != nil {
		return nil, err
	}
	n.began, err = cfg.Meter.Int64Counter("prosa.notice.began", metric.WithDescription("Notices that began, by kind"))
	return n, err
}

// Run looks and delivers until ctx ends. Receivers may be slow: looks do not wait for
// letters.
func (n *Notifier) Run(ctx context.Context) {
	var both sync.WaitGroup
	both.Go(func() { n.every(ctx, deliverEvery, "deliver notices", n.Deliver) })
	both.Go(func() {
		n.every(ctx, pruneEvery, "prune notices", func(ctx context.Context) {
			n.warn(ctx, "old notices not removed", n.cfg.Store.Prune(ctx))
		})
	})
	n.every(ctx, lookEvery, "look for notices", n.Look)
	both.Wait()
}

func (n *Notifier) every(ctx context.Context, pause time.Duration, name string, do func(context.Context)) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			persistence.Guard(n.cfg.Logger, name, func() { do(ctx) })
		}
	}
}

// warn logs what the next round will try again.
func (n *Notifier) warn(ctx context.Context, words string, err error) {
	if err != nil && ctx.Err() == nil {
		n.cfg.Logger.WarnContext(ctx, words, "error", err)
	}
}

// look finds what is so of one kind, in all tenants.
type look struct {
	kind notice.Kind
	find func(context.Context) ([]notice.Found, error)
}

// Look goes once through all kinds.
func (n *Notifier) Look(ctx context.Context) {
	for _, l := range n.looks {
		found, err := l.find(ctx)
		if err != nil {
			n.warn(ctx, "could not look for notices", err)
			continue // what was found before stays as it is
		}
		begun, err := n.cfg.Store.Sync(ctx, l.kind, found, n.compose)
		n.warn(ctx, "notices not kept", err)
		for i := range begun {
			n.began.Add(ctx, 1, metric.WithAttributes(attribute.String("kind", string(l.kind))))
			n.cfg.Logger.Info("notice", "kind", l.kind, "tenant", begun[i].TenantID, "object", begun[i].Object.ID)
		}
	}
}

// queues finds teams in whose queue somebody waits longer than their tenant wants.
func (n *Notifier) queues(ctx context.Context) (found []notice.Found, err error) {
	list, err := n.cfg.Store.Queues(ctx, time.Minute)
	if err != nil {
		return nil, err
	}
	for i := range list {
		q := &list[i]
		holds, err := n.cfg.Settings(q.TenantID)
		if err != nil {
			return nil, err
		}
		if holds.QueueMinutes == 0 || q.Waiting < holds.Queue() {
			continue
		}
		found = append(found, notice.Found{
			TenantID: q.TenantID, Object: notice.Object{Kind: "team", ID: string(q.Team), Name: q.Name},
			Detail: notice.Detail{"since": time.Now().Add(-q.Waiting).UTC().Format(time.RFC3339)},
		})
	}
	return found, nil
}

// troubled finds numbers with one of some troubles, as the fleet judges them.
func (n *Notifier) troubled(troubles ...fleet.Trouble) func(context.Context) ([]notice.Found, error) {
	return func(ctx context.Context) (found []notice.Found, err error) {
		list, err := n.cfg.Store.Numbers(ctx, troubles, never)
		for i := range list {
			number := &list[i]
			at := slices.IndexFunc(number.Troubles, func(t fleet.Trouble) bool { return slices.Contains(troubles, t) })
			found = append(found, foundOf(number, notice.Detail{"trouble": string(number.Troubles[at])}))
		}
		return found, err
	}
}

// never is longer than any number has been silent.
const never = 100 * 365 * 24 * time.Hour

// silent finds numbers of which Meta tells nothing for longer than their tenant allows, or
// not even of what was sent.
func (n *Notifier) silent(ctx context.Context) (found []notice.Found, err error) {
	list, err := n.cfg.Store.Numbers(ctx, []fleet.Trouble{fleet.Silent}, time.Hour)
	if err != nil {
		return nil, err
	}
	for i := range list {
		number := &list[i]
		holds, err := n.cfg.Settings(number.TenantID)
		if err != nil {
			return nil, err
		}
		// Within a day the fleet calls silent only what was sent and never told of.
		unanswered := slices.Contains(number.Troubles, fleet.Silent) && number.Quiet < 24*time.Hour
		if holds.SilentHours == 0 || number.Quiet < holds.Silence() && !unanswered {
			continue
		}
		detail := notice.Detail{}
		if number.ReceivedAt != nil {
			detail["since"] = number.ReceivedAt.UTC().Format(time.RFC3339)
		}
		found = append(found, foundOf(number, detail))
	}
	return found, nil
}

func foundOf(n *notice.Number, detail notice.Detail) notice.Found {
	return notice.Found{TenantID: n.TenantID, Object: notice.Object{Kind: "number", ID: string(n.ID), Name: n.Name}, Detail: detail}
}

// Deliver tries the letters that are due, all at once: a receiver that hangs makes nobody
// else's wait, and all have ended long before their claim does.
func (n *Notifier) Deliver(ctx context.Context) {
	due, err := n.cfg.Store.Claim(ctx, lettersMost)
	if err != nil {
		n.warn(ctx, "letters not claimed", err)
		return
	}
	due, err = n.within(ctx, due)
	n.warn(ctx, "mails not counted", err)
	var all sync.WaitGroup
	for i := range due {
		all.Go(func() { persistence.Guard(n.cfg.Logger, "deliver a notice", func() { n.deliver(ctx, &due[i]) }) })
	}
	all.Wait()
}

// errLimit says why a mail waits.
var errLimit = fmt.Errorf("the company has sent %d mails within an hour, as many as it may: this one waits", mailsMost)

// within puts off mails of tenants that have sent as many as they may, and returns the
// other letters. What cannot be counted is due again when its claim ends.
func (n *Notifier) within(ctx context.Context, due []notice.Delivery) (may []notice.Delivery, err error) {
	room := make(map[wa.TenantID]int)
	for i := range due {
		d := &due[i]
		if d.Channel != notice.Mail {
			may = append(may, *d)
			continue
		}
		left, known := room[d.TenantID]
		if !known {
			sent, err := n.cfg.Store.Mailed(ctx, d.TenantID)
			if err != nil {
				return may, err
			}
			left = mailsMost - sent
		}
		room[d.TenantID] = left - 1
		if left > 0 {
			may = append(may, *d)
			continue
		}
		n.became(ctx, d, "limited")
		if _, more := pauseAfter(d.Tries); more {
			err = n.cfg.Store.Later(ctx, d.ID, mailPause, errLimit.Error())
		} else {
			err = n.cfg.Store.End(ctx, d.ID, errLimit.Error())
		}
		if err != nil {
			return may, err
		}
	}
	return may, nil
}

// became counts what became of a letter.
func (n *Notifier) became(ctx context.Context, d *notice.Delivery, result string) {
	n.letters.Add(ctx, 1, metric.WithAttributes(attribute.String("channel", string(d.Channel)), attribute.String("result", result)))
}

func (n *Notifier) deliver(ctx context.Context, d *notice.Delivery) {
	err := n.bring(ctx, d)
	result := "arrived"
	switch pause, more := pauseAfter(d.Tries); {
	case err == nil:
		err = n.cfg.Store.End(ctx, d.ID, "")
	case ctx.Err() != nil:
		return // due again when its claim ends
	case more && !errors.Is(err, mail.ErrRefused) && !errors.Is(err, outward.ErrForbidden):
		result, err = "put off", n.cfg.Store.Later(ctx, d.ID, pause, err.Error())
	default:
		n.cfg.Logger.Warn("letter given up", "channel", d.Channel, "tenant", d.TenantID, "tries", d.Tries, "error", err)
		result, err = "given up", n.cfg.Store.End(ctx, d.ID, err.Error())
	}
	n.became(ctx, d, result)
	n.warn(ctx, "what became of a letter is not kept", err)
}

// pauseAfter is the pause after a try that failed: they grow, to a day in all.
func pauseAfter(tries int) (pause time.Duration, more bool) {
	pauses := []time.Duration{
		10 * time.Second, time.Minute, 5 * time.Minute, 20 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	}
	if tries > len(pauses) {
		return 0, false
	}
	return pauses[max(tries-1, 0)], true
}
