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
	return b.grains.phones.health().Health == "ok" && b.count(`SELECT count(*) FROM pace WHERE look_at IS NOT NULL OR paused_until > now()`) == 0
}

// The error came by webhook to one member, and another one's sends are accepted.
func TestAcceptedSendsOfAnyMemberEndAStop(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	first, second := newBench(t, pool, benchOptions{pauses: seldom()}), newBench(t, pool, benchOptions{pauses: seldom(), member: "member-2"})
	second.grains.phones = first.grains.phones
	second.remembers()
	first.allDone(first.post(tokenError(t)))
	if got := first.grains.phones.health(); got.Health != "stopped" || got.Cause != "token" || got.Code != 190 {
		t.Fatalf("after the webhook the number is %v", got)
	}
	first.relay.Stop(t.Context())
	second.queue("m1", byPhone, time.Hour)
	second.eventually("the accepted send clears the error", second.well)
	second.queue("m2", byPhone, time.Hour)
	second.eventually("the second send is recorded", second.emptyOutbox)
	if got := of[*actorpb.RecordNumberHealth](second.grains); len(got) != 1 {
		t.Errorf("a number that is well hears of it: %v", got)
	}
}

// Nobody writes over a number that is down: a look finds out.
func TestAGoodLookEndsAStop(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{pauses: often()})
	b.meta.looksAs(func(w http.ResponseWriter, _ string) { refuseToken(w, 190) })
	b.allDone(b.post(tokenError(t)))
	b.eventually("it is looked at", func() bool { return b.meta.timesLooked() >= 3 })
	if got := b.grains.phones.health(); got.Health != "stopped" || got.Version != 1 {
		t.Errorf("refused looks made it %v", got)
	}
	b.meta.looksAs(func(w http.ResponseWriter, _ string) {
		_, _ = io.WriteString(w, `{"id":"1","status":"CONNECTED","health_status":{"can_send_message":"BLOCKED"}}`)
	})
	looked := b.meta.timesLooked()
	b.eventually("it is looked at again", func() bool { return b.meta.timesLooked() >= looked+3 })
	if got := b.grains.phones.health(); got.Health != "stopped" {
		t.Errorf("a blocked number is %v", got)
	}
	b.meta.looksAs(nil)
	b.eventually("the look clears the error", b.well)
}

// Code 0 alone stops nobody; only a look that is refused as well does.
func TestCodeZeroHasTheNumberLookedAt(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{pauses: often()})
	b.allDone(b.post(envelope(numberID, `"errors":[{"code":0,"title":"AuthException"}]`)))
	b.eventually("it is looked at, and well", func() bool { return b.meta.timesLooked() > 0 && b.well() })
	if n := b.count(`SELECT count(*) FROM intake_problem WHERE state = 'stored' AND kind = 'number_error'`); n != 1 {
		t.Errorf("%d events are kept", n)
	}
	b.remembers()
	b.meta.looksAs(func(w http.ResponseWriter, _ string) { refuseToken(w, 0) })
	b.meta.answers(func(_ int, w http.ResponseWriter) { refuseToken(w, 0) })
	b.queue("m1", byPhone, time.Hour)
	b.eventually("the send and the look are refused", func() bool { return b.grains.phones.health().Health == "stopped" })
	if got := b.grains.phones.health(); got.Cause != "token" || got.Code != 190 {
		t.Errorf("stopped as %v", got)
	}
}

// A member may remember the old token for half a minute. That it is refused says
// nothing of the new one.
func TestANewTokenCountsOnEveryMember(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	first, second := newBench(t, pool, benchOptions{pauses: seldom()}), newBench(t, pool, benchOptions{pauses: seldom(), member: "member-2"})
	first.grains.phones = second.grains.phones
	second.remembers()
	if _, err := second.store.Numbers.Get(t.Context(), numberID); err != nil { // remembered
		t.Fatal(err)
	}
	first.allDone(first.post(tokenError(t)))
	renewed := ourRegistration()
	renewed.Token = "renewed"
	if err := first.relay.Register(t.Context(), renewed); err != nil {
		t.Fatal(err)
	}
	if got := first.grains.phones.health(); got.Health != "ok" {
		t.Errorf("with a new token the number is %v", got)
	}
	first.relay.Stop(t.Context()) // it has the new token: the send is the other's
	second.meta.looksAs(nil)
	second.meta.answers(func(call int, w http.ResponseWriter) {
		if call == 1 {
			refuseToken(w, 190)
			return
		}
		fmt.Fprintf(w, `{"messages":[{"id":"wamid.%d"}]}`, call)
	})
	second.queue("m1", byPhone, time.Hour)
	second.eventually("the refusal is recorded", second.emptyOutbox)
	if got := of[*actorpb.RecordRejected](second.grains); len(got) != 1 || !got[0].Retry || got[0].RetryAfterMs != 0 {
		t.Errorf("recorded %v", got)
	}
	if !second.well() {
		t.Errorf("the old token's refusal made the number %v", second.grains.phones.health())
	}
	if number, err := second.store.Numbers.Get(t.Context(), numberID); err != nil || number.Token != "renewed" {
		t.Errorf("remembered: %v, %v", number.Token, err)
	}
}

// Who claims what Meta denies gets nothing that waits; who claims nothing new is
// not asked for proof, so that a number with a dead token can be renamed.
func TestANumberIsRegisteredWithProof(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{unregistered: true})
	b.allDone(b.post(envelope(numberID, messages(text("15550001", "wamid.1")))))
	for field, claim := range map[string]func(*numbers.Registration){
		"token":        func(r *numbers.Registration) { r.Token = "" },
		"account_id":   func(r *numbers.Registration) { r.AccountID = "556" },
		"portfolio_id": func(r *numbers.Registration) { r.PortfolioID = "q" },
	} {
		r := ourRegistration()
		claim(&r)
		proof, ok := errors.AsType[*cloudapi.ProofError](b.relay.Register(t.Context(), r))
		if !ok || proof.Field != field {
			t.Errorf("%s: %v", field, proof)
		}
	}
	if counts, _ := b.store.Problems.Count(t.Context(), ""); counts[intake.ProblemParked] != 1 || b.count(`SELECT count(*) FROM phone_number`) != 0 {
		t.Fatalf("refused claims left %v", counts)
	}
	if err := b.relay.Register(t.Context(), ourRegistration()); err != nil {
		t.Fatal(err)
	}
	b.meta.looksAs(func(w http.ResponseWriter, _ string) { refuseToken(w, 190) })
	renamed := ourRegistration()
	renamed.Token, renamed.Name = "", "Sales"
	if err := b.relay.Register(t.Context(), renamed); err != nil {
		t.Errorf("rename with a dead token: %v", err)
	}
	stranger := ourRegistration()
	stranger.TenantID = "other"
	if err := b.relay.Register(t.Context(), stranger); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("a stranger registers our number: %v", err)
	}
	dead := ourRegistration()
	if proof, ok := errors.AsType[*cloudapi.ProofError](b.relay.Register(t.Context(), dead)); !ok || proof.Field != "token" {
		t.Errorf("a dead token: %v", proof)
	}
}
