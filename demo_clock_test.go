package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"
	"time"
)

// simulate calls the page's own interface, as its buttons do.
func (d *demo) simulate(t *testing.T, what string, body map[string]any) {
	t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.phones+"/sim/"+what, bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusNoContent {
		t.Fatalf("simulate %s: %s", what, res.Status)
	}
}

// Moving the simulator's clock closes the window; a template still leaves, and
// the customer's next message opens the window again. What was snoozed wakes.
func TestDemoClockClosesAndReopensTheWindow(t *testing.T) {
	t.Parallel()
	d := startDemo(t, embeddedFolder(t))
	ana := login(t, d.gateway, "ana@lume.example", demoPassword)
	path := ana.find(t, "Helena")
	expect(t, ana.post(t, path+"/claim", map[string]any{}), http.StatusOK)
	asleep := ana.find(t, "Wellington")
	expect(t, ana.post(t, asleep+"/snooze", map[string]any{"until": time.Now().Add(20 * time.Hour)}), http.StatusOK)
	d.simulate(t, "clock", map[string]any{"seconds": (25 * time.Hour).Seconds()})

	late := ana.post(t, path+"/messages", map[string]any{"echo_id": "late", "text": "ainda dá?", "despite_stale": true})
	if late.Status != http.StatusUnprocessableEntity || late.text("code") != "window_closed" {
		t.Fatalf("text after the window closed = %d %v", late.Status, late.Body)
	}
	eventually(t, "the templates of the account", func() (any, bool) {
		list := ana.get(t, "/api/v1/numbers/"+string(demoNumbers()[0].id)+"/templates")
		return list, list.text("synced_at") != ""
	})
	template := ana.post(t, path+"/messages", map[string]any{"echo_id": "template", "despite_stale": true, "template": map[string]any{
		"name": "retomar_atendimento", "language": "pt_BR",
		"values": map[string]any{"body.1": "Helena", "body.2": "Ana", "body.3": "o endereço"},
	}})
	expect(t, template, http.StatusCreated)
	ana.waitState(t, path, template.text("message_id"), "delivered")

	eventually(t, "the snoozed conversation is open again", is("open", func() string { return ana.get(t, asleep).text("phase") }))

	d.simulate(t, "say", map[string]any{"phone": helena, "number": string(demoNumbers()[0].id), "text": "Voltei!"})
	eventually(t, "the window is open again", ana.preview(t, path, "Voltei!"))
	again := ana.post(t, path+"/messages", map[string]any{"echo_id": "again", "text": "Que bom!", "despite_stale": true})
	expect(t, again, http.StatusCreated)
	ana.waitState(t, path, again.text("message_id"), "delivered")
}
