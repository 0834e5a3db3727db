package phone

import (
	"fmt"

	"github.com/prosa-chat/prosa/actors/actorpb"
)

// Evolve applies one event. It validates nothing: what is in the journal
// happened. An unknown event type panics.
func (s *State) Evolve(ev Event) {
	s.Version++
	s.Schema = schema
	switch e := ev.(type) {
	case *actorpb.NumberConfigured:
		s.TenantId, s.Rate, s.Coexistence = e.TenantId, e.Rate, e.Coexistence
		s.GrantedRate = max(s.GrantedRate, e.GrantedRate) // earlier releases do not write it
	case *actorpb.NumberHealthChanged:
		s.Health, s.Code, s.Text = e.Health, e.Code, e.Text
		s.UntilMs, s.Quality, s.PaceFactor = e.UntilMs, e.Quality, e.PaceFactor
		s.SinceMs, s.Cause, s.EvidenceMs = e.SinceMs, e.Cause, max(s.EvidenceMs, e.EvidenceMs)
	case *actorpb.NumberHeld:
		s.Hold, s.HoldOrderedMs = e.Hold, max(s.HoldOrderedMs, e.OrderedMs)
	case *actorpb.NumberReleased:
		s.Hold, s.HoldOrderedMs = nil, max(s.HoldOrderedMs, e.OrderedMs)
	default:
		panic(fmt.Sprintf("number %s: version %d is an event of unknown type %T", s.ID, s.Version, ev))
	}
}
