package view

import (
	"cmp"
	"context"
	"slices"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/inbox"
)

// History is the last changes of owner and the last times that somebody resolved the
// conversation or took that back.
func (t *Threads) History(ctx context.Context, key wa.ConversationKey) ([]Item, error) {
	owners, err := t.Newest(ctx, key, inbox.OwnerChanges, historyLimit)
	if err != nil {
		return nil, err
	}
	phases, err := t.Newest(ctx, key, inbox.PhaseChanges, 3*historyLimit)
	if err != nil {
		return nil, err
	}
	for _, i := range phases {
		if i.Phase.To == "resolved" || i.Phase.From == "resolved" && i.Phase.By.Kind == "agent" {
			owners = append(owners, i)
		}
	}
	slices.SortFunc(owners, func(a, b Item) int { return cmp.Compare(a.Version, b.Version) })
	return owners[max(0, len(owners)-historyLimit):], nil
}

func (t *Threads) Newest(ctx context.Context, key wa.ConversationKey, of inbox.EventType, limit int) ([]Item, error) {
	events, err := t.inbox.Newest(ctx, key, of, limit)
	if err != nil {
		return nil, err
	}
	return t.Items(ctx, key, events)
}

const (
	historyLimit = 20
	NotesLimit   = 20
)
