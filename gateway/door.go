package gateway

import (
	"errors"
	"net/http"

	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/signin"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// newDoor serves what follows the first step of a sign-in.
func (s *Server) newDoor() *signin.Door {
	return signin.New(signin.Config{
		Steps: s.cfg.SignIn, Settings: s.cfg.Settings, Admit: s.admitted, Prove: s.provePassword,
		Changed: s.hub.SessionsChanged, Count: s.metrics.Login,
	})
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
