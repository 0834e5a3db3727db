package gateway

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/gateway/admin"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// passwordBody changes one's own password.
type passwordBody struct {
	Current  string `json:"current" required:"false" doc:"Not asked for after a fresh sign-in at the company's provider"`
	Password string `json:"password" doc:"8 to 200 bytes, none of those that everybody tries first"`
}

// changePassword ends all other sessions of the person. Guesses at the present
// password are slowed down as those of a login are.
func (s *Server) changePassword(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	var in passwordBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	// Whoever has the session is known, and is slowed by his own guesses alone.
	try := loginAttempt{account: foldEmail(who.Person.Email), device: who.CSRFToken}
	err := s.guarded(r, try, func() error {
		if who.Proven && in.Current == "" {
			return s.cfg.Staff.SetPassword(r.Context(), who.Person, in.Password, who.Token)
		}
		return s.cfg.Staff.ChangePassword(r.Context(), who.Person, in.Current, in.Password, who.Token)
	})
	switch {
	case errors.Is(err, staff.ErrBadLogin):
		return problem.Field("current", "this is not the present password")
	case errors.Is(err, staff.ErrWeakPassword), errors.Is(err, staff.ErrGuessablePassword):
		s.logins.refund(try) // he knows the present one
		return passwordProblem(err)
	case err != nil:
		return err
	}
	s.logins.refund(try)
	s.hub.SessionsChanged(who.Person.TenantID, who.Person.ID)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// guarded does what costs a hash when it is the attempt's turn.
func (s *Server) guarded(r *http.Request, try loginAttempt, do func() error) error {
	wait, ok := s.logins.take(try, time.Now())
	if !ok {
		return problem.New(code.TooManyAttempts, "")
	}
	release, err := s.logins.enter(r.Context(), try, wait)
	if err != nil {
		return problem.New(code.Unavailable, "")
	}
	defer release()
	return do()
}

func passwordProblem(err error) error {
	if errors.Is(err, staff.ErrWeakPassword) || errors.Is(err, staff.ErrGuessablePassword) {
		return problem.Field("password", err.Error())
	}
	return err
}

// resetView is a link with which somebody sets his password, once. It is shown to
// the administrator who asked for it and kept nowhere.
type resetView struct {
	Link      string     `json:"link"`
	ExpiresAt *time.Time `json:"expires_at"`
}

// openReset makes a link that sets the password of an account; the one before it
// ends. What the account has open stays open until the link is used.
func (s *Server) openReset(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	reset, err := s.cfg.Staff.OpenReset(r.Context(), who.Person.TenantID, admin.AgentInPath(r))
	switch {
	case errors.Is(err, staff.ErrSeatClosed):
		return problem.New(code.SeatClosed, "enable the account first")
	case err != nil:
		return err
	}
	// Behind the # it is sent to no server and stands in no log.
	return rest.Write(w, http.StatusOK, resetView{s.origin(r) + "/#reset=" + reset.Token, view.StoredTime(reset.ExpiresAt)})
}

// origin is where people reach the inbox: as configured, else as the caller did.
func (s *Server) origin(r *http.Request) string {
	if len(s.cfg.Origins) > 0 {
		return strings.TrimSuffix(s.cfg.Origins[0], "/")
	}
	if r.TLS != nil || s.cfg.SecureCookies {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// resetLinkBody asks whose password a link sets. In a body, for the token is to
// stand in no log.
type resetLinkBody struct {
	Token string `json:"token" doc:"What stands behind #reset= in the link"`
}

// resetLink tells whoever has a link which account it is for, before he sets a
// password that he will be asked for beside that name.
func (s *Server) resetLink(w http.ResponseWriter, r *http.Request, _ staff.Session) error {
	var in resetLinkBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	p, err := s.cfg.Staff.ResetOf(r.Context(), in.Token)
	switch {
	case errors.Is(err, persistence.ErrNotFound):
		return problem.New(code.LinkUsed, "")
	case err != nil:
		return err
	}
	return rest.Write(w, http.StatusOK, linkView{p.Email})
}

// linkView says whose link it is.
type linkView struct {
	Email string `json:"email"`
}

// resetBody sets a password by a link.
type resetBody struct {
	Token    string `json:"token" doc:"What stands behind #reset= in the link"`
	Password string `json:"password" doc:"8 to 200 bytes, none of those that everybody tries first"`
}

// resetPassword logs nobody in: whoever has set the password knows it. Nobody
// guesses a token of 32 random bytes and a wrong one costs no hash, so attempts are
// not counted: a count would let strangers keep the honest out.
func (s *Server) resetPassword(w http.ResponseWriter, r *http.Request, _ staff.Session) error {
	var in resetBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	p, err := s.cfg.Staff.ResetPassword(r.Context(), in.Token, in.Password)
	switch {
	case errors.Is(err, persistence.ErrNotFound):
		return problem.New(code.LinkUsed, "")
	case err != nil:
		return passwordProblem(err)
	}
	s.log.InfoContext(r.Context(), "password set by a link", "agent", p.ID, "tenant", p.TenantID)
	s.hub.SessionsChanged(p.TenantID, p.ID)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// logoutAll ends all of one's own sessions, this one too.
func (s *Server) logoutAll(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if err := s.cfg.Staff.CloseSessions(r.Context(), &who.Person); err != nil {
		return err
	}
	s.hub.SessionsChanged(who.Person.TenantID, who.Person.ID)
	http.SetCookie(w, s.cookie(r, "", -1))
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// logoutAgent ends all sessions of somebody of the tenant.
func (s *Server) logoutAgent(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	p, err := s.cfg.Staff.Get(r.Context(), who.Person.TenantID, admin.AgentInPath(r))
	if err != nil {
		return err
	}
	if err := admin.Changeable(&who.Person, &p); err != nil {
		return err
	}
	if err := s.cfg.Staff.CloseSessions(r.Context(), &p); err != nil {
		return err
	}
	s.hub.SessionsChanged(p.TenantID, p.ID)
	w.WriteHeader(http.StatusNoContent)
	return nil
}
