// Package outward makes HTTP clients for addresses that customers have set: they reach
// the open internet alone, for whoever may set an address must not reach through us what
// stands behind our walls.
package outward

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"syscall"
	"time"
)

// ErrForbidden says that an address is not one of the open internet.
var ErrForbidden = errors.New("the address is of a private network")

// New makes a client that looks at addresses after names were resolved, and follows
// nobody elsewhere. private: it reaches this machine and its network too, for tests and
// demos. A call takes limit at most.
func New(private bool, limit time.Duration) *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		if !private && !open(at.Addr()) {
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

// closed says whether an address is of a network that is none of the open internet though
// its addresses look so: they belong to whoever carries them, or lead by translation to
// any other.
func closed(ip netip.Addr) bool {
	for _, p := range [...]netip.Prefix{
		netip.MustParsePrefix("0.0.0.0/8"),       // this network
		netip.MustParsePrefix("100.64.0.0/10"),   // shared by carriers, RFC 6598
		netip.MustParsePrefix("192.0.0.0/24"),    // of protocols, RFC 6890
		netip.MustParsePrefix("192.0.2.0/24"),    // for documents
		netip.MustParsePrefix("192.88.99.0/24"),  // 6to4 relays
		netip.MustParsePrefix("198.18.0.0/15"),   // for measuring
		netip.MustParsePrefix("198.51.100.0/24"), // for documents
		netip.MustParsePrefix("203.0.113.0/24"),  // for documents
		netip.MustParsePrefix("240.0.0.0/4"),     // not given out
		netip.MustParsePrefix("::/96"),           // IPv4 of old
		netip.MustParsePrefix("64:ff9b::/96"),    // translated to IPv4, RFC 6052
		netip.MustParsePrefix("64:ff9b:1::/48"),  // the same in a network of its own
		netip.MustParsePrefix("100::/64"),        // discarded
		netip.MustParsePrefix("2001::/23"),       // of protocols: Teredo, ORCHID
		netip.MustParsePrefix("2001:db8::/32"),   // for documents
		netip.MustParsePrefix("2002::/16"),       // 6to4
		netip.MustParsePrefix("fec0::/10"),       // of a site, of old
	} {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

// open says whether an address is of the open internet.
func open(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	return ip.IsGlobalUnicast() && !ip.IsPrivate() && !closed(ip)
}

// Check is ErrForbidden for a host, a name or an address, that leads into a private
// network now. It helps whoever sets an address; what a client of New dials is looked at
// again. A name that is not found is no error here.
func Check(ctx context.Context, host string) error {
	if ip, err := netip.ParseAddr(host); err == nil {
		if !open(ip) {
			return ErrForbidden
		}
		return nil
	}
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err == nil && slices.ContainsFunc(found, func(ip netip.Addr) bool { return !open(ip) }) {
		return ErrForbidden
	}
	return nil
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
