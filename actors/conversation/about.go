package conversation

import (
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
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

// isMark says of a send that it marks a message of the thread: it is no answer, so that
// it opens nothing, and nothing that came since is hidden by it.
func isMark(c *actorpb.SendMessage) bool { return wa.ContentKind(c.Kind) == wa.KindReaction }

// aboutOf is the message that a send is about, if it can be looked for.
func aboutOf(c *actorpb.SendMessage) wa.MessageID {
	if !isID(c.About) {
		return ""
	}
	return wa.MessageID(c.About)
}

// checkAbout judges what a content quotes or reacts to, which the command names as well,
// so that it could be looked for. A message of another conversation is none of this one.
func checkAbout(c *actorpb.SendMessage, content *wa.Content, about *ledger.Message, now time.Time) error {
	field, named := "quoted", content.Quoted
	if content.Kind == wa.KindReaction {
		field, named = "reaction.target", content.Reaction.Target
	}
	switch {
	case string(named) != c.About:
		return refuse(BadContent, "content is not about the message that the command names")
	case named == "":
		return nil
	case about == nil || about.Direction == ledger.DirectionNote:
		return &Refusal{Code: BadContent, Detail: "the conversation has no such message", Field: field, Reason: ReasonNoMessage}
	case content.Kind != wa.KindReaction:
		return nil
	case changesEarlier(about.Kind) || about.Kind == wa.KindSystem:
		return &Refusal{Code: BadContent, Detail: "what marks or changes a message takes no reaction", Field: field, Reason: ReasonNoReaction}
	case now.Sub(about.SentAt) > reactionLife:
		return &Refusal{Code: BadContent, Detail: "the message is older than 30 days: WhatsApp takes no reaction to it", Field: field, Reason: ReasonTooOld}
	}
	return nil
}
