// Package mailtest runs a real SMTP server for tests.
package mailtest

import (
	"errors"
	"io"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Server is an SMTP server that keeps what it takes. It knows no mailbox nobody@, and is
// always busy for busy@.
type Server struct {
	URL string // with name and password, for mail.Open

	mu   sync.Mutex
	took []Letter
}

// Letter is one that was taken, as it came.
type Letter struct{ From, To, Text string }

// Took lists what was taken.
func (s *Server) Took() []Letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.took)
}

const user, password = "prosa@example.com", "p@ss/word"

// NewSession begins a client's session.

func (s *Server) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{s: s}, nil }

type session struct {
	s      *Server
	known  bool
	letter Letter
}

func (c *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (c *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, name, word string) error {
		if name != user || word != password {
			return errors.New("wrong password")
		}
		c.known = true
		return nil
	}), nil
}

func (c *session) Mail(from string, _ *smtp.MailOptions) error {
	if !c.known {
		return smtp.ErrAuthRequired
	}
	c.letter.From = from
	return nil
}

func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if strings.HasPrefix(to, "nobody@") {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
	}
	if strings.HasPrefix(to, "busy@") {
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "try again"}
	}
	c.letter.To = to
	return nil
}

func (c *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	c.letter.Text = string(text)
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.took = append(c.s.took, c.letter)
	return nil
}

func (c *session) Reset()        { c.letter = Letter{} }
func (c *session) Logout() error { return nil }

// Start serves until the test ends.
func Start(t testing.TB) *Server {
	t.Helper()
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{URL: (&url.URL{Scheme: "smtp", User: url.UserPassword(user, password), Host: ln.Addr().String()}).String()}
	srv := smtp.NewServer(s)
	srv.Domain, srv.AllowInsecureAuth = "localhost", true
	go func() { _ = srv.Serve(ln) }()
	t.Cleanup(func() { _ = srv.Close() })
	return s
}
