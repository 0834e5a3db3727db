package tenants

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/persistence"
)

// keyPrefix begins every operator key: no API key of a tenant begins so.
const keyPrefix = "prosaop_"

// keyTouch is how often a use of a key is written down at most.
const keyTouch = time.Minute

// Key is what whoever runs the installation shows at the operator's API. It opens
// nothing of a tenant's data. Secret is only set by MakeKey: the store keeps its
// SHA-256 alone.
type Key struct {
	ID          string
	Name        string
	LastFour    string
	CreatedAt   time.Time
	UsedAt      *time.Time // nil: not yet; at most a minute older than its last use
	UsedAddress string
	RevokedAt   *time.Time
	Secret      string
}

const keyColumns = ` id, name, last_four, created_at, used_at, used_address, revoked_at, '' AS secret `

// MakeKey makes an operator key.
func (s *Tenants) MakeKey(ctx context.Context, name string) (Key, error) {
	random := make([]byte, 32)
	_, _ = rand.Read(random) // never fails (crypto/rand)
	secret := keyPrefix + base64.RawURLEncoding.EncodeToString(random)
	hash := sha256.Sum256([]byte(secret))
	list, err := persistence.Collect(ctx, s.pool, "make operator key", pgx.RowToStructByPos[Key],
		`INSERT INTO operator_key (id, name, key_hash, last_four) VALUES ($1, $2, $3, $4) RETURNING`+keyColumns,
		uuid.Must(uuid.NewV7()).String(), name, hash[:], secret[len(secret)-4:])
	if err != nil {
		return Key{}, err
	}
	list[0].Secret = secret
	return list[0], nil
}

// Keys lists the operator keys, the newest first, also those that are good no more.
func (s *Tenants) Keys(ctx context.Context) ([]Key, error) {
	return persistence.Collect(ctx, s.pool, "list operator keys", pgx.RowToStructByPos[Key],
		`SELECT`+keyColumns+`FROM operator_key ORDER BY created_at DESC, id DESC`)
}

// RevokeKey ends an operator key for good. ErrNotFound: there is no such key.
func (s *Tenants) RevokeKey(ctx context.Context, id string) error {
	tag, err := s.pool.Exec(ctx, `UPDATE operator_key SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1`, id)
	if err != nil {
		return fmt.Errorf("revoke operator key: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return fmt.Errorf("revoke operator key: %w", persistence.ErrNotFound)
	}
	return nil
}

// Shaped says whether a secret looks like an operator key at all: what does not is none,
// and costs no look at the database.
func Shaped(secret string) bool { return strings.HasPrefix(secret, keyPrefix) }

// KeyOf is the good key of a secret, or ErrNotFound. Where it was used from is written
// down once a minute at most. It is looked for by its hash, which tells nothing of how
// near a guess is, and compared once more in constant time.
func (s *Tenants) KeyOf(ctx context.Context, secret, address string) (Key, error) {
	hash := sha256.Sum256([]byte(secret))
	var stored []byte
	var k Key
	const find = `SELECT` + keyColumns + `, key_hash FROM operator_key WHERE key_hash = $1 AND revoked_at IS NULL`
	err := s.pool.QueryRow(ctx, find, hash[:]).
		Scan(&k.ID, &k.Name, &k.LastFour, &k.CreatedAt, &k.UsedAt, &k.UsedAddress, &k.RevokedAt, &k.Secret, &stored)
	if err != nil && err != pgx.ErrNoRows { //nolint:errorlint // pgx returns it as it is
		return Key{}, fmt.Errorf("find operator key: %w", err)
	}
	if err != nil || subtle.ConstantTimeCompare(hash[:], stored) != 1 {
		return Key{}, fmt.Errorf("find operator key: %w", persistence.ErrNotFound)
	}
	const touch = `
UPDATE operator_key SET used_at = now(), used_address = $2 WHERE id = $1 AND (used_at IS NULL OR used_at < now() - $3::interval)`
	if k.UsedAt == nil || time.Since(*k.UsedAt) > keyTouch {
		if _, err := s.pool.Exec(ctx, touch, k.ID, address, keyTouch); err != nil {
			return Key{}, fmt.Errorf("note use of operator key: %w", err)
		}
	}
	return k, nil
}
