package signin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// stepLife is how long the second step may take: to find the phone, or to set one up.
const stepLife = 15 * time.Minute

// Errors of signing in.
var (
	// ErrOver: the first step is too long ago, was followed by the second already, or
	// the account was changed since.
	ErrOver = errors.New("the sign-in must be begun again")
	// ErrWrongCode: of no step around now, used before, or no recovery code.
	ErrWrongCode = errors.New("wrong code")
	// ErrNoFactor: there is none to be asked for, or none being set up.
	ErrNoFactor = errors.New("no second factor")
)

// PausedError says that after many wrong codes none is looked at for a while.
type PausedError struct{ Left time.Duration }

func (e *PausedError) Error() string { return fmt.Sprintf("no code is looked at for %v", e.Left) }

// Sealer encrypts small texts with the installation's key; *persistence.Sealer is one.
type Sealer interface {
	Seal(label, text string) []byte
	Open(label string, sealed []byte) (string, error)
}

// Next is what a sign-in waits for.
type Next string

// What comes after the first step.
const (
	NextCode  Next = "code"  // one of the second factor, or a recovery code
	NextEnrol Next = "enrol" // a second factor is to be set up first
)

// Step is half a sign-in: its token opens the second step and nothing else. The store
// keeps its SHA-256 alone.
type Step struct {
	Token     string
	Next      Next
	ExpiresAt time.Time
}

// SignIn keeps second factors and halves of sign-ins.
type SignIn struct {
	pool   *pgxpool.Pool
	sealer Sealer
	now    func() time.Time
}

// New keeps them in the database of pool, which the caller closes. now is machine time,
// which phones share, never business time.
func New(pool *pgxpool.Pool, sealer Sealer, now func() time.Time) *SignIn {
	return &SignIn{pool, sealer, now}
}

// Begin follows a first step: with the session, where nothing more is asked, else with
// the second step. demanded says that the person must have a second factor. Errors:
// staff.ErrBadLogin when the account was changed meanwhile.
func (s *SignIn) Begin(ctx context.Context, proof staff.Proof, demanded bool) (session staff.Session, step *Step, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if err := proof.Hold(ctx, tx); err != nil {
			return err
		}
		const find = `SELECT EXISTS (SELECT FROM second_factor WHERE staff_id = $1 AND sealed_secret IS NOT NULL)`
		var on bool
		if err := tx.QueryRow(ctx, find, proof.Person.ID).Scan(&on); err != nil {
			return err
		}
		if !on && !demanded {
			session, err = staff.Open(ctx, tx, &proof.Person)
			return err
		}
		step = &Step{Token: newToken(), Next: NextCode}
		if !on {
			step.Next = NextEnrol
		}
		const put = `INSERT INTO signin_step (token_hash, staff_id, expires_at) VALUES ($1, $2, now() + $3) RETURNING expires_at`
		return tx.QueryRow(ctx, put, tokenHash(step.Token), proof.Person.ID, stepLife).Scan(&step.ExpiresAt)
	})
	if err != nil {
		return staff.Session{}, nil, fmt.Errorf("begin sign-in: %w", staff.Named(err))
	}
	return session, step, nil
}

// Finish is the second step: a code, or a recovery code. Errors: ErrOver, ErrWrongCode,
// *PausedError.
func (s *SignIn) Finish(ctx context.Context, token, code string) (session staff.Session, err error) {
	err = s.stepping(ctx, token, func(ctx context.Context, tx pgx.Tx, p *staff.Person) (refused, err error) {
		f, err := readFactor(ctx, tx, p.ID)
		if err != nil || f.secret == nil {
			return ErrOver, err
		}
		if refused, err := s.judge(ctx, tx, p, f, code); refused != nil || err != nil {
			return refused, err
		}
		session, err = s.admit(ctx, tx, token, p)
		return nil, err
	})
	return session, err
}

// admit ends the half of a sign-in with the session.
func (s *SignIn) admit(ctx context.Context, tx pgx.Tx, token string, p *staff.Person) (staff.Session, error) {
	if _, err := tx.Exec(ctx, `DELETE FROM signin_step WHERE token_hash = $1`, tokenHash(token)); err != nil {
		return staff.Session{}, err
	}
	return staff.Open(ctx, tx, p)
}

// EnrolFirst begins to set up a second factor for who must have one before he gets in.
// ErrOver as in Finish, also for somebody who has one.
func (s *SignIn) EnrolFirst(ctx context.Context, token string) (e Enrolment, err error) {
	err = s.stepping(ctx, token, func(ctx context.Context, tx pgx.Tx, p *staff.Person) (refused, err error) {
		f, err := readFactor(ctx, tx, p.ID)
		if err != nil || f.secret != nil {
			return ErrOver, err
		}
		e, err = s.putPending(ctx, tx, p)
		return nil, err
	})
	return e, err
}

// ConfirmFirst is Confirm for who gets in by it. Errors: ErrOver, ErrWrongCode, ErrNoFactor.
func (s *SignIn) ConfirmFirst(ctx context.Context, token, code string) (session staff.Session, recovery []string, err error) {
	err = s.stepping(ctx, token, func(ctx context.Context, tx pgx.Tx, p *staff.Person) (refused, err error) {
		f, err := readFactor(ctx, tx, p.ID)
		if err != nil || f.secret != nil { // it was set up in another window: that one is asked for now
			return ErrOver, err
		}
		if recovery, refused, err = s.confirm(ctx, tx, p, f, code); refused != nil || err != nil {
			return refused, err
		}
		session, err = s.admit(ctx, tx, token, p)
		return nil, err
	})
	return session, recovery, err
}

// stepping does something in the second step of a sign-in while nobody else changes the
// account. What it refuses is kept: wrong codes count.
func (s *SignIn) stepping(
	ctx context.Context, token string, do func(context.Context, pgx.Tx, *staff.Person) (refused, err error),
) error {
	const find = `
SELECT p.tenant_id, p.id FROM signin_step n JOIN staff p ON p.id = n.staff_id
WHERE n.token_hash = $1 AND n.expires_at > now()`
	var refused error
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		var tenant wa.TenantID
		var id wa.AgentID
		err := tx.QueryRow(ctx, find, tokenHash(token)).Scan(&tenant, &id)
		if err != nil {
			return err
		}
		p, err := staff.Held(ctx, tx, tenant, id)
		if err != nil {
			return err
		}
		// Once more: who held the account before may have ended it.
		if err := tx.QueryRow(ctx, find, tokenHash(token)).Scan(&tenant, &id); err != nil {
			return err
		}
		if p.Disabled {
			return pgx.ErrNoRows
		}
		refused, err = do(ctx, tx, &p)
		return err
	})
	switch {
	case errors.Is(err, pgx.ErrNoRows), errors.Is(err, persistence.ErrNotFound):
		return ErrOver
	case err != nil:
		return fmt.Errorf("second step of a sign-in: %w", err)
	}
	return refused
}

func newToken() string {
	token := make([]byte, 32)
	_, _ = rand.Read(token) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(token)
}

func tokenHash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
