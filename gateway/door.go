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
		Changed: s.hub.SessionsChanged, Count: s.metrics.Login, Shut: s.passwordShut, Linked: s.linked,
	})
}

// newIdentity serves the first step by a company's provider.
func (s *Server) newIdentity() *identity.Handlers {
	return identity.New(identity.Config{
		Providers: s.cfg.Providers, Sealer: s.cfg.Sealer, Origin: s.origin, Proceed: s.door.Pass, Open: s.cfg.Staff.OpenSession, Prove: s.proveSession,
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

// linked is the label of the provider that knows an account; "": none does.
func (s *Server) linked(ctx context.Context, p *staff.Person) (string, error) {
	if s.cfg.Providers == nil {
		return "", nil
	}
	return s.cfg.Providers.Linked(ctx, p)
}

// proveSession keeps that somebody has proven who he is in the session of the browser, if
// it is his.
func (s *Server) proveSession(r *http.Request, p *staff.Person) (bool, error) {
	who, err := s.session(r)
	switch {
	case err != nil && problem.Of(err).Code == code.NoSession, err == nil && (who.Person.ID != p.ID || who.Person.Key != nil):
		return false, nil
	case err != nil:
		return false, err
	}
	return true, s.cfg.Staff.ProveSession(r.Context(), who.Token)
}

// provePassword asks for the present password of who is signed in, unless he has proven
// himself anew at the company's provider. Guesses are slowed down as those of a login are.
func (s *Server) provePassword(r *http.Request, who *staff.Session, field, password string) error {
	if who.Proven && password == "" {
		return nil
	}
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
