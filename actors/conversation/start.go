package conversation

import (
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/refusal"
	"github.com/prosa-chat/prosa/actors/wa"
)

// A message of ours may be the first: to somebody who never wrote. It is a template, for
// no window is open, and whoever sends it owns the conversation from its first version
// on, so that the answer finds him. A program that writes through owns nothing: its notice
// starts a conversation that is put away until it is answered. Two firsts, or one and a
// customer's message, meet at the first version: who comes second decides again, on a
// conversation that exists.

// start decides the first send as the send of a conversation that has just begun.
func (s *State) start(c *actorpb.SendMessage, facts Facts, now time.Time) (Decision, error) {
	for _, f := range [...]struct{ name, value string }{{"tenant_id", c.Start.TenantId}, {"team_id", c.Start.TeamId}} {
		if f.value == "" || !isID(f.value) {
			return Decision{}, refusal.Field(f.name, f.name+" of the number is missing or cannot be stored")
		}
	}
	if c.AtMs != 0 {
		return Decision{}, refusal.Field("at", "the first message to somebody leaves now: leave at out")
	}
	if c.By.GetOwnOnly() { // what he starts is his own
		c = proto.CloneOf(c)
		c.By.OwnOnly = false
	}
	d, err := s.begun(c).decide(c, facts, now)
	if err != nil {
		return Decision{}, err
	}
	for _, ev := range d.Events {
		if e, ok := ev.(*actorpb.OwnerChanged); ok {
			e.Cause = actorpb.OwnerChanged_CAUSE_START
		}
	}
	started := &actorpb.ConversationStarted{TenantId: c.Start.TenantId, TeamId: c.Start.TeamId, Quiet: c.By.GetThrough()}
	d.Events = append([]Event{started}, d.Events...)
	if d.Display != nil {
		d.Display.ContactName = wa.Trimmed(c.Start.ContactName, maxName)
		d.Display.ContactAddress = wa.Trimmed(c.Start.ContactAddress, maxName)
	}
	return d, nil
}

// begun is the state that the send would find had the conversation begun a moment ago.
func (s *State) begun(c *actorpb.SendMessage) *State {
	b := &State{Key: s.Key}
	b.ConversationSnapshot.TenantId, b.ConversationSnapshot.TeamId = c.Start.TenantId, c.Start.TeamId
	b.Version, b.Phase = 1, actorpb.Phase_PHASE_OPEN
	return b
}

// startNeeds are the facts of a first send.
func (s *State) startNeeds(c *actorpb.SendMessage) FactSet {
	if !isID(c.Start.TenantId) || !isID(c.Start.TeamId) {
		return FactSet{}
	}
	set := s.begun(c).Needs(c)
	set.Tenant = wa.TenantID(c.Start.TenantId)
	return set
}
