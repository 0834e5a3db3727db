package e2e

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/deploy/demo"
	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/persistence"
)

// The engine is killed while a message waits for its time, which passes before it is
// there again: it leaves then, once.
func TestScheduledMessageOutlivesAKill(t *testing.T) {
	t.Parallel()
	s := prosatest.NewSite(t, nil)
	first := s.StartProcess(t, nil)
	s.Furnish(t, first.Url)
	d := s.Staffed(t, first.Url)
	path, version := d.Say(t, prosatest.Helena, "até amanhã")
	at := time.Now().Add(2 * time.Hour)
	send := map[string]any{"echo_id": "later", "text": "bom dia!", "seen_version": version, "claim": true, "at": at}
	made := prosatest.Expect(t, d.Ana.Post(t, path+"/messages", send), http.StatusCreated)
	again := prosatest.Expect(t, d.Ana.Post(t, path+"/messages", send), http.StatusOK)
	if again.Text("message_id") != made.Text("message_id") || again.At("already") != true {
		t.Errorf("scheduled twice: %v, then %v", made.Body, again.Body)
	}
	waiting := d.Ana.Get(t, path+"/scheduled")
	if waiting.Text("scheduled.0.message.content.text.body") != "bom dia!" || waiting.At("scheduled.0.cancel_if_answered") != true {
		t.Errorf("listed as %v", waiting.Body)
	}
	first.Kill()
	clock, err := persistence.OpenClock(t.Context(), d.Db)
	if err != nil {
		t.Fatal(err)
	}
	if err := clock.Set(t.Context(), 3*time.Hour); err != nil {
		t.Fatal(err)
	}
	next := s.StartProcess(t, nil)
	ana := prosatest.Login(t, next.Url, "ana@lume.example", prosatest.TestPassword)
	ana.WaitState(t, path, made.Text("message_id"), "accepted", "sent", "delivered") // its statuses go to the address of the first
	if list := ana.Get(t, path+"/scheduled"); list.At("scheduled.0") != nil {
		t.Errorf("still scheduled: %v", list.Body)
	}
	if got := s.FromBusiness(prosatest.Helena); !slices.Equal(got, []string{"bom dia!"}) {
		t.Errorf("the customer got %q, want it once", got)
	}
	prosatest.AssertThread(t, ana.Get(t, path+"/messages"), "até amanhã", "bom dia!")
}

// Moving the clock: what the window allows leaves, a text past it does not and says why,
// a template does; the customer's words cancel what waits for silence.
func TestDemoClockLetsScheduledMessagesLeave(t *testing.T) {
	t.Parallel()
	d := prosatest.StartDemo(t, prosatest.EmbeddedFolder(t))
	number := string(demo.Numbers()[0].Id)
	ana := prosatest.Login(t, d.Gateway, "ana@lume.example", demo.DemoPassword)
	path := ana.Find(t, "Helena")
	d.Simulate(t, "say", map[string]any{"phone": prosatest.Helena, "number": number, "text": "Pode ser amanhã"})
	await.Eventually(t, "the customer's message", ana.Preview(t, path, "Pode ser amanhã"))
	prosatest.Expect(t, ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	await.Eventually(t, "the templates of the account", func() (any, bool) {
		list := ana.Get(t, "/api/v1/numbers/"+number+"/templates")
		return list, list.Text("synced_at") != ""
	})
	schedule := func(echo string, in time.Duration, more map[string]any) prosatest.Answer {
		body := map[string]any{"echo_id": echo, "despite_stale": true, "at": time.Now().Add(in)}
		for k, v := range more {
			body[k] = v
		}
		return ana.Post(t, path+"/messages", body)
	}
	soon := prosatest.Expect(t, schedule("soon", 2*time.Hour, map[string]any{"text": "já separei"}), http.StatusCreated).Text("message_id")
	late := prosatest.Expect(t, schedule("late", 26*time.Hour, map[string]any{"text": "tarde", "cancel_if_answered": false}), http.StatusCreated).Text("message_id")
	template := prosatest.Expect(t, schedule("template", 27*time.Hour, map[string]any{"template": map[string]any{
		"name": "retomar_atendimento", "language": "pt_BR",
		"values": map[string]any{"body.1": "Helena", "body.2": "Ana", "body.3": "o endereço"},
	}}), http.StatusCreated).Text("message_id")
	if surely := schedule("surely", 26*time.Hour, map[string]any{"text": "nunca"}); surely.Status != http.StatusUnprocessableEntity || surely.Text("code") != "window_closed" || surely.Text("field") != "at" {
		t.Errorf("a text that surely cannot leave = %d %v", surely.Status, surely.Body)
	}
	dropped := prosatest.Expect(t, schedule("dropped", 2*time.Hour, map[string]any{"text": "deixa"}), http.StatusCreated).Text("message_id")
	if a, err := ana.Try(t.Context(), http.MethodDelete, path+"/scheduled/"+dropped, nil); err != nil || a.Status != http.StatusOK && a.Status != http.StatusCreated {
		t.Fatalf("cancelled = %v %v", a, err)
	}

	d.Simulate(t, "clock", map[string]any{"seconds": (3 * time.Hour).Seconds()})
	ana.WaitState(t, path, soon, "delivered")
	d.Simulate(t, "clock", map[string]any{"seconds": (25 * time.Hour).Seconds()})
	ana.WaitState(t, path, template, "delivered")
	ana.WaitState(t, path, late, "withdrawn")

	silent := prosatest.Expect(t, schedule("silent", 40*time.Hour, map[string]any{"template": map[string]any{
		"name": "retomar_atendimento", "language": "pt_BR",
		"values": map[string]any{"body.1": "Helena", "body.2": "Ana", "body.3": "o pedido"},
	}}), http.StatusCreated).Text("message_id")
	d.Simulate(t, "say", map[string]any{"phone": prosatest.Helena, "number": number, "text": "Voltei!"})
	ana.WaitState(t, path, silent, "withdrawn")
}
