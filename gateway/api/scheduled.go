package api

import (
	"net/http"
	"slices"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// ScheduledView is a message that is to leave later.
type ScheduledView struct {
	At               *time.Time    `json:"at"`
	CancelIfAnswered bool          `json:"cancel_if_answered" doc:"Not sent, if the customer writes before"`
	Message          *view.Message `json:"message"`
}

// ScheduledList is what of one conversation waits for its time, the earliest first.
type ScheduledList struct {
	Version   uint64          `json:"version" doc:"Of the conversation, as its row has it"`
	Scheduled []ScheduledView `json:"scheduled"`
}

// Scheduled lists what is to leave later. Words that are not kept any more are missing.
func (a *conversations) Scheduled(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	row, err := a.visible(r, who)
	if err != nil {
		return err
	}
	sends := actorpb.Scheduled(row.Sends)
	slices.SortStableFunc(sends, func(a, b *actorpb.OpenSend) int { return int(a.DueMs/1000 - b.DueMs/1000) })
	ids := make([]wa.MessageID, len(sends))
	for n, o := range sends {
		ids[n] = wa.MessageID(o.MessageId)
	}
	messages, err := a.inbox.Messages(r.Context(), row.Key, ids)
	if err != nil {
		return err
	}
	known := make(map[string]*view.Message, len(messages))
	for _, m := range messages {
		known[m.Id] = view.OfMessage(m)
	}
	list := ScheduledList{Version: row.Version, Scheduled: make([]ScheduledView, len(sends))}
	for n, o := range sends {
		m := known[o.MessageId]
		if m == nil {
			m = &view.Message{ID: o.MessageId, Direction: actorpb.DirectionOut, Author: view.OfParty(o.Author), Kind: o.Kind}
		}
		list.Scheduled[n] = ScheduledView{At: view.Time(o.DueMs), CancelIfAnswered: o.CancelIfAnswered, Message: m}
	}
	return rest.Write(w, http.StatusOK, list)
}
