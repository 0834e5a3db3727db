// Package signature signs what Meta and its apps send each other: webhook bodies with the
// app secret, and tokens with a proof of it.
package signature

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strings"
)

// Header carries the signature of a webhook body.
const Header = "X-Hub-Signature-256"

const prefix = "sha256="

// Sign returns the value of Header for a body: HMAC-SHA256 over the
// raw bytes, keyed with the app secret (Meta, webhooks: validate payloads).
func Sign(secret string, body []byte) string {
	return prefix + hex.EncodeToString(digest(secret, body))
}

// Verification says whether a header is the signature of exactly the bytes of a body,
// which come piece by piece, under one of the secrets: the current one and, while they
// are being changed, the previous one. Empty secrets never match. It compares in
// constant time. One goroutine writes to it.
type Verification struct {
	given []byte
	macs  []hash.Hash // one for each secret
}

// New reads the header. It is false for one that is no signature at
// all: no body can make it hold.
func New(header string, secrets ...string) (*Verification, bool) {
	text, ok := strings.CutPrefix(header, prefix)
	if !ok {
		return nil, false
	}
	given, err := hex.DecodeString(text)
	if err != nil || len(given) != sha256.Size {
		return nil, false
	}
	v := &Verification{given: given}
	for _, secret := range secrets {
		if secret != "" {
			v.macs = append(v.macs, hmac.New(sha256.New, []byte(secret)))
		}
	}
	return v, len(v.macs) > 0
}

// Write takes the next piece of the body. It never fails.
func (v *Verification) Write(piece []byte) (int, error) {
	for _, mac := range v.macs {
		_, _ = mac.Write(piece) // never fails
	}
	return len(piece), nil
}

// Holds says whether the header is the signature of what was written.
func (v *Verification) Holds() bool {
	for _, mac := range v.macs {
		if hmac.Equal(v.given, mac.Sum(nil)) {
			return true
		}
	}
	return false
}

func digest(secret string, body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return mac.Sum(nil)
}

// Proof binds a token to our app, so that a stolen token alone is of
// no use (Meta, Graph API: secure requests).
func Proof(secret, token string) string {
	return hex.EncodeToString(digest(secret, []byte(token)))
}

// Proves says whether a proof belongs to the token. It is the
// receiving side, for servers that stand in for Meta.
func Proves(proof, secret, token string) bool {
	return hmac.Equal([]byte(proof), []byte(Proof(secret, token)))
}
