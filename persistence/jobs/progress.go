package jobs

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// Progress is how far a job that is under way has come.
type Progress struct {
	TenantID     wa.TenantID
	ID           int64
	Done, Failed int
}

// Progress returns how far the jobs under way of some tenants are.
func (s *Jobs) Progress(ctx context.Context, tenants []wa.TenantID) ([]Progress, error) {
	return persistence.Collect(ctx, s.pool, "read progress of jobs", pgx.RowToStructByPos[Progress],
		`SELECT tenant_id, id, done, failed FROM job WHERE tenant_id = ANY ($1) AND ended_at IS NULL`, tenants)
}
