package cluster

import "crypto/tls"

// serverTLS is the listening side of the members' TLS: it always demands a
// certificate that the members' CA has signed.
func serverTLS(c *tls.Config) *tls.Config {
	s := c.Clone()
	s.ClientAuth = tls.RequireAndVerifyClientCert
	if s.ClientCAs == nil {
		s.ClientCAs = s.RootCAs
	}
	return s
}
