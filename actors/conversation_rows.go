package actors

import (
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/conversation"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/journal"
)

// rows maps a decision and the state after it to the rows of the store: the one
// mapping between domain and database.
func rows(a *ledger.Append, s *conversation.State, d conversation.Decision, now time.Time) {
	a.Row = listed(s)
	a.Messages, a.Audit = d.Messages, d.Audit
	fx := s.Effects(d.Events, now)
	a.Effects, a.Done, a.Withdraw = append(fx.New, d.Effects...), fx.Done, d.Withdraw
	a.Statuses, a.Uses = statuses(fx.Statuses), fx.Uses
}

// listed is what SQL finds the conversation by.
func listed(s *conversation.State) ledger.Row {
	return ledger.Row{
		TenantID: wa.TenantID(s.TenantId), TeamID: wa.TeamID(s.TeamId), OwnerID: s.Owner.GetId(), Phase: int16(s.Phase),
		LastAt: at(s.LastAtMs), Answered: s.Turn() == actorpb.TurnCustomer, Unread: s.Unread,
		WindowClosesAt: at(s.WindowClosesAtMs), StartedAt: at(s.StartedAtMs),
		ContactName: s.Display.ContactName, ContactAddress: s.Display.ContactAddress, LastPreview: s.Display.LastPreview,
	}
}

// statuses folds what an append learned into one change a message: a statement
// may touch a row only once.
func statuses(learned []conversation.StatusChange) []ledger.StatusChange {
	var out []ledger.StatusChange
	find := func(id wa.MessageID) *ledger.StatusChange {
		for i := range out {
			if out[i].MessageID == id {
				return &out[i]
			}
		}
		out = append(out, ledger.StatusChange{MessageID: id})
		return &out[len(out)-1]
	}
	for _, l := range learned {
		c := find(l.MessageID)
		if l.WAMID != "" {
			c.WAMID = l.WAMID
		}
		if l.ErrorCode != 0 || l.ErrorText != "" {
			c.ErrorCode, c.ErrorText = l.ErrorCode, l.ErrorText
		}
		*statusTime(c, l.Status) = l.At
	}
	return out
}

func statusTime(c *ledger.StatusChange, status string) *time.Time {
	switch status {
	case "accepted":
		return &c.AcceptedAt
	case "ambiguous":
		return &c.AmbiguousAt
	case "withdrawn":
		return &c.WithdrawnAt
	case string(wa.StatusSent):
		return &c.SentAt
	case string(wa.StatusDelivered):
		return &c.DeliveredAt
	case string(wa.StatusRead):
		return &c.ReadAt
	case string(wa.StatusPlayed):
		return &c.PlayedAt
	case string(wa.StatusFailed):
		return &c.FailedAt
	}
	panic("the machine let a status pass that has no column: " + status)
}

// came lists the statuses of a message that have come, lowest first.
func came(k journal.StatusKnown) []wa.Status {
	list := []wa.Status{}
	for _, c := range []struct {
		yes    bool
		status wa.Status
	}{
		{k.Sent, wa.StatusSent},
		{k.Failed, wa.StatusFailed},
		{k.Delivered, wa.StatusDelivered},
		{k.Read, wa.StatusRead},
		{k.Played, wa.StatusPlayed},
	} {
		if c.yes {
			list = append(list, c.status)
		}
	}
	return list
}

// highest is how far a message got.
func highest(k journal.StatusKnown) wa.Status {
	if list := came(k); len(list) > 0 {
		return list[len(list)-1]
	}
	return ""
}

// update is what the live feed tells of an append.
func update(a *ledger.Append, s *conversation.State) *actorpb.ConversationUpdate {
	u := &actorpb.ConversationUpdate{
		Row: s.Row(a.Snapshot), Events: make([]*actorpb.StoredEvent, len(a.Events)), Messages: a.Messages,
	}
	for i, e := range a.Events {
		u.Events[i] = &actorpb.StoredEvent{Version: a.DecidedOn + uint64(i) + 1, Type: e.Type, AtMs: e.At.UnixMilli(), Body: e.Body}
	}
	return u
}

func at(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
