// Package token is what the members of a cluster show each other with every stream.
// It is derived from a secret that they share, and while that is changed from several.
package token

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"

	"google.golang.org/grpc/metadata"
)

// Header carries the token with each stream.
const Header = "prosa-member"

// minSecret is the shortest secret that members may share, in bytes.
const minSecret = 16

// Of is the token of a cluster's members with a secret. It is derived, so that whoever
// reads it on a wire without TLS learns nothing of the secret and cannot use it for
// another cluster.
func Of(secret, cluster string) (string, error) {
	if len(secret) < minSecret {
		return "", fmt.Errorf("members need a common secret of at least %d bytes", minSecret)
	}
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, "prosa member token 1 "+cluster, sha256.Size)
	if err != nil {
		return "", fmt.Errorf("derive member token: %w", err)
	}
	return hex.EncodeToString(key), nil
}

// Tokens give a member's streams their token, and tell those of others. See
// credentials.PerRPCCredentials.
type Tokens struct {
	known []string
	shows func() int
}

// New makes the tokens of a cluster's secrets. Shows says which is shown now; nil: the
// first.
func New(cluster string, shows func() int, secrets ...string) (Tokens, error) {
	t := Tokens{shows: shows}
	for _, secret := range secrets {
		known, err := Of(secret, cluster)
		if err != nil {
			return t, err
		}
		t.known = append(t.known, known)
	}
	return t, nil
}

// GetRequestMetadata implements credentials.PerRPCCredentials.
func (t Tokens) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	n := 0
	if t.shows != nil {
		n = t.shows()
	}
	return map[string]string{Header: t.known[n]}, nil
}

// RequireTransportSecurity says no: on loopback and on a private network that is
// named the token is the proof; see cluster.CheckListen.
func (Tokens) RequireTransportSecurity() bool { return false }

// Shown says whether the caller showed a token of ours. It takes as long for a wrong
// one as for a right one.
func (t Tokens) Shown(ctx context.Context) bool {
	given := metadata.ValueFromIncomingContext(ctx, Header)
	if len(given) != 1 {
		return false
	}
	same := 0
	for _, known := range t.known {
		same |= subtle.ConstantTimeCompare([]byte(given[0]), []byte(known))
	}
	return same == 1
}
