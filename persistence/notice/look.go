package notice

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// Queue is a team with customers who wait for an owner.
type Queue struct {
	TenantID wa.TenantID
	Team     wa.TeamID
	Name     string
	Waiting  time.Duration // of who waits longest, in business time
}

// Queues lists the teams of all tenants in whose queue somebody has waited for more than
// least. It reads the inbox's own index, from its oldest end.
func (s *Store) Queues(ctx context.Context, least time.Duration) ([]Queue, error) {
	const list = `
SELECT t.tenant_id, t.id, t.name, ` + persistence.BusinessNow + ` - o.last_at
FROM team t JOIN LATERAL (
    SELECT c.last_at FROM conversation c
    WHERE c.tenant_id = t.tenant_id AND c.team_id = t.id AND c.phase = 1 AND c.owner_id IS NULL AND NOT c.last_outbound
        AND c.last_at < ` + persistence.BusinessNow + ` - $1::interval
    ORDER BY c.last_at LIMIT 1) o ON true`
	return persistence.Collect(ctx, s.pool, "look for queues that age", func(row pgx.CollectableRow) (q Queue, err error) {
		err = row.Scan(&q.TenantID, &q.Team, &q.Name, &q.Waiting)
		return q, err
	}, list, least)
}
