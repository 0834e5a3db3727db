package engine

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/tenants"
)

// startTenants has this member know which tenants are suspended and which have sent
// what they may, at most a second late, until ctx ends.
func (e *Engine) startTenants(ctx context.Context, o *Observation) error {
	count, err := o.meter.Int64ObservableGauge("prosa.tenants", metric.WithUnit("{tenant}"),
		metric.WithDescription("Tenants of the installation, by state"))
	if err != nil {
		return fmt.Errorf("make instruments: %w", err)
	}
	_, err = o.meter.RegisterCallback(func(ctx context.Context, observer metric.Observer) error {
		counts, err := e.tenants.Counts(ctx)
		for state, n := range counts {
			observer.ObserveInt64(count, n, metric.WithAttributes(attribute.String("state", string(state))))
		}
		return err
	}, count)
	if err != nil {
		return fmt.Errorf("make instruments: %w", err)
	}
	e.chores.Go(func() {
		e.tenants.Watch(ctx, o.Log, tenants.Watcher{
			Stand: e.rememberTenants, Shut: e.tenantShut, Erasing: e.forgetTenant,
		})
	})
	e.chores.Go(func() { e.eraseTenants(ctx, o.Log) })
	return nil
}

// How often members look for tenants whose term is over, how many rows go in one
// transaction, and how long they wait between two, so that the database has time for others.
const (
	erasePause = 10 * time.Second
	eraseLot   = 2000
	eraseRest  = 50 * time.Millisecond
)

// eraseTenants removes what belongs to tenants whose term is over, until ctx ends. All
// members do: the row of the erasure tells who does at a time.
func (e *Engine) eraseTenants(ctx context.Context, log *slog.Logger) {
	for {
		pause := erasePause
		persistence.Guard(log, "erase tenants", func() {
			done, err := e.tenants.Erase(ctx, eraseLot)
			switch {
			case err != nil:
				if ctx.Err() == nil {
					log.Error("a tenant cannot be erased at present: it is tried again", "error", err)
				}
				return
			case done == nil:
				return
			}
			pause = eraseRest
			if done.Over {
				log.Info("a tenant is erased: nothing of it is left", "tenant", done.Tenant, "rows", done.Removed)
			}
		})
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// rememberTenants has sends of tenants refused that have sent what they may.
func (e *Engine) rememberTenants(list []tenants.Standing) {
	spent := make(map[wa.TenantID]bool, len(list))
	for _, t := range list {
		if t.Spent {
			spent[t.ID] = true
		}
	}
	e.known.MonthSpent(spent)
}

// tenantShut closes the sockets of a tenant that is suspended.
func (e *Engine) tenantShut(id wa.TenantID) {
	if e.Gateway != nil {
		e.Gateway.TenantShut(id)
	}
}

// forgetTenant drops what this member has in memory of a tenant that is being erased:
// its numbers, conversations and live updates. What is in their mailboxes is done first,
// and what that stores the erasure finds in a later pass.
func (e *Engine) forgetTenant(t tenants.Erasing) {
	for _, n := range t.Numbers {
		e.Numbers.Forget(n)
	}
	if e.Gateway != nil {
		e.Gateway.TenantGone(t.ID)
	}
	e.Member.Release(func(kind, key string) bool {
		number, _, _ := strings.Cut(key, ":")
		return kind == wa.FeedKind && key == string(t.ID) || kind != wa.FeedKind && slices.Contains(t.Numbers, wa.PhoneNumberID(number))
	})
}
