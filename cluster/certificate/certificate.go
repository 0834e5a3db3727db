// Package certificate reads what members prove themselves by to each other when
// they talk over networks that others listen to.
package certificate

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
)

// Load makes mutual TLS of three files: a member's certificate, its key, and the
// authority that signed every member's. No file at all is nil: no TLS. The name in
// the certificates is that of the host that is dialled, unless ServerName is set.
func Load(certFile, keyFile, authorityFile string) (*tls.Config, error) {
	if certFile == "" && keyFile == "" && authorityFile == "" {
		return nil, nil
	}
	if certFile == "" || keyFile == "" || authorityFile == "" {
		return nil, errors.New("mutual TLS between members needs certificate, key and CA")
	}
	cert, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, fmt.Errorf("load member certificate: %w", err)
	}
	pem, err := os.ReadFile(authorityFile)
	if err != nil {
		return nil, fmt.Errorf("read member CA: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("no certificate in %s", authorityFile)
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{cert}, RootCAs: pool, ClientCAs: pool,
	}, nil
}
