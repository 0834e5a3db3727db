package persistence

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync/atomic"
)

// ErrSealed says that the sealed bytes are damaged, belong to something else or
// were sealed with another key.
var ErrSealed = errors.New("cannot be opened with this key")

// Forms of sealed bytes, by the first of them. The second tells by which key they were
// sealed; the first is of before there could be several, and each key is tried on it.
const (
	formPlain = 1 // form, nonce, sealed
	formKeyed = 2 // form, id of the key, nonce, sealed
)

// keyIDSize is how many bytes tell a key from the few others of an installation.
const keyIDSize = 4

// Sealer encrypts secrets at rest with AES-256-GCM. It opens what any of its keys has
// sealed, and seals with one of them: with the first until CheckKey or FollowKey has
// read by which key, and in which form, the installation seals. It is safe for
// concurrent use.
type Sealer struct {
	keys []sealKey
	with atomic.Pointer[sealing]
}

type sealKey struct {
	id   [keyIDSize]byte
	aead cipher.AEAD
}

// sealing is how new secrets are sealed.
type sealing struct {
	key  int // of keys
	form byte
}

// NewSealer takes PROSA_SECRET_KEY, of any form and at least 16 bytes, and while it is
// changed the ones before; a key is its SHA-256.
func NewSealer(secret string, before ...string) (*Sealer, error) {
	s := &Sealer{}
	for _, text := range append([]string{secret}, before...) {
		if len(text) < 16 {
			return nil, errors.New("a secret key has at least 16 bytes")
		}
		key := sha256.Sum256([]byte(text))
		block, err := aes.NewCipher(key[:])
		if err != nil {
			return nil, fmt.Errorf("make cipher: %w", err)
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil, fmt.Errorf("make cipher: %w", err)
		}
		id := sha256.Sum256(append([]byte("prosa key id "), key[:]...)) // says nothing of the key
		s.keys = append(s.keys, sealKey{[keyIDSize]byte(id[:keyIDSize]), aead})
	}
	s.with.Store(&sealing{0, formKeyed})
	return s, nil
}

// Shows is which key seals now: 0 is the first that NewSealer was given.
func (s *Sealer) Shows() int { return s.with.Load().key }

// KeyIDs name the keys, that by which is sealed now first. They say nothing of them.
func (s *Sealer) KeyIDs() []string {
	with := s.with.Load().key
	ids := []string{hex.EncodeToString(s.keys[with].id[:])}
	for i := range s.keys {
		if i != with {
			ids = append(ids, hex.EncodeToString(s.keys[i].id[:]))
		}
	}
	return ids
}

// Newest names the first key.
func (s *Sealer) Newest() string { return hex.EncodeToString(s.keys[0].id[:]) }

// NewestHead is how all begins that the first key has sealed and that says so.
func (s *Sealer) NewestHead() []byte { return append([]byte{formKeyed}, s.keys[0].id[:]...) }

// Seal encrypts a secret for one place, named by label: bytes copied to another
// row do not open there. Labels of what the database stores stand in [SealedColumns].
func (s *Sealer) Seal(label, secret string) []byte {
	with := s.with.Load()
	return s.keys[with.key].seal(with.form, label, secret)
}

// SealNewest seals with the first key and says so.
func (s *Sealer) SealNewest(label, secret string) []byte {
	return s.keys[0].seal(formKeyed, label, secret)
}

func (k *sealKey) seal(form byte, label, secret string) []byte {
	head := []byte{form}
	if form == formKeyed {
		head = append(head, k.id[:]...)
	}
	sealed := make([]byte, len(head)+k.aead.NonceSize(), len(head)+k.aead.NonceSize()+len(secret)+k.aead.Overhead())
	copy(sealed, head)
	nonce := sealed[len(head):]
	_, _ = rand.Read(nonce) // never fails
	return k.aead.Seal(sealed, nonce, []byte(secret), []byte(label))
}

// Open decrypts what Seal made for the same label. Its error is ErrSealed.
func (s *Sealer) Open(label string, sealed []byte) (string, error) {
	secret, _, err := s.open(label, sealed)
	return secret, err
}

// open says by which key, too.
func (s *Sealer) open(label string, sealed []byte) (secret string, with sealing, err error) {
	if len(sealed) == 0 {
		return "", with, ErrSealed
	}
	form, rest := sealed[0], sealed[1:]
	var id []byte
	if form == formKeyed && len(rest) >= keyIDSize {
		id, rest = rest[:keyIDSize], rest[keyIDSize:]
	} else if form != formPlain {
		return "", with, ErrSealed
	}
	for i := range s.keys {
		k := &s.keys[i]
		size := k.aead.NonceSize()
		if id != nil && !bytes.Equal(id, k.id[:]) || len(rest) < size {
			continue
		}
		if text, err := k.aead.Open(nil, rest[:size], rest[size:], []byte(label)); err == nil {
			return string(text), sealing{i, form}, nil
		}
	}
	return "", with, ErrSealed
}
