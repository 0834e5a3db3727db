package gateway

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// requestIDHeader names a request in answers and logs.
const requestIDHeader = "X-Request-Id"

// adapt turns a route into an http.Handler: session, CSRF, role, then the
// handler, whose error becomes a problem document.
func (s *Server) adapt(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if limit := rt.limit(); limit > 0 {
			ctx, cancel := context.WithTimeout(r.Context(), limit)
			defer cancel()
			r = r.WithContext(ctx)
		}
		who, err := s.admitInTime(rt.access, r)
		if err == nil {
			err = rt.handle(w, r.WithContext(audit.Acting(r.Context(), s.acting(r, &who))), who)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	})
}

// acting is who a request acts for in the audit, and from where.
func (s *Server) acting(r *http.Request, who *staff.Session) audit.By {
	from := audit.By{Kind: audit.BySystem, Address: s.callers.Address(r), Client: r.UserAgent()}
	if who.Person.ID == "" {
		return from
	}
	return who.Person.By(from)
}

// admitTimeout is how long it may take to find out who asks.
const admitTimeout = 3 * time.Second

// admitInTime is admit within its time. Until it ends nothing was done.
func (s *Server) admitInTime(level access, r *http.Request) (staff.Session, error) {
	ctx, cancel := context.WithTimeout(r.Context(), admitTimeout)
	defer cancel()
	who, err := s.admit(level, r.WithContext(ctx))
	if errors.Is(err, context.DeadlineExceeded) {
		err = problem.New(code.Unavailable, "the database does not answer")
	}
	return who, err
}

func (s *Server) admit(level access, r *http.Request) (staff.Session, error) {
	if !s.sameOrigin(r) {
		return staff.Session{}, problem.New(code.BadOrigin, "this page may not call the API")
	}
	if level == public || level == operator {
		return staff.Session{}, nil
	}
	who, err := s.session(r)
	if err != nil {
		return who, err
	}
	if key := who.Person.Key; key != nil {
		return who, keyMay(key, level, r.Method)
	}
	if !safe(r.Method) && !rest.SameToken(r.Header.Get(csrfHeader), who.CSRFToken) {
		return who, problem.New(code.BadCSRF, "")
	}
	if who.Person.Role == staff.RoleAuditor {
		return who, auditorMay(level, r.Method)
	}
	switch {
	case level == managers && who.Person.Role == staff.RoleAgent:
		return who, problem.New(code.Forbidden, "only a manager or an admin may do that")
	case (level == admins || level == adminPersons || level == overseers) && who.Person.Role != staff.RoleAdmin:
		p := problem.New(code.Forbidden, "only an admin may do that")
		p.Remedy = "ask an admin" // no manager helps
		return who, p
	}
	return who, nil
}

// auditorMay judges somebody who reads everything and changes nothing but his own.
func auditorMay(level access, method string) error {
	if level == persons || level == overseers || safe(method) && (level == signedIn || level == managers) {
		return nil
	}
	p := problem.New(code.Forbidden, "an auditor reads, and changes nothing")
	p.Remedy = "ask an admin"
	return p
}

// keyMay judges an API key: what it was given, and never what is a person's own.
func keyMay(key *staff.Key, level access, method string) error {
	need := staff.RightRead
	switch {
	case level == persons, level == adminPersons:
		return problem.New(code.Forbidden, "this is for persons who log in, not for API keys")
	case level == admins, level == overseers, level == writers:
		need = staff.RightAdmin
	case level == managers && !key.AllTeams:
		return problem.New(code.Forbidden, "this needs a key for all teams")
	case !safe(method):
		need = staff.RightWrite
	}
	if !key.May(need) {
		p := problem.New(code.Forbidden, "this API key has no right to "+string(need))
		p.Remedy = "make a key with that right"
		return p
	}
	return nil
}

func safe(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// fail writes the answer to an error and logs what the outside must not see.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := problem.Of(err)
	away := p.Code == code.Unavailable && p.Detail == problem.DatabaseAway
	switch {
	case safe(r.Method) && p.Code == code.UnknownOutcome: // nothing was to be done
		p = problem.New(code.Unavailable, p.Detail)
	case !safe(r.Method) && away && !persistence.Unasked(err):
		p.Detail, p.Remedy = "the database stopped answering meanwhile", "look whether it was done, then try again"
	}
	switch {
	case away: // one word for each request would bury the log's first
		s.log.WarnContext(r.Context(), "request not served, the database does not answer", "method", r.Method, "path", r.URL.Path, "error", err)
	case r.Context().Err() != nil && errors.Is(err, context.Canceled): // nobody waits for the answer
		s.log.DebugContext(r.Context(), "request given up by its client", "method", r.Method, "path", r.URL.Path)
	case p.Status >= http.StatusInternalServerError:
		s.log.ErrorContext(r.Context(), "request failed", "method", r.Method, "path", r.URL.Path,
			"request_id", w.Header().Get(requestIDHeader), "code", p.Code, "error", err)
	}
	problem.Write(w, p)
}

// identified gives each request an id, its caller's if that is harmless.
func (s *Server) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get(requestIDHeader)
		if len(id) == 0 || len(id) > 64 || strings.ContainsFunc(id, func(c rune) bool { return c <= ' ' || c > '~' }) {
			id = uuid.NewString()
		}
		w.Header().Set(requestIDHeader, id)
		next.ServeHTTP(w, r)
	})
}

// recovered ends a request that panicked, and nothing else.
func (s *Server) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler { //nolint:errorlint // the documented comparison
				panic(v)
			}
			s.guard.Caught(r.Context(), "request", v, "method", r.Method, "path", r.URL.Path)
			problem.Write(w, problem.New(code.Internal, ""))
		}()
		next.ServeHTTP(w, r)
	})
}

// secured sets the headers that keep browsers from doing more than we mean.
func secured(next http.Handler, tls bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'")
		if tls || r.TLS != nil {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// instrument measures requests by route, never by path: paths name people.
func (s *Server) instrument(path string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, r)
		if seen.hijacked {
			return
		}
		s.metrics.Request.Record(r.Context(), time.Since(start).Seconds(), metric.WithAttributes(
			attribute.String("route", path), attribute.String("method", r.Method), attribute.Int("status", seen.status)))
	})
}

// statusWriter remembers the status, and lets sockets have the connection.
type statusWriter struct {
	http.ResponseWriter
	status   int
	hijacked bool
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Hijack implements http.Hijacker.
func (w *statusWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	h, ok := w.ResponseWriter.(http.Hijacker)
	if !ok {
		return nil, nil, errors.New("connection cannot be taken over")
	}
	w.hijacked = true
	return h.Hijack()
}

func noSuchRoute(http.ResponseWriter, *http.Request, staff.Session) error {
	return problem.New(code.NotFound, "there is no such resource")
}
