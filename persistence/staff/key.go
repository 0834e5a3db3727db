package staff

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// keyPrefix begins every API key: whoever finds one in a log or a repository knows
// what it is.
const keyPrefix = "prosa_"

// MaxKeys is how many keys that are good a tenant may have.
const MaxKeys = 200

// ErrTooManyKeys says that the tenant has MaxKeys that are good.
var ErrTooManyKeys = errors.New("too many API keys")

// Right is something that an API key may do.
type Right string

// Rights. Each stands alone: who may write only cannot read the answers.
const (
	RightRead  Right = "read"  // lists, threads, contacts, files
	RightWrite Right = "write" // orders to conversations: messages, notes, phases
	RightAdmin Right = "admin" // people, teams, numbers, settings, audit
)

// Known says whether there is such a right.
func (r Right) Known() bool { return r == RightRead || r == RightWrite || r == RightAdmin }

// Policy says what a send of a key does to the ownership of a conversation.
type Policy string

// Policies.
const (
	// PolicyOwn: it owns what it writes into. Any agent takes over without a reason,
	// and the customer's next message frees the conversation for routing.
	PolicyOwn Policy = "own"
	// PolicyThrough: it writes into conversations that nobody owns, and they stay so.
	PolicyThrough Policy = "through"
)

// Known says whether there is such a policy.
func (p Policy) Known() bool { return p == PolicyOwn || p == PolicyThrough }

// Key is an API key: a seat for a program. Secret is only set by MakeKey: the store
// keeps its SHA-256 alone.
type Key struct {
	ID          string
	TenantID    wa.TenantID
	Name        string
	LastFour    string
	Rights      []Right
	Policy      Policy
	AllTeams    bool
	Teams       []wa.TeamID
	ByID        wa.AgentID
	ByName      string
	CreatedAt   time.Time
	ExpiresAt   *time.Time // nil: never
	UsedAt      *time.Time // nil: not yet; at most a minute older than its last use
	UsedAddress string
	RevokedAt   *time.Time
	Numbers     []wa.PhoneNumberID // that it works with; none: all of its teams
	Secret      string
}

// May says whether the key has a right.
func (k *Key) May(r Right) bool { return slices.Contains(k.Rights, r) }

const keyColumns = ` k.id, k.tenant_id, k.name, k.last_four, k.rights, k.policy, k.all_teams, k.teams, k.by_id, k.by_name,
k.created_at, k.expires_at, k.used_at, k.used_address, k.revoked_at, k.numbers, '' AS secret`

// MakeKey makes a key with the name, rights, policy, teams, numbers and term of k.
// Errors: ErrTooManyKeys, ErrRefused for an unknown team, those of Limits.
func (s *Staff) MakeKey(ctx context.Context, k Key) (Key, error) {
	by, secret := audit.Actor(ctx), keyPrefix+randomToken()
	k.Rights, k.Teams = eachOnce(k.Rights), eachOnce(k.Teams)
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if err := teamsExist(ctx, tx, k.TenantID, k.Teams); err != nil {
			return err
		}
		limits := Limits{Numbers: k.Numbers}
		role := RoleAgent
		if k.May(RightAdmin) {
			role = RoleAdmin
		}
		if err := limits.check(ctx, tx, k.TenantID, role); err != nil {
			return err
		}
		if err := lockTenant(ctx, tx, k.TenantID); err != nil { // of two that count at once one would not see the other's
			return err
		}
		var good int
		const count = `
SELECT count(*) FROM api_key WHERE tenant_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`
		if err := tx.QueryRow(ctx, count, k.TenantID).Scan(&good); err != nil {
			return err
		}
		if good >= MaxKeys {
			return ErrTooManyKeys
		}
		const insert = `
INSERT INTO api_key AS k (tenant_id, id, name, key_hash, last_four, rights, policy, all_teams, teams, by_id, by_name, expires_at, numbers)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING` + keyColumns
		rows, err := tx.Query(ctx, insert, k.TenantID, uuid.Must(uuid.NewV7()).String(), k.Name, tokenHash(secret), secret[len(secret)-4:],
			k.Rights, k.Policy, k.AllTeams, notNil(k.Teams), by.ID, by.Name, k.ExpiresAt, limits.Numbers)
		if err != nil {
			return err
		}
		if k, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Key]); err != nil {
			return err
		}
		return tellKey(ctx, tx, &k, audit.KeyMade)
	})
	if err != nil {
		return Key{}, fmt.Errorf("make API key: %w", Named(err))
	}
	k.Secret = secret
	return k, nil
}

