package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/gateway/simulator"
)

// Meta took the message, but its answer was lost: nothing is sent again, and the
// status with our own data says what became of it.
func TestI07LostAnswersAreResolvedByTheStatus(t *testing.T) {
	t.Parallel()
	for _, fault := range []simulator.Fault{simulator.FaultDrop, simulator.FaultNoAnswer} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			d := openDesk(t, nil)
			path, _ := d.say(t, helena, "oi")
			expect(t, d.ana.post(t, path+"/claim", map[string]any{}), http.StatusOK)
			d.sim.Trigger(fault)
			first := d.ana.write(t, path, "1", "Uma vez só")
			second := d.ana.write(t, path, "2", "E depois esta")
			d.ana.waitState(t, path, first, "delivered")
			d.ana.waitState(t, path, second, "delivered")
			d.allSent(t)
			if testing.Short() {
				return
			}
			// The call itself ends later, after 30 s without an answer. That it was
			// ambiguous changes nothing any more.
			eventually(t, "the call has ended without an answer", func() (any, bool) {
				_, metrics := fetch(t.Context(), d.url+"/metrics")
				return metrics, strings.Contains(metrics, `outcome="ambiguous"`)
			})
			if got := d.fromBusiness(helena); !slices.Equal(got, []string{"Uma vez só", "E depois esta"}) {
				t.Errorf("the phone shows %q", got)
			}
			if state := d.ana.state(t, path, first); state != "delivered" {
				t.Errorf("in the end the thread says %s", state)
			}
		})
	}
}

// Without any evidence a send stays ambiguous, visibly, and a person decides.
func TestI07WithoutEvidenceAPersonDecides(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	path, _ := d.say(t, helena, "oi")
	expect(t, d.ana.post(t, path+"/claim", map[string]any{}), http.StatusOK)

	d.sim.Trigger(simulator.FaultGateway) // a proxy's 502: nobody can know, in truth it was not taken
	lost := d.ana.write(t, path, "1", "Perdida no caminho")
	d.ana.waitState(t, path, lost, "ambiguous")
	refusedBy(t, "a stranger's decision", d.bruno.post(t, path+"/messages/"+lost+"/resolve", map[string]any{"resend": true}), "Ana")
	if got := d.fromBusiness(helena); len(got) != 0 {
		t.Fatalf("the phone shows %q", got)
	}
	expect(t, d.ana.post(t, path+"/messages/"+lost+"/resolve", map[string]any{"resend": true}), http.StatusOK)
	d.ana.waitState(t, path, lost, "delivered")
	again := expect(t, d.ana.post(t, path+"/messages/"+lost+"/resolve", map[string]any{"resend": true}), http.StatusOK)
	if again.at("already") != true {
		t.Errorf("deciding twice = %v", again.Body)
	}

	// Taken this time, and every status is held back: given up, it counts as failed
	// until the evidence comes after all.
	d.sim.SetWebhook("")
	d.sim.Trigger(simulator.FaultDrop)
	taken := d.ana.write(t, path, "2", "Chegou sem ninguém saber")
	d.ana.waitState(t, path, taken, "ambiguous")
	expect(t, d.ana.post(t, path+"/messages/"+taken+"/resolve", map[string]any{"resend": false}), http.StatusOK)
	d.ana.waitState(t, path, taken, "failed")
	d.sim.SetWebhook(d.url + "/webhooks/meta")
	d.ana.waitState(t, path, taken, "delivered")
	d.allSent(t)
	if got := d.fromBusiness(helena); !slices.Equal(got, []string{"Perdida no caminho", "Chegou sem ninguém saber"}) {
		t.Errorf("the phone shows %q", got)
	}
}

// An ambiguous send lets the next one go after half a minute, and is not sent
// again by that.
func TestI07AmbiguousHeadHoldsTheNextForAWhile(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("waits for half a minute")
	}
	d := openDesk(t, nil)
	path, _ := d.say(t, helena, "oi")
	expect(t, d.ana.post(t, path+"/claim", map[string]any{}), http.StatusOK)
	d.sim.Trigger(simulator.FaultGateway)
	lost := d.ana.write(t, path, "1", "perdida")
	d.ana.waitState(t, path, lost, "ambiguous")
	next := d.ana.write(t, path, "2", "seguinte")
	d.ana.waitState(t, path, next, "delivered")
	if held := scalar(t, d.db, `SELECT extract(epoch FROM least(n.accepted_at, n.delivered_at) - l.ambiguous_at)::bigint
		FROM message_status n, message_status l WHERE n.message_id = $1 AND l.message_id = $2`, next, lost); held < 20 {
		t.Errorf("the next one left after %d s", held)
	}
	if got := d.fromBusiness(helena); !slices.Equal(got, []string{"seguinte"}) {
		t.Errorf("the phone shows %q", got)
	}
	if state := d.ana.state(t, path, lost); state != "ambiguous" {
		t.Errorf("the lost one is %s", state)
	}
}

// allSent waits until no send is queued or under way.
func (d *desk) allSent(t *testing.T) {
	t.Helper()
	eventually(t, "every send has an outcome that is recorded", counts(t, d.db, 0, `SELECT count(*) FROM outbox`))
}
