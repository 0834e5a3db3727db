package conversation

import (
	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
)

// What a decision must know beyond the state comes in three ways. What is known of
// whoever gives the order (his role, his teams) is carried by the command, for the
// gateway has just read his session. What changes rarely (the accounts of colleagues)
// the shell may have in memory. The rest it loads. Needs says which, so that the rules
// stand here alone, and that a customer's message to an open conversation, which is
// most of all commands, costs no query: its set is empty.

// FactSet names the facts that Decide needs for a command; what is zero is not needed.
type FactSet struct {
	Tenant   wa.TenantID      // whose they are, where the state does not say: it is only to start
	Status   wa.MessageID     // the message whose status row is needed
	Effect   ledger.EffectRef // the attempt that is perhaps still to be recorded
	Edit     wa.MessageID     // the edit whose content is needed
	Seat     wa.AgentID       // who is to own the conversation
	Team     wa.TeamID        // whether there is such a team
	Template TemplateName
	Message  wa.MessageID // that a send quotes or reacts to, or of a scheduled one that is due
	File     wa.UploadID  // the upload that a send names
	Month    bool         // whether the tenant may send more in this month
}

// TemplateName names a template of the conversation's number.
type TemplateName struct{ Name, Language string }

// Facts answer a FactSet. A fact that was asked for and does not exist is zero.
type Facts struct {
	Seat *ledger.Seat // of the conversation's tenant
	// UnderWay says that the outcome of the effect is not recorded yet.
	UnderWay bool
	Status   *KnownStatus
	Edit     []byte // the content of an edit
	Team     bool   // the team exists
	Spent    bool   // the tenant has sent what it may in this month
	// Template is what the number's account knows of a template; nil: the tenant has
	// no such number.
	Template *ledger.Template
	Message  *ledger.Message      // nil: the conversation has none of this name
	File     *ledger.UploadedFile // nil: the tenant has none of this name
}

// KnownStatus is how far an older message got, read from its row.
type KnownStatus struct {
	WAMID  string
	Status wa.Status // the highest; "" when none has come yet
	// Came lists all that have come. If it is nil, Status and what ranks below
	// it count as come.
	Came []wa.Status
}

// Needs names the facts for a command. It reads the state and knows no more: the
// shell that loads them decides nothing.
func (s *State) Needs(cmd Command) FactSet {
	if c, ok := cmd.(*actorpb.ReceiveInbound); ok {
		return FactSet{Edit: s.editOf(c), Seat: s.reopened()}
	}
	if c, ok := cmd.(*actorpb.SendMessage); ok && c.Start != nil && !s.Exists() {
		return s.startNeeds(c)
	}
	if !s.Exists() {
		return FactSet{}
	}
	switch c := cmd.(type) {
	case *actorpb.RecordStatus:
		if s.send(c.MessageId) == nil && isID(c.MessageId) {
			return FactSet{Status: wa.MessageID(c.MessageId)}
		}
	case *actorpb.RecordMedia:
		if isID(c.MessageId) {
			return FactSet{Effect: s.fileRef(c.MessageId, c.Attempt)}
		}
	case *actorpb.RecordUploaded:
		if isID(c.MessageId) {
			return FactSet{Effect: s.uploadRef(c.MessageId, c.Attempt)}
		}
	case *actorpb.SendMessage:
		return FactSet{Seat: s.ownerAfter(c), Template: templateName(c), Message: aboutOf(c), File: fileNamed(c), Month: true}
	case *actorpb.Claim:
		return FactSet{Seat: s.unlessOwner(seatOf(c.By))}
	case *actorpb.TakeOver:
		return FactSet{Seat: s.unlessOwner(seatOf(c.By))}
	case *actorpb.Assign:
		return FactSet{Seat: wa.AgentID(agentOf(c.To))}
	case *actorpb.Transfer:
		to := c.To
		if c.OnlyFromTeam != "" && c.KeepOwner {
			to = s.Owner
		}
		return FactSet{Seat: wa.AgentID(agentOf(to)), Team: storableTeam(c.TeamId)}
	case *actorpb.SetPhase:
		return FactSet{Seat: s.reopened()}
	case *actorpb.AlarmDue:
		return s.needsOfAlarm(c)
	}
	return FactSet{}
}

// storableTeam is a team that can be looked for; "" leaves the conversation with its own.
func storableTeam(id string) wa.TeamID {
	if !isID(id) {
		return ""
	}
	return wa.TeamID(id)
}
