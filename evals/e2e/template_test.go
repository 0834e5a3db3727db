package e2e

import (
	"net/http"
	"testing"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/simulator"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
)

// The list reaches people through the engine, a send is checked against it before
// Meta is asked, and everybody reads the words: the phone, the row and the thread.
func TestTemplatesFromListToPhone(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
	list := d.Templates(t, 4)
	if got := list.Text("templates.1.name"); got != "pedido_pronto" || list.Text("synced_at") == "" {
		t.Errorf("second template %q, synced at %q", got, list.Text("synced_at"))
	}
	path, _ := d.Say(t, prosatest.Helena, "Meu pedido saiu?")
	send := func(echo string, template map[string]any) prosatest.Answer {
		return d.Ana.Post(t, path+"/messages", map[string]any{"echo_id": echo, "claim": true, "despite_stale": true, "template": template})
	}
	ready := map[string]any{"name": "pedido_pronto", "language": "pt-BR", "values": map[string]any{
		"header.1": "48.190", "body.1": "Helena", "button.1": "48190",
	}}
	refused := prosatest.Expect(t, send("e1", ready), http.StatusUnprocessableEntity)
	if refused.Text("code") != "bad_content" || refused.Text("field") != "template.values.body.2" {
		t.Errorf("a missing variable is refused with %v", refused.Body)
	}
	for _, other := range []map[string]any{
		{"name": "saldao", "language": "pt_BR", "values": map[string]any{"body.1": "Helena"}},
		{"name": "pedido_pronto", "language": "es"},
	} {
		if a := prosatest.Expect(t, send("e2", other), http.StatusUnprocessableEntity); a.Text("code") != "no_template" || a.Text("remedy") == "" {
			t.Errorf("%v is refused with %v", other, a.Body)
		}
	}
	ready["values"].(map[string]any)["body.2"] = "sexta"
	message := prosatest.Expect(t, send("e1", ready), http.StatusCreated).Text("message_id")
	d.Ana.WaitState(t, path, message, "delivered", "read")
	bubbles := d.Sim.Messages(prosatest.Helena, prosatest.Brasil)
	last := bubbles[len(bubbles)-1]
	if last.Header != "Pedido 48.190" || last.Text != "Oi, Helena! Pode retirar até *sexta*." || last.Footer != "Lume Atacado" || len(last.Buttons) != 2 {
		t.Errorf("the phone shows %+v", last)
	}
	row := prosatest.Expect(t, d.Ana.Get(t, path), http.StatusOK)
	if got := row.Text("last.preview"); got != "Oi, Helena! Pode retirar até *sexta*." {
		t.Errorf("the row shows %q", got)
	}
	for _, item := range d.Ana.Items(t, path) {
		if prosatest.Walk(item, "message.id") == message && prosatest.Walk(item, "message.content.template.buttons.1.url") != "https://lume.example/p/48190" {
			t.Errorf("the thread has %v", item)
		}
	}

	// Meta approves one: the webhook brings it without a wait for the next reading.
	d.Sim.PutTemplate(simulator.Template{Name: "saldao", Language: "pt_BR", Category: "MARKETING", Body: "Saldão, {{1}}!"})
	d.Templates(t, 5)
	// And takes it back before the list may be read again.
	d.Sim.PutTemplate(simulator.Template{Name: "saldao", Language: "pt_BR", Category: "MARKETING", Status: "PAUSED", Body: "Saldão, {{1}}!"})
	d.Templates(t, 4)
}

// An account whose list cannot be read keeps what it had.
func TestTemplatesOutliveAFailure(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
	first := d.Templates(t, 4)
	if err := d.Sim.SetFault(chance.Token, 1); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Db.Exec(t.Context(), `UPDATE template_sync SET due_at = now()`); err != nil {
		t.Fatal(err)
	}
	await.Eventually(t, "the failure is told", func() (any, bool) {
		list := d.Ana.Get(t, "/api/v1/numbers/"+string(prosatest.Brasil)+"/templates")
		return list, list.Text("failure") != ""
	})
	if again := d.Templates(t, 4); again.Text("synced_at") != first.Text("synced_at") {
		t.Errorf("list of %s after the failure, of %s before", again.Text("synced_at"), first.Text("synced_at"))
	}
}
