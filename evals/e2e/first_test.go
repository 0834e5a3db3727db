package e2e

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/simulator"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
)

// Ana writes to somebody new: by template alone, owner from the start; sent again it is the
// same. The answer finds her, and the names that Meta told are one person's.
func TestWritingFirst(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, chance.Faults{})
	d.Templates(t, 4)
	const newcomer = "5511944440001"
	if err := d.Sim.AddPhone(simulator.Phone{WaID: newcomer, BSUID: "BR.0000000000000044440001", Name: "Novo Cliente"}); err != nil {
		t.Fatal(err)
	}
	first := func(echo string, what map[string]any) prosatest.Answer {
		body := map[string]any{"echo_id": echo, "phone_number_id": prosatest.Brasil, "to": "+55 11 94444-0001", "name": "Feira de sábado"}
		for k, v := range what {
			body[k] = v
		}
		return d.Ana.Post(t, "/api/v1/conversations", body)
	}
	ready := map[string]any{"template": map[string]any{"name": "pedido_pronto", "language": "pt_BR", "values": map[string]any{
		"header.1": "48", "body.1": "Cliente", "body.2": "sexta", "button.1": "48",
	}}}
	for field, what := range map[string]map[string]any{
		"to":              {"to": "98888", "template": ready["template"]},
		"phone_number_id": {"phone_number_id": "1", "template": ready["template"]},
	} {
		if a := first("no-"+field, what); a.Status < 400 || a.Text("field") != field {
			t.Errorf("%s: %d %v", field, a.Status, a.Body)
		}
	}
	if a := first("text", map[string]any{"text": "oi"}); a.Status != http.StatusUnprocessableEntity || a.Text("code") != "window_closed" {
		t.Errorf("a text: %d %v", a.Status, a.Body)
	}
	sent := prosatest.Expect(t, first("e1", ready), http.StatusCreated)
	path := "/api/v1/conversations/" + sent.Text("id")
	if sent.Text("owner.name") != "Ana Souza" && sent.Text("owner.kind") != "agent" {
		t.Errorf("owned by %v", sent.At("owner"))
	}
	if again := prosatest.Expect(t, first("e1", ready), http.StatusOK); again.Text("message_id") != sent.Text("message_id") || again.Text("id") != sent.Text("id") {
		t.Errorf("sent again: %v", again.Body)
	}
	d.Ana.WaitState(t, path, sent.Text("message_id"), "delivered", "read")
	if row := d.Ana.Get(t, path); row.Text("contact.name") != "Feira de sábado" {
		t.Errorf("the row names %v", row.At("contact"))
	}
	answered, _ := d.Say(t, newcomer, "quem é?")
	if answered != path {
		t.Errorf("the answer stands in %s, want %s", answered, path)
	}
	prosatest.RefusedBy(t, "Bruno's first", d.Bruno.Post(t, "/api/v1/conversations", map[string]any{
		"echo_id": "b1", "phone_number_id": prosatest.Brasil, "to": newcomer, "template": ready["template"],
	}), "Ana")
}

// Many write first to one person while he writes: one conversation, one owner, each
// message that was accepted is there once.
func TestFirstsMeetAnInbound(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, chance.Faults{})
	d.Templates(t, 4)
	template := map[string]any{"name": "pedido_pronto", "language": "pt_BR", "values": map[string]any{
		"header.1": "48", "body.1": "Cliente", "body.2": "sexta", "button.1": "48",
	}}
	for round := range 5 {
		phone := fmt.Sprintf("551194444%04d", 100+round)
		if err := d.Sim.AddPhone(simulator.Phone{WaID: phone, Name: "Novo"}); err != nil {
			t.Fatal(err)
		}
		answers := make([]prosatest.Answer, 4)
		var all sync.WaitGroup
		for n := range answers {
			who := d.Ana
			if n%2 == 1 {
				who = d.Bruno
			}
			all.Go(func() {
				answers[n] = who.Post(t, "/api/v1/conversations", map[string]any{
					"echo_id": fmt.Sprintf("r%d-%d", round, n), "phone_number_id": prosatest.Brasil, "to": phone, "template": template,
				})
			})
		}
		all.Go(func() { _, _ = d.Sim.Say(phone, prosatest.Brasil, fmt.Sprintf("oi %d", round)) })
		all.Wait()
		accepted, id := 0, ""
		for _, a := range answers {
			switch a.Status {
			case http.StatusCreated:
				accepted++
				if id != "" && a.Text("id") != id {
					t.Fatalf("two conversations: %s and %s", id, a.Text("id"))
				}
				id = a.Text("id")
			case http.StatusConflict: // somebody else's by now
			default:
				t.Errorf("answer %d %v", a.Status, a.Body)
			}
		}
		path := "/api/v1/conversations/" + id
		await.Eventually(t, "everything in one thread", func() (any, bool) {
			in, out := 0, 0
			for _, item := range d.Ana.Items(t, path) {
				switch prosatest.Walk(item, "message.direction") {
				case "in":
					in++
				case "out":
					out++
				}
			}
			return fmt.Sprintf("%d in, %d out of %d", in, out, accepted), in == 1 && out == accepted
		})
	}
}
