package relay

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/relaytest"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// seldom is a bench whose looks are too rare for the test.
func seldom() Pauses {
	return Pauses{
		Retry: time.Millisecond, Poll: 20 * time.Millisecond, Sweep: 20 * time.Millisecond, TakeOver: 50 * time.Millisecond, Look: time.Hour,
	}
}

func often() Pauses {
	p := seldom()
	p.Look = 20 * time.Millisecond
	return p
}

// tokenError is a webhook that says that the number's token has expired.
func tokenError(t *testing.T) string {
	t.Helper()
	body, err := os.ReadFile("testdata/auth_error_on_number.json")
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func refuseToken(w http.ResponseWriter, code int) {
	w.WriteHeader(http.StatusUnauthorized)
	fmt.Fprintf(w, `{"error":{"code":%d,"message":"(#%d) AuthException"}}`, code, code)
}

func (b *bench) well() bool {
	return b.Grains.Phones.Health().Health == "ok" && b.Count(`SELECT count(*) FROM pace WHERE look_at IS NOT NULL OR paused_until > now()`) == 0
}

// The error came by webhook to one member, and another one's sends are accepted.
func TestAcceptedSendsOfAnyMemberEndAStop(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	first, second := newBench(t, pool, benchOptions{pauses: seldom()}), newBench(t, pool, benchOptions{pauses: seldom(), member: "member-2"})
	second.Grains.Phones = first.Grains.Phones
	second.remembers()
	first.AllDone(first.Post(tokenError(t)))
	if got := first.Grains.Phones.Health(); got.Health != "stopped" || got.Cause != "token" || got.Code != 190 {
		t.Fatalf("after the webhook the number is %v", got)
	}
	first.relay.Stop(t.Context())
	second.queue("m1", byPhone, time.Hour)
	second.Eventually("the accepted send clears the error", second.well)
	second.queue("m2", byPhone, time.Hour)
	second.Eventually("the second send is recorded", second.allRecorded)
	if got := relaytest.Of[*actorpb.RecordNumberHealth](second.Grains); len(got) != 1 {
		t.Errorf("a number that is well hears of it: %v", got)
	}
}

// Nobody writes over a number that is down: a look finds out.
func TestAGoodLookEndsAStop(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{pauses: often()})
	b.Meta.LooksAs(func(w http.ResponseWriter, _ string) { refuseToken(w, 190) })
	b.AllDone(b.Post(tokenError(t)))
	b.Eventually("it is looked at", func() bool { return b.Meta.TimesLooked() >= 3 })
	if got := b.Grains.Phones.Health(); got.Health != "stopped" || got.Version != 1 {
		t.Errorf("refused looks made it %v", got)
	}
	b.Meta.LooksAs(func(w http.ResponseWriter, _ string) {
		_, _ = io.WriteString(w, `{"id":"1","status":"CONNECTED","health_status":{"can_send_message":"BLOCKED"}}`)
	})
	looked := b.Meta.TimesLooked()
	b.Eventually("it is looked at again", func() bool { return b.Meta.TimesLooked() >= looked+3 })
	if got := b.Grains.Phones.Health(); got.Health != "stopped" {
		t.Errorf("a blocked number is %v", got)
	}
	b.Meta.LooksAs(nil)
	b.Eventually("the look clears the error", b.well)
}

// Code 0 alone stops nobody; only a look that is refused as well does.
func TestCodeZeroHasTheNumberLookedAt(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{pauses: often()})
	b.AllDone(b.Post(relaytest.Envelope(relaytest.NumberID, `"errors":[{"code":0,"title":"AuthException"}]`)))
	b.Eventually("it is looked at, and well", func() bool { return b.Meta.TimesLooked() > 0 && b.well() })
	if n := b.Count(`SELECT count(*) FROM intake_problem WHERE state = 'stored' AND kind = 'number_error'`); n != 1 {
		t.Errorf("%d events are kept", n)
	}
	b.remembers()
	b.Meta.LooksAs(func(w http.ResponseWriter, _ string) { refuseToken(w, 0) })
	b.Meta.Answers(func(_ int, w http.ResponseWriter) { refuseToken(w, 0) })
	b.queue("m1", byPhone, time.Hour)
	b.Eventually("the send and the look are refused", func() bool { return b.Grains.Phones.Health().Health == "stopped" })
	if got := b.Grains.Phones.Health(); got.Cause != "token" || got.Code != 190 {
		t.Errorf("stopped as %v", got)
	}
}

