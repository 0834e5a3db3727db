package relay

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/effects"
)

// handOver is how long a claimed send may wait for a connection; then it is
// given back unsent.
const handOver = 2 * time.Second

// kindSends names the sends; their scopes are the numbers.
const kindSends = "send"

// sending is one attempt to send, from its claim to its outcome.
type sending struct {
	effects.ClaimedSend
	claimedAt time.Time
	troubled  bool // the number was stopped or paused when this was claimed
	outcome   effects.SendOutcome
	unsent    bool // it surely did not leave
}

// sendKind sends what numbers may send by their pace, each number for itself.
func sendKind(r *Relay) kind[sending] {
	return kind[sending]{
		name: kindSends, slots: r.cfg.Limits.Sends, pause: r.cfg.Pauses.Poll, drains: true,
		scopes: r.numbersWithWork, claim: r.claimSends, run: r.send, outcome: r.sendEnded, untold: r.untoldSends,
	}
}

func (r *Relay) numbersWithWork(ctx context.Context) ([]string, error) {
	numbers, err := r.store.Outbox.NumbersWithWork(ctx)
	scopes := make([]string, len(numbers))
	for n, number := range numbers {
		scopes[n] = string(number)
	}
	return scopes, err
}

// claimSends takes what a number may send within a second.
func (r *Relay) claimSends(ctx context.Context, number string, free int) (lot[sending], error) {
	claim, err := r.store.Outbox.Claim(ctx, wa.PhoneNumberID(number), r.cfg.Member, free)
	taken := lot[sending]{work: make([]sending, 0, len(claim.Closed)+len(claim.Sends)), more: claim.More, wait: claim.Wait}
	for _, closed := range claim.Closed {
		taken.work = append(taken.work, sending{
			ClaimedSend: effects.ClaimedSend{SendAttempt: closed},
			outcome:     effects.SendOutcome{SendAttempt: closed, State: effects.SendWithdrawn, Reason: "window_closed"},
		})
	}
	for _, send := range claim.Sends {
		// Of a call that panics nobody knows whether it left.
		unknown := effects.SendOutcome{SendAttempt: send.SendAttempt, State: effects.SendAmbiguous}
		taken.work = append(taken.work, sending{
			ClaimedSend: send, claimedAt: time.Now(), troubled: claim.Troubled, outcome: unknown,
		})
	}
	return taken, err
}

// send makes one call, unless the claim withdrew it.
func (r *Relay) send(_ context.Context, s *sending) error {
	if s.outcome.State == effects.SendWithdrawn {
		return nil
	}
	n := sender{r, s.Key.PhoneNumberID}
	began := time.Now()
	r.work.Guard("call", func() { s.outcome, s.unsent = n.call(&s.ClaimedSend) })
	if s.outcome.State == effects.SendAccepted {
		n.accepted(began, s.troubled)
	}
	return nil
}

// sendEnded sees to the outcome of a send.
func (r *Relay) sendEnded(_ context.Context, s *sending) *telling {
	switch {
	case s.outcome.State == effects.SendWithdrawn: // its row says so since the claim
		told := r.sendTold(s.outcome)
		return &told
	case s.unsent:
		r.giveBack(s)
		return nil
	}
	r.metrics.sent(string(s.outcome.State), time.Since(s.claimedAt))
	return r.finishSend(s.outcome)
}

// giveBack queues a send again that never left. If that fails its lease runs out.
func (r *Relay) giveBack(s *sending) {
	r.metrics.sent("given_back", handOver)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.work.Context()), handOver)
	defer cancel()
	err := r.store.Outbox.GiveBack(ctx, r.cfg.Member, []effects.SendAttempt{s.SendAttempt})
	if err != nil {
		r.cfg.Logger.Warn("send not given back", "outbox_id", s.MessageID, "error", err)
	}
}

// sender calls Meta for one number, and judges what the answers say of it.
type sender struct {
	relay  *Relay
	number wa.PhoneNumberID
}

