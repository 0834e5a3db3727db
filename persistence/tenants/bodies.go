package tenants

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/persistence/intake"
)

// body is a raw one of the intake that names something of the tenant.
type body struct {
	Day         time.Time
	Source, Seq int64
	Own         bool // it came by an app of the tenant
	Done        bool // it has been applied: nobody reads it any more
	Late        bool // it came when all members knew: whoever applies it drops what is of the tenant
	Found       bool
	Body        []byte
}

// eraseBodies goes through up to lot raw bodies of webhooks. One that speaks of the
// tenant alone is removed; of one that speaks of others too, only they are left. It
// returns how many it changed, whether the erasure has to pass here once more because of
// one that came early, and whether more follow.
func (e *erasure) eraseBodies(ctx context.Context, tx pgx.Tx, lot int) (changed int64, again, more bool, err error) {
	const read = `
SELECT r.day, r.source, r.seq, coalesce(r.app_tenant = $5, false), s.source IS NULL OR s.closed_at IS NOT NULL OR r.seq <= s.done_upto,
    r.received_at > (SELECT begun_at FROM erasure WHERE tenant_id = $5) + $7::interval, f.found,
    CASE WHEN f.found THEN r.body END
FROM (SELECT * FROM intake WHERE (day, source, seq) > ($1, $2, $3) ORDER BY day, source, seq LIMIT $4) r
LEFT JOIN intake_source s ON s.source = r.source,
LATERAL (SELECT coalesce(r.app_tenant = $5, false)
    OR EXISTS (SELECT FROM unnest($6::text[]) n WHERE position(convert_to('"' || n || '"', 'UTF8') IN r.body) > 0) AS found) f
ORDER BY r.day, r.source, r.seq`
	day := e.walk.day
	ids := slices.Concat(e.numbers, e.accounts)
	rows, err := tx.Query(ctx, read, day, e.walk.source, e.walk.seq, lot, e.tenant, ids, settling)
	if err != nil {
		return 0, false, false, fmt.Errorf("read raw bodies: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[body])
	if err != nil {
		return 0, false, false, fmt.Errorf("read raw bodies: %w", err)
	}
	for i := range list {
		b := &list[i]
		e.walk = place{b.Day, b.Source, b.Seq}
		if !b.Found {
			continue
		}
		again = again || !b.Late
		if !b.Done {
			continue
		}
		var others []byte // what came by its own app was for nobody else
		if !b.Own {
			others = intake.Cut(b.Body, ids)
		}
		if err := intake.Replace(ctx, tx, b.Day, b.Source, b.Seq, others); err != nil {
			return 0, false, false, fmt.Errorf("remove a raw body: %w", err)
		}
		changed++
	}
	return changed, again, len(list) == lot, nil
}
