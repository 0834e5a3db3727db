package staff

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// resetLife is how long a link to set a password may be used.
const resetLife = 24 * time.Hour

// ErrSeatClosed says that the account is disabled.
var ErrSeatClosed = errors.New("the account is disabled")

// ChangePassword sets the password of somebody who knows the present one, and ends
// his sessions but the one of keep, a token. Errors: ErrBadLogin, also when the
// password was changed meanwhile, ErrWeakPassword, ErrGuessablePassword.
func (s *Staff) ChangePassword(ctx context.Context, p Person, current, next, keep string) error {
	var before string
	err := s.pool.QueryRow(ctx, `SELECT password_hash FROM staff WHERE id = $1 AND disabled_at IS NULL`, p.ID).Scan(&before)
	if err != nil {
		return fmt.Errorf("change password: %w", Named(err))
	}
	if len(current) > maxPassword {
		return ErrBadLogin
	}
	match, err := verifyPassword(before, current)
	switch {
	case err != nil:
		return fmt.Errorf("verify password of %s: %w", p.ID, err)
	case !match:
		return ErrBadLogin
	}
	return s.replace(ctx, p, before, next, keep)
}

// SetPassword is ChangePassword by somebody who has proven otherwise who he is.
func (s *Staff) SetPassword(ctx context.Context, p Person, next, keep string) error {
	var before string
	err := s.pool.QueryRow(ctx, `SELECT password_hash FROM staff WHERE id = $1 AND disabled_at IS NULL`, p.ID).Scan(&before)
	if err != nil {
		return fmt.Errorf("set password: %w", Named(err))
	}
	return s.replace(ctx, p, before, next, keep)
}

// replace sets a password, unless it is not before any more.
func (s *Staff) replace(ctx context.Context, p Person, before, next, keep string) error {
	if err := acceptable(next, &p); err != nil {
		return err
	}
	hash := hashPassword(next)
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		const set = `UPDATE staff SET password_hash = $3 WHERE id = $1 AND password_hash = $2 RETURNING id`
		if err := tx.QueryRow(ctx, set, p.ID, before, hash).Scan(&p.ID); err != nil {
			return err
		}
		if err := endAccess(ctx, tx, p.ID, keep); err != nil {
			return err
		}
		return told(ctx, tx, &p, audit.PasswordSet)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return ErrBadLogin
	}
	if err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	return nil
}

// Tell writes a line about an account that its fields do not show.
func Tell(ctx context.Context, tx pgx.Tx, p *Person, action audit.Action) error {
	return told(ctx, tx, p, action)
}

// EndAccess ends, in a transaction that holds the account, all that it has open: its
// sessions, halves of sign-ins and the link to set a password.
func EndAccess(ctx context.Context, tx pgx.Tx, p *Person) error { return endAccess(ctx, tx, p.ID, "") }

// Held reads an account that the transaction keeps from being changed, or is
// ErrNotFound; a disabled one too.
func Held(ctx context.Context, tx pgx.Tx, tenant wa.TenantID, id wa.AgentID) (Person, error) {
	if _, err := tx.Exec(ctx, `SELECT FROM staff WHERE tenant_id = $1 AND id = $2 FOR UPDATE`, tenant, id); err != nil {
		return Person{}, err
	}
	p, err := personOf(ctx, tx, tenant, id)
	return p, Named(err)
}

// endAccess ends what the old password had opened: sessions, but the one of keep,
// halves of sign-ins, and the link to set another.
func endAccess(ctx context.Context, tx pgx.Tx, id wa.AgentID, keep string) error {
	if _, err := tx.Exec(ctx, endSessions, id, tokenHash(keep)); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM signin_step WHERE staff_id = $1`, id); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM password_reset WHERE staff_id = $1`, id)
	return err
}

// Reset is a way to set a password without knowing the present one. The store
// keeps the SHA-256 of Token alone.
type Reset struct {
	Token     string
	ExpiresAt time.Time
}

// OpenReset lets whoever has the token set the password of an account, once,
// within a day; a token that was given before ends. Errors: ErrNotFound,
// ErrSeatClosed.
func (s *Staff) OpenReset(ctx context.Context, tenant wa.TenantID, id wa.AgentID) (Reset, error) {
	reset := Reset{Token: randomToken()}
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		const lock = `SELECT FROM staff WHERE tenant_id = $1 AND id = $2 FOR UPDATE`
		if _, err := tx.Exec(ctx, lock, tenant, id); err != nil {
			return err
		}
		p, err := personOf(ctx, tx, tenant, id)
		if err != nil {
			return err
		}
		if p.Disabled {
			return ErrSeatClosed
		}
		if err := told(ctx, tx, &p, audit.PersonLink); err != nil {
			return err
		}
		const put = `
INSERT INTO password_reset (token_hash, staff_id, by_id, expires_at) VALUES ($1, $2, $3, now() + $4)
ON CONFLICT (staff_id) DO UPDATE SET token_hash = excluded.token_hash, by_id = excluded.by_id, expires_at = excluded.expires_at
RETURNING expires_at`
		return tx.QueryRow(ctx, put, tokenHash(reset.Token), id, audit.Actor(ctx).ID, resetLife).Scan(&reset.ExpiresAt)
	})
	if err != nil {
		return Reset{}, fmt.Errorf("open password reset: %w", Named(err))
	}
	return reset, nil
}

// ResetOf names whose password a token sets, and leaves it as it is. ErrNotFound:
// it was used, replaced or has expired, or whoever made it might make none now.
func (s *Staff) ResetOf(ctx context.Context, token string) (Person, error) {
	const find = `
SELECT` + personColumns + ` FROM password_reset r JOIN staff s ON s.id = r.staff_id
WHERE r.token_hash = $1 AND r.expires_at > now() AND s.disabled_at IS NULL AND`
	people, err := persistence.Collect(ctx, s.pool, "find password reset", pgx.RowToStructByPos[Person], find+makerMay("r.by_id"), tokenHash(token))
	switch {
	case err != nil:
		return Person{}, err
	case len(people) == 0:
		return Person{}, fmt.Errorf("find password reset: %w", persistence.ErrNotFound)
	}
	return people[0], nil
}

// ResetPassword sets the password of the account that a token is for, and ends its
// sessions. A password that is not accepted leaves the token as it is. Errors:
// ErrNotFound as of ResetOf, ErrWeakPassword, ErrGuessablePassword.
func (s *Staff) ResetPassword(ctx context.Context, token, password string) (Person, error) {
	p, err := s.ResetOf(ctx, token)
	if err != nil {
		return Person{}, err
	}
	if err := acceptable(password, &p); err != nil {
		return Person{}, err
	}
	hash := hashPassword(password) // before the transaction: it takes its time
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		// The account first, like whoever disables it.
		if _, err := tx.Exec(ctx, `SELECT FROM staff WHERE id = $1 FOR UPDATE`, p.ID); err != nil {
			return err
		}
		use := `DELETE FROM password_reset r WHERE token_hash = $1 AND expires_at > now() AND` + makerMay("r.by_id") + ` RETURNING staff_id`
		if err := tx.QueryRow(ctx, use, tokenHash(token)).Scan(&p.ID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE staff SET password_hash = $2 WHERE id = $1`, p.ID, hash); err != nil {
			return err
		}
		if err := endAccess(ctx, tx, p.ID, ""); err != nil {
			return err
		}
		return told(himself(ctx, &p), tx, &p, audit.PasswordSet)
	})
	if err != nil {
		return Person{}, fmt.Errorf("reset password: %w", Named(err))
	}
	return p, nil
}
