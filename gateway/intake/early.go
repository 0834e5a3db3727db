package intake

import (
	"context"
	"errors"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/intake"
)

// Accepted says that Meta took one of our messages, under the id that it gave it:
// statuses of it may have come before, and are delivered now.
func (a *Applier) Accepted(number wa.PhoneNumberID, wamid wa.MessageID) {
	a.early.Put(a.work.Context(), effects.SentQuery{Number: number, WAMID: wamid})
}

// deliverEarly delivers statuses that came before the answer to their send. It does
// not give up while the store is down: nobody else would look for them.
func (a *Applier) deliverEarly(sent []effects.SentQuery) {
	var waiting []intake.UnmatchedStatus
	var found []effects.SentMessage
	early := persistence.Sieve[effects.SentQuery]{
		Do: func(ctx context.Context, some []effects.SentQuery) error {
			statuses, err := a.store.Unmatched.Find(ctx, some)
			if err != nil || len(statuses) == 0 {
				return err
			}
			queries := make([]effects.SentQuery, len(statuses))
			for n, u := range statuses {
				queries[n] = effects.SentQuery{Number: u.Number, WAMID: u.WAMID}
			}
			messages, err := a.store.Sends.Locate(ctx, queries)
			if err != nil {
				return err
			}
			waiting, found = append(waiting, statuses...), append(found, messages...)
			return nil
		},
		Canary: a.canary,
		Guilty: func(_ context.Context, one effects.SentQuery, err error) error {
			a.cfg.Logger.Error("early statuses of a send cannot be looked for: they stay unmatched",
				"phone_number_id", one.Number, "wamid", one.WAMID, "error", err)
			return nil
		},
	}
	err := a.work.Persist("find early statuses", func(ctx context.Context) error {
		waiting, found = nil, nil
		return early.Run(ctx, sent)
	})
	if err != nil {
		return // the process stops
	}
	var items []*item
	for n, u := range waiting {
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
}

// expireUnmatched removes statuses that nobody will ask for any more.
func (a *Applier) expireUnmatched(ctx context.Context) {
	if _, err := a.store.Unmatched.Expire(ctx); err != nil && ctx.Err() == nil {
		a.cfg.Logger.Warn("old unmatched statuses not removed", "error", err)
	}
}
