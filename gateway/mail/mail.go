// Package mail sends letters to people by SMTP.
package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// timeout bounds a conversation with the server.
const timeout = 30 * time.Second

// Sender sends from one address over one server. It is safe for concurrent use.
type Sender struct {
	host    string
	options []gomail.Option
	from    string
}

// ErrRefused says that the server will not take this letter, however often it is asked.
var ErrRefused = errors.New("the mail server refuses it")

// Open reads the address of a server: smtp://user:password@host:587 encrypts by
// STARTTLS and refuses a server that cannot, but for one on this machine;
// smtps://host:465 encrypts from the start. from is an address such as
// Prosa <prosa@example.com>. Errors name the setting and never hold the password.
func Open(server, from string) (*Sender, error) {
	u, err := url.Parse(server)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("PROSA_SMTP_URL: want smtp://user:password@host:587 or smtps://user:password@host:465")
	}
	if _, err := netmail.ParseAddress(from); err != nil {
		return nil, errors.New("PROSA_MAIL_FROM: want an address such as Prosa <prosa@example.com>")
	}
	port, auth := 587, gomail.SMTPAuthAutoDiscover
	options := []gomail.Option{gomail.WithTimeout(timeout)}
	switch {
	case u.Scheme == "smtps":
		port, options = 465, append(options, gomail.WithSSL())
	case local(u.Hostname()):
		auth = gomail.SMTPAuthPlainNoEnc // nobody listens on the way
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil {
			return nil, errors.New("PROSA_SMTP_URL: the port is no number")
		}
	}
	options = append(options, gomail.WithPort(port))
	if u.User != nil {
		password, _ := u.User.Password()
		options = append(options, gomail.WithSMTPAuth(auth), gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	return &Sender{u.Hostname(), options, from}, nil
}

func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Send gives a text to the server for one receiver. id names the letter: a server or a
// reader that gets it twice can tell. ErrRefused: trying again is of no use.
func (s *Sender) Send(ctx context.Context, id, to, subject, text string) error {
	m := gomail.NewMsg()
	if err := m.From(s.from); err != nil {
		return fmt.Errorf("%w: PROSA_MAIL_FROM: %w", ErrRefused, err)
	}
	if err := m.To(to); err != nil {
		return fmt.Errorf("%w: no address of a person", ErrRefused)
	}
	m.Subject(subject)
	m.SetMessageIDWithValue(id + "@" + s.host)
	m.SetDate()
	m.SetBodyString(gomail.TypeTextPlain, text)
	client, err := gomail.NewClient(s.host, s.options...)
	if err != nil {
		return fmt.Errorf("send mail: %w", err)
	}
	err = client.DialAndSendWithContext(ctx, m)
	if refused, ok := errors.AsType[*gomail.SendError](err); ok && !refused.IsTemp() && refused.ErrorCode() >= 500 {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if err != nil {
		return fmt.Errorf("send mail: %w", err)
	}
	return nil
}
