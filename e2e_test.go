package main

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/gateway/simulator"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// A customer writes, two agents see it, one claims and answers, the other is
// refused with the owner's name, the phone shows the answer, the ticks reach
// read.
func TestConversationFromPhoneToReadTicks(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	url := s.startHere(t)
	ana, bruno := login(t, url, "ana@lume.example", testPassword), login(t, url, "bruno@lume.example", testPassword)
	anas, brunos := ana.connect(t), bruno.connect(t)
	for _, in := range []*liveFeed{anas, brunos} {
		in.send(t, map[string]any{"t": "subscribe", "stream": "inbox"})
		in.wait(t, "the inbox stream", isSubscribed("inbox"))
	}
	if _, err := s.sim.Say(helena, brasil, "Eu levo as 40"); err != nil {
		t.Fatal(err)
	}
	row := anas.wait(t, "Helena's row", rowSaying("Eu levo as 40"))
	brunos.wait(t, "Helena's row", rowSaying("Eu levo as 40"))
	id, _ := walk(row, "row.id").(string)
	version, _ := walk(row, "row.version").(float64)
	if name := walk(row, "row.contact.name"); name != "Helena Prado" {
		t.Errorf("contact is named %v", name)
	}
	path := "/api/v1/conversations/" + id

	if a := ana.post(t, path+"/messages", map[string]any{"echo_id": "e0", "text": "oi", "seen_version": version}); a.Status != http.StatusConflict || a.text("code") != "unclaimed" {
		t.Errorf("answer before the claim = %d %v", a.Status, a.Body)
	}
	if a := ana.post(t, path+"/claim", map[string]any{}); a.Status != http.StatusOK {
		t.Fatalf("claim = %d %v", a.Status, a.Body)
	}
	if a := bruno.post(t, path+"/claim", map[string]any{}); a.Status != http.StatusConflict || a.text("owner.name") != "Ana" {
		t.Errorf("second claim = %d %v; want 409 with Ana", a.Status, a.Body)
	}
	if a := bruno.post(t, path+"/messages", map[string]any{"echo_id": "b1", "text": "eu!", "seen_version": version}); a.Status != http.StatusConflict || a.text("owner.name") != "Ana" {
		t.Errorf("Bruno's answer = %d %v; want 409 with Ana", a.Status, a.Body)
	}
	brunos.send(t, map[string]any{"t": "command", "id": "c1", "conversation": id, "type": "messages", "body": map[string]any{
		"echo_id": "b2", "text": "eu!", "seen_version": version,
	}})
	refused := brunos.wait(t, "the result of Bruno's command", func(f map[string]any) bool { return f["t"] == "result" && f["id"] == "c1" })
	if walk(refused, "problem.owner.name") != "Ana" {
		t.Errorf("Bruno's command on the socket = %v; want refused with Ana", refused)
	}

	sent := ana.post(t, path+"/messages", map[string]any{"echo_id": "e1", "text": "Fechado, Helena!", "seen_version": version})
	if sent.Status != http.StatusCreated {
		t.Fatalf("answer = %d %v", sent.Status, sent.Body)
	}
	again := ana.post(t, path+"/messages", map[string]any{"echo_id": "e1", "text": "Fechado, Helena!", "seen_version": version})
	if again.text("message_id") != sent.text("message_id") || sent.text("message_id") == "" {
		t.Errorf("the same echo id again = %v; want message %v", again.Body, sent.Body)
	}
	bubbles, err := s.sim.WaitFor(t.Context(), helena, brasil, func(b []simulator.Bubble) bool { return len(b) == 2 })
	if err != nil || bubbles[1].Text != "Fechado, Helena!" {
		t.Fatalf("the phone shows %v, %v", bubbles, err)
	}
	anas.wait(t, "the delivered tick", rowStatus("delivered"))
	if err := s.sim.OpenChat(helena, brasil); err != nil {
		t.Fatal(err)
	}
	anas.wait(t, "the read tick", rowStatus("read"))
	thread := ana.get(t, path+"/messages")
	if thread.Status != http.StatusOK {
		t.Fatalf("thread = %d %v", thread.Status, thread.Body)
	}
	assertThread(t, thread, "Eu levo as 40", "Fechado, Helena!")
}

// A burst within one second of Meta's clock keeps its order, also where Meta puts
// several into one webhook and brings them twice.
func TestBurstKeepsItsOrder(t *testing.T) {
	t.Parallel()
	d := openDesk(t, simulator.Faults{simulator.FaultBatch: 0.5, simulator.FaultDuplicate: 0.5})
	d.sim.Advance(-time.Minute) // all that arrives is late
	var want []string
	for i := range 12 {
		want = append(want, fmt.Sprint("linha ", i))
		if _, err := d.sim.Say(helena, brasil, want[i]); err != nil {
			t.Fatal(err)
		}
	}
	grows(t, "the burst arrives", d.db, int64(len(want)), `SELECT count(*) FROM message`)
	rows, err := d.db.Query(t.Context(), `SELECT m.content #>> '{text,body}' FROM message m JOIN event e USING (phone_number_id, contact_id)
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
	if a, b := pgtest.Disordered(t, d.db, nil), pgtest.StaleRows(t, d.db); a != 0 || b != 0 {
		t.Errorf("%d out of order, %d rows that show another than the last", a, b)
	}
}

func isSubscribed(stream string) func(map[string]any) bool {
	return func(f map[string]any) bool { return f["t"] == "subscribed" && f["stream"] == stream }
}

func rowSaying(preview string) func(map[string]any) bool {
	return func(f map[string]any) bool { return walk(f, "row.last.preview") == preview }
}

func rowStatus(status string) func(map[string]any) bool {
	return func(f map[string]any) bool { return walk(f, "row.last.status") == status }
}

// assertThread checks the texts of a thread, in order.
func assertThread(t *testing.T, thread answer, want ...string) {
	t.Helper()
	items, _ := thread.at("items").([]any)
	var got []string
	for _, item := range items {
		if body, ok := walk(item, "message.content.text.body").(string); ok {
			got = append(got, body)
		}
	}
	if len(got) != len(want) {
		t.Fatalf("thread = %q; want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("thread[%d] = %q; want %q", i, got[i], want[i])
		}
	}
}
