package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/evals/prosatest"
)

// A manager assigns, an agent passes on with a note, the manager takes over with
// a reason; everybody sees who has it.
func TestManagerAssignsAgentTransfersManagerTakesOver(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
	manager := d.Hire(t, "Rafaela", "manager", "main")
	path, _ := d.Say(t, prosatest.Helena, "oi")
	anas, brunos := d.Ana.Connect(t), d.Bruno.Connect(t)
	for _, in := range []*prosatest.LiveFeed{anas, brunos} {
		in.Subscribe(t, "me", nil)
	}

	if a := d.Bruno.Post(t, path+"/assign", map[string]any{"agent_id": d.Ana.Id}); a.Status != http.StatusForbidden {
		t.Errorf("an agent assigned to another: %d %v", a.Status, a.Body)
	}
	a := prosatest.Expect(t, manager.Post(t, path+"/assign", map[string]any{"agent_id": d.Ana.Id}), http.StatusOK)
	if a.Text("owner.name") != "Ana" {
		t.Errorf("assigned to %v", a.Body)
	}
	anas.Wait(t, "that Ana got it", ownership("gained", "assign"))

	prosatest.Expect(t, d.Ana.Post(t, path+"/transfer", map[string]any{"agent_id": d.Bruno.Id, "note": "prefere falar de manhã"}), http.StatusOK)
	anas.Wait(t, "that Ana lost it", ownership("lost", "transfer"))
	brunos.Wait(t, "that Bruno got it", ownership("gained", "transfer"))
	for _, p := range []*prosatest.Person{d.Ana, d.Bruno} {
		if !hasNote(p.Items(t, path), "prefere falar de manhã") {
			t.Errorf("the note of the transfer is not in the thread")
		}
	}
	prosatest.RefusedBy(t, "Ana after the transfer", d.Ana.Post(t, path+"/messages", map[string]any{"echo_id": "a", "text": "x", "despite_stale": true}), "Bruno")
	d.Bruno.Write(t, path, "b", "agora sou eu")

	if a := manager.Post(t, path+"/takeover", map[string]any{}); a.Status != http.StatusBadRequest || a.Text("field") != "reason" {
		t.Errorf("takeover without a reason: %d %v", a.Status, a.Body)
	}
	prosatest.Expect(t, manager.Post(t, path+"/takeover", map[string]any{"reason": "cliente reclamou"}), http.StatusOK)
	brunos.Wait(t, "that Bruno lost it", ownership("lost", "take_over"))
	if !hasNote(d.Bruno.Items(t, path), "cliente reclamou") {
		t.Error("the reason is not in the thread")
	}
	prosatest.RefusedBy(t, "Bruno after the takeover", d.Bruno.Post(t, path+"/messages", map[string]any{"echo_id": "b2", "text": "x", "despite_stale": true}), "Rafaela")

	prosatest.Expect(t, manager.Post(t, path+"/release", map[string]any{}), http.StatusOK)
	row := prosatest.Expect(t, d.Ana.Get(t, path), http.StatusOK)
	if row.Text("owner.kind") != "nobody" || row.Text("queued_since") == "" {
		t.Errorf("released: %v; want nobody's and queued", row.Body)
	}
}

// What sleeps wakes by its alarm, what was resolved opens when the customer writes.
func TestSnoozeWakesAndInboundReopens(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "amanhã eu confirmo")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	in := d.Ana.Connect(t)
	in.Subscribe(t, "inbox", nil)

	until := d.Ana.SnoozeBriefly(t, path)
	f := in.Wait(t, "the row asleep", rowInPhase("snoozed", 0))
	asleep, _ := prosatest.Walk(f, "row.version").(float64)
	f = in.Wait(t, "the row awake", rowInPhase("open", asleep))
	if time.Now().Before(until) || prosatest.Walk(f, "row.owner.name") != "Ana" {
		t.Errorf("it woke too early, or without its owner: %v", f)
	}

	if a := prosatest.Expect(t, d.Ana.Post(t, path+"/resolve", map[string]any{}), http.StatusOK); a.Text("phase") != "resolved" {
		t.Fatalf("resolved = %v", a.Body)
	}
	d.Say(t, prosatest.Helena, "mais uma coisa")
	row := prosatest.Expect(t, d.Ana.Get(t, path), http.StatusOK)
	if row.Text("phase") != "open" || row.Number("unread") < 1 {
		t.Errorf("after the customer wrote: %v; want open and unread", row.Body)
	}
}

