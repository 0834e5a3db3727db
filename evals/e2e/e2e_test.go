package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/simulator"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// A customer writes, two agents see it, one claims and answers, the other is
// refused with the owner's name, the phone shows the answer, the ticks reach
// read.
func TestConversationFromPhoneToReadTicks(t *testing.T) {
	t.Parallel()
	s := prosatest.NewSite(t, nil)
	url := s.StartHere(t)
	ana, bruno := prosatest.Login(t, url, "ana@lume.example", prosatest.TestPassword), prosatest.Login(t, url, "bruno@lume.example", prosatest.TestPassword)
	anas, brunos := ana.Connect(t), bruno.Connect(t)
	for _, in := range []*prosatest.LiveFeed{anas, brunos} {
		in.Send(t, map[string]any{"t": "subscribe", "stream": "inbox"})
		in.Wait(t, "the inbox stream", prosatest.IsSubscribed("inbox"))
	}
	if _, err := s.Sim.Say(prosatest.Helena, prosatest.Brasil, "Eu levo as 40"); err != nil {
		t.Fatal(err)
	}
	row := anas.Wait(t, "Helena's row", prosatest.RowSaying("Eu levo as 40"))
	brunos.Wait(t, "Helena's row", prosatest.RowSaying("Eu levo as 40"))
	id, _ := prosatest.Walk(row, "row.id").(string)
	version, _ := prosatest.Walk(row, "row.version").(float64)
	if name := prosatest.Walk(row, "row.contact.name"); name != "Helena Prado" {
		t.Errorf("contact is named %v", name)
	}
	path := "/api/v1/conversations/" + id

	if a := ana.Post(t, path+"/messages", map[string]any{"echo_id": "e0", "text": "oi", "seen_version": version}); a.Status != http.StatusConflict || a.Text("code") != "unclaimed" {
		t.Errorf("answer before the claim = %d %v", a.Status, a.Body)
	}
	if a := ana.Post(t, path+"/claim", map[string]any{}); a.Status != http.StatusOK {
		t.Fatalf("claim = %d %v", a.Status, a.Body)
	}
	if a := bruno.Post(t, path+"/claim", map[string]any{}); a.Status != http.StatusConflict || a.Text("owner.name") != "Ana" {
		t.Errorf("second claim = %d %v; want 409 with Ana", a.Status, a.Body)
	}
	if a := bruno.Post(t, path+"/messages", map[string]any{"echo_id": "b1", "text": "eu!", "seen_version": version}); a.Status != http.StatusConflict || a.Text("owner.name") != "Ana" {
		t.Errorf("Bruno's answer = %d %v; want 409 with Ana", a.Status, a.Body)
	}
	brunos.Send(t, map[string]any{"t": "command", "id": "c1", "conversation": id, "type": "messages", "body": map[string]any{
		"echo_id": "b2", "text": "eu!", "seen_version": version,
	}})
	refused := brunos.Wait(t, "the result of Bruno's command", func(f map[string]any) bool { return f["t"] == "result" && f["id"] == "c1" })
	if prosatest.Walk(refused, "problem.owner.name") != "Ana" {
		t.Errorf("Bruno's command on the socket = %v; want refused with Ana", refused)
	}

	sent := ana.Post(t, path+"/messages", map[string]any{"echo_id": "e1", "text": "Fechado, Helena!", "seen_version": version})
	if sent.Status != http.StatusCreated {
		t.Fatalf("answer = %d %v", sent.Status, sent.Body)
	}
	again := ana.Post(t, path+"/messages", map[string]any{"echo_id": "e1", "text": "Fechado, Helena!", "seen_version": version})
	if again.Text("message_id") != sent.Text("message_id") || sent.Text("message_id") == "" {
		t.Errorf("the same echo id again = %v; want message %v", again.Body, sent.Body)
	}
	bubbles, err := s.Sim.WaitFor(t.Context(), prosatest.Helena, prosatest.Brasil, func(b []simulator.Bubble) bool { return len(b) == 2 })
	if err != nil || bubbles[1].Text != "Fechado, Helena!" {
		t.Fatalf("the phone shows %v, %v", bubbles, err)
	}
	anas.Wait(t, "the delivered tick", rowStatus("delivered"))
	if err := s.Sim.OpenChat(prosatest.Helena, prosatest.Brasil); err != nil {
		t.Fatal(err)
	}
	anas.Wait(t, "the read tick", rowStatus("read"))
	thread := ana.Get(t, path+"/messages")
	if thread.Status != http.StatusOK {
		t.Fatalf("thread = %d %v", thread.Status, thread.Body)
	}
	prosatest.AssertThread(t, thread, "Eu levo as 40", "Fechado, Helena!")
}

// A burst within one second of Meta's clock keeps its order, also where Meta puts
// several into one webhook and brings them twice.
func TestBurstKeepsItsOrder(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, chance.Faults{chance.Batch: 0.5, chance.Duplicate: 0.5})
	d.MoveMeta(t, -time.Minute) // all that arrives is late
	var want []string
	for i := range 12 {
		want = append(want, fmt.Sprint("linha ", i))
		if _, err := d.Sim.Say(prosatest.Helena, prosatest.Brasil, want[i]); err != nil {
			t.Fatal(err)
		}
	}
	prosatest.Grows(t, "the burst arrives", d.Db, int64(len(want)), `SELECT count(*) FROM message`)
	rows, err := d.Db.Query(t.Context(), `SELECT m.content #>> '{text,body}' FROM message m JOIN event e USING (phone_number_id, contact_id)
		WHERE e.type = 'InboundReceived' AND position(convert_to(m.id, 'UTF8') IN e.body) > 0 ORDER BY m.place, e.version`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("the thread says %q", got)
	}
	if a, b := pgtest.Disordered(t, d.Db, nil), pgtest.StaleRows(t, d.Db); a != 0 || b != 0 {
		t.Errorf("%d out of order, %d rows that show another than the last", a, b)
	}
}

func rowStatus(status string) func(map[string]any) bool {
	return func(f map[string]any) bool { return prosatest.Walk(f, "row.last.status") == status }
}
