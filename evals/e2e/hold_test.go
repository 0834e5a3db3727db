package e2e

import (
	"net/http"
	"slices"
	"testing"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
)

// While a number is paused its customers are heard, and what is written to them waits;
// everybody who works with it is told who paused it and why. Resumed, it goes on.
func TestPausedNumberWaits(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "oi")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", nil), http.StatusOK)
	numbers := []string{string(prosatest.Brasil)}
	ended := func(a prosatest.Answer) {
		t.Helper()
		job := prosatest.Expect(t, a, http.StatusAccepted).At("job")
		await.Eventually(t, "the job ends", func() (any, bool) {
			list := d.Admin.Get(t, "/api/v1/jobs")
			jobs, _ := list.At("jobs").([]any)
			done := slices.ContainsFunc(jobs, func(j any) bool {
				return prosatest.Walk(j, "id") == job && prosatest.Walk(j, "ended_at") != nil && prosatest.Walk(j, "done") == 1.0
			})
			return list, done
		})
	}
	ended(d.Admin.Post(t, "/api/v1/fleet/pause", map[string]any{"numbers": numbers, "all": true, "reason": "quality fell"}))
	await.Eventually(t, "Ana is told", func() (any, bool) {
		list := d.Ana.Get(t, "/api/v1/numbers")
		all, _ := list.At("numbers").([]any)
		return list, slices.ContainsFunc(all, func(n any) bool {
			return prosatest.Walk(n, "id") == numbers[0] && prosatest.Walk(n, "hold.reason") == "quality fell" && prosatest.Walk(n, "hold.by.name") == "Admin"
		})
	})
	message := d.Ana.Write(t, path, "e1", "later")
	if _, err := d.Sim.Say(prosatest.Helena, prosatest.Brasil, "are you there?"); err != nil {
		t.Fatal(err)
	}
	await.Eventually(t, "the customer is heard", d.Ana.Preview(t, path, "are you there?"))
	// What came in went through the number's budget since the text was queued.
	if got := d.FromBusiness(prosatest.Helena); len(got) != 0 {
		t.Errorf("a paused number sent %v", got)
	}
	ended(d.Admin.Post(t, "/api/v1/fleet/resume", map[string]any{"numbers": numbers}))
	d.Ana.WaitState(t, path, message, "accepted", "sent", "delivered", "read")
	if got := d.FromBusiness(prosatest.Helena); !slices.Equal(got, []string{"later"}) {
		t.Errorf("resumed, the phone got %v", got)
	}
}
