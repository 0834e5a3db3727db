package journal

import (
	"context"
	"fmt"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// Seat reads an account of whatever tenant, or ErrNotFound.
func (j *Journal) Seat(ctx context.Context, agent wa.AgentID) (ledger.Seat, error) {
	const find = `
SELECT s.id, s.tenant_id, s.name, s.disabled_at IS NOT NULL, s.role = 'auditor', s.role <> 'agent',
    ARRAY(SELECT team_id FROM staff_team t WHERE t.staff_id = s.id), s.numbers, s.revision
FROM staff s WHERE s.id = $1`
	var s ledger.Seat
	err := j.pool.QueryRow(ctx, find, agent).Scan(&s.Agent, &s.TenantID, &s.Name, &s.Disabled, &s.Auditor, &s.AllTeams, &s.Teams, &s.Numbers, &s.Revision)
	if err != nil {
		return ledger.Seat{}, fmt.Errorf("read seat: %w", staff.Named(err))
	}
	return s, nil
}

// seatColumns name the appends of a batch that make an owner.
type seatColumns struct {
	i        []int32
	agent    []string
	revision []int64
}

func (c *seatColumns) reset() {
	c.i, c.agent, c.revision = c.i[:0], c.agent[:0], c.revision[:0]
}

func (c *seatColumns) add(i int32, s *ledger.Seat) {
	c.i, c.agent, c.revision = append(c.i, i), append(c.agent, string(s.Agent)), append(c.revision, s.Revision)
}

func (c *seatColumns) args() []any { return []any{c.i, c.agent, c.revision} }

// seatsSQL holds appends to the seats that they were decided on. It waits for a
// change of the account that is under way and then sees it (READ COMMITTED looks
// at the locked row anew); a change waits for appends that came first, and finds
// what they made its person own. All seats are held, in the order of their ids,
// before the first conversation is: see persistence, order of locks.
const (
	seatsSQL = `, seat AS MATERIALIZED (
	SELECT w.i FROM unnest(%1::int[], %2::text[], %3::bigint[]) AS w(i, agent, revision)
	JOIN staff s ON s.id = w.agent AND s.revision = w.revision
	ORDER BY s.id FOR SHARE OF s
)`
	seatedSQL = `
	WHERE (SELECT count(*) FROM seat) IS NOT NULL -- asks for all of them before any row is admitted
		AND (a.i - 1 <> ALL (%1::int[]) OR a.i - 1 IN (SELECT i FROM seat))`
)
