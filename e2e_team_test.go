package main

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// A manager assigns, an agent passes on with a note, the manager takes over with
// a reason; everybody sees who has it.
func TestManagerAssignsAgentTransfersManagerTakesOver(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	manager := d.hire(t, "Rafaela", "manager", "main")
	path, _ := d.say(t, helena, "oi")
	anas, brunos := d.ana.connect(t), d.bruno.connect(t)
	for _, in := range []*liveFeed{anas, brunos} {
		in.subscribe(t, "me", nil)
	}

	if a := d.bruno.post(t, path+"/assign", map[string]any{"agent_id": d.ana.id}); a.Status != http.StatusForbidden {
		t.Errorf("an agent assigned to another: %d %v", a.Status, a.Body)
	}
	a := expect(t, manager.post(t, path+"/assign", map[string]any{"agent_id": d.ana.id}), http.StatusOK)
	if a.text("owner.name") != "Ana" {
		t.Errorf("assigned to %v", a.Body)
	}
	anas.wait(t, "that Ana got it", ownership("gained", "assign"))

	expect(t, d.ana.post(t, path+"/transfer", map[string]any{"agent_id": d.bruno.id, "note": "prefere falar de manhã"}), http.StatusOK)
	anas.wait(t, "that Ana lost it", ownership("lost", "transfer"))
	brunos.wait(t, "that Bruno got it", ownership("gained", "transfer"))
	for _, p := range []*person{d.ana, d.bruno} {
		if !hasNote(p.items(t, path), "prefere falar de manhã") {
			t.Errorf("the note of the transfer is not in the thread")
		}
	}
	refusedBy(t, "Ana after the transfer", d.ana.post(t, path+"/messages", map[string]any{"echo_id": "a", "text": "x", "despite_stale": true}), "Bruno")
	d.bruno.write(t, path, "b", "agora sou eu")

	if a := manager.post(t, path+"/takeover", map[string]any{}); a.Status != http.StatusBadRequest || a.text("field") != "reason" {
		t.Errorf("takeover without a reason: %d %v", a.Status, a.Body)
	}
	expect(t, manager.post(t, path+"/takeover", map[string]any{"reason": "cliente reclamou"}), http.StatusOK)
	brunos.wait(t, "that Bruno lost it", ownership("lost", "take_over"))
	if !hasNote(d.bruno.items(t, path), "cliente reclamou") {
		t.Error("the reason is not in the thread")
	}
	refusedBy(t, "Bruno after the takeover", d.bruno.post(t, path+"/messages", map[string]any{"echo_id": "b2", "text": "x", "despite_stale": true}), "Rafaela")

	expect(t, manager.post(t, path+"/release", map[string]any{}), http.StatusOK)
	row := expect(t, d.ana.get(t, path), http.StatusOK)
	if row.text("owner.kind") != "nobody" || row.text("queued_since") == "" {
		t.Errorf("released: %v; want nobody's and queued", row.Body)
	}
}

// What sleeps wakes by its timer, what was settled opens when the customer writes.
func TestSnoozeWakesAndInboundReopens(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	path, _ := d.say(t, helena, "amanhã eu confirmo")
	expect(t, d.ana.post(t, path+"/claim", map[string]any{}), http.StatusOK)
	in := d.ana.connect(t)
	in.subscribe(t, "inbox", nil)

	until := d.ana.snoozeBriefly(t, path)
	f := in.wait(t, "the row asleep", rowInPhase("snoozed", 0))
	asleep, _ := walk(f, "row.version").(float64)
	f = in.wait(t, "the row awake", rowInPhase("open", asleep))
	if time.Now().Before(until) || walk(f, "row.owner.name") != "Ana" {
		t.Errorf("it woke too early, or without its owner: %v", f)
	}

	if a := expect(t, d.ana.post(t, path+"/resolve", map[string]any{}), http.StatusOK); a.text("phase") != "resolved" {
		t.Fatalf("resolved = %v", a.Body)
	}
	d.say(t, helena, "mais uma coisa")
	row := expect(t, d.ana.get(t, path), http.StatusOK)
	if row.text("phase") != "open" || row.number("unread") < 1 {
		t.Errorf("after the customer wrote: %v; want open and unread", row.Body)
	}
}

