package conversation

import (
	"encoding/json"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
)

// note is text among colleagues; it is no effect.
func note(id wa.MessageID, text string, by *actorpb.Actor, now time.Time) Message {
	content, err := json.Marshal(wa.Content{Kind: wa.KindNote, Text: &wa.Text{Body: wa.CleanText(text)}})
	if err != nil {
		panic("a note of plain strings always encodes: " + err.Error())
	}
	return &actorpb.StoredMessage{
		Id: string(id), Direction: actorpb.DirectionNote, Author: party(by), Kind: string(wa.KindNote), SentAtMs: ms(now), Content: content,
	}
}
