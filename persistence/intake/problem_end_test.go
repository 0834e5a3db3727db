package intake_test

import (
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// What was parked for a number that nobody had, and fails once somebody has it, is
// seen by that tenant, though the installation has others.
func TestParkedEventsThatFailAreTheirTenants(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	problems := intake.NewProblems(pool)
	err := problems.Note(t.Context(), []intake.Problem{{
		Day: time.Now(), Source: 1, Seq: 1, Number: storetest.Number, State: intake.ProblemParked, Kind: "message",
		Reason: "no such number", Raw: []byte(`{}`), ReceivedAt: time.Now(),
	}})
	if err != nil {
		t.Fatal(err)
	}
	storetest.Registered(t, pool)
	pgtest.Exec(t, pool, `INSERT INTO tenant (id, name) VALUES ('other', 'Other')`)
	parked, err := problems.ParkedFor(t.Context(), storetest.Number, 0, 10)
	if err != nil || len(parked) != 1 {
		t.Fatalf("%d parked, %v", len(parked), err)
	}
	if err := problems.End(t.Context(), parked[0].ID, intake.ProblemFailed, "", "refused"); err != nil {
		t.Fatal(err)
	}
	for tenant, want := range map[string]int{"acme": 1, "other": 0} {
		list, err := problems.List(t.Context(), wa.TenantID(tenant), intake.ProblemFailed, 0, 10)
		if err != nil || len(list) != want {
			t.Errorf("%s sees %d, %v; want %d", tenant, len(list), err, want)
		}
	}
}
