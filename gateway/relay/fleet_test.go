package relay

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/gateway/relaytest"
	"github.com/prosa-chat/prosa/persistence/fleet"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

func (b *bench) standing() fleet.Listed {
	b.T.Helper()
	list, err := b.store.Fleet.List(b.T.Context(), "acme")
	if err != nil || len(list) != 1 {
		b.T.Fatal(list, err)
	}
	return list[0]
}

// Meta is asked how a number fares, webhooks tell what it says since, and a token that
// is refused stops the number though nobody sends.
func TestFleetIsRead(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{pauses: seldom(), fleet: true})
	b.Meta.LooksAs(func(w http.ResponseWriter, _ string) {
		fmt.Fprintf(w, `{"id":%q,"quality_rating":"YELLOW","throughput":{"level":"STANDARD"},"status":"CONNECTED",
			"whatsapp_business_manager_messaging_limit":"TIER_10K","health_status":{"can_send_message":"AVAILABLE"}}`, relaytest.NumberID)
	})
	b.Exec(`UPDATE standing SET due_at = now(), lease_until = NULL`)
	b.relay.wake(kindFleet, "")
	b.Eventually("the number is read", func() bool { return b.standing().Tier == "TIER_10K" })
	if got := b.standing(); got.Quality != "YELLOW" || got.Token != fleet.TokenIsGood || len(got.Troubles) > 0 {
		t.Errorf("stored %+v", got)
	}
	b.Eventually("its grain knows the quality", func() bool { return b.Grains.Phones.Health().Quality == "YELLOW" })

	b.AllDone(b.Post(fmt.Sprintf(`{"entry":[{"id":%q,"changes":[{"field":"account_update","value":{"event":"ACCOUNT_RESTRICTION",
		"restriction_info":[{"restriction_type":"RESTRICTED_ADD_PHONE_NUMBER_ACTION","expiration":%d}]}}]}]}`,
		relaytest.Account, time.Now().Add(time.Hour).Unix())))
	b.Eventually("the restriction is known", func() bool { return b.standing().Restriction != "" })

	b.Meta.LooksAs(func(w http.ResponseWriter, _ string) { refuseToken(w, 190) })
	b.Exec(`UPDATE standing SET due_at = now(), lease_until = NULL`)
	b.relay.wake(kindFleet, "")
	b.Eventually("the token is known to be dead", func() bool { return b.standing().Token == fleet.TokenIsDead })
	b.Eventually("the number has stopped", func() bool { return b.Grains.Phones.Health().Health == "stopped" })
	if got := b.standing(); got.Quality != "YELLOW" || got.Troubles[0] != fleet.TokenDead {
		t.Errorf("after the refusal: %+v", got)
	}
}

// What a send shows of a token is read at once, not with the reading to come.
func TestRefusedSendIsRead(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{pauses: seldom(), fleet: true})
	b.Meta.LooksAs(func(w http.ResponseWriter, _ string) { refuseToken(w, 190) })
	b.Meta.Answers(func(_ int, w http.ResponseWriter) { refuseToken(w, 190) })
	b.Exec(`UPDATE standing SET due_at = now() + interval '10 minutes', claimed_at = now() - interval '1 minute', token = 'good'`)
	b.remembers()
	b.queue("m1", byPhone, time.Hour)
	b.Eventually("the token is known to be dead", func() bool { return b.standing().Token == fleet.TokenIsDead })
	if got := b.standing(); got.Troubles[0] != fleet.TokenDead {
		t.Errorf("after the refusal: %+v", got)
	}
}

// When a number last received and sent is stored by and by.
func TestFleetPulse(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{pauses: seldom(), fleet: true})
	b.AllDone(b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(relaytest.Text("15550001", "wamid.1")))))
	b.remembers()
	b.queue("m1", byPhone, time.Hour)
	b.Eventually("it is sent", b.allRecorded)
	b.relay.flushFleet(t.Context())
	if got := b.standing(); got.ReceivedAt.IsZero() || got.SentAt.IsZero() {
		t.Errorf("stored %+v", got)
	}
	b.relay.judgeFleet(t.Context())
	if b.relay.metrics.troubles.Load() == nil {
		t.Error("nothing is counted")
	}
}
