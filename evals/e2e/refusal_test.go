package e2e

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
)

// Who has not seen the newest message is told what it was, and may insist.
func TestStaleSendIsRefusedWithTheDifference(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "Quero 40 peças")
	seen := prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK).Number("version")
	d.Say(t, prosatest.Helena, "Espera, são 60")
	reply := map[string]any{"echo_id": "r1", "text": "40 peças, fechado", "seen_version": seen}
	a := prosatest.Expect(t, d.Ana.Post(t, path+"/messages", reply), http.StatusConflict)
	difference, _ := a.At("difference").([]any)
	if a.Text("code") != "stale" || len(difference) != 1 || prosatest.Walk(difference, "0.message.content.text.body") != "Espera, são 60" {
		t.Errorf("stale send = %v; want the one text that was not seen", a.Body)
	}
	if a.Text("remedy") == "" || a.Number("version") <= seen || a.Text("owner.name") != "Ana" {
		t.Errorf("stale send = %v; want remedy, version and owner", a.Body)
	}
	if got := d.FromBusiness(prosatest.Helena); len(got) != 0 {
		t.Errorf("the phone shows %q", got)
	}
	reply["despite_stale"] = true
	prosatest.Expect(t, d.Ana.Post(t, path+"/messages", reply), http.StatusCreated)
	await.Eventually(t, "the reply on the phone", await.Is(`["40 peças, fechado"]`, func() string { return fmt.Sprintf("%q", d.FromBusiness(prosatest.Helena)) }))
}

// Whatever way somebody else sends, he is refused with the owner's name. Notes
// are not sends.
func TestI03EveryWayOfSendingIsRefusedWithTheOwner(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
	manager := d.Hire(t, "Rafaela", "manager", "main")
	path, _ := d.Say(t, prosatest.Helena, "oi")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	d.Templates(t, 4) // from now on what a template lacks would be told too
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
	socket := d.Bruno.Connect(t)
	for name, body := range sends {
		for who, p := range map[string]*prosatest.Person{"bruno": d.Bruno, "manager": manager} {
			request := maps.Clone(body)
			request["echo_id"] = who + name
			prosatest.RefusedBy(t, name+" by "+who, p.Post(t, path+"/messages", request), "Ana")
		}
		id := "socket " + name
		socket.Send(t, map[string]any{
			"t": "command", "id": id, "conversation": strings.TrimPrefix(path, "/api/v1/conversations/"), "type": "messages", "body": body,
		})
		f := socket.Wait(t, id, func(f map[string]any) bool { return f["t"] == "result" && f["id"] == id })
		if f["ok"] != false || prosatest.Walk(f, "problem.owner.name") != "Ana" || prosatest.Walk(f, "problem.code") != "not_owner" {
			t.Errorf("%s = %v; want not_owner with Ana", id, f)
		}
	}
	prosatest.RefusedBy(t, "transfer", d.Bruno.Post(t, path+"/transfer", map[string]any{"agent_id": d.Bruno.Id}), "Ana")
	prosatest.RefusedBy(t, "release", d.Bruno.Post(t, path+"/release", map[string]any{}), "Ana")
	prosatest.Expect(t, d.Bruno.Post(t, path+"/notes", map[string]any{"echo_id": "n", "text": "paga sempre no Pix"}), http.StatusCreated)
	d.Ana.Write(t, path, "a", "da dona")
	await.Eventually(t, "the owner's text on the phone", await.Is(1, func() int { return len(d.FromBusiness(prosatest.Helena)) }))
	if got := d.FromBusiness(prosatest.Helena); !slices.Equal(got, []string{"da dona"}) {
		t.Errorf("the phone shows %q", got)
	}
}

// Fifty claims at once over HTTP have one winner, and everybody is told who.
func TestI03FiftyClaimsOverHTTPHaveOneWinner(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "quem atende?")
	people := []*prosatest.Person{d.Admin, d.Ana, d.Bruno, d.Hire(t, "Carla", "agent", "main"), d.Hire(t, "Davi", "agent", "main")}
	var (
		wg    sync.WaitGroup
		mu    sync.Mutex
		names = map[string]int{}
		won   = map[string]int{}
	)
	for n := range 50 {
		p := people[n%len(people)]
		wg.Go(func() {
			a, err := p.Try(t.Context(), http.MethodPost, path+"/claim", map[string]any{})
			mu.Lock()
			defer mu.Unlock()
			if err != nil || a.Status != http.StatusOK && a.Status != http.StatusConflict {
				t.Errorf("claim = %d %v %v", a.Status, a.Body, err)
				return
			}
			names[a.Text("owner.name")]++
			if a.Status == http.StatusOK {
				won[p.Id]++
			}
		})
	}
	wg.Wait()
	if len(names) != 1 || len(won) != 1 || names[""] != 0 {
		t.Errorf("owners named: %v; claims won: %v", names, won)
	}
	if n := prosatest.Scalar(t, d.Db, `SELECT count(*) FROM event WHERE type = 'OwnerChanged'`); n != 1 {
		t.Errorf("the conversation changed hands %d times", n)
	}
}
