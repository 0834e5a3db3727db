package staff

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// A session ends after sessionIdle without a use and after sessionMax in any
// case. A use is written down once a minute at most.
const (
	sessionIdle  = 12 * time.Hour
	sessionMax   = 7 * 24 * time.Hour
	sessionTouch = time.Minute
)

// Session is a login, or what an API key opens with each request; that one has no
// CSRF token, for no browser sends a key by itself. Token is only set by OpenSession:
// the store keeps its SHA-256 alone and cannot tell it again.
type Session struct {
	Token     string
	CSRFToken string
	ExpiresAt time.Time
	Person    Person
	// Factored: the person has a second factor, or whoever let him in is trusted with it.
	// Where the tenant asks for one, a session without has ended.
	Factored bool
	// Proven: the owner has signed in anew at the company's provider a moment ago, which
	// is as good as his password.
	Proven bool
}

// himself makes what follows be done by the person, from where it is done: whoever
// logs in is known only by then.
func himself(ctx context.Context, p *Person) context.Context {
	return audit.Acting(ctx, p.By(audit.Actor(ctx)))
}

// By is the person as the audit names him, from where somebody acts.
func (p *Person) By(from audit.By) audit.By {
	from.Kind, from.ID, from.Name = audit.ByAgent, string(p.ID), p.Name
	if p.Key != nil {
		from.Kind = audit.ByIntegration
	}
	return from
}

// Proof is somebody who has proven who he is by a first step: a password, or whatever
// the caller trusts.
type Proof struct {
	Person Person
	hash   string // of the password; "": it was something else
}

// Prove finds whom e-mail and password open, or is ErrBadLogin. It takes as long for an
// e-mail that nobody has.
func (s *Staff) Prove(ctx context.Context, email, password string) (Proof, error) {
	p, hash, err := s.proven(ctx, email, password)
	return Proof{p, hash}, err
}

// Trusted is the proof of somebody whom the caller knows otherwise.
func Trusted(p *Person) Proof { return Proof{Person: *p} }

// Hold holds on to the account as it was proven until the transaction ends: whoever
// changes it ends what was opened either after this, or before, and then this sees the
// change. ErrBadLogin: the password was changed, or the account disabled; a ClosedError:
// the tenant is suspended, which is said before a second step is asked for.
func (p *Proof) Hold(ctx context.Context, tx pgx.Tx) error {
	const hold = `SELECT id FROM staff WHERE id = $1 AND disabled_at IS NULL AND ($2 = '' OR password_hash = $2) FOR SHARE`
	err := tx.QueryRow(ctx, hold, p.Person.ID, p.hash).Scan(&p.Person.ID)
	if errors.Is(err, pgx.ErrNoRows) {
		return ErrBadLogin
	}
	if err != nil {
		return err
	}
	return active(ctx, tx, p.Person.TenantID)
}

// Open starts the session of a person whose account the transaction holds, when all
// steps of signing in are done. Every session begins here. A suspended tenant opens none
// and gets a ClosedError.
func Open(ctx context.Context, tx pgx.Tx, p *Person) (Session, error) {
	return open(ctx, tx, p, false)
}

func open(ctx context.Context, tx pgx.Tx, p *Person, trusted bool) (Session, error) {
	if err := active(ctx, tx, p.TenantID); err != nil {
		return Session{}, err
	}
	session := Session{Token: randomToken(), CSRFToken: randomToken(), Person: *p}
	const insert = `
INSERT INTO session (token_hash, staff_id, csrf_token, expires_at, address, client, trusted)
VALUES ($1, $2, $3, now() + $4, $5, $6, $7) RETURNING expires_at`
	from := audit.Actor(ctx)
	err := tx.QueryRow(ctx, insert, tokenHash(session.Token), p.ID, session.CSRFToken, sessionIdle, from.Address, audit.Cut(from.Client), trusted).
		Scan(&session.ExpiresAt)
	if err != nil {
		return Session{}, err
	}
	return session, told(himself(ctx, p), tx, p, audit.SignedIn)
}

// LogIn starts a session of whom e-mail and password open, who is asked for nothing
// more, or is ErrBadLogin, also when the password was changed, or the account disabled,
// while it was verified.
func (s *Staff) LogIn(ctx context.Context, email, password string) (Session, error) {
	proof, err := s.Prove(ctx, email, password)
	if err != nil {
		return Session{}, err
	}
	return s.openProven(ctx, proof, false)
}

// OpenSession starts a session of the person, whom the caller trusts without a
// password or a second step; a second factor is never asked for in it. ErrNotFound: the account is disabled.
func (s *Staff) OpenSession(ctx context.Context, p Person) (Session, error) {
	session, err := s.openProven(ctx, Trusted(&p), true)
	if errors.Is(err, ErrBadLogin) {
		return Session{}, fmt.Errorf("open session: %w", persistence.ErrNotFound)
	}
	return session, err
}

func (s *Staff) openProven(ctx context.Context, proof Proof, trusted bool) (session Session, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if err := proof.Hold(ctx, tx); err != nil {
			return err
		}
		session, err = open(ctx, tx, &proof.Person, trusted)
		return err
	})
	if err != nil {
		return Session{}, fmt.Errorf("open session: %w", Named(err))
	}
	return session, nil
}

