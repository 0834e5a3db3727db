package gateway

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/staff"
)

const (
	sessionCookie = "prosa_session"
	csrfHeader    = "X-CSRF-Token"
)

type loginRequest struct {
	Email    string `json:"email"`
	Password string `json:"password" format:"password"`
}

// meView is who is logged in. CSRFToken goes into the header X-CSRF-Token of
// unsafe requests and into the socket's identify.
type meView struct {
	Agent      view.Agent `json:"agent"`
	TenantName string     `json:"tenant_name"`
	CSRFToken  string     `json:"csrf_token" doc:"For the header X-CSRF-Token and for identify"`
	Setup      setupView  `json:"setup" doc:"How far the installation has come, whatever of it the person may see"`
	Demo       *demoView  `json:"demo,omitempty" doc:"Only where nothing is real: the customers' phones, and whom anybody may be"`
	// RecoveryCodes are shown where a sign-in has set up a second factor, and never again.
	RecoveryCodes []string `json:"recovery_codes,omitempty" doc:"Of the second factor that this sign-in has set up, shown once"`
}

// setupView says how far the installation of a tenant has come, whatever of it
// the person may see: without a number nothing can arrive.
type setupView struct {
	Numbers int  `json:"numbers" doc:"Business numbers that the tenant has; without one nothing can arrive"`
	Named   bool `json:"named" doc:"Somebody has given the company its name"`
}

// tellMe answers with who is logged in.
func (s *Server) tellMe(w http.ResponseWriter, r *http.Request, p *staff.Person, csrf string, recovery ...string) error {
	tenant, err := s.cfg.Staff.Tenant(r.Context(), p.TenantID)
	if err != nil {
		return err
	}
	people, err := s.demoPeople(r)
	if err != nil {
		return err
	}
	return rest.Write(w, http.StatusOK, meView{view.OfAgent(p), tenant.Name, csrf, setupView{tenant.Numbers, tenant.Named()}, s.viewDemo(people), recovery})
}

// login is the first step of a sign-in. The answer to a wrong e-mail and to
// a wrong password is the same, and takes as long.
func (s *Server) login(w http.ResponseWriter, r *http.Request, _ staff.Session) error {
	var in loginRequest
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	try := s.attempt(r, in.Email)
	wait, ok := s.logins.take(try, time.Now())
	if !ok {
		s.metrics.Login(r.Context(), "limited")
		return problem.New(code.TooManyAttempts, "")
	}
	// A password costs memory and processor time; more at once would let a
	// stranger take both.
	release, err := s.logins.enter(r.Context(), try, wait)
	if err != nil {
		return problem.New(code.Unavailable, "")
	}
	proof, err := s.cfg.Staff.Prove(r.Context(), wa.CleanText(in.Email), in.Password)
	release()
	if errors.Is(err, staff.ErrBadLogin) {
		s.metrics.Login(r.Context(), "refused")
		return problem.New(code.BadLogin, "")
	}
	if err != nil {
		return err
	}
	s.logins.refund(try)
	return s.door.Proceed(w, r, proof)
}

// admitted sets the cookie of a session that was opened. recovery are codes to be shown
// once.
func (s *Server) admitted(w http.ResponseWriter, r *http.Request, session *staff.Session, recovery []string) error {
	s.seat(w, r, session)
	return s.tellMe(w, r, &session.Person, session.CSRFToken, recovery...)
}

// seat gives a browser the session that was opened, and its mark.
func (s *Server) seat(w http.ResponseWriter, r *http.Request, session *staff.Session) {
	s.metrics.Login(r.Context(), "accepted")
	s.remember(w, r, session.Person.Email)
	http.SetCookie(w, s.cookie(r, session.Token, 7*24*60*60))
}

// tls says whether a cookie is for TLS alone.
func (s *Server) tls(r *http.Request) bool { return s.cfg.SecureCookies || r.TLS != nil }

// logout ends the session and with it every socket that was opened by it.
func (s *Server) logout(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return problem.New(code.NoSession, "")
	}
	if err := s.cfg.Staff.CloseSession(r.Context(), cookie.Value); err != nil {
		return err
	}
	s.hub.SessionsChanged(who.Person.TenantID, who.Person.ID)
	http.SetCookie(w, s.cookie(r, "", -1))
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Server) me(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	return s.tellMe(w, r, &who.Person, who.CSRFToken)
}

func (s *Server) cookie(r *http.Request, value string, maxAge int) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // a development server has no TLS; with TLS the cookie is secure
		Name: sessionCookie, Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.tls(r),
	}
}

// session finds whose request it is: by an API key as a bearer token (RFC 6750), else
// by the cookie, whose session it prolongs.
func (s *Server) session(r *http.Request) (staff.Session, error) {
	token, key := bearer(r)
	if !key {
		cookie, err := r.Cookie(sessionCookie)
		if err != nil {
			return staff.Session{}, problem.New(code.NoSession, "")
		}
		token = cookie.Value
	}
	ctx := audit.Acting(r.Context(), audit.By{Kind: audit.BySystem, Address: s.callers.Address(r)})
	session, err := s.cfg.Staff.Session(ctx, token)
	switch {
	case errors.Is(err, persistence.ErrNotFound) && key:
		return session, problem.New(code.NoSession, "the API key is unknown, revoked or has expired")
	case errors.Is(err, persistence.ErrNotFound):
		return session, problem.New(code.NoSession, "the session has ended")
	case err == nil && key && session.Person.Key == nil: // a session's token is no bearer token: it would need no CSRF token
		return staff.Session{}, problem.New(code.NoSession, "this is no API key")
	}
	session.Token = token
	if err != nil {
		return session, err
	}
	return session, s.factored(ctx, &session)
}

// factored ends a session in which a second factor is asked for that its owner does not
// have: his next sign-in leads him to one.
func (s *Server) factored(ctx context.Context, session *staff.Session) error {
	owes, err := s.door.Owes(ctx, session)
	if err != nil || !owes {
		return err
	}
	if err := s.cfg.Staff.CloseSession(ctx, session.Token); err != nil {
		return err
	}
	s.hub.SessionsChanged(session.Person.TenantID, session.Person.ID)
	p := problem.New(code.NoSession, "the company asks for a second factor now")
	p.Remedy = "sign in again to set it up"
	return p
}

// bearer is what a request bears as its key.
func bearer(r *http.Request) (token string, ok bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(token), ok && strings.EqualFold(scheme, "Bearer")
}

// sameOrigin refuses what a page of another site makes a browser send: unsafe
// requests and sockets. A caller without Origin is no browser.
func (s *Server) sameOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || safe(r.Method) && r.Header.Get("Upgrade") == "" {
		return true
	}
	for _, allowed := range s.cfg.Origins {
		if strings.EqualFold(origin, allowed) {
			return true
		}
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}
