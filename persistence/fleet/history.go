package fleet

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// How long is kept what is counted, and what Meta said.
const (
	briefKept   = 10 * time.Minute
	hoursKept   = 31 * 24 * time.Hour
	ratingsKept = 366 * 24 * time.Hour
)

// Hour is what went through a number in an hour.
type Hour struct {
	At time.Time // when it began
	Tally
}

// Rating is what Meta said of a number from a time on, in its words.
type Rating struct {
	At            time.Time
	Quality, Tier string
}

// History is how a number fared.
type History struct {
	Hours   []Hour    // the one under way and the 23 before it, the oldest first; one without messages counts 0
	Ratings []Rating  // of a year, the newest first; the last of those before, too
	Month   Tally     // of 30 days
	EchoAt  time.Time // the hour of the last echo within them; zero: none came
}

// mostRatings bounds how many are told.
const mostRatings = 50

// History says how a number of the tenant fared. Error: ErrNotFound.
func (f *Fleet) History(ctx context.Context, tenant wa.TenantID, number wa.PhoneNumberID) (h History, err error) {
	var echo *time.Time
	err = f.pool.QueryRow(ctx, `
		SELECT m.* FROM phone_number n, LATERAL (SELECT coalesce(sum(t.received), 0), coalesce(sum(t.sent), 0), coalesce(sum(t.failed), 0),
			coalesce(sum(t.echoes), 0), max(t.at) FILTER (WHERE t.echoes > 0) FROM traffic t
			WHERE t.phone_number_id = n.id AND t.span = 3600 AND t.at > now() - interval '30 days') AS m
		WHERE n.tenant_id = $1 AND n.id = $2`, tenant, number).
		Scan(&h.Month.Received, &h.Month.Sent, &h.Month.Failed, &h.Month.Echoes, &echo)
	if errors.Is(err, pgx.ErrNoRows) {
		err = persistence.ErrNotFound
	}
	if err != nil {
		return h, fmt.Errorf("read how number %s fared: %w", number, err)
	}
	if echo != nil {
		h.EchoAt = *echo
	}
	h.Hours, err = persistence.Collect(ctx, f.pool, "read the hours of a number", func(r pgx.CollectableRow) (o Hour, err error) {
		return o, r.Scan(&o.At, &o.Received, &o.Sent, &o.Failed, &o.Echoes)
	}, `
		SELECT o.at, coalesce(t.received, 0), coalesce(t.sent, 0), coalesce(t.failed, 0), coalesce(t.echoes, 0)
		FROM generate_series(date_trunc('hour', now(), 'UTC') - interval '23 hours', now(), interval '1 hour') AS o (at)
		LEFT JOIN traffic t ON t.phone_number_id = $1 AND t.span = 3600 AND t.at = o.at ORDER BY o.at`, number)
	if err != nil {
		return h, err
	}
	h.Ratings, err = persistence.Collect(ctx, f.pool, "read what Meta said of a number", pgx.RowToStructByPos[Rating],
		`SELECT at, quality, tier FROM rating WHERE phone_number_id = $1 ORDER BY at DESC LIMIT $2`, number, mostRatings)
	return h, err
}

// rate keeps what Meta says of a number from now on.
func (s *row) rate(batch *pgx.Batch, now time.Time) {
	batch.Queue(`
		INSERT INTO rating (phone_number_id, at, quality, tier) VALUES ($1, $2, $3, $4)
		ON CONFLICT (phone_number_id, at) DO UPDATE SET quality = excluded.quality, tier = excluded.tier`,
		s.Number, now, s.Quality, s.Tier)
}

// Prune removes what is kept no longer. The last rating of a number stays.
func (f *Fleet) Prune(ctx context.Context) error {
	_, err := f.pool.Exec(ctx, `
		DELETE FROM traffic WHERE span = 10 AND at < now() - $1::interval OR span = 3600 AND at < now() - $2::interval`,
		briefKept, hoursKept)
	if err == nil {
		_, err = f.pool.Exec(ctx, `
			DELETE FROM rating r WHERE at < now() - $1::interval
				AND EXISTS (SELECT FROM rating l WHERE l.phone_number_id = r.phone_number_id AND l.at > r.at)`, ratingsKept)
	}
	if err != nil {
		return fmt.Errorf("prune what went through numbers: %w", err)
	}
	return nil
}
