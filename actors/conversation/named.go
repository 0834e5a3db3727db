package conversation

import (
	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
)

// templateName names the template of a send; zero for what no account can have.
func templateName(c *actorpb.SendMessage) TemplateName {
	t := c.GetTemplate()
	if t == nil || t.Name == "" || t.Language == "" || !isID(t.Name) || !isID(t.Language) {
		return TemplateName{}
	}
	return TemplateName{t.Name, t.Language}
}

// aboutOf is the message that a send is about, if it can be looked for.
func aboutOf(c *actorpb.SendMessage) wa.MessageID {
	if !isID(c.About) {
		return ""
	}
	return wa.MessageID(c.About)
}

// isMark says of a send that it marks a message of the thread: it is no answer, so that
// it opens nothing, and nothing that came since is hidden by it.
func isMark(c *actorpb.SendMessage) bool { return wa.ContentKind(c.Kind) == wa.KindReaction }

// lane is the class of what somebody says: the assistant's words have one of their
// own, by which a takeover silences them alone.
func lane(by *actorpb.Actor, class actorpb.MessageClass) actorpb.MessageClass {
	if actorpb.KindOf(by) == actorpb.Party_KIND_ASSISTANT {
		return actorpb.MessageClass_MESSAGE_CLASS_ASSISTANT
	}
	return class
}
