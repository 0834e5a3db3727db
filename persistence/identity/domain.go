package identity

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// Prove keeps that the name servers of a domain have told the token of a tenant; one that
// is proven stays so. ErrNotFound: the tenant does not name the domain, or has another
// token since. Several tenants may prove one domain: its owner says whose it is.
func (s *Providers) Prove(ctx context.Context, tenant wa.TenantID, domain, token string) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		before, sealed, err := hold(ctx, tx, tenant)
		switch {
		case err != nil:
			return err
		case sealed == nil || before.Token != token || !slices.Contains(before.Domains, domain):
			return persistence.ErrNotFound
		case slices.Contains(before.Proven, domain):
			return nil
		}
		proven := append(slices.Clone(before.Proven), domain)
		slices.Sort(proven)
		if _, err := tx.Exec(ctx, `UPDATE identity_provider SET proven = $2 WHERE tenant_id = $1`, tenant, proven); err != nil {
			return err
		}
		return tell(ctx, tx, tenant, audit.Values{"proven_domains": before.Proven}, audit.Values{"proven_domains": proven})
	})
	if err != nil {
		return fmt.Errorf("prove domain: %w", err)
	}
	return nil
}

func allProven(domains, proven []string) bool {
	return !slices.ContainsFunc(domains, func(d string) bool { return !slices.Contains(proven, d) })
}
