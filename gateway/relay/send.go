package relay

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/cloudapi/callback"
	"github.com/prosa-chat/prosa/gateway/intake"
	"github.com/prosa-chat/prosa/gateway/relay/upload"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/fleet"
)

// handOver is how long a claimed send may wait for a connection; then it is
// given back unsent.
const handOver = 2 * time.Second

// sleepAfter is far below what a claim of a send lasts, and above what a database
// that is slow takes to name a number's token.
const sleepAfter = effects.SendLease / 4

// kindSends names the sends; their scopes are the numbers.
const kindSends = "send"

// sending is one attempt to send, from its claim to its outcome.
type sending struct {
	effects.ClaimedSend
	expired   *effects.Untold // the claim found its window closing: it is only to be told
	claimedAt time.Time
	troubled  bool // the number was stopped or paused when this was claimed
	outcome   proto.Message
	unsent    bool // it surely did not leave
}

// sendKind sends what numbers may send by their pace, each number for itself.
func sendKind(r *Relay) worker {
	e := newEnds(r, &ends{
		name: kindSends, queue: r.store.Sends.Queue, lease: effects.SendLease, unsaid: unsaidSend, heard: r.sendHeard,
	})
	return newPump(r, kind[sending]{
		name: kindSends, slots: r.cfg.Limits.Sends, pause: r.cfg.Pauses.Poll, drains: true, ends: e,
		scopes: r.numbersWithWork, claim: r.claimSends, run: r.send,
		outcome: func(_ context.Context, s *sending) *telling { return r.sendEnded(e, s) },
	})
}

func (r *Relay) numbersWithWork(ctx context.Context) ([]string, error) {
	numbers, err := r.store.Sends.NumbersWithWork(ctx)
	scopes := make([]string, len(numbers))
	for n, number := range numbers {
		scopes[n] = string(number)
	}
	return scopes, err
}

// send makes one call, unless its window closes.
func (r *Relay) send(_ context.Context, s *sending) error {
	if s.expired != nil {
		return nil
	}
	n := sender{r, wa.PhoneNumberID(s.Scope)}
	began := time.Now()
	// Of a call that panics nobody knows whether it left.
	s.outcome = ambiguous(&s.EffectRef)
	r.work.Guard("call", func() { s.outcome, s.unsent = n.call(s) })
	if _, ok := s.outcome.(*actorpb.RecordAccepted); ok {
		if r.store.Fleet != nil {
			r.store.Fleet.Sent(n.number, time.Now())
		}
		n.accepted(began, s.troubled)
	}
	return nil
}

// sendEnded sees to the outcome of a send.
func (r *Relay) sendEnded(e *ends, s *sending) *telling {
	switch {
	case s.expired != nil: // its row says so since the claim
		return e.telling(s.expired.EffectRef, s.expired.Grain, unsaidSend(s.expired))
	case s.unsent:
		r.giveBack(s)
		return nil
	}
	r.metrics.sent(outcomeName(s.outcome), time.Since(s.claimedAt))
	refused, ok := s.outcome.(*actorpb.RecordRejected)
	if r.store.Fleet != nil && ok && refused.Failure == actorpb.SendFailure_SEND_FAILURE_PERMANENT {
		r.store.Fleet.Count(wa.PhoneNumberID(s.Scope), time.Now(), fleet.Tally{Failed: 1})
	}
	return e.end(s.EffectRef, s.Grain, s.outcome)
}

// giveBack queues a send again that never left. If that fails its lease runs out.
func (r *Relay) giveBack(s *sending) {
	r.metrics.sent("given_back", handOver)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.work.Context()), handOver)
	defer cancel()
	if err := r.store.Sends.GiveBack(ctx, r.cfg.Member, s.EffectRef); err != nil {
		r.cfg.Logger.Warn("send not given back", "effect", s.ID, "error", err)
	}
}

// sender calls Meta for one number, and judges what the answers say of it.
type sender struct {
	relay  *Relay
	number wa.PhoneNumberID
}