func tellKey(ctx context.Context, tx pgx.Tx, k *Key, action audit.Action) error {
	e := audit.Entry{TenantID: k.TenantID, Action: action, Object: audit.Object{Kind: "key", ID: k.ID, Name: k.Name}}
	if action == audit.KeyMade {
		limits := Limits{Numbers: k.Numbers}
		e.After = limits.tell(audit.Values{
			"rights": k.Rights, "policy": k.Policy, "all_teams": k.AllTeams, "teams": k.Teams, "expires_at": k.ExpiresAt,
		})
	}
	return audit.Write(ctx, tx, e)
}

// Keys lists the keys of a tenant, the newest first, also those that are good no more.
func (s *Staff) Keys(ctx context.Context, tenant wa.TenantID) ([]Key, error) {
	return persistence.Collect(ctx, s.pool, "list API keys", pgx.RowToStructByPos[Key],
		`SELECT`+keyColumns+` FROM api_key k WHERE k.tenant_id = $1 ORDER BY k.created_at DESC, k.id DESC`, tenant)
}

// RevokeKey ends a key for good: the next request with it is refused. Revoking twice
// is no error. ErrNotFound: the tenant has no such key.
func (s *Staff) RevokeKey(ctx context.Context, tenant wa.TenantID, id string) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `SELECT`+keyColumns+` FROM api_key k WHERE k.tenant_id = $1 AND k.id = $2 FOR UPDATE`, tenant, id)
		if err != nil {
			return err
		}
		k, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Key])
		if err != nil || k.RevokedAt != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE api_key SET revoked_at = now() WHERE tenant_id = $1 AND id = $2`, tenant, id); err != nil {
			return err
		}
		if err := tellKey(ctx, tx, &k, audit.KeyRevoked); err != nil {
			return err
		}
		return endLinks(ctx, tx, tenant, k.ID, k.Name)
	})
	if err != nil {
		return fmt.Errorf("revoke API key: %w", Named(err))
	}
	return nil
}

// isKey tells an API key from the token of a session.
func isKey(token string) bool { return strings.HasPrefix(token, keyPrefix) }

// seatKey is a key with the state of its tenant.
type seatKey struct {
	Key
	State  string
	Reason string
}

// keySession is the seat of a good key, ErrNotFound, or a ClosedError. That it was used is written
// down once a minute at most.
func (s *Staff) keySession(ctx context.Context, token string) (Session, error) {
	const find = `SELECT` + keyColumns + `, t.state, t.reason FROM api_key k JOIN tenant t ON t.id = k.tenant_id
WHERE k.key_hash = $1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())`
	keys, err := persistence.Collect(ctx, s.pool, "find API key", pgx.RowToStructByPos[seatKey], find, tokenHash(token))
	if err != nil {
		return Session{}, err
	}
	if len(keys) == 0 {
		return Session{}, fmt.Errorf("find API key: %w", persistence.ErrNotFound)
	}
	if keys[0].State != "active" {
		return Session{}, &persistence.ClosedError{Reason: keys[0].Reason}
	}
	k := &keys[0].Key
	const touch = `
UPDATE api_key SET used_at = now(), used_address = $3
WHERE tenant_id = $1 AND id = $2 AND (used_at IS NULL OR used_at < now() - $4::interval)`
	if k.UsedAt == nil || time.Since(*k.UsedAt) > sessionTouch {
		if _, err := s.pool.Exec(ctx, touch, k.TenantID, k.ID, audit.Actor(ctx).Address, sessionTouch); err != nil {
			return Session{}, fmt.Errorf("note use of API key: %w", err)
		}
	}
	session := Session{Person: Person{ID: wa.AgentID(k.ID), TenantID: k.TenantID, Name: k.Name, Role: RoleAgent, Teams: k.Teams, Key: k, Limits: Limits{Numbers: k.Numbers}}}
	if k.May(RightAdmin) {
		session.Person.Role = RoleAdmin
	}
	if k.ExpiresAt != nil {
		session.ExpiresAt = *k.ExpiresAt
	}
	return session, nil
}
