package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/persistence"
)

// Erased returns those of some ids of Meta, of numbers and accounts, that were an
// erased tenant's and that nobody has registered since.
func (i *Intake) Erased(ctx context.Context, ids []string) ([]string, error) {
	list, err := persistence.Collect(ctx, i.pool, "look for what was erased", pgx.RowTo[string], `
		SELECT k.id FROM unnest($1::text[]) AS k (id)
		WHERE EXISTS (SELECT FROM erased_object WHERE object_hash = sha256(convert_to(k.id, 'UTF8')))`, ids)
	return list, persistence.Classed(err)
}

// Remove takes out of a raw body what it says of these numbers and accounts, and the
// whole row if nothing is left. What of it is in memory already is not touched, and a row
// that is read back after a crash brings the rest. A row that is not there is no error.
func (i *Intake) Remove(ctx context.Context, day time.Time, source, seq int64, ids []string) error {
	err := pgx.BeginFunc(ctx, i.pool, func(tx pgx.Tx) error {
		var body []byte
		const read = `SELECT body FROM intake WHERE day = $1 AND source = $2 AND seq = $3 FOR UPDATE`
		err := tx.QueryRow(ctx, read, day, source, seq).Scan(&body)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		return Replace(ctx, tx, day, source, seq, Cut(body, ids))
	})
	if err != nil {
		return fmt.Errorf("remove from a raw body: %w", persistence.Classed(err))
	}
	return nil
}

// Replace gives a row another body; nil: none, the row goes.
func Replace(ctx context.Context, tx pgx.Tx, day time.Time, source, seq int64, body []byte) error {
	if body == nil {
		_, err := tx.Exec(ctx, `DELETE FROM intake WHERE day = $1 AND source = $2 AND seq = $3`, day, source, seq)
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE intake SET body = $4 WHERE day = $1 AND source = $2 AND seq = $3`, day, source, seq, body)
	return err
}

// Cut is what a raw body says of others than some numbers and accounts; nil: nothing, or
// it cannot be read. What cannot be told apart goes: it names one of them.
func Cut(raw []byte, ids []string) []byte {
	var whole, entry map[string]json.RawMessage
	var entries, changes []json.RawMessage
	if json.Unmarshal(raw, &whole) != nil || json.Unmarshal(whole["entry"], &entries) != nil {
		return nil
	}
	var kept []json.RawMessage
	for _, one := range entries {
		entry = nil
		var id string
		if json.Unmarshal(one, &entry) != nil || json.Unmarshal(entry["id"], &id) != nil || slices.Contains(ids, id) {
			continue
		}
		if json.Unmarshal(entry["changes"], &changes) != nil {
			continue
		}
		changes = slices.DeleteFunc(changes, func(c json.RawMessage) bool { return named(c, ids) })
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

// named reports whether a change is of one of the numbers.
func named(change json.RawMessage, ids []string) bool {
	var c struct {
		Value struct {
			Metadata struct {
				Number string `json:"phone_number_id"`
			} `json:"metadata"`
		} `json:"value"`
	}
	return json.Unmarshal(change, &c) != nil || slices.Contains(ids, c.Value.Metadata.Number)
}
