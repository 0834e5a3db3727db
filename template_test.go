package main

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/simulator"
)

// testTemplates are those of the tests' account.
func testTemplates() []simulator.Template {
	return []simulator.Template{
		{Name: "retomar_atendimento", Language: "pt_BR", Category: "UTILITY", Body: "Olá, {{1}}! Podemos continuar?"},
		{
			Name: "pedido_pronto", Language: "pt_BR", Category: "UTILITY", Header: "Pedido {{1}}",
			Body: "Oi, {{1}}! Pode retirar até *{{2}}*.", Footer: "Lume Atacado",
			Buttons: []wa.TemplateButton{
				{Type: "QUICK_REPLY", Text: "Combinado"}, {Type: "URL", Text: "Acompanhar", URL: "https://lume.example/p/{{1}}"},
			},
		},
		{Name: "saldao", Language: "pt_BR", Category: "MARKETING", Status: "PENDING", Body: "Saldão, {{1}}!"},
		{Name: "segundo_codigo", Language: "pt_BR", Category: "AUTHENTICATION", Body: "{{1}} é o seu código."},
		{Name: "order_ready", Language: "en", Category: "UTILITY", Body: "Hi {{name}}, order {{order}} is ready."},
	}
}

// The list reaches people through the engine, a send is checked against it before
// Meta is asked, and everybody reads the words: the phone, the row and the thread.
func TestTemplatesFromListToPhone(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	list := d.templates(t, 4)
	if got := list.text("templates.1.name"); got != "pedido_pronto" || list.text("synced_at") == "" {
		t.Errorf("second template %q, synced at %q", got, list.text("synced_at"))
	}
	path, _ := d.say(t, helena, "Meu pedido saiu?")
	send := func(echo string, template map[string]any) answer {
		return d.ana.post(t, path+"/messages", map[string]any{"echo_id": echo, "claim": true, "despite_stale": true, "template": template})
	}
	ready := map[string]any{"name": "pedido_pronto", "language": "pt-BR", "values": map[string]any{
		"header.1": "48.190", "body.1": "Helena", "button.1": "48190",
	}}
	refused := expect(t, send("e1", ready), http.StatusUnprocessableEntity)
	if refused.text("code") != "bad_content" || refused.text("field") != "template.values.body.2" {
		t.Errorf("a missing variable is refused with %v", refused.Body)
	}
	for _, other := range []map[string]any{
		{"name": "saldao", "language": "pt_BR", "values": map[string]any{"body.1": "Helena"}},
		{"name": "pedido_pronto", "language": "es"},
	} {
		if a := expect(t, send("e2", other), http.StatusUnprocessableEntity); a.text("code") != "no_template" || a.text("remedy") == "" {
			t.Errorf("%v is refused with %v", other, a.Body)
		}
	}
	ready["values"].(map[string]any)["body.2"] = "sexta"
	message := expect(t, send("e1", ready), http.StatusCreated).text("message_id")
	d.ana.waitState(t, path, message, "delivered", "read")
	bubbles := d.sim.Messages(helena, brasil)
	last := bubbles[len(bubbles)-1]
	if last.Header != "Pedido 48.190" || last.Text != "Oi, Helena! Pode retirar até *sexta*." || last.Footer != "Lume Atacado" || len(last.Buttons) != 2 {
		t.Errorf("the phone shows %+v", last)
	}
	row := expect(t, d.ana.get(t, path), http.StatusOK)
	if got := row.text("last.preview"); got != "Oi, Helena! Pode retirar até *sexta*." {
		t.Errorf("the row shows %q", got)
	}
	for _, item := range d.ana.items(t, path) {
		if walk(item, "message.id") == message && walk(item, "message.content.template.buttons.1.url") != "https://lume.example/p/48190" {
			t.Errorf("the thread has %v", item)
		}
	}

	// Meta approves one: the webhook brings it without a wait for the next reading.
	d.sim.PutTemplate(simulator.Template{Name: "saldao", Language: "pt_BR", Category: "MARKETING", Body: "Saldão, {{1}}!"})
	d.templates(t, 5)
	// And takes it back before the list may be read again.
	d.sim.PutTemplate(simulator.Template{Name: "saldao", Language: "pt_BR", Category: "MARKETING", Status: "PAUSED", Body: "Saldão, {{1}}!"})
	d.templates(t, 4)
}

// templates waits until the number has so many that are approved.
func (d *desk) templates(t *testing.T, count int) (list answer) {
	t.Helper()
	eventually(t, fmt.Sprint(count, " approved templates"), func() (any, bool) {
		list = expect(t, d.ana.get(t, "/api/v1/numbers/"+string(brasil)+"/templates?status=approved"), http.StatusOK)
		rows, _ := list.at("templates").([]any)
		return list, len(rows) == count
	})
	return list
}

// An account whose list cannot be read keeps what it had.
func TestTemplatesOutliveAFailure(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	first := d.templates(t, 4)
	if err := d.sim.SetFault(simulator.FaultToken, 1); err != nil {
		t.Fatal(err)
	}
	if _, err := d.db.Exec(t.Context(), `UPDATE template_sync SET due_at = now()`); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the failure is told", func() (any, bool) {
		list := d.ana.get(t, "/api/v1/numbers/"+string(brasil)+"/templates")
		return list, list.text("failure") != ""
	})
	if again := d.templates(t, 4); again.text("synced_at") != first.text("synced_at") {
		t.Errorf("list of %s after the failure, of %s before", again.text("synced_at"), first.text("synced_at"))
	}
}
