package gateway

import (
	"context"
	"errors"
	"net/http"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/gateway/identity"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/signin"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// newDoor serves what follows the first step of a sign-in.
func (s *Server) newDoor() *signin.Door {
	return signin.New(signin.Config{
		Steps: s.cfg.SignIn, Settings: s.cfg.Settings, Admit: s.admitted, Prove: s.provePassword,
		Changed: s.hub.SessionsChanged, Count: s.metrics.Login, Shut: s.passwordShut,
	})
}

// newIdentity serves the first step by a company's provider.
func (s *Server) newIdentity() *identity.Handlers {
	return identity.New(identity.Config{
		Providers: s.cfg.Providers, Sealer: s.cfg.Sealer, Origin: s.origin, Proceed: s.door.Pass, Open: s.cfg.Staff.OpenSession,
		Seat: s.seat, Secure: s.tls, Changed: s.hub.SessionsChanged, Count: s.metrics.Login, Private: s.cfg.PrivateProviders,
		Resolver: s.cfg.Resolver, Logger: s.log,
	})
}

// passwordShut refuses somebody whose company signs him in by its provider alone.
func (s *Server) passwordShut(ctx context.Context, p *staff.Person) error {
	if s.cfg.Providers == nil {
		return nil
	}
	label, shut, err := s.cfg.Providers.Shut(ctx, p)
	if err != nil || !shut {
		return err
	}
	return problem.New(code.ProviderOnly, label)
}

// provePassword asks for the present password of who is signed in. Guesses are slowed
// down as those of a login are.
func (s *Server) provePassword(r *http.Request, who *staff.Session, field, password string) error {
	try := loginAttempt{account: foldEmail(who.Person.Email), device: who.CSRFToken}
	err := s.guarded(r, try, func() error {
		_, err := s.cfg.Staff.Prove(r.Context(), who.Person.Email, password)
		return err
	})
	switch {
	case errors.Is(err, staff.ErrBadLogin):
		return problem.Field(field, "this is not the present password")
	case err == nil:
		s.logins.refund(try)
	}
	return err
}
