package intake

import (
	"context"
	"errors"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/effects"
)

// Accepted says that Meta took one of our messages, under the id that it gave it:
// statuses of it may have come before, and are delivered now.
// It is called when the grain has recorded that: by the row of that append, and no other,
// they are found by Meta's id.
func (a *Applier) Accepted(number wa.PhoneNumberID, wamid wa.MessageID) {
	_ = a.early.Put(a.work.Context(), effects.SentQuery{Number: number, WAMID: wamid}) // else the work has ended
}

// earlyLots bounds how many sends wait for their early statuses, in full lots.
const earlyLots = 4

// earlyStatuses looks for the early statuses of many sends at a time. It does not give
// up while the store is down: nobody else would look for them.
func (a *Applier) earlyStatuses() *persistence.Group[effects.SentQuery] {
	return persistence.NewGroup(persistence.GroupConfig[effects.SentQuery]{
		Lots: earlyLots, Do: a.deliverEarly,
		Canary: func(ctx context.Context, _ []*persistence.Ask[effects.SentQuery]) error { return a.canary(ctx) },
		Guilty: func(_ context.Context, one *persistence.Ask[effects.SentQuery], err error) error {
			a.cfg.Logger.Error("early statuses of a send cannot be looked for: they stay unmatched",
				"phone_number_id", one.Of.Number, "wamid", one.Of.WAMID, "error", err)
			return nil
		},
		Insist: func(run func(context.Context) error) error { return a.work.Persist("find early statuses", run) },
		Struck: func(p *persistence.Panic) { a.work.Struck("match", p) },
	})
}

// deliverEarly delivers statuses that came before the answer to their send.
func (a *Applier) deliverEarly(ctx context.Context, some []*persistence.Ask[effects.SentQuery]) error {
	sent := make([]effects.SentQuery, len(some))
	for n, one := range some {
		sent[n] = one.Of
	}
	waiting, err := a.store.Unmatched.Find(ctx, sent)
	if err != nil || len(waiting) == 0 {
		return err
	}
	queries := make([]effects.SentQuery, len(waiting))
	for n, u := range waiting {
		queries[n] = effects.SentQuery{Number: u.Number, WAMID: u.WAMID}
	}
	found, err := a.store.Sends.Locate(ctx, queries)
	if err != nil {
		return err
	}
	var items []*item
	for n, u := range waiting {
		// Not recorded yet, or no message of ours: it goes on waiting.
		if found[n].ContactID == "" {
			continue
		}
		key := wa.ConversationKey{PhoneNumberID: u.Number, ContactID: found[n].ContactID}
		items = append(items, &item{
			number: u.Number, kind: wa.ConversationKind, key: key.String(), pause: a.cfg.Pauses.Retry,
			message: &actorpb.RecordStatus{
				MessageId: string(found[n].MessageID), Wamid: string(u.WAMID), Status: string(u.Status), AtMs: u.At.UnixMilli(),
				ErrorCode: u.ErrorCode, ErrorText: u.ErrorText,
			},
			// Only now: a process that dies before leaves it to be found again, and a grain
			// that has it already answers so.
			applied: func(delivered bool) {
				if !delivered {
					return
				}
				if err := a.store.Unmatched.Forget(a.work.Context(), u); err != nil && !errors.Is(err, context.Canceled) {
					a.cfg.Logger.Warn("delivered status not removed", "error", err)
				}
			},
		})
	}
	a.lanes.add(items)
	return nil
}

// expireUnmatched removes statuses that nobody will ask for any more.
func (a *Applier) expireUnmatched(ctx context.Context) {
	if _, err := a.store.Unmatched.Expire(ctx); err != nil && ctx.Err() == nil {
		a.cfg.Logger.Warn("old unmatched statuses not removed", "error", err)
	}
}
