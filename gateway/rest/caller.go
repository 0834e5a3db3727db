package rest

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// ForwardedHeader lists, from left to right, whom each proxy on the way heard from
// (de facto standard; what stands left of the first trusted proxy's word is the
// caller's own claim).
const ForwardedHeader = "X-Forwarded-For"

// ParseProxies reads addresses and networks of trusted proxies, separated by commas.
func ParseProxies(list string) ([]netip.Prefix, error) {
	var proxies []netip.Prefix
	for text := range strings.SplitSeq(list, ",") {
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			addr, err := netip.ParseAddr(text)
			if err != nil {
				return nil, fmt.Errorf("%q is neither an address nor a network such as 10.0.0.0/8", text)
			}
			prefix = netip.PrefixFrom(addr, addr.BitLen())
		}
		proxies = append(proxies, prefix.Masked())
	}
	return proxies, nil
}

// Callers tells who sends requests, where proxies stand between.
type Callers struct{ proxies []netip.Prefix }

// Address is the network address that a request comes from: the last one that no
// trusted proxy has. Nothing else in the header is believed. An IPv6 caller is
// named by the /64 that one customer has to himself. It is "" if the connection
// has none.
func (c Callers) Address(r *http.Request) string {
	addr, ok := parseAddress(r.RemoteAddr)
	if !ok {
		return ""
	}
	hops := strings.Split(strings.Join(r.Header.Values(ForwardedHeader), ","), ",")
	for len(hops) > 0 && c.trusts(addr) {
		before, ok := parseAddress(strings.TrimSpace(hops[len(hops)-1]))
		if !ok {
			break // what follows to the left says nothing any more
		}
		addr, hops = before, hops[:len(hops)-1]
	}
	if addr.Is6() {
		prefix, err := addr.Prefix(64)
		if err == nil {
			return prefix.String()
		}
	}
	return addr.String()
}

func (c Callers) trusts(addr netip.Addr) bool {
	return slices.ContainsFunc(c.proxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// parseAddress reads an address, with or without a port.
func parseAddress(text string) (netip.Addr, bool) {
	if host, _, err := net.SplitHostPort(text); err == nil {
		text = host
	}
	addr, err := netip.ParseAddr(strings.Trim(text, "[]"))
	return addr.Unmap().WithZone(""), err == nil
}

// Local says whether a request comes from this machine to a name of this machine:
// no proxy, no other host's name that was made to point here.
func Local(r *http.Request) bool {
	addr, ok := parseAddress(r.RemoteAddr)
	if !ok || !addr.IsLoopback() || r.Header.Get(ForwardedHeader) != "" {
		return false
	}
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	named, ok := parseAddress(host)
	return ok && named.IsLoopback()
}

// NewCallers trusts the word of these networks.
func NewCallers(proxies []netip.Prefix) Callers { return Callers{proxies} }