// snoozeBriefly puts a conversation off for as short as the machine allows: what
// is past when the server hears of it is refused.
func (p *person) snoozeBriefly(t *testing.T, path string) (until time.Time) {
	t.Helper()
	for wait := 2 * time.Second; ; wait *= 2 {
		until = time.Now().Add(wait)
		a := p.post(t, path+"/snooze", map[string]any{"until": until})
		if a.Status == http.StatusOK && a.text("phase") == "snoozed" {
			return until
		}
		if wait > patience || a.text("field") != "until" {
			t.Fatalf("snooze for %v = %d %v", wait, a.Status, a.Body)
		}
	}
}

// Another team's people neither find a conversation nor hear of it.
func TestI10AnotherTeamSeesNothing(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	expect(t, d.admin.post(t, "/api/v1/teams", map[string]any{"id": "outra", "name": "Outra"}), http.StatusOK)
	carla := d.hire(t, "Carla", "agent", "outra")
	carlas, anas := carla.connect(t), d.ana.connect(t)
	carlas.subscribe(t, "inbox", nil)
	anas.subscribe(t, "inbox", nil)
	path, _ := d.say(t, helena, "segredo")
	id := strings.TrimPrefix(path, "/api/v1/conversations/")

	for _, p := range []string{path, path + "/messages"} {
		expect(t, carla.get(t, p), http.StatusNotFound)
	}
	for _, command := range []string{"claim", "release", "resolve", "read"} {
		expect(t, carla.post(t, path+"/"+command, map[string]any{}), http.StatusNotFound)
	}
	expect(t, carla.post(t, path+"/messages", map[string]any{"echo_id": "c", "text": "oi", "claim": true, "despite_stale": true}), http.StatusNotFound)
	expect(t, carla.post(t, path+"/notes", map[string]any{"echo_id": "c", "text": "oi"}), http.StatusNotFound)
	for _, q := range []string{"", "?q=Helena", "?team=main"} {
		if list, _ := expect(t, carla.get(t, "/api/v1/conversations"+q), http.StatusOK).at("conversations").([]any); len(list) != 0 {
			t.Errorf("her list%s shows %v", q, list)
		}
	}
	if n := expect(t, carla.get(t, "/api/v1/counts"), http.StatusOK).number("views.all.n"); n != 0 {
		t.Errorf("her counts show %v", n)
	}
	carlas.send(t, map[string]any{"t": "subscribe", "stream": "conversation:" + id, "ref": "x"})
	refused := carlas.wait(t, "the refused subscription", func(f map[string]any) bool { return f["t"] == "error" })
	if walk(refused, "error.name") != "not_found" {
		t.Errorf("her subscription: %v", refused)
	}
	carlas.send(t, map[string]any{"t": "command", "id": "c", "conversation": id, "type": "claim", "body": map[string]any{}})
	f := carlas.wait(t, "the refused command", func(f map[string]any) bool { return f["t"] == "result" })
	if walk(f, "problem.status") != float64(http.StatusNotFound) || walk(f, "problem.owner") != nil {
		t.Errorf("her command: %v", f)
	}
	expect(t, d.admin.get(t, "/api/v1/intake/problems"), http.StatusOK)
	expect(t, carla.get(t, "/api/v1/intake/problems"), http.StatusForbidden)

	// What reached Ana's socket would have reached hers by the end of a second
	// message and a ping.
	d.say(t, helena, "segredo dois")
	anas.wait(t, "Ana's row", rowSaying("segredo dois"))
	carlas.send(t, map[string]any{"t": "ping", "ref": "end"})
	carlas.wait(t, "the pong", func(f map[string]any) bool { return f["t"] == "pong" })
	// Nor does she get it by resuming from before.
	again := carla.connect(t)
	if f := again.subscribe(t, "inbox", carlas.position(t, "inbox")); walk(f, "recovered") != true {
		t.Errorf("her list was not recovered: %v", f)
	}
	again.send(t, map[string]any{"t": "ping", "ref": "end"})
	again.wait(t, "the pong", func(f map[string]any) bool { return f["t"] == "pong" })
	for _, f := range append(carlas.frames(), again.frames()...) {
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
		version, _ := walk(f, "row.version").(float64)
		return walk(f, "row.phase") == phase && version > after
	}
}

func hasNote(items []any, text string) bool {
	for _, item := range items {
		for _, at := range []string{"message.content.text.body", "owner.note.content.text.body"} {
			if walk(item, at) == text {
				return true
			}
		}
	}
	return false
}