// call hands one message to Meta. Unsent: it surely did not leave.
func (n sender) call(send *effects.ClaimedSend) (outcome effects.SendOutcome, unsent bool) {
	r := n.relay
	outcome = effects.SendOutcome{SendAttempt: send.SendAttempt, State: effects.SendRejected}
	number, err := r.store.Numbers.Get(r.work.Context(), n.number)
	if err != nil && !errors.Is(err, persistence.ErrNotFound) {
		return outcome, true
	}
	var content wa.Content
	switch {
	case number.Token == "":
		n.stopped(actorpb.RecordNumberHealth_CAUSE_TOKEN_MISSING, 0, "the number has no access token")
		outcome.Text, outcome.Retry, outcome.RetryAfter = "the number has no access token", true, stopPause
		return outcome, false
	case send.Content == nil || json.Unmarshal(send.Content, &content) != nil:
		outcome.Text = "the message is gone"
		return outcome, false
	case len(send.To) == 0:
		outcome.Text = "the contact has no address"
		return outcome, false
	}
	if !r.cfg.LeaseValid() {
		return outcome, true // whoever took our claims over says "unknown"; it must not leave now
	}
	opaque := cloudapi.Opaque{Contact: send.Key.ContactID, Message: send.MessageID, Attempt: int(send.Attempt)}
	r.events.Remember(n.number, send.MessageID, send.Key.ContactID)
	ctx, late, stop := handOverContext(r.work.Context())
	defer stop()
	sent, err := r.cfg.Client.Send(ctx, n.number, number.Token, cloudapi.Outgoing{To: send.To[0], Content: content, Opaque: opaque.String()})
	if err == nil {
		outcome.State, outcome.WAMID = effects.SendAccepted, sent.WAMID
		return outcome, false
	}
	failure, ok := errors.AsType[*cloudapi.SendError](err)
	if !ok {
		outcome.State = effects.SendAmbiguous // the client promises not to
		return outcome, false
	}
	if neverLeft(failure) && (late() || r.work.Context().Err() != nil) {
		return outcome, true
	}
	if failure.Class == cloudapi.ClassAuthStop && n.tokenIsNew(number.Token) {
		outcome.Text, outcome.Retry = failure.Detail, true // says nothing of the new one
		return outcome, false
	}
	n.judge(failure, &outcome)
	if aboutTemplate(failure.Code) {
		r.wakeTemplates(number.AccountID, cloudapi.TemplateNews{})
	}
	return outcome, false
}

// accepted reports that the number is well to a number that may not know. Every
// member sees on its claim what any member heard; what it reported itself may be
// newer than its claim.
func (n sender) accepted(began time.Time, troubled bool) {
	switch health := healthy(began); {
	case n.relay.health.troubled(n.number):
		n.report(health)
	case troubled:
		n.relay.pumps[kindSends].spawn(func() { n.relay.report(n.number, health) })
	}
}

// tokenIsNew says whether the number has another token than the one that was
// refused: members remember tokens for some time.
func (n sender) tokenIsNew(refused string) bool {
	numbers := n.relay.store.Numbers
	numbers.Forget(n.number)
	number, err := numbers.Get(n.relay.work.Context(), n.number)
	return err == nil && number.Token != "" && number.Token != refused
}

// neverLeft says that no connection was made.
func neverLeft(e *cloudapi.SendError) bool {
	return e.Outcome == cloudapi.Retry && e.HTTPStatus == 0 && e.Code == 0
}

// handOverContext ends if no connection took the request within two seconds. A
// request that has left is not cut off by it: its answer decides.
func handOverContext(parent context.Context) (ctx context.Context, late func() bool, stop func()) {
	ctx, cancel := context.WithCancel(parent)
	var expired atomic.Bool
	timer := time.AfterFunc(handOver, func() {
		expired.Store(true)
		cancel()
	})
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { timer.Stop() }}
	return httptrace.WithClientTrace(ctx, trace), expired.Load, func() {
		timer.Stop()
		cancel()
	}
}

// stopped pauses a number whose token or account Meta does not take, and says so.
func (n sender) stopped(cause actorpb.RecordNumberHealth_Cause, code int, text string) {
	n.slowDown(func(ctx context.Context) error {
		return n.relay.store.Outbox.Pause(ctx, n.number, stopPause)
	})
	n.report(&actorpb.RecordNumberHealth{Cause: cause, Code: int32(code), Text: text, AtMs: time.Now().UnixMilli()})
}

// report does not keep the send waiting.
func (n sender) report(health *actorpb.RecordNumberHealth) {
	if n.relay.worthReporting(n.number, health) {
		n.relay.pumps[kindSends].spawn(func() { n.relay.report(n.number, health) })
	}
}

func (n sender) slowDown(do func(context.Context) error) {
	if err := do(n.relay.work.Context()); err != nil && n.relay.work.Context().Err() == nil {
		n.relay.cfg.Logger.Warn("pace not changed", "phone_number_id", n.number, "error", err)
	}
}
