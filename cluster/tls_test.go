package cluster_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/asynkron/protoactor-go/remote"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/cluster/certificate"
	"github.com/prosa-chat/prosa/cluster/clustertest"
)

// authority signs certificates for members.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	dir  string
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, dir: t.TempDir()}
	a.cert, a.key = a.sign("ca", nil, nil)
	return a
}

func (a *authority) path(name string) string { return filepath.Join(a.dir, name+".pem") }

// sign writes name.pem and name.key.pem; without a parent it signs itself.
func (a *authority) sign(name string, parent *x509.Certificate, by *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		DNSNames:    []string{"prosa-member"}, IsCA: parent == nil, BasicConstraintsValid: true,
	}
	if parent == nil {
		parent, by = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, by)
	if err != nil {
		a.t.Fatal(err)
	}
	private, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	a.write(a.path(name), "CERTIFICATE", der)
	a.write(a.path(name+".key"), "EC PRIVATE KEY", private)
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return cert, key
}

func (a *authority) write(path, kind string, der []byte) {
	a.t.Helper()
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		a.t.Fatal(err)
	}
}

func (a *authority) config(cfg cluster.Config) cluster.Config {
	a.sign("member", a.cert, a.key)
	var err error
	if cfg.TLS, err = certificate.Load(a.path("member"), a.path("member.key"), a.path("ca")); err != nil {
		a.t.Fatal(err)
	}
	cfg.TLS.ServerName = "prosa-member"
	return cfg
}

func TestMutualTLS(t *testing.T) {
	t.Parallel()
	url := database(t)
	ca := newAuthority(t)
	host := clustertest.Start(t, ca.config(quick(url)), kind("K", echo))
	friend := clustertest.Start(t, ca.config(quick(url)), nil)
	stranger := clustertest.Start(t, newAuthority(t).config(quick(url)), nil)
	naked := clustertest.Start(t, quick(url), nil)
	clustertest.WaitMembers(t, host, friend, stranger, naked)
	if got := ask(t, friend, "K", "a", "x"); got != "a x" {
		t.Errorf("friend got %q", got)
	}
	for name, m := range map[string]*cluster.Member{"stranger": stranger, "naked": naked} {
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		if answer, err := m.Ask(ctx, "K", "a", text("x")); err == nil {
			t.Errorf("%s got %v", name, answer)
		}
		cancel()
	}
	if host.Activations() != 1 {
		t.Errorf("%d activations", host.Activations())
	}
}

// A client with the right CA but without a certificate is refused, too.
func TestCertificateIsDemanded(t *testing.T) {
	t.Parallel()
	url := database(t)
	ca := newAuthority(t)
	host := clustertest.Start(t, ca.config(quick(url)), kind("K", echo))
	pool := x509.NewCertPool()
	pool.AddCert(ca.cert)
	creds := credentials.NewTLS(&tls.Config{RootCAs: pool, ServerName: "prosa-member", MinVersion: tls.VersionTLS13})
	if err := connectTo(t, host.Address(), creds, token(t, testSecret), nil); err == nil {
		t.Error("connected without a certificate")
	}
}

// connectTo opens a raw stream to a member, sends a batch and waits for the
// stream's end or an answer to the connect request.
func connectTo(t *testing.T, address string, creds credentials.TransportCredentials, token string, batch *remote.MessageBatch) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if token != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, cluster.TokenHeader, token)
	}
	conn, err := grpc.NewClient("passthrough:///"+address, grpc.WithTransportCredentials(creds))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	stream, err := remote.NewRemotingClient(conn).Receive(ctx)
	if err != nil {
		return err
	}
	hello := &remote.ConnectRequest{ConnectionType: &remote.ConnectRequest_ServerConnection{
		ServerConnection: &remote.ServerConnection{SystemId: "x", Address: "127.0.0.1:1"},
	}}
	if err := stream.Send(&remote.RemoteMessage{MessageType: &remote.RemoteMessage_ConnectRequest{ConnectRequest: hello}}); err != nil && !errors.Is(err, io.EOF) { // the reason of an EOF comes from Recv
		return err
	}
	if _, err := stream.Recv(); err != nil || batch == nil {
		return err
	}
	if err := stream.Send(&remote.RemoteMessage{MessageType: &remote.RemoteMessage_MessageBatch{MessageBatch: batch}}); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	_, err = stream.Recv()
	return err
}

// A type that is not even the envelope ends the stream and not the process.
func TestUnknownTypeOnTheWireDoesNotKill(t *testing.T) {
	t.Parallel()
	url := database(t)
	host := clustertest.Start(t, quick(url), kind("K", echo))
	asker := clustertest.Start(t, quick(url), nil)
	clustertest.WaitMembers(t, host, asker)
	ask(t, asker, "K", "a", "x")
	for name, batch := range map[string]*remote.MessageBatch{
		"unknown type":  {TypeNames: []string{"prosa.none.v9.New"}, Targets: []*actor.PID{{Id: "prosa"}}, Envelopes: []*remote.MessageEnvelope{{MessageData: []byte{1}}}},
		"no such index": {Envelopes: []*remote.MessageEnvelope{{Target: 7, TypeId: 9}}},
		"bad envelope":  {TypeNames: []string{"prosa.wire.v1.Wire"}, Targets: []*actor.PID{{Id: "prosa"}}, Envelopes: []*remote.MessageEnvelope{{MessageData: []byte{255}}}},
	} {
		if err := connectTo(t, host.Address(), insecure.NewCredentials(), token(t, testSecret), batch); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if got := ask(t, asker, "K", "a", "x"); got != "a x" {
		t.Errorf("afterwards: %q", got)
	}
}
