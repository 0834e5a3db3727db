package notice

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/fleet"
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

// Number is one with troubles, or of which Meta has told nothing for some time.
type Number struct {
	TenantID   wa.TenantID
	ID         wa.PhoneNumberID
	Name       string
	Troubles   []fleet.Trouble
	ReceivedAt *time.Time    // of its last webhook, by machine time; nil: there was none
	Quiet      time.Duration // since then
}

// Numbers lists the numbers of all tenants that have one of the troubles, or whose last
// webhook came longer ago than quiet.
func (s *Store) Numbers(ctx context.Context, troubles []fleet.Trouble, quiet time.Duration) ([]Number, error) {
	const list = `
SELECT n.tenant_id, n.id, coalesce(nullif(n.name, ''), nullif(n.display, ''), n.id), s.troubles, s.received_at,
    coalesce(now() - s.received_at, interval '0')
FROM standing s JOIN phone_number n ON n.id = s.phone_number_id
WHERE s.troubles && $1::text[] OR s.received_at < now() - $2::interval`
	return persistence.Collect(ctx, s.pool, "look for numbers in trouble", pgx.RowToStructByPos[Number], list, troubles, quiet)
}
