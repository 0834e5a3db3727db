package tenants

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// watchPause is how old what a member knows of the tenants may be.
const watchPause = time.Second

// Standing is what a member remembers of a tenant that has something to remember: it is
// not active, or its messages are limited.
type Standing struct {
	ID    wa.TenantID
	State State
	Spent bool // it has sent what it may in this month
}

// Standings reads what is to be remembered; tenants without a limit that are active are
// not in it. It costs one look at the budget of each number of a limited tenant.
func (s *Tenants) Standings(ctx context.Context) ([]Standing, error) {
	return persistence.Collect(ctx, s.pool, "read standings of tenants", pgx.RowToStructByPos[Standing], `
SELECT t.id, t.state, t.monthly_messages IS NOT NULL AND t.monthly_messages <= (
    SELECT coalesce(sum(p.sent), 0) FROM phone_number n JOIN pace p ON p.phone_number_id = n.id
    WHERE n.tenant_id = t.id AND p.sent_month = `+month+`)
FROM tenant t WHERE t.state <> 'active' OR t.monthly_messages IS NOT NULL`)
}

// Counts are how many tenants are in each state.
func (s *Tenants) Counts(ctx context.Context) (map[State]int64, error) {
	counts := map[State]int64{Active: 0, Suspended: 0, Closing: 0}
	rows, err := s.pool.Query(ctx, `SELECT state, count(*) FROM tenant GROUP BY state`)
	if err != nil {
		return nil, err
	}
	var state State
	var n int64
	_, err = pgx.ForEachRow(rows, []any{&state, &n}, func() error { counts[state] = n; return nil })
	return counts, err
}

// Erasing is a tenant that is being erased, of whom nothing is to be kept in memory.
type Erasing struct {
	ID      wa.TenantID
	Numbers []wa.PhoneNumberID // that were its own
	Young   bool               // it has begun in the last seconds
}

// Erasing lists the tenants that are being erased. They are few.
func (s *Tenants) Erasing(ctx context.Context) ([]Erasing, error) {
	return persistence.Collect(ctx, s.pool, "read what is being erased", pgx.RowToStructByPos[Erasing],
		`SELECT tenant_id, numbers, begun_at > now() - interval '10 s' FROM erasure`)
}

// Watcher is told of tenants, by one goroutine.
type Watcher struct {
	// Stand gets all standings after each reading, and Shut the tenants that were
	// active at the one before.
	Stand func([]Standing)
	Shut  func(wa.TenantID)
	// Erasing is told of a tenant when it is first read that it is being erased, and some
	// times more within ten seconds: what was under way may have brought something back.
	Erasing func(Erasing)
}

// Watch reads the standings each second until ctx ends. While the database is away, what
// was read holds.
func (s *Tenants) Watch(ctx context.Context, log *slog.Logger, w Watcher) {
	tick := time.NewTicker(watchPause)
	defer tick.Stop()
	shut, going := map[wa.TenantID]bool{}, map[wa.TenantID]bool{}
	for {
		persistence.Guard(log, "read standings of tenants", func() {
			list, err := s.Standings(ctx)
			if err != nil {
				if ctx.Err() == nil {
					log.Debug("standings of tenants stay as they were", "error", err)
				}
				return
			}
			w.Stand(list)
			now := make(map[wa.TenantID]bool, len(list))
			for _, t := range list {
				if t.State != Active {
					now[t.ID] = true
				}
			}
			// One that has gone was closing before.
			for id := range now {
				if !shut[id] {
					w.Shut(id)
				}
			}
			shut = now
			erasing, err := s.Erasing(ctx)
			if err != nil {
				if ctx.Err() == nil {
					log.Debug("what is being erased is not known", "error", err)
				}
				return
			}
			known := make(map[wa.TenantID]bool, len(erasing))
			for _, t := range erasing {
				if known[t.ID] = true; t.Young || !going[t.ID] {
					w.Erasing(t)
				}
			}
			going = known
		})
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