// A member may remember the old token for half a minute. That it is refused says
// nothing of the new one.
func TestANewTokenCountsOnEveryMember(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	first, second := newBench(t, pool, benchOptions{pauses: seldom()}), newBench(t, pool, benchOptions{pauses: seldom(), member: "member-2"})
	first.Grains.Phones = second.Grains.Phones
	second.remembers()
	if _, err := second.Numbers.Get(t.Context(), relaytest.NumberID); err != nil { // remembered
		t.Fatal(err)
	}
	first.AllDone(first.Post(tokenError(t)))
	renewed := relaytest.OurRegistration()
	renewed.Token = "renewed"
	if err := first.relay.Register(t.Context(), renewed); err != nil {
		t.Fatal(err)
	}
	if got := first.Grains.Phones.Health(); got.Health != "ok" {
		t.Errorf("with a new token the number is %v", got)
	}
	first.relay.Stop(t.Context()) // it has the new token: the send is the other's
	second.Meta.LooksAs(nil)
	second.Meta.Answers(func(call int, w http.ResponseWriter) {
		if call == 1 {
			refuseToken(w, 190)
			return
		}
		fmt.Fprintf(w, `{"messages":[{"id":"wamid.%d"}]}`, call)
	})
	second.queue("m1", byPhone, time.Hour)
	second.Eventually("the refusal is recorded", second.allRecorded)
	if got := relaytest.Of[*actorpb.RecordRejected](second.Grains); len(got) != 1 || got[0].Failure != actorpb.SendFailure_SEND_FAILURE_PASSING {
		t.Errorf("recorded %v", got)
	}
	if !second.well() {
		t.Errorf("the old token's refusal made the number %v", second.Grains.Phones.Health())
	}
	if number, err := second.Numbers.Get(t.Context(), relaytest.NumberID); err != nil || number.Token != "renewed" {
		t.Errorf("remembered: %v, %v", number.Token, err)
	}
}

// Who claims what Meta denies gets nothing that waits; who claims nothing new is
// not asked for proof, so that a number with a dead token can be renamed.
func TestANumberIsRegisteredWithProof(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{unregistered: true})
	b.AllDone(b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(relaytest.Text("15550001", "wamid.1")))))
	for field, claim := range map[string]func(*numbers.Registration){
		"token":        func(r *numbers.Registration) { r.Token = "" },
		"account_id":   func(r *numbers.Registration) { r.AccountID = "556" },
		"portfolio_id": func(r *numbers.Registration) { r.PortfolioID = "q" },
	} {
		r := relaytest.OurRegistration()
		claim(&r)
		proof, ok := errors.AsType[*cloudapi.ProofError](b.relay.Register(t.Context(), r))
		if !ok || proof.Field != field {
			t.Errorf("%s: %v", field, proof)
		}
	}
	if counts, _ := b.store.Problems.Count(t.Context(), ""); counts[intake.ProblemParked] != 1 || b.Count(`SELECT count(*) FROM phone_number`) != 0 {
		t.Fatalf("refused claims left %v", counts)
	}
	if err := b.relay.Register(t.Context(), relaytest.OurRegistration()); err != nil {
		t.Fatal(err)
	}
	b.Meta.LooksAs(func(w http.ResponseWriter, _ string) { refuseToken(w, 190) })
	renamed := relaytest.OurRegistration()
	renamed.Token, renamed.Name = "", "Sales"
	if err := b.relay.Register(t.Context(), renamed); err != nil {
		t.Errorf("rename with a dead token: %v", err)
	}
	stranger := relaytest.OurRegistration()
	stranger.TenantID = "other"
	if err := b.relay.Register(t.Context(), stranger); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("a stranger registers our number: %v", err)
	}
	dead := relaytest.OurRegistration()
	if proof, ok := errors.AsType[*cloudapi.ProofError](b.relay.Register(t.Context(), dead)); !ok || proof.Field != "token" {
		t.Errorf("a dead token: %v", proof)
	}
}
