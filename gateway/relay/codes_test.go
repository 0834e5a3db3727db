package relay

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/cloudapi/codes"
	"github.com/prosa-chat/prosa/gateway/relay/report"
	"github.com/prosa-chat/prosa/gateway/relaytest"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// refusedAs is what each row of the table makes of a send, by what it promises.
func refusedAs(row codes.Info) actorpb.SendFailure {
	switch {
	case row.Code == cloudapi.CodeThroughput:
		return actorpb.SendFailure_SEND_FAILURE_THROUGHPUT
	case row.Code == cloudapi.CodeMaintenance, row.Code == cloudapi.CodeMaintenanceOfAccount:
		return actorpb.SendFailure_SEND_FAILURE_MAINTENANCE
	}
	switch row.Class {
	case codes.Retry:
		return actorpb.SendFailure_SEND_FAILURE_PASSING
	case codes.RetryUser:
		return actorpb.SendFailure_SEND_FAILURE_PAIR_RATE
	case codes.RetryLater:
		return actorpb.SendFailure_SEND_FAILURE_LATER
	case codes.AuthStop, codes.NumberStop:
		return actorpb.SendFailure_SEND_FAILURE_NUMBER
	}
	if row.Retries > 0 {
		return actorpb.SendFailure_SEND_FAILURE_LATER
	}
	return actorpb.SendFailure_SEND_FAILURE_PERMANENT
}

// Every code of the table is answered to a send of the relay, and stops what its breaker
// says and no more.
func TestEveryCodeStopsWhatItsBreakerSays(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{pauses: Pauses{
		Retry: time.Millisecond, Poll: 5 * time.Millisecond, Sweep: 20 * time.Millisecond, TakeOver: time.Hour, Look: time.Hour,
	}})
	b.remembers()
	b.Meta.LooksAs(func(w http.ResponseWriter, _ string) { w.WriteHeader(http.StatusServiceUnavailable) }) // shows nothing
	done := 0
	for n, row := range codes.All() {
		for _, code := range slices.Compact([]int{row.Code, max(row.Code, row.Last)}) {
			b.Grains.Phones.Forget()
			b.Exec(`UPDATE pace SET paused_until = NULL, look_at = NULL, campaigns_until = NULL, factor = 1, slow_until = '-infinity', tokens = 80, refilled_at = now()`)
			b.relay.health = &report.Health{}
			b.Meta.Answers(func(_ int, w http.ResponseWriter) {
				w.WriteHeader(http.StatusBadRequest)
				fmt.Fprintf(w, `{"error":{"code":%d,"message":"(#%d) refused"}}`, code, code)
			})
			b.queue(fmt.Sprintf("m%d-%d", n, code), byPhone, time.Hour)
			b.Eventually(fmt.Sprintf("%d is recorded", code), func() bool {
				return b.allRecorded() && len(relaytest.Of[*actorpb.RecordRejected](b.Grains)) == done+1
			})
			got := relaytest.Of[*actorpb.RecordRejected](b.Grains)[done]
			done++
			if got.Code != int32(code) || got.Failure != refusedAs(row) || got.Retries != int32(row.Retries) {
				t.Errorf("%d is recorded as %v", code, got)
			}
			if row.Retries > 0 && row.Wait > 0 && got.RetryAfterMs < row.Wait.Milliseconds() {
				t.Errorf("%d is tried again after %d ms", code, got.RetryAfterMs)
			}
			stops(b, row, code)
		}
	}
}

// stops says what a code has stopped of the number.
func stops(b *bench, row codes.Info, code int) {
	b.T.Helper()
	health, want := b.Grains.Phones.Health(), "ok"
	var paused, campaigns, slower bool
	if err := b.Pool.QueryRow(b.T.Context(), `SELECT coalesce(paused_until > now(), false), coalesce(campaigns_until > now(), false), factor < 1
		FROM pace WHERE phone_number_id = $1`, relaytest.NumberID).Scan(&paused, &campaigns, &slower); err != nil {
		b.T.Fatal(err)
	}
	switch failure := refusedAs(row); {
	case code == 0: // passes by itself, or a look finds out
	case failure == actorpb.SendFailure_SEND_FAILURE_NUMBER:
		want = "stopped"
	case failure == actorpb.SendFailure_SEND_FAILURE_MAINTENANCE:
		want = "paused"
	case failure == actorpb.SendFailure_SEND_FAILURE_THROUGHPUT:
		want = "slow"
	}
	if health.Health != want {
		b.Eventually(fmt.Sprintf("%d makes the number %s", code, want), func() bool { return b.Grains.Phones.Health().Health == want })
	}
	switch {
	case paused != (want == "stopped" || want == "paused"):
		b.T.Errorf("%d: paused %t", code, paused)
	case campaigns != (row.Breaker == codes.CampaignBreaker):
		b.T.Errorf("%d: campaigns stopped %t", code, campaigns)
	case slower != (want == "slow"):
		b.T.Errorf("%d: slower %t", code, slower)
	}
}

// While campaigns are stopped answers leave, and campaigns wait.
func TestARestrictionStopsCampaignsAlone(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.remembers()
	if err := b.store.Sends.StopCampaigns(t.Context(), relaytest.NumberID, time.Hour); err != nil {
		t.Fatal(err)
	}
	b.SentMessage("campaign", "")
	b.Exec(`INSERT INTO effect (kind, scope, id, attempt, grain, class, owner_epoch, turn_epoch, not_before, body)
		VALUES (1, $1, 'campaign', 1, 'c1', 5, 1, 0, now(), '')`, relaytest.NumberID)
	b.queue("answer", byPhone, time.Hour)
	b.Eventually("the answer leaves", func() bool { return len(relaytest.Of[*actorpb.RecordAccepted](b.Grains)) == 1 })
	if n := b.Count(`SELECT count(*) FROM effect WHERE id = 'campaign' AND state = 0`); n != 1 {
		t.Error("the campaign did not wait")
	}
	b.Exec(`UPDATE pace SET campaigns_until = now()`)
	b.relay.Wake(relaytest.NumberID)
	b.Eventually("the campaign leaves", b.allRecorded)
}

// A code that is in no table ends its message, or is tried again as its HTTP status says.
func TestUnknownCodes(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.remembers()
	for n, status := range []int{http.StatusBadRequest, http.StatusInternalServerError} {
		b.Meta.Answers(func(_ int, w http.ResponseWriter) {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(`{"error":{"code":987654,"message":"(#987654) new"}}`))
		})
		b.queue(fmt.Sprintf("m%d", n), byPhone, time.Hour)
		b.Eventually("it is recorded", func() bool { return b.allRecorded() && len(relaytest.Of[*actorpb.RecordRejected](b.Grains)) == n+1 })
	}
	got := relaytest.Of[*actorpb.RecordRejected](b.Grains)
	if got[0].Failure != actorpb.SendFailure_SEND_FAILURE_PERMANENT || got[1].Failure != actorpb.SendFailure_SEND_FAILURE_PASSING {
		t.Errorf("recorded %v", got)
	}
	if first, told := b.relay.codes.Meet(987654); first || !told {
		t.Error("the code was not told of")
	}
}
