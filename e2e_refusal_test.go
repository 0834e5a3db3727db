package main

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Who has not seen the newest message is told what it was, and may insist.
func TestStaleSendIsRefusedWithTheDifference(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	path, _ := d.say(t, helena, "Quero 40 peças")
	seen := expect(t, d.ana.post(t, path+"/claim", map[string]any{}), http.StatusOK).number("version")
	d.say(t, helena, "Espera, são 60")
	reply := map[string]any{"echo_id": "r1", "text": "40 peças, fechado", "seen_version": seen}
	a := expect(t, d.ana.post(t, path+"/messages", reply), http.StatusConflict)
	difference, _ := a.at("difference").([]any)
	if a.text("code") != "stale" || len(difference) != 1 || walk(difference, "0.message.content.text.body") != "Espera, são 60" {
		t.Errorf("stale send = %v; want the one text that was not seen", a.Body)
	}
	if a.text("remedy") == "" || a.number("version") <= seen || a.text("owner.name") != "Ana" {
		t.Errorf("stale send = %v; want remedy, version and owner", a.Body)
	}
	if got := d.fromBusiness(helena); len(got) != 0 {
		t.Errorf("the phone shows %q", got)
	}
	reply["despite_stale"] = true
	expect(t, d.ana.post(t, path+"/messages", reply), http.StatusCreated)
	eventually(t, "the reply on the phone", is(`["40 peças, fechado"]`, func() string { return fmt.Sprintf("%q", d.fromBusiness(helena)) }))
}

// Whatever way somebody else sends, he is refused with the owner's name. Notes
// are not sends.
func TestI03EveryWayOfSendingIsRefusedWithTheOwner(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	manager := d.hire(t, "Rafaela", "manager", "main")
	path, _ := d.say(t, helena, "oi")
	expect(t, d.ana.post(t, path+"/claim", map[string]any{}), http.StatusOK)
	d.templates(t, 4) // from now on what a template lacks would be told too
	resume := map[string]any{"name": "retomar_atendimento", "language": "pt_BR", "values": map[string]any{"body.1": "Helena"}}
	code := map[string]any{"name": "segundo_codigo", "language": "pt_BR", "values": map[string]any{"body.1": "123456"}}
	sends := map[string]map[string]any{
		"text":       {"text": "eu!"},
		"insisting":  {"text": "eu!", "despite_stale": true},
		"with claim": {"text": "eu!", "claim": true, "despite_stale": true},
		"template":   {"template": resume},

		"claim+template": {"template": resume, "claim": true, "despite_stale": true},
		"code template":  {"template": code},
	}
	socket := d.bruno.connect(t)
	for name, body := range sends {
		for who, p := range map[string]*person{"bruno": d.bruno, "manager": manager} {
			request := maps.Clone(body)
			request["echo_id"] = who + name
			refusedBy(t, name+" by "+who, p.post(t, path+"/messages", request), "Ana")
		}
		id := "socket " + name
		socket.send(t, map[string]any{
			"t": "command", "id": id, "conversation": strings.TrimPrefix(path, "/api/v1/conversations/"), "type": "messages", "body": body,
		})
		f := socket.wait(t, id, func(f map[string]any) bool { return f["t"] == "result" && f["id"] == id })
		if f["ok"] != false || walk(f, "problem.owner.name") != "Ana" || walk(f, "problem.code") != "not_owner" {
			t.Errorf("%s = %v; want not_owner with Ana", id, f)
		}
	}
	refusedBy(t, "transfer", d.bruno.post(t, path+"/transfer", map[string]any{"agent_id": d.bruno.id}), "Ana")
	refusedBy(t, "release", d.bruno.post(t, path+"/release", map[string]any{}), "Ana")
	expect(t, d.bruno.post(t, path+"/notes", map[string]any{"echo_id": "n", "text": "paga sempre no Pix"}), http.StatusCreated)
	d.ana.write(t, path, "a", "da dona")
	eventually(t, "the owner's text on the phone", is(1, func() int { return len(d.fromBusiness(helena)) }))
	if got := d.fromBusiness(helena); !slices.Equal(got, []string{"da dona"}) {
		t.Errorf("the phone shows %q", got)
	}
}

// Fifty claims at once over HTTP have one winner, and everybody is told who.
func TestI03FiftyClaimsOverHTTPHaveOneWinner(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	path, _ := d.say(t, helena, "quem atende?")
	people := []*person{d.admin, d.ana, d.bruno, d.hire(t, "Carla", "agent", "main"), d.hire(t, "Davi", "agent", "main")}
	var (
		wg    sync.WaitGroup
		mu    sync.Mutex
		names = map[string]int{}
		won   = map[string]int{}
	)
	for n := range 50 {
		p := people[n%len(people)]
		wg.Go(func() {
			a, err := p.try(t.Context(), http.MethodPost, path+"/claim", map[string]any{})
			mu.Lock()
			defer mu.Unlock()
			if err != nil || a.Status != http.StatusOK && a.Status != http.StatusConflict {
				t.Errorf("claim = %d %v %v", a.Status, a.Body, err)
				return
			}
			names[a.text("owner.name")]++
			if a.Status == http.StatusOK {
				won[p.id]++
			}
		})
	}
	wg.Wait()
	if len(names) != 1 || len(won) != 1 || names[""] != 0 {
		t.Errorf("owners named: %v; claims won: %v", names, won)
	}
	if n := scalar(t, d.db, `SELECT count(*) FROM event WHERE type = 'OwnerChanged'`); n != 1 {
		t.Errorf("the conversation changed hands %d times", n)
	}
}