// Another team's people neither find a conversation nor hear of it.
func TestI10AnotherTeamSeesNothing(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
	prosatest.Expect(t, d.Admin.Post(t, "/api/v1/teams", map[string]any{"id": "outra", "name": "Outra"}), http.StatusOK)
	carla := d.Hire(t, "Carla", "agent", "outra")
	carlas, anas := carla.Connect(t), d.Ana.Connect(t)
	carlas.Subscribe(t, "inbox", nil)
	anas.Subscribe(t, "inbox", nil)
	path, _ := d.Say(t, prosatest.Helena, "segredo")
	id := strings.TrimPrefix(path, "/api/v1/conversations/")

	for _, p := range []string{path, path + "/messages"} {
		prosatest.Expect(t, carla.Get(t, p), http.StatusNotFound)
	}
	for _, command := range []string{"claim", "release", "resolve", "read"} {
		prosatest.Expect(t, carla.Post(t, path+"/"+command, map[string]any{}), http.StatusNotFound)
	}
	prosatest.Expect(t, carla.Post(t, path+"/messages", map[string]any{"echo_id": "c", "text": "oi", "claim": true, "despite_stale": true}), http.StatusNotFound)
	prosatest.Expect(t, carla.Post(t, path+"/notes", map[string]any{"echo_id": "c", "text": "oi"}), http.StatusNotFound)
	for _, q := range []string{"", "?q=Helena", "?team=main"} {
		if list, _ := prosatest.Expect(t, carla.Get(t, "/api/v1/conversations"+q), http.StatusOK).At("conversations").([]any); len(list) != 0 {
			t.Errorf("her list%s shows %v", q, list)
		}
	}
	if n := prosatest.Expect(t, carla.Get(t, "/api/v1/counts"), http.StatusOK).Number("views.all.n"); n != 0 {
		t.Errorf("her counts show %v", n)
	}
	carlas.Send(t, map[string]any{"t": "subscribe", "stream": "conversation:" + id, "ref": "x"})
	refused := carlas.Wait(t, "the refused subscription", func(f map[string]any) bool { return f["t"] == "error" })
	if prosatest.Walk(refused, "error.name") != "not_found" {
		t.Errorf("her subscription: %v", refused)
	}
	carlas.Send(t, map[string]any{"t": "command", "id": "c", "conversation": id, "type": "claim", "body": map[string]any{}})
	f := carlas.Wait(t, "the refused command", func(f map[string]any) bool { return f["t"] == "result" })
	if prosatest.Walk(f, "problem.status") != float64(http.StatusNotFound) || prosatest.Walk(f, "problem.owner") != nil {
		t.Errorf("her command: %v", f)
	}
	prosatest.Expect(t, d.Admin.Get(t, "/api/v1/intake/problems"), http.StatusOK)
	prosatest.Expect(t, carla.Get(t, "/api/v1/intake/problems"), http.StatusForbidden)

	// What reached Ana's socket would have reached hers by the end of a second
	// message and a ping.
	d.Say(t, prosatest.Helena, "segredo dois")
	anas.Wait(t, "Ana's row", prosatest.RowSaying("segredo dois"))
	carlas.Send(t, map[string]any{"t": "ping", "ref": "end"})
	carlas.Wait(t, "the pong", func(f map[string]any) bool { return f["t"] == "pong" })
	// Nor does she get it by resuming from before.
	again := carla.Connect(t)
	if f := again.Subscribe(t, "inbox", carlas.Position(t, "inbox")); prosatest.Walk(f, "recovered") != true {
		t.Errorf("her list was not recovered: %v", f)
	}
	again.Send(t, map[string]any{"t": "ping", "ref": "end"})
	again.Wait(t, "the pong", func(f map[string]any) bool { return f["t"] == "pong" })
	for _, f := range append(carlas.Frames(), again.Frames()...) {
		if f["t"] == "row" || f["t"] == "gone" || f["t"] == "thread" || f["t"] == "owner" || f["t"] == "presence" {
			t.Errorf("she got %v", f)
		}
	}
}

func ownership(change, cause string) func(map[string]any) bool {
	return func(f map[string]any) bool { return f["t"] == "owner" && f["change"] == change && f["cause"] == cause }
}

func rowInPhase(phase string, after float64) func(map[string]any) bool {
	return func(f map[string]any) bool {
		version, _ := prosatest.Walk(f, "row.version").(float64)
		return prosatest.Walk(f, "row.phase") == phase && version > after
	}
}

func hasNote(items []any, text string) bool {
	for _, item := range items {
		for _, at := range []string{"message.content.text.body", "owner.note.content.text.body"} {
			if prosatest.Walk(item, at) == text {
				return true
			}
		}
	}
	return false
}
