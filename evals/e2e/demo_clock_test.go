package e2e

import (
	"net/http"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/deploy/demo"
	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
)

// Moving the simulator's clock closes the window; a template still leaves, and
// the customer's next message opens the window again. What was snoozed wakes.
func TestDemoClockClosesAndReopensTheWindow(t *testing.T) {
	t.Parallel()
	d := prosatest.StartDemo(t, prosatest.EmbeddedFolder(t))
	ana := prosatest.Login(t, d.Gateway, "ana@lume.example", demo.DemoPassword)
	path := ana.Find(t, "Helena")
	prosatest.Expect(t, ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	asleep := ana.Find(t, "Wellington")
	prosatest.Expect(t, ana.Post(t, asleep+"/snooze", map[string]any{"until": time.Now().Add(20 * time.Hour)}), http.StatusOK)
	d.Simulate(t, "clock", map[string]any{"seconds": (25 * time.Hour).Seconds()})

	late := ana.Post(t, path+"/messages", map[string]any{"echo_id": "late", "text": "ainda dá?", "despite_stale": true})
	if late.Status != http.StatusUnprocessableEntity || late.Text("code") != "window_closed" {
		t.Fatalf("text after the window closed = %d %v", late.Status, late.Body)
	}
	await.Eventually(t, "the templates of the account", func() (any, bool) {
		list := ana.Get(t, "/api/v1/numbers/"+string(demo.Numbers()[0].Id)+"/templates")
		return list, list.Text("synced_at") != ""
	})
	template := ana.Post(t, path+"/messages", map[string]any{"echo_id": "template", "despite_stale": true, "template": map[string]any{
		"name": "retomar_atendimento", "language": "pt_BR",
		"values": map[string]any{"body.1": "Helena", "body.2": "Ana", "body.3": "o endereço"},
	}})
	prosatest.Expect(t, template, http.StatusCreated)
	ana.WaitState(t, path, template.Text("message_id"), "delivered")

	await.Eventually(t, "the snoozed conversation is open again", await.Is("open", func() string { return ana.Get(t, asleep).Text("phase") }))

	d.Simulate(t, "say", map[string]any{"phone": prosatest.Helena, "number": string(demo.Numbers()[0].Id), "text": "Voltei!"})
	await.Eventually(t, "the window is open again", ana.Preview(t, path, "Voltei!"))
	again := ana.Post(t, path+"/messages", map[string]any{"echo_id": "again", "text": "Que bom!", "despite_stale": true})
	prosatest.Expect(t, again, http.StatusCreated)
	ana.WaitState(t, path, again.Text("message_id"), "delivered")
}
