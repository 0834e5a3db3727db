package persistence

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/prosa-chat/prosa/actors/wa"
)

// ErrSealed says that the sealed bytes are damaged, belong to something else or
// were sealed with another key.
var ErrSealed = errors.New("cannot be opened with this key")

// sealVersion is the first sealed byte. A new form gets a new number.
const sealVersion = 1

// Sealer encrypts secrets at rest with AES-256-GCM. It is safe for concurrent use.
type Sealer struct{ aead cipher.AEAD }

// NewSealer takes PROSA_SECRET_KEY, of any form and at least 16 bytes; the key
// is its SHA-256.
func NewSealer(secret string) (*Sealer, error) {
	if len(secret) < 16 {
		return nil, errors.New("a secret key has at least 16 bytes")
	}
	key := sha256.Sum256([]byte(secret))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	return &Sealer{aead}, nil
}

// Seal encrypts a secret for one place, named by label: bytes copied to another
// row do not open there.
func (s *Sealer) Seal(label, secret string) []byte {
	sealed := make([]byte, 1+s.aead.NonceSize(), 1+s.aead.NonceSize()+len(secret)+s.aead.Overhead())
	sealed[0] = sealVersion
	nonce := sealed[1:]
	_, _ = rand.Read(nonce)                                          // never fails
	return s.aead.Seal(sealed, nonce, []byte(secret), []byte(label)) //nolint:gosec // the nonce is random, see above
}

// Open decrypts what Seal made for the same label. Its error is ErrSealed.
func (s *Sealer) Open(label string, sealed []byte) (string, error) {
	size := s.aead.NonceSize()
	if len(sealed) < 1+size || sealed[0] != sealVersion {
		return "", ErrSealed
	}
	secret, err := s.aead.Open(nil, sealed[1:1+size], sealed[1+size:], []byte(label))
	if err != nil {
		return "", ErrSealed
	}
	return string(secret), nil
}

// AppSecretLabel names the secret of a Meta app, the current one and the one before.
func AppSecretLabel(app string) string { return "meta_app.secret:" + app }

// AppVerifyTokenLabel names the verify token of a Meta app, likewise.
func AppVerifyTokenLabel(app string) string { return "meta_app.verify_token:" + app }

// TokenLabel names the token of a number to the [Sealer], which opens it for no other.
func TokenLabel(id wa.PhoneNumberID) string { return "phone_number.token:" + string(id) }
