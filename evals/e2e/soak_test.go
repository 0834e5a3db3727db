package e2e

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/simulator"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

const (
	soakPhones = 20
	soakRounds = 5 // texts that each phone writes, and that each is answered
)

// Meta at its worst, all at once, with twenty people in both directions: what the
// phones show is what the threads show, each text once, and every tick arrives.
func TestI02I08EverythingArrivesOnceUnderFaults(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
	d.MoveMeta(t, -time.Minute) // the rounds pass faster than its clock, which may not get ahead of ours
	paths := soakOpen(t, d)
	for fault, probability := range map[chance.Fault]float64{
		chance.Duplicate: 0.2, chance.Reorder: 0.2, chance.Batch: 0.3, chance.Concurrent: 0.5,
		chance.StatusFirst: 0.2, chance.Server: 0.1, chance.Gateway: 0.05, chance.Throttle: 0.03,
	} {
		if err := d.Sim.SetFault(fault, probability); err != nil {
			t.Fatal(err)
		}
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for round := range soakRounds {
			for phone := range soakPhones {
				if _, err := d.Sim.Say(soakPhone(phone), prosatest.Brasil, fmt.Sprintf("cliente %d.%d", phone, round)); err != nil {
					t.Error(err)
				}
			}
			d.MoveMeta(t, time.Second) // Meta's timestamps have no smaller unit, and they tell the order
		}
	})
	for worker := range 4 {
		wg.Go(func() {
			for round := range soakRounds {
				for phone := worker; phone < soakPhones; phone += 4 {
					soakReply(t, d, paths[phone], fmt.Sprintf("loja %d.%d", phone, round))
				}
			}
		})
	}
	wg.Wait()
	soakResolve(t, d)
	if err := d.Sim.WaitIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
	for phone := range soakPhones {
		soakCompare(t, d, paths[phone], soakPhone(phone))
	}
	if a, b := pgtest.Disordered(t, d.Db, nil), pgtest.StaleRows(t, d.Db); a != 0 || b != 0 {
		t.Errorf("%d messages stand after one that was written later, %d rows show another than the last", a, b)
	}
	for what, sql := range map[string]string{
		"problems":          `SELECT count(*) FROM intake_problem`,
		"unmatched":         `SELECT count(*) FROM unmatched`,
		"journals w/ gaps":  `SELECT count(*) FROM (SELECT 1 FROM event GROUP BY phone_number_id, contact_id HAVING count(*) <> max(version)) g`,
		"sends left":        `SELECT count(*) FROM effect WHERE kind = 1`,
		"conversations off": `SELECT count(*) - 20 FROM conversation`,
		"contacts off":      `SELECT count(*) - 20 FROM contact`,
	} {
		if n := prosatest.Scalar(t, d.Db, sql); n != 0 {
			t.Errorf("%s: %d", what, n)
		}
	}
}

func soakPhone(n int) string { return fmt.Sprintf("55119555%05d", n) }

// soakOpen makes the phones, lets each say hello, and claims all for Ana.
func soakOpen(t *testing.T, d *prosatest.Desk) (paths []string) {
	t.Helper()
	for n := range soakPhones {
		if err := d.Sim.AddPhone(simulator.Phone{WaID: soakPhone(n), Name: fmt.Sprintf("Cliente %d", n)}); err != nil {
			t.Fatal(err)
		}
		path, _ := d.Say(t, soakPhone(n), fmt.Sprintf("olá %d", n))
		prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
		paths = append(paths, path)
	}
	d.MoveMeta(t, time.Second)
	return paths
}

// soakReply sends as an impatient client does: twice, with one echo id.
func soakReply(t *testing.T, d *prosatest.Desk, path, text string) {
	body := map[string]any{"echo_id": text, "text": text, "despite_stale": true}
	first, err := d.Ana.Try(t.Context(), http.MethodPost, path+"/messages", body)
	if err != nil || first.Status != http.StatusCreated {
		t.Errorf("send %q = %d %v %v", text, first.Status, first.Body, err)
	}
	second, err := d.Ana.Try(t.Context(), http.MethodPost, path+"/messages", body)
	if err != nil || second.Status != http.StatusOK || second.Text("message_id") != first.Text("message_id") {
		t.Errorf("send %q again = %d %v %v", text, second.Status, second.Body, err)
	}
}

// soakResolve plays the person who decides what is ambiguous, until every reply is
// delivered. Only the 502 makes sends ambiguous here, and what it hit was not
// taken: sending again is right.
func soakResolve(t *testing.T, d *prosatest.Desk) {
	t.Helper()
	const all = soakPhones * soakRounds
	await.Eventually(t, "every reply is delivered", func() (any, bool) {
		rows, err := d.Db.Query(t.Context(), `SELECT phone_number_id || ':' || contact_id, message_id FROM message_status
			WHERE ambiguous_at IS NOT NULL AND accepted_at IS NULL AND delivered_at IS NULL`)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var conversation, message string
			if err := rows.Scan(&conversation, &message); err != nil {
				t.Fatal(err)
			}
			path := "/api/v1/conversations/" + conversation + "/messages/" + message + "/resolve"
			if a := d.Ana.Post(t, path, map[string]any{"resend": true}); a.Status != http.StatusOK && a.Text("code") != "too_many_open" {
				t.Errorf("resolve = %d %v", a.Status, a.Body)
			}
		}
		delivered := prosatest.Scalar(t, d.Db, `SELECT count(*) FROM message_status WHERE delivered_at IS NOT NULL`)
		return delivered, delivered == all
	})
	d.AllSent(t)
}

// soakCompare holds a thread against its phone: the same texts, each side in its
// order, all of ours delivered.
func soakCompare(t *testing.T, d *prosatest.Desk, path, phone string) {
	t.Helper()
	type said struct {
		place float64
		text  string
	}
	var customer []said
	var shop []string
	for _, item := range d.Ana.Items(t, path) {
		text, _ := prosatest.Walk(item, "message.content.text.body").(string)
		switch prosatest.Walk(item, "message.direction") {
		case "in":
			place, _ := prosatest.Walk(item, "place_ms").(float64)
			customer = append(customer, said{place, text})
		case "out":
			shop = append(shop, text)
			if state := prosatest.Walk(item, "message.status.state"); state != "delivered" {
				t.Errorf("%s: %q is %v", path, text, state)
			}
		}
	}
	slices.SortStableFunc(customer, func(a, b said) int { return cmp.Compare(a.place, b.place) }) // what is of one place stays as it arrived
	var theirs []string
	for _, s := range customer {
		theirs = append(theirs, s.text)
	}
	var phoneTheirs, phoneShop []string
	for _, b := range d.Sim.Messages(phone, prosatest.Brasil) {
		if b.FromBusiness {
			phoneShop = append(phoneShop, b.Text)
		} else {
			phoneTheirs = append(phoneTheirs, b.Text)
		}
	}
	if !slices.Equal(theirs, phoneTheirs) {
		t.Errorf("%s: the customer said\n%q\nthe thread has\n%q", path, phoneTheirs, theirs)
	}
	if !slices.Equal(shop, phoneShop) {
		t.Errorf("%s: the thread says\n%q\nthe phone shows\n%q", path, shop, phoneShop)
	}
}
