package gateway

import (
	"context"

	"github.com/prosa-chat/prosa/gateway/connection"
	"github.com/prosa-chat/prosa/gateway/fleet"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// newConnection serves the steps that connect a number, which end where a number is
// registered by the API.
func (s *Server) newConnection() *connection.Wizard {
	c := s.cfg.Connection
	c.Audit = s.cfg.Audit
	if s.cfg.Registrar != nil {
		c.Store = func(ctx context.Context, who *staff.Person, number *numbers.Registration, coexistence bool) (any, error) {
			return s.api.Numbers.Store(ctx, who, number, 0, coexistence)
		}
		c.Replace = s.api.Numbers.ReplaceToken
	}
	return connection.New(c)
}

// newFleet serves what administrators do with all their numbers.
func (s *Server) newFleet() *fleet.Desk {
	return fleet.New(fleet.Config{
		Fleet: s.cfg.Fleet, Numbers: s.cfg.Connection.Numbers, Jobs: s.cfg.Jobs, Grains: s.api.Numbers, Audit: s.cfg.Audit,
	})
}