// Session returns the live session of a token, or the seat of an API key, and
// prolongs a session, or ErrNotFound. Sessions of disabled accounts are not live.
func (s *Staff) Session(ctx context.Context, token string) (Session, error) {
	const touch = `
UPDATE session SET seen_at = now(), expires_at = least(now() + $2, created_at + $3)
WHERE token_hash = $1 AND expires_at > now() AND created_at + $3 > now() AND seen_at < now() - $4::interval`
	session, err := s.PeekSession(ctx, token)
	if err != nil || session.Person.Key != nil {
		return session, err
	}
	// A session that is far from its end needs no write at all.
	if time.Until(session.ExpiresAt) > sessionIdle-sessionTouch {
		return session, nil
	}
	if _, err := s.pool.Exec(ctx, touch, tokenHash(token), sessionIdle, sessionMax, sessionTouch); err != nil {
		return Session{}, fmt.Errorf("prolong session: %w", err)
	}
	return session, nil
}

// PeekSession is Session without prolonging: looking at a screen is no use.
func (s *Staff) PeekSession(ctx context.Context, token string) (Session, error) {
	if isKey(token) {
		return s.keySession(ctx, token)
	}
	session, err := s.sessions.get(ctx, string(tokenHash(token)))
	if err != nil {
		return Session{}, fmt.Errorf("find session: %w", err)
	}
	session.Person.Teams = slices.Clone(session.Person.Teams)
	return session, nil
}

// proofLife is how long a fresh sign-in at the provider stands for the password.
const proofLife = 10 * time.Minute

// ProveSession keeps that the owner of a session has just proven who he is. ErrNotFound: it has
// ended.
func (s *Staff) ProveSession(ctx context.Context, token string) error {
	tag, err := s.pool.Exec(ctx, `UPDATE session SET proven_at = now() WHERE token_hash = $1 AND expires_at > now()`, tokenHash(token))
	switch {
	case err != nil:
		return fmt.Errorf("prove session: %w", err)
	case tag.RowsAffected() == 0:
		return fmt.Errorf("prove session: %w", persistence.ErrNotFound)
	}
	return nil
}

// CloseSession ends one session; one that is gone is no error.
func (s *Staff) CloseSession(ctx context.Context, token string) error {
	if _, err := s.pool.Exec(ctx, `DELETE FROM session WHERE token_hash = $1`, tokenHash(token)); err != nil {
		return fmt.Errorf("close session: %w", err)
	}
	return nil
}

// endSessions ends the sessions of a person, but one, in the order of their keys.
const endSessions = `
DELETE FROM session WHERE token_hash IN (
    SELECT token_hash FROM session WHERE staff_id = $1 AND token_hash <> $2 ORDER BY token_hash FOR UPDATE)`

// CloseSessions ends all sessions of a person.
func (s *Staff) CloseSessions(ctx context.Context, p *Person) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, endSessions, p.ID, tokenHash("")); err != nil {
			return err
		}
		return told(ctx, tx, p, audit.PersonLoggedOut)
	})
	if err != nil {
		return fmt.Errorf("close sessions: %w", err)
	}
	return nil
}

// Login is an open session as others may see it: it names the session and lets
// nobody in.
type Login struct {
	ID        string
	CreatedAt time.Time
	SeenAt    time.Time // at most a minute older than its last use
	Address   string
	Client    string
	Own       bool // the one that asks
}

// Logins lists the live sessions of a person, the last used first. own is the token
// of the session that asks, "" for none.
func (s *Staff) Logins(ctx context.Context, id wa.AgentID, own string) ([]Login, error) {
	const list = `
SELECT id, created_at, seen_at, address, client, token_hash = $3 FROM session
WHERE staff_id = $1 AND expires_at > now() AND created_at + $2::interval > now() ORDER BY seen_at DESC, id`
	return persistence.Collect(ctx, s.pool, "list sessions", pgx.RowToStructByPos[Login], list, id, sessionMax, tokenHash(own))
}

// EndLogin ends one session of a person. ErrNotFound: he has none of that id.
func (s *Staff) EndLogin(ctx context.Context, p *Person, id string) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		const end = `DELETE FROM session WHERE staff_id = $1 AND id = $2 RETURNING id`
		if err := tx.QueryRow(ctx, end, p.ID, id).Scan(&id); err != nil {
			return err
		}
		return told(ctx, tx, p, audit.PersonLoggedOut)
	})
	if err != nil {
		return fmt.Errorf("end session: %w", Named(err))
	}
	return nil
}

// PruneSessions deletes sessions, halves of sign-ins, invitations and links to set a
// password that have ended.
func (s *Staff) PruneSessions(ctx context.Context) error {
	const prune = `
DELETE FROM session WHERE token_hash IN (
    SELECT token_hash FROM session WHERE expires_at < now() OR created_at + $1 < now() FOR UPDATE SKIP LOCKED)`
	const pruneInvitations = `DELETE FROM invitation WHERE expires_at < now() - $1::interval`
	const pruneResets = `
DELETE FROM password_reset WHERE token_hash IN (
    SELECT token_hash FROM password_reset WHERE expires_at < now() FOR UPDATE SKIP LOCKED)`
	if _, err := s.pool.Exec(ctx, prune, sessionMax); err != nil {
		return fmt.Errorf("prune sessions: %w", err)
	}
	if _, err := s.pool.Exec(ctx, pruneInvitations, invitationShown); err != nil {
		return fmt.Errorf("prune invitations: %w", err)
	}
	if _, err := s.pool.Exec(ctx, `DELETE FROM signin_step WHERE expires_at < now()`); err != nil {
		return fmt.Errorf("prune steps of sign-ins: %w", err)
	}
	if _, err := s.pool.Exec(ctx, pruneResets); err != nil {
		return fmt.Errorf("prune password resets: %w", err)
	}
	return nil
}

func randomToken() string {
	token := make([]byte, 32)
	_, _ = rand.Read(token) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(token)
}

func tokenHash(token string) []byte {
	hash := sha256.Sum256([]byte(token))
	return hash[:]
}
