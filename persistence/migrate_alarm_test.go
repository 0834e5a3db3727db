package persistence_test

import (
	"testing"

	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// Alarms of before, one of each kind, become the earliest of their conversation.
func TestTimersBecomeOneAlarm(t *testing.T) {
	t.Parallel()
	pool := migratedTo(t, 14)
	pgtest.Exec(t, pool, `INSERT INTO timer VALUES
		('100', 'c1', 'snooze', '2030-01-02', '2030-01-02'), ('100', 'c1', 'send', '2030-01-01', now() + interval '30 s'),
		('100', 'c2', 'snooze', '2030-01-03', '2030-01-03'), ('200', 'c1', 'send', '2020-01-01', '2020-01-01')`)
	if err := persistence.Migrate(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	var got string
	err := pool.QueryRow(t.Context(), `SELECT string_agg(grain || ' ' || due_at::date || ' ' || (next_try = due_at), ', ' ORDER BY grain)
		FROM alarm`).Scan(&got)
	want := "Conversation:100:c1 2030-01-01 true, Conversation:100:c2 2030-01-03 true, Conversation:200:c1 2020-01-01 true"
	if err != nil || got != want {
		t.Errorf("alarms %s (%v), want %s", got, err, want)
	}
}
