package jobs_test

import (
	"testing"

	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// Jobs that ended are kept for 30 days, and those under way for ever; items go with
// their job.
func TestPruneKeepsThirtyDays(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	pgtest.Exec(t, pool, `INSERT INTO tenant (id, name) VALUES ('t', 'T')`)
	pgtest.Exec(t, pool, `INSERT INTO job (tenant_id, kind, key, body, by_id, by_name, created_at, ended_at)
		SELECT 't', 'hand_over', key, '{}', 'boss', 'Boss', now() - interval '90 days', now() - age
		FROM (VALUES ('old', interval '31 days'), ('recent', interval '29 days'), ('under way', NULL)) AS j (key, age)`)
	pgtest.Exec(t, pool, `INSERT INTO job_item (job_id, item, state) SELECT id, n::text, 'done' FROM job, generate_series(1, 3) n`)
	store := jobs.New(pool)
	for _, want := range []int64{1, 0} {
		if n, err := store.Prune(t.Context()); err != nil || n != want {
			t.Errorf("pruned %d, %v; want %d", n, err, want)
		}
	}
	list, err := store.List(t.Context(), "t", 10)
	if err != nil || len(list) != 2 || list[0].Key != "under way" || list[1].Key != "recent" {
		t.Errorf("left: %+v, %v", list, err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM job_item`); n != 6 {
		t.Errorf("%d items left, want those of two jobs", n)
	}
}
