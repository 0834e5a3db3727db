package intake_test

import (
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

func TestUnmatched(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	storetest.Registered(t, pool)
	unmatched := intake.NewUnmatched(pool)
	at := time.Unix(1_790_000_000, 0)
	put := func(list ...intake.UnmatchedStatus) {
		t.Helper()
		if err := unmatched.Put(t.Context(), list); err != nil {
			t.Fatal(err)
		}
	}
	put(intake.UnmatchedStatus{Number: storetest.Number, WAMID: "w1", Status: wa.StatusRead, At: at.Add(2 * time.Second)},
		intake.UnmatchedStatus{Number: storetest.Number, WAMID: "w1", Status: wa.StatusSent, At: at.Add(time.Second)},
		intake.UnmatchedStatus{Number: storetest.Number, WAMID: "w1", Status: wa.StatusSent, At: at},
		intake.UnmatchedStatus{Number: storetest.Number, WAMID: "w2", Status: wa.StatusSent, At: at})
	put(intake.UnmatchedStatus{Number: storetest.Number, WAMID: "w1", Status: wa.StatusRead, At: at.Add(time.Hour)})
	list, err := unmatched.Find(t.Context(), []effects.SentQuery{{Number: storetest.Number, WAMID: "w1"}})
	if err != nil || len(list) != 2 || list[0].Status != wa.StatusSent || !list[0].At.Equal(at) || !list[1].At.Equal(at.Add(2*time.Second)) {
		t.Fatalf("found %v, %v", list, err)
	}
	for _, status := range list {
		if err := unmatched.Forget(t.Context(), status); err != nil {
			t.Fatal(err)
		}
	}
	if list, _ = unmatched.List(t.Context(), "acme", 10); len(list) != 0 {
		t.Errorf("listed before 15 minutes: %v", list)
	}
	pgtest.Exec(t, pool, `UPDATE unmatched SET received_at = now() - interval '16 min'`)
	if list, err = unmatched.List(t.Context(), "acme", 10); err != nil || len(list) != 1 || list[0].WAMID != "w2" {
		t.Errorf("listed %v, %v", list, err)
	}
	if list, _ = unmatched.List(t.Context(), "other", 10); len(list) != 0 {
		t.Errorf("another tenant sees %v", list)
	}
	pgtest.Exec(t, pool, `UPDATE unmatched SET received_at = now() - interval '9 days'`)
	if n, err := unmatched.Expire(t.Context()); n != 1 || err != nil {
		t.Errorf("expired %d, %v", n, err)
	}
}
