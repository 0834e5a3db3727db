package audit

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// Change says that something of a tenant changed, and not what of it.
type Change struct {
	TenantID wa.TenantID
	ID       int64 // of its line: later changes of a tenant have higher ones
	Kind     string
	ObjectID string
}

// maxChanges is the most that Changes returns of one tenant, so that one with many lines
// keeps no other waiting: it goes on from the last of them. It is more than what is read
// once more of lines that were told.
const maxChanges = 500

// Changes returns what changed by lines after some, of each tenant that is named with
// the line after which, at most 500 of each, its oldest. What was done to conversations is no change. A line may become
// visible after a later one: who wants all asks again from a little before the newest.
func (l *Log) Changes(ctx context.Context, after map[wa.TenantID]int64) ([]Change, error) {
	tenants, lines := make([]wa.TenantID, 0, len(after)), make([]int64, 0, len(after))
	for tenant, line := range after {
		tenants, lines = append(tenants, tenant), append(lines, line)
	}
	const changes = `
SELECT t.tenant, a.id, a.object_kind, a.object_id
FROM unnest($1::text[], $2::bigint[]) t (tenant, line), LATERAL (
    SELECT id, object_kind, object_id FROM audit
    WHERE tenant_id = t.tenant AND id > t.line AND object_kind <> 'conversation' ORDER BY id LIMIT $3) a
ORDER BY a.id`
	return persistence.Collect(ctx, l.pool, "read changes from the audit", pgx.RowToStructByPos[Change], changes, tenants, lines, maxChanges)
}

// Newest returns the number of a tenant's newest line, 0 if there is none.
func (l *Log) Newest(ctx context.Context, tenant wa.TenantID) (line int64, err error) {
	newest, err := persistence.Collect(ctx, l.pool, "read the newest audit line", pgx.RowTo[int64],
		`SELECT id FROM audit WHERE tenant_id = $1 ORDER BY id DESC LIMIT 1`, tenant)
	if err != nil || len(newest) == 0 {
		return 0, err
	}
	return newest[0], nil
}
