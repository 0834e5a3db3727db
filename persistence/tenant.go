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

// TenantName is what a tenant calls itself, or ErrNotFound.
func (s *Staff) TenantName(ctx context.Context, id wa.TenantID) (string, error) {
	var name string
	if err := s.pool.QueryRow(ctx, `SELECT name FROM tenant WHERE id = $1`, id).Scan(&name); err != nil {
		return "", fmt.Errorf("read tenant: %w", staffError(err))
	}
	return name, nil
}
