package e2e_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/simulator"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
)

// Each kind without a file leaves as Meta takes it, and is on the phone; a quote and a
// mark of our own message name it as Meta does.
func TestEveryKindWithoutAFileArrives(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, chance.Faults{})
	path, _ := d.Say(t, prosatest.Helena, "tem calça azul?")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", nil), http.StatusOK)
	asked := d.Sim.Messages(prosatest.Helena, prosatest.Brasil)[0].ID
	type body = map[string]any
	send := func(echo string, what body) string {
		t.Helper()
		what["echo_id"], what["despite_stale"] = echo, true
		return prosatest.Expect(t, d.Ana.Post(t, path+"/messages", what), http.StatusCreated).Text("message_id")
	}
	first := send("k1", body{"text": "Temos", "quoted": asked})
	send("k2", body{"text": "De qual tamanho?", "quoted": first})
	send("k3", body{"location": body{"latitude": -23.5505, "longitude": -46.6333, "name": "Loja", "address": "Rua A"}})
	send("k4", body{"contacts": []body{{"name": "Paulo", "phones": []body{{"value": "+55 11 98888-7777"}}}}})
	send("k5", body{"interactive": body{"type": "button", "body": "Serve?", "buttons": []body{{"id": "s", "title": "Sim"}, {"id": "n", "title": "Não"}}}})
	send("k6", body{"interactive": body{
		"type": "list", "body": "Escolha", "label": "Ver", "sections": []body{{"rows": []body{{"id": "1", "title": "Azul"}}}},
	}})
	send("k7", body{"reaction": body{"target": asked, "emoji": "👍"}})
	send("k8", body{"reaction": body{"target": first, "emoji": "❤️"}})
	last := send("k9", body{"interactive": body{"type": "cta_url", "body": "Veja", "label": "Abrir", "url": "https://marola.test/a"}})
	d.Ana.WaitState(t, path, last, "sent", "delivered", "read")
	d.AllSent(t)
	bubbles := d.Sim.Messages(prosatest.Helena, prosatest.Brasil)
	var texts []string
	byText := map[string]simulator.Bubble{}
	for _, b := range bubbles[1:] {
		texts = append(texts, b.Text)
		byText[b.Text] = b
	}
	if diff := cmp.Diff([]string{"Temos", "De qual tamanho?", "Loja", "Paulo", "Serve?", "Escolha", "Veja"}, texts); diff != "" {
		t.Errorf("bubbles of the phone (-want +got):\n%s", diff)
	}
	if bubbles[0].Reaction != "👍" || byText["Temos"].Reaction != "❤️" {
		t.Errorf("marks %q and %q", bubbles[0].Reaction, byText["Temos"].Reaction)
	}
	if byText["Temos"].Quoted != asked || byText["De qual tamanho?"].Quoted != byText["Temos"].ID {
		t.Errorf("quotes %q and %q; want %q and %q", byText["Temos"].Quoted, byText["De qual tamanho?"].Quoted, asked, byText["Temos"].ID)
	}
	refused := func(field string, what body) {
		t.Helper()
		what["echo_id"] = "no-" + field
		a := d.Ana.Post(t, path+"/messages", what)
		if a.Status != http.StatusUnprocessableEntity || a.Text("field") != field {
			t.Errorf("%s: %d %v", field, a.Status, a.Body)
		}
	}
	refused("interactive.buttons", body{"interactive": body{"type": "button", "body": "Serve?"}})
	refused("reaction.emoji", body{"reaction": body{"target": asked, "emoji": "ok"}})
	refused("reaction.target", body{"reaction": body{"target": "wamid.none", "emoji": "👍"}})
	refused("quoted", body{"text": "x", "quoted": "wamid.none"})
	refused("location.latitude", body{"location": body{"latitude": 91, "longitude": 0}})
	refused("media.file", body{"media": body{"type": "image"}})
	refused("location", body{"text": "x", "location": body{"latitude": 1, "longitude": 0}})
}
