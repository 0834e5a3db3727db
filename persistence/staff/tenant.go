package staff

import (
	"context"
	"fmt"

	"github.com/prosa-chat/prosa/actors/wa"
)

// PutTenant makes a tenant, or renames it.
func (s *Staff) PutTenant(ctx context.Context, id wa.TenantID, name string) error {
	_, err := s.pool.Exec(ctx, `
		INSERT INTO tenant (id, name) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET name = excluded.name`, id, name)
	if err != nil {
		return fmt.Errorf("store tenant %s: %w", id, err)
	}
	return nil
}

// Tenant is what a tenant's people are told of it.
type Tenant struct {
	Name    string
	Numbers int // business numbers that it has registered
}

// Tenant reads a tenant, or ErrNotFound.
func (s *Staff) Tenant(ctx context.Context, id wa.TenantID) (Tenant, error) {
	const find = `
SELECT t.name, (SELECT count(*) FROM phone_number n WHERE n.tenant_id = t.id) FROM tenant t WHERE t.id = $1`
	var t Tenant
	if err := s.pool.QueryRow(ctx, find, id).Scan(&t.Name, &t.Numbers); err != nil {
		return Tenant{}, fmt.Errorf("read tenant: %w", Named(err))
	}
	return t, nil
}
