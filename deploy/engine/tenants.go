package engine

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/prosa-chat/prosa/actors/wa"
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
	e.chores.Go(func() { e.tenants.Watch(ctx, o.Log, e.rememberTenants, e.tenantShut) })
	return nil
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
