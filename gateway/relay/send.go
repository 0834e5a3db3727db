package relay

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptrace"
	"sync"
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

// senders are the claim loops, one for each number that had something to send.
type senders struct {
	relay *Relay

	mu       sync.Mutex
	byNumber map[wa.PhoneNumberID]*sender
	stopped  bool
	loops    sync.WaitGroup
	sends    sync.WaitGroup
	underWay atomic.Int64 // claims, sends and their records
	hold     atomic.Bool  // nothing more is claimed
}

// sender claims and sends for one number.
type sender struct {
	relay  *Relay
	number wa.PhoneNumberID
	awake  chan struct{}
	slots  chan struct{} // one for each call at once
}

func newSenders(r *Relay) *senders {
	return &senders{relay: r, byNumber: make(map[wa.PhoneNumberID]*sender)}
}

func (s *senders) wake(number wa.PhoneNumberID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped || s.hold.Load() {
		return
	}
	n := s.byNumber[number]
	if n == nil {
		n = &sender{
			relay: s.relay, number: number, awake: make(chan struct{}, 1),
			slots: make(chan struct{}, s.relay.cfg.Limits.Sends),
		}
		s.byNumber[number] = n
		s.loops.Go(n.relay.kept("sender", n.loop))
	}
	signal(n.awake)
}

// stopClaiming lets sends under way end.
func (s *senders) stopClaiming() { s.hold.Store(true) }

func (s *senders) idle() bool { return s.underWay.Load() == 0 }

// wait ends after quit was closed and everything under way came back.
func (s *senders) wait() {
	s.mu.Lock()
	s.stopped = true
	s.mu.Unlock()
	s.loops.Wait()
	s.sends.Wait()
}

// pollSends wakes numbers whose wake-up was lost or whose send became due.
func (r *Relay) pollSends(ctx context.Context) {
	numbers, err := r.store.Outbox.NumbersWithWork(ctx)
	if err != nil {
		if ctx.Err() == nil {
			r.cfg.Logger.Warn("outbox not polled", "error", err)
		}
		return
	}
	for _, number := range numbers {
		r.Wake(number)
	}
}

func (n *sender) loop() {
	for {
		select {
		case <-n.relay.quit:
			return
		case <-n.awake:
		}
		for n.claim() {
		}
	}
}

// claim takes what fits, sends it, and reports whether to claim again at once.
func (n *sender) claim() bool {
	r := n.relay
	r.senders.underWay.Add(1)
	defer r.senders.underWay.Add(-1)
	select { // one free slot at least
	case n.slots <- struct{}{}:
		<-n.slots
	case <-r.ctx.Done():
		return false
	}
	if r.senders.hold.Load() || !r.cfg.LeaseValid() {
		return false
	}
	free := cap(n.slots) - len(n.slots)
	claim, err := r.store.Outbox.Claim(r.ctx, n.number, r.cfg.Member, free)
	if err != nil {
		if r.ctx.Err() == nil {
			r.cfg.Logger.Warn("sends not claimed", "phone_number_id", n.number, "error", err)
		}
		return false // the poll comes again
	}
	for _, closed := range claim.Closed {
		n.spawn(func() {
			r.record(effects.SendOutcome{SendAttempt: closed, State: effects.SendWithdrawn, Reason: "window_closed"})
		})
	}
	claimedAt := time.Now()
	for i := range claim.Sends {
		n.slots <- struct{}{} // only this loop fills them
		n.spawn(func() { n.send(&claim.Sends[i], claimedAt, claim.Troubled) })
	}
	switch {
	case !claim.More:
		return false
	case claim.Wait > 0:
		return r.pause(min(claim.Wait, time.Second))
	}
	return len(claim.Sends)+len(claim.Closed) > 0
}

func (n *sender) spawn(do func()) {
	s := n.relay.senders
	s.underWay.Add(1)
	s.sends.Go(func() {
		defer s.underWay.Add(-1)
		n.relay.guarded("send", do)
	})
}

// send makes one call and sees to its outcome. Its slot is free once Meta
// answered. Troubled: the number was stopped or paused when this was claimed.
func (n *sender) send(send *effects.ClaimedSend, claimedAt time.Time, troubled bool) {
	began := time.Now()
	// Of a call that panicked nobody knows whether it left.
	outcome, unsent := effects.SendOutcome{SendAttempt: send.SendAttempt, State: effects.SendAmbiguous}, false
	n.relay.guarded("call", func() { outcome, unsent = n.call(send) })
	if outcome.State == effects.SendAccepted {
		n.accepted(began, troubled)
	}
	<-n.slots
	if unsent {
		n.giveBack(send)
		return
	}
	n.relay.metrics.sent(string(outcome.State), time.Since(claimedAt))
	n.relay.finishSend(outcome)
}

// giveBack queues a send again that never left. If that fails its lease runs out.
func (n *sender) giveBack(send *effects.ClaimedSend) {
	n.relay.metrics.sent("given_back", handOver)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(n.relay.ctx), handOver)
	defer cancel()
	err := n.relay.store.Outbox.GiveBack(ctx, n.relay.cfg.Member, []effects.SendAttempt{send.SendAttempt})
	if err != nil {
		n.relay.cfg.Logger.Warn("send not given back", "outbox_id", send.MessageID, "error", err)
	}
}

// call hands one message to Meta. Unsent: it surely did not leave.
func (n *sender) call(send *effects.ClaimedSend) (outcome effects.SendOutcome, unsent bool) {
	r := n.relay
	outcome = effects.SendOutcome{SendAttempt: send.SendAttempt, State: effects.SendRejected}
	number, err := r.store.Numbers.Get(r.ctx, n.number)
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
	r.known.put(n.number, send.MessageID, send.Key.ContactID)
	ctx, late, stop := handOverContext(r.ctx)
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
	if neverLeft(failure) && (late() || r.ctx.Err() != nil) {
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
func (n *sender) accepted(began time.Time, troubled bool) {
	switch health := healthy(began); {
	case n.relay.health.troubled(n.number):
		n.report(health)
	case troubled:
		n.spawn(func() { n.relay.report(n.number, health) })
	}
}

// tokenIsNew says whether the number has another token than the one that was
// refused: members remember tokens for some time.
func (n *sender) tokenIsNew(refused string) bool {
	numbers := n.relay.store.Numbers
	numbers.Forget(n.number)
	number, err := numbers.Get(n.relay.ctx, n.number)
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
func (n *sender) stopped(cause actorpb.RecordNumberHealth_Cause, code int, text string) {
	n.slowDown(func(ctx context.Context) error {
		return n.relay.store.Outbox.Pause(ctx, n.number, stopPause)
	})
	n.report(&actorpb.RecordNumberHealth{Cause: cause, Code: int32(code), Text: text, AtMs: time.Now().UnixMilli()})
}

// report does not keep the send waiting.
func (n *sender) report(health *actorpb.RecordNumberHealth) {
	if n.relay.worthReporting(n.number, health) {
		n.spawn(func() { n.relay.report(n.number, health) })
	}
}

func (n *sender) slowDown(do func(context.Context) error) {
	if err := do(n.relay.ctx); err != nil && n.relay.ctx.Err() == nil {
		n.relay.cfg.Logger.Warn("pace not changed", "phone_number_id", n.number, "error", err)
	}
}
