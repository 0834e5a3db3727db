package tenants

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// body is a raw one of the intake that names something of the tenant.
type body struct {
	Day         time.Time
	Source, Seq int64
	Done        bool // it has been applied: nobody reads it any more
	Found       bool
	Body        []byte
}

// eraseBodies goes through up to lot raw bodies of webhooks. One that speaks of the
// tenant alone is removed; of one that speaks of others too, only they are left. It
// returns how many it changed, whether one waits to be applied first, and whether more
// follow.
func (e *erasure) eraseBodies(ctx context.Context, tx pgx.Tx, lot int) (changed int64, waits, more bool, err error) {
	const read = `
SELECT r.day, r.source, r.seq, s.source IS NULL OR s.closed_at IS NOT NULL OR r.seq <= s.done_upto, f.found,
    CASE WHEN f.found THEN r.body END
FROM (SELECT * FROM intake WHERE (day, source, seq) > ($1, $2, $3) ORDER BY day, source, seq LIMIT $4) r
LEFT JOIN intake_source s ON s.source = r.source,
LATERAL (SELECT coalesce(r.app_tenant = $5, false)
    OR EXISTS (SELECT FROM unnest($6::text[]) n WHERE position(convert_to('"' || n || '"', 'UTF8') IN r.body) > 0) AS found) f
ORDER BY r.day, r.source, r.seq`
	day := e.walk.day
	rows, err := tx.Query(ctx, read, day, e.walk.source, e.walk.seq, lot, e.tenant, slices.Concat(e.numbers, e.accounts))
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
		switch {
		case !b.Found:
			continue
		case !b.Done:
			waits = true
			continue
		}
		const remove = `DELETE FROM intake WHERE day = $1 AND source = $2 AND seq = $3`
		const cut = `UPDATE intake SET body = $4 WHERE day = $1 AND source = $2 AND seq = $3`
		if others := e.others(b.Body); others == nil {
			_, err = tx.Exec(ctx, remove, b.Day, b.Source, b.Seq)
		} else {
			_, err = tx.Exec(ctx, cut, b.Day, b.Source, b.Seq, others)
		}
		if err != nil {
			return 0, false, false, fmt.Errorf("remove a raw body: %w", err)
		}
		changed++
	}
	return changed, waits, len(list) == lot, nil
}

// others is what a body says of others than the tenant; nil: nothing, or it cannot be
// read. What cannot be told apart goes: it names the tenant.
func (e *erasure) others(raw []byte) []byte {
	var whole, entry map[string]json.RawMessage
	var entries, changes []json.RawMessage
	if json.Unmarshal(raw, &whole) != nil || json.Unmarshal(whole["entry"], &entries) != nil {
		return nil
	}
	var kept []json.RawMessage
	for _, one := range entries {
		entry = nil
		var id string
		if json.Unmarshal(one, &entry) != nil || json.Unmarshal(entry["id"], &id) != nil || slices.Contains(e.accounts, id) {
			continue
		}
		if json.Unmarshal(entry["changes"], &changes) != nil {
			continue
		}
		changes = slices.DeleteFunc(changes, e.named)
		if len(changes) > 0 {
			entry["changes"], _ = json.Marshal(changes) // what was read can be written
			one, _ = json.Marshal(entry)
			kept = append(kept, one)
		}
	}
	if len(kept) == 0 {
		return nil
	}
	whole["entry"], _ = json.Marshal(kept)
	raw, _ = json.Marshal(whole)
	return raw
}

// named reports whether a change is of one of the tenant's numbers.
func (e *erasure) named(change json.RawMessage) bool {
	var c struct {
		Value struct {
			Metadata struct {
				Number string `json:"phone_number_id"`
			} `json:"metadata"`
		} `json:"value"`
	}
	return json.Unmarshal(change, &c) != nil || slices.Contains(e.numbers, c.Value.Metadata.Number)
}
