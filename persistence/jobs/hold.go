package jobs

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// KindHold has numbers, which its body names, hold back what they send, or go on.
const KindHold = "hold"

// Hold is what numbers are to do: hold back what they send, or go on.
type Hold struct {
	Numbers []wa.PhoneNumberID `json:"numbers"`
	Release bool               `json:"release,omitempty"`
	Until   time.Time          `json:"until,omitzero"` // of a hold: its end; of a release: the end that it was ordered for; zero: none
	All     bool               `json:"all,omitempty"`  // what people write waits, too
	Rate    int32              `json:"rate,omitempty"` // nothing waits, but no more messages a second go; 0: no limit
	Reason  string             `json:"reason,omitempty"`
	Address string             `json:"address,omitempty"` // where it was ordered from, for the audit
	Client  string             `json:"client,omitempty"`
	Kind    string             `json:"kind,omitempty"` // of who ordered it, as the audit has it
}

// OrderHold makes the job of a hold or release. Whoever acts in the context has ordered
// it. Errors: ErrNotFound where one of the numbers is not the
// tenant's. A hold with an end is two jobs: its
// release begins then, and is void for a number that got another order meanwhile.
func (s *Jobs) OrderHold(ctx context.Context, tenant wa.TenantID, h Hold) (id int64, err error) {
	by := audit.Actor(ctx)
	h.Address, h.Client, h.Kind = by.Address, by.Client, by.Kind
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		const ours = `SELECT id FROM phone_number WHERE tenant_id = $1 AND id = ANY ($2::text[]) ORDER BY id`
		rows, err := tx.Query(ctx, ours, tenant, h.Numbers)
		if err != nil {
			return err
		}
		known, err := pgx.CollectRows(rows, pgx.RowTo[wa.PhoneNumberID])
		if err != nil {
			return err
		}
		if slices.ContainsFunc(h.Numbers, func(id wa.PhoneNumberID) bool { return !slices.Contains(known, id) }) {
			return persistence.ErrNotFound
		}
		h.Numbers = known
		// The release is the newer order: a hold that is tried again must not come after it.
		const order = `
INSERT INTO job (tenant_id, kind, key, body, by_id, by_name, next_try, created_at)
VALUES ($1, $2, $3, $4, $5, $6, coalesce($7, now()), now() + CASE WHEN $7::timestamptz IS NULL THEN interval '0' ELSE interval '1 ms' END)
RETURNING id`
		place := func(h Hold, due *time.Time) (id int64, err error) {
			body, err := json.Marshal(h)
			if err != nil {
				return 0, err
			}
			err = tx.QueryRow(ctx, order, tenant, KindHold, rand.Text(), body, by.ID, by.Name, due).Scan(&id)
			return id, err
		}
		if id, err = place(h, nil); err != nil || h.Until.IsZero() || h.Release {
			return err
		}
		h.Release, h.All, h.Rate, h.Reason = true, false, 0, ""
		_, err = place(h, &h.Until)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("order a hold: %w", err)
	}
	return id, nil
}

// unheld are the numbers of a job that were not seen to.
const unheld = `
SELECT n.item FROM job j, LATERAL jsonb_array_elements_text(j.body->'numbers') AS n (item)
WHERE j.id = @job AND NOT EXISTS (SELECT FROM job_item d WHERE d.job_id = j.id AND d.item = n.item AND d.state IN ('done', 'refused'))`

// ofNumber narrows it to one item.
const ofNumber = ` AND n.item = i.item`
