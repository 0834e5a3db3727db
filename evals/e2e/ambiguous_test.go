package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
)

// Meta took the message, but its answer was lost: nothing is sent again, and the
// status with our own data says what became of it.
func TestI07LostAnswersAreResolvedByTheStatus(t *testing.T) {
	t.Parallel()
	for _, fault := range []chance.Fault{chance.Drop, chance.NoAnswer} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			d := prosatest.OpenDesk(t, nil)
			path, _ := d.Say(t, prosatest.Helena, "oi")
			prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
			d.Sim.Trigger(fault)
			first := d.Ana.Write(t, path, "1", "Uma vez só")
			second := d.Ana.Write(t, path, "2", "E depois esta")
			d.Ana.WaitState(t, path, first, "delivered")
			d.Ana.WaitState(t, path, second, "delivered")
			d.AllSent(t)
			if testing.Short() {
				return
			}
			// The call itself ends later, after 30 s without an answer. That it was
			// ambiguous changes nothing any more.
			await.Eventually(t, "the call has ended without an answer", func() (any, bool) {
				_, metrics := await.Fetch(t.Context(), d.Url+"/metrics")
				return metrics, strings.Contains(metrics, `outcome="ambiguous"`)
			})
			if got := d.FromBusiness(prosatest.Helena); !slices.Equal(got, []string{"Uma vez só", "E depois esta"}) {
				t.Errorf("the phone shows %q", got)
			}
			if state := d.Ana.State(t, path, first); state != "delivered" {
				t.Errorf("in the end the thread says %s", state)
			}
		})
	}
}

// Without any evidence a send stays ambiguous, visibly, and a person decides.
func TestI07WithoutEvidenceAPersonDecides(t *testing.T) {
	t.Parallel()
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "oi")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)

	d.Sim.Trigger(chance.Gateway) // a proxy's 502: nobody can know, in truth it was not taken
	lost := d.Ana.Write(t, path, "1", "Perdida no caminho")
	d.Ana.WaitState(t, path, lost, "ambiguous")
	list := prosatest.Expect(t, d.Ana.Get(t, "/api/v1/unconfirmed"), http.StatusOK)
	if list.Text("sends.0.message.id") != lost || list.Text("sends.0.message.content.text.body") != "Perdida no caminho" ||
		list.At("sends.0.wrote_since") != false || list.At("sends.0.heard_since") != false || list.At("more") != false {
		t.Errorf("the list has %v", list.Body)
	}
	if team := prosatest.Expect(t, d.Ana.Get(t, "/api/v1/unconfirmed?team=another"), http.StatusOK); team.Text("sends.0.message.id") != "" {
		t.Errorf("the list of another team has %v", team.Body)
	}
	prosatest.RefusedBy(t, "a stranger's decision", d.Bruno.Post(t, path+"/messages/"+lost+"/resolve", map[string]any{"resend": true}), "Ana")
	if got := d.FromBusiness(prosatest.Helena); len(got) != 0 {
		t.Fatalf("the phone shows %q", got)
	}
	prosatest.Expect(t, d.Ana.Post(t, path+"/messages/"+lost+"/resolve", map[string]any{"resend": true}), http.StatusOK)
	d.Ana.WaitState(t, path, lost, "delivered")
	if list := prosatest.Expect(t, d.Ana.Get(t, "/api/v1/unconfirmed"), http.StatusOK); list.Text("sends.0.message.id") != "" {
		t.Errorf("after its status the list has %v", list.Body)
	}
	again := prosatest.Expect(t, d.Ana.Post(t, path+"/messages/"+lost+"/resolve", map[string]any{"resend": true}), http.StatusOK)
	if again.At("already") != true {
		t.Errorf("deciding twice = %v", again.Body)
	}
	nothing := prosatest.Expect(t, d.Ana.Post(t, path+"/messages/no-such-message/resolve", map[string]any{"resend": true}), http.StatusNotFound)
	if nothing.Text("code") != "not_found" {
		t.Errorf("deciding what is not there = %v", nothing.Body)
	}

	// Taken this time, and every status is held back: given up, it counts as failed
	// until the evidence comes after all.
	d.Sim.SetWebhook("")
	d.Sim.Trigger(chance.Drop)
	taken := d.Ana.Write(t, path, "2", "Chegou sem ninguém saber")
	d.Ana.WaitState(t, path, taken, "ambiguous")
	prosatest.Expect(t, d.Ana.Post(t, path+"/messages/"+taken+"/resolve", map[string]any{"resend": false}), http.StatusOK)
	d.Ana.WaitState(t, path, taken, "failed")
	d.Sim.SetWebhook(d.Url + "/webhooks/meta")
	d.Ana.WaitState(t, path, taken, "delivered")
	d.AllSent(t)
	if got := d.FromBusiness(prosatest.Helena); !slices.Equal(got, []string{"Perdida no caminho", "Chegou sem ninguém saber"}) {
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
	d := prosatest.OpenDesk(t, nil)
	path, _ := d.Say(t, prosatest.Helena, "oi")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	d.Sim.Trigger(chance.Gateway)
	lost := d.Ana.Write(t, path, "1", "perdida")
	d.Ana.WaitState(t, path, lost, "ambiguous")
	next := d.Ana.Write(t, path, "2", "seguinte")
	d.Ana.WaitState(t, path, next, "delivered")
	if held := prosatest.Scalar(t, d.Db, `SELECT extract(epoch FROM least(n.accepted_at, n.delivered_at) - l.ambiguous_at)::bigint
		FROM message_status n, message_status l WHERE n.message_id = $1 AND l.message_id = $2`, next, lost); held < 20 {
		t.Errorf("the next one left after %d s", held)
	}
	if got := d.FromBusiness(prosatest.Helena); !slices.Equal(got, []string{"seguinte"}) {
		t.Errorf("the phone shows %q", got)
	}
	if state := d.Ana.State(t, path, lost); state != "ambiguous" {
		t.Errorf("the lost one is %s", state)
	}
}
