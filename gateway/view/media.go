package view

import (
	"context"
	"encoding/json"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/media"
)

// Media is what became of the file of a message. State is one of wanted,
// kept, failed, dropped (was kept, and is no longer).
type Media struct {
	MessageID string `json:"message_id"`
	State     string `json:"state" enum:"wanted,kept,failed,dropped"`
	Size      int64  `json:"size,omitempty" doc:"Bytes, when kept"`
	Reason    string `json:"reason,omitempty" enum:"gone,too_large,foreign,expired,damaged,unavailable"`
	Again     bool   `json:"again,omitempty" doc:"When failed: another try may succeed"`
}

func OfMedia(m *media.Status) *Media {
	return &Media{string(m.MessageID), string(m.State), m.Size, string(m.Reason), m.Again}
}

func OfRecordedMedia(e *actorpb.MediaRecorded) *Media {
	v := &Media{MessageID: e.MessageId, State: string(media.Kept), Size: e.Size}
	if !e.Kept {
		v.State, v.Reason, v.Again = string(media.Failed), e.Reason, wa.MediaReason(e.Reason).MayPass()
	}
	return v
}

// fillMedia puts what became of files into items. A page without files costs
// nothing.
func (t *Threads) fillMedia(ctx context.Context, key wa.ConversationKey, items []Item) error {
	var ids []wa.MessageID
	for i := range items {
		if m := items[i].Message; m != nil && m.Kind == string(wa.KindMedia) {
			ids = append(ids, wa.MessageID(m.ID))
		}
	}
	list, err := t.inbox.Media(ctx, key, ids)
	if err != nil {
		return err
	}
	byID := make(map[string]*Media, len(list))
	for i := range list {
		byID[string(list[i].MessageID)] = OfMedia(&list[i])
	}
	for i := range items {
		if m := items[i].Message; m != nil {
			m.Media = byID[m.ID]
			if m.Media == nil && m.Direction == "in" {
				m.Media = beingFetched(m)
			}
		}
	}
	return nil
}

// beingFetched is the state of the file of a message of which nothing is known yet;
// nil: it has none.
func beingFetched(m *Message) *Media {
	var content wa.Content
	if m.Kind != string(wa.KindMedia) || json.Unmarshal(m.Content, &content) != nil || content.Media == nil || content.Media.ID == "" {
		return nil
	}
	return &Media{MessageID: m.ID, State: string(media.Wanted)}
}

// ownFile is the file of a message of ours that has just been sent: it is here; nil: it
// has none.
func ownFile(m *Message) *Media {
	var content wa.Content
	if m.Kind != string(wa.KindMedia) || json.Unmarshal(m.Content, &content) != nil || content.Media == nil || content.Media.File == "" {
		return nil
	}
	return &Media{MessageID: m.ID, State: string(media.Kept)}
}
