package jobs

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// Held is what a person would leave: open conversations, those of them in which the
// customer wrote last, and sessions.
type Held struct{ Conversations, Waiting, Sessions int }

// Receiver is somebody who may get conversations of another person.
type Receiver struct {
	Agent    wa.AgentID
	Name     string
	Capacity int // open conversations that he is to have at most; 0: no limit
	Load     int // those that he has
	May      int // how many of the other person's he may own
}

// Room is how many of n conversations the receiver takes.
func (r *Receiver) Room(n int) int {
	if n = min(n, r.May); r.Capacity > 0 {
		n = min(n, max(r.Capacity-r.Load, 0))
	}
	return n
}

// Receivers says what a person holds and who may get it, by name.
func (s *Jobs) Receivers(ctx context.Context, tenant wa.TenantID, person wa.AgentID) (h Held, list []Receiver, err error) {
	const held = `
SELECT count(*), count(*) FILTER (WHERE NOT last_outbound), (SELECT count(*) FROM session n WHERE n.staff_id = $2 AND n.expires_at > now())
FROM conversation WHERE tenant_id = $1 AND owner_id = $2 AND phase = ANY($3)`
	phases := actorpb.ViewAll.Phases()
	if err := s.pool.QueryRow(ctx, held, tenant, person, phases).Scan(&h.Conversations, &h.Waiting, &h.Sessions); err != nil {
		return h, nil, fmt.Errorf("count what %s holds: %w", person, err)
	}
	const receivers = `
WITH held AS MATERIALIZED (
    SELECT team_id, phone_number_id, count(*) AS n FROM conversation WHERE tenant_id = $1 AND owner_id = $2 AND phase = ANY($3) GROUP BY 1, 2),
load AS MATERIALIZED (
    SELECT owner_id, count(*) AS n FROM conversation WHERE tenant_id = $1 AND owner_id IS NOT NULL AND phase = ANY($3) GROUP BY 1)
SELECT s.id, s.name, s.capacity, coalesce((SELECT n FROM load WHERE owner_id = s.id), 0),
    coalesce((SELECT sum(h.n) FROM held h WHERE (s.numbers = '{}' OR h.phone_number_id = ANY (s.numbers))
        AND (s.role <> 'agent' OR EXISTS (SELECT FROM staff_team t WHERE t.staff_id = s.id AND t.team_id = h.team_id))), 0)
FROM staff s WHERE s.tenant_id = $1 AND s.id <> $2 AND s.disabled_at IS NULL AND s.role <> 'auditor'
ORDER BY s.name, s.id`
	list, err = persistence.Collect(ctx, s.pool, "list who may get conversations", pgx.RowToStructByPos[Receiver], receivers, tenant, person, phases)
	return h, list, err
}
