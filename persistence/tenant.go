package persistence

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
