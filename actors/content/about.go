package content

import (
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/refusal"
	"github.com/prosa-chat/prosa/actors/wa"
)

// Reasons for which a message cannot be quoted or reacted to.
const (
	ReasonNoMessage  = "no_message"
	ReasonNoReaction = "no_reaction" // of what is a mark or a note itself
	ReasonTooOld     = "too_old"
)

// reactionLife is for how long a message can be reacted to (Meta, reaction messages).
const reactionLife = 30 * 24 * time.Hour

// checkAbout judges what a content quotes or reacts to, which the command names as well,
// so that it could be looked for. A message of another conversation is none of this one.
func checkAbout(c *actorpb.SendMessage, content *wa.Content, about *ledger.Message, now time.Time) error {
	field, named := "quoted", content.Quoted
	if content.Kind == wa.KindReaction {
		field, named = "reaction.target", content.Reaction.Target
	}
	switch {
	case string(named) != c.About:
		return refusal.Of(code.BadContent, "content is not about the message that the command names")
	case named == "":
		return nil
	case about == nil || about.Direction == ledger.DirectionNote:
		return &refusal.Refusal{Code: code.BadContent, Detail: "the conversation has no such message", Field: field, Reason: ReasonNoMessage}
	case content.Kind != wa.KindReaction:
		return nil
	case about.Kind.ChangesEarlier() || about.Kind == wa.KindSystem:
		return &refusal.Refusal{Code: code.BadContent, Detail: "what marks or changes a message takes no reaction", Field: field, Reason: ReasonNoReaction}
	case now.Sub(about.SentAt) > reactionLife:
		return &refusal.Refusal{Code: code.BadContent, Detail: "the message is older than 30 days: WhatsApp takes no reaction to it", Field: field, Reason: ReasonTooOld}
	}
	return nil
}