// call hands one message to Meta. Unsent: it surely did not leave.
func (n sender) call(s *sending) (outcome proto.Message, unsent bool) {
	r, send := n.relay, &s.ClaimedSend
	rejected := &actorpb.RecordRejected{
		MessageId: send.ID, Attempt: send.Attempt, Failure: actorpb.SendFailure_SEND_FAILURE_PERMANENT,
	}
	number, err := r.store.Numbers.Get(r.work.Context(), n.number)
	if err != nil && !errors.Is(err, persistence.ErrNotFound) {
		return rejected, true
	}
	var content wa.Content
	switch {
	case number.Token == "":
		n.stopped(actorpb.RecordNumberHealth_CAUSE_TOKEN_MISSING, 0, "the number has no access token")
		rejected.Text, rejected.Failure = "the number has no access token", actorpb.SendFailure_SEND_FAILURE_NUMBER
		return rejected, false
	case send.Content == nil || json.Unmarshal(send.Content, &content) != nil:
		rejected.Text = "the message is gone"
		return rejected, false
	case send.Barred != "":
		rejected.Code, rejected.Text = barred(send.Barred)
		return rejected, false
	case len(send.To) == 0:
		rejected.Text = "the contact has no address"
		return rejected, false
	}
	if !r.cfg.LeaseValid() || s.slept() {
		return rejected, true // whoever judged our claims meanwhile says "unknown"; it must not leave now
	}
	contact, id := wa.ContactID(send.Grain), wa.MessageID(send.ID)
	quoted, err := n.inMetasWords(&content)
	switch {
	case err != nil:
		return rejected, true
	case !quoted:
		rejected.Text = "the message to react to never reached WhatsApp"
		return rejected, false
	}
	file, err := upload.Name(send.Body, &content)
	if err != nil {
		rejected.Text, rejected.Failure = "the file of the message is not at Meta", actorpb.SendFailure_SEND_FAILURE_MEDIA
		return rejected, false
	}
	opaque := callback.Data{Contact: contact, Message: id, Attempt: int(send.Attempt)}
	// Before the call: a status of the message may be here before the answer is.
	r.events.Remember(n.number, id, contact)
	ctx, late, stop := handOverContext(r.work.Context())
	defer stop()
	sent, err := r.cfg.Client.Send(r.by(ctx, &number), n.number, number.Token, cloudapi.Outgoing{To: send.To[0], Content: content, Opaque: opaque.String()})
	if err == nil {
		n.learn(number.PortfolioID, send.To[0], sent)
		if sent.Crowded {
			n.slowDown(func(ctx context.Context) error { return r.store.Sends.Slow(ctx, n.number) })
		}
		return &actorpb.RecordAccepted{MessageId: send.ID, Wamid: wa.CleanText(string(sent.WAMID))}, false
	}
	failure, ok := errors.AsType[*cloudapi.SendError](err)
	if !ok { // the client promises not to
		return ambiguous(&send.EffectRef), false
	}
	if neverLeft(failure) && (late() || r.work.Context().Err() != nil) {
		return rejected, true
	}
	if failure.Class == cloudapi.ClassAuthStop && n.tokenIsNew(number.Token) {
		rejected.Text, rejected.Failure = wa.CleanText(failure.Detail), actorpb.SendFailure_SEND_FAILURE_PASSING // says nothing of the new one
		return rejected, false
	}
	outcome = n.judge(failure, rejected)
	if file && failure.MayMeanMedia() {
		rejected.Failure = actorpb.SendFailure_SEND_FAILURE_MEDIA
	}
	if word, ok := intake.WordOf(failure.Code, &number, contact, r.cfg.Clock.Now()); ok && r.store.Consent != nil {
		if err := r.store.Consent.Say(r.work.Context(), word); err != nil && r.work.Context().Err() == nil {
			r.cfg.Logger.Warn("what a refused send shows of its person is not kept", "phone_number_id", n.number, "error", err)
		}
	}
	if aboutTemplate(failure.Code) {
		r.wakeTemplates(number.AccountID, cloudapi.TemplateNews{})
	}
	return outcome, false
}

// slept says that so much time lies between the claim and the call that the machine
// must have stood still, and the claim may have ended. The clock on the wall tells:
// the other one stops while a laptop is shut.
func (s *sending) slept() bool { return time.Since(s.claimedAt.Round(0)) > sleepAfter }

// accepted reports that the number is well to a number that may not know. Every
// member sees on its claim what any member heard; what it reported itself may be
// newer than its claim.
func (n sender) accepted(began time.Time, troubled bool) {
	switch health := healthy(n.relay.cfg.Clock.Of(began)); {
	case n.relay.health.Troubled(n.number):
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
		return n.relay.store.Sends.Pause(ctx, n.number, stopPause)
	})
	n.report(&actorpb.RecordNumberHealth{Cause: cause, Code: int32(code), Text: text, AtMs: n.relay.cfg.Clock.Now().UnixMilli()})
}

// report does not keep the send waiting.
func (n sender) report(health *actorpb.RecordNumberHealth) {
	if n.relay.worthReporting(n.number, health) {
		n.relay.pumps[kindSends].spawn(func() {
			n.relay.report(n.number, health)
			switch health.Cause {
			case actorpb.RecordNumberHealth_CAUSE_TOKEN, actorpb.RecordNumberHealth_CAUSE_TOKEN_MISSING,
				actorpb.RecordNumberHealth_CAUSE_STOPPED, actorpb.RecordNumberHealth_CAUSE_RECOVERED:
				n.relay.readSoon(n.number)
			}
		})
	}
}

func (n sender) slowDown(do func(context.Context) error) {
	if err := do(n.relay.work.Context()); err != nil && n.relay.work.Context().Err() == nil {
		n.relay.cfg.Logger.Warn("pace not changed", "phone_number_id", n.number, "error", err)
	}
}
