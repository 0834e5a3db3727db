// Package outward makes HTTP clients for addresses that customers have set: they reach
// the open internet alone, for whoever may set an address must not reach through us what
// stands behind our walls.
package outward

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// ErrForbidden says that an address is not one of the open internet.
var ErrForbidden = errors.New("the address is of a private network")

// New makes a client that looks at addresses after names were resolved, and follows
// nobody elsewhere. private: it reaches this machine and its network too, for tests and
// demos. A call takes limit at most.
func New(private bool, limit time.Duration) *http.Client {
	carrier := netip.MustParsePrefix("100.64.0.0/10") // RFC 6598: shared, and private too
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		ip := at.Addr().Unmap()
		if !private && (!ip.IsGlobalUnicast() || ip.IsPrivate() || carrier.Contains(ip)) {
			return ErrForbidden
		}
		return nil
	}}
	return &http.Client{
		Timeout:       limit,
		Transport:     &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: 10 * time.Second, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Short has a client read most bytes of each answer and no more: what comes then ends
// early.
func Short(c *http.Client, most int64) *http.Client {
	short := *c
	short.Transport = &shortened{c.Transport, most}
	return &short
}

type shortened struct {
	http.RoundTripper
	most int64
}

func (s *shortened) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := s.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(answer.Body, s.most), answer.Body}
	return answer, nil
}

// CloseIdleConnections ends connections that wait for another call.
func (s *shortened) CloseIdleConnections() {
	if c, ok := s.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
