package signin

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// Enrolment is a secret that counts once a code has confirmed it. It is shown then and
// never again.
type Enrolment struct {
	Secret  string // base32, as people type it
	Address string // otpauth://, as an authenticator reads it from a QR code
}

// Status is what somebody has of a second factor.
type Status struct {
	On           bool
	Since        *time.Time
	RecoveryLeft int // recovery codes that were not used
}

// factor is the row of a person; its zero value is that of one who has none.
type factor struct {
	secret, pending []byte // sealed
	used            []int64
	failures        int
	pausedUntil     *time.Time
}

func readFactor(ctx context.Context, tx pgx.Tx, id wa.AgentID) (f factor, err error) {
	const find = `SELECT sealed_secret, sealed_pending, used_steps, failures, paused_until FROM second_factor WHERE staff_id = $1`
	err = tx.QueryRow(ctx, find, id).Scan(&f.secret, &f.pending, &f.used, &f.failures, &f.pausedUntil)
	if errors.Is(err, pgx.ErrNoRows) {
		return factor{}, nil
	}
	return f, err
}

// label is the place of a person's secret: a copy in another's row does not open.
func label(id wa.AgentID) string { return "second factor of " + string(id) }

// judge looks at a code of somebody who has a factor, and uses it up. A recovery code is
// looked at in a pause too: nobody guesses one.
func (s *SignIn) judge(ctx context.Context, tx pgx.Tx, p *staff.Person, f factor, code string) (refused, err error) {
	code = cleaned(code)
	if len(code) == recoveryChars {
		return useRecovery(ctx, tx, p, code)
	}
	now := s.now()
	if f.pausedUntil != nil {
		// A longer one is of a clock that was put back since.
		if left := f.pausedUntil.Sub(now); left > 0 && left <= pause(f.failures) {
			return &PausedError{left}, nil
		}
	}
	secret, err := s.sealer.Open(label(p.ID), f.secret)
	if err != nil {
		return nil, fmt.Errorf("open second factor of %s: %w", p.ID, err)
	}
	step, ok, err := matching(secret, code, now, f.used)
	if err != nil {
		return nil, err
	}
	if !ok {
		const fail = `UPDATE second_factor SET failures = failures + 1, paused_until = $2 WHERE staff_id = $1`
		_, err := tx.Exec(ctx, fail, p.ID, now.Add(pause(f.failures+1)))
		return ErrWrongCode, err
	}
	const use = `UPDATE second_factor SET used_steps = $2, failures = 0, paused_until = NULL WHERE staff_id = $1`
	_, err = tx.Exec(ctx, use, p.ID, spent(f.used, step))
	return nil, err
}

func useRecovery(ctx context.Context, tx pgx.Tx, p *staff.Person, code string) (refused, err error) {
	used, err := tx.Exec(ctx, `DELETE FROM recovery_code WHERE staff_id = $1 AND code_hash = $2`, p.ID, recoveryHash(code))
	switch {
	case err != nil:
		return nil, err
	case used.RowsAffected() == 0:
		return ErrWrongCode, nil
	}
	if _, err := tx.Exec(ctx, `UPDATE second_factor SET failures = 0, paused_until = NULL WHERE staff_id = $1`, p.ID); err != nil {
		return nil, err
	}
	return nil, staff.Tell(audit.Acting(ctx, p.By(audit.Actor(ctx))), tx, p, audit.RecoveryUsed)
}

// putPending gives somebody a secret that does not count yet, instead of one before it.
func (s *SignIn) putPending(ctx context.Context, tx pgx.Tx, p *staff.Person) (Enrolment, error) {
	secret := newSecret()
	const put = `
INSERT INTO second_factor (staff_id, sealed_pending) VALUES ($1, $2)
ON CONFLICT (staff_id) DO UPDATE SET sealed_pending = excluded.sealed_pending`
	if _, err := tx.Exec(ctx, put, p.ID, s.sealer.Seal(label(p.ID), secret)); err != nil {
		return Enrolment{}, err
	}
	return Enrolment{secret, address("Prosa", p.Email, secret)}, nil
}

// confirm makes the pending secret the one that counts, with recovery codes of its own.
func (s *SignIn) confirm(ctx context.Context, tx pgx.Tx, p *staff.Person, f factor, code string) (recovery []string, refused, err error) {
	if f.pending == nil {
		return nil, ErrNoFactor, nil
	}
	secret, err := s.sealer.Open(label(p.ID), f.pending)
	if err != nil {
		return nil, nil, fmt.Errorf("open second factor of %s: %w", p.ID, err)
	}
	step, ok, err := matching(secret, cleaned(code), s.now(), nil)
	if err != nil || !ok {
		return nil, ErrWrongCode, err
	}
	const set = `
UPDATE second_factor SET sealed_secret = sealed_pending, sealed_pending = NULL, confirmed_at = now(), used_steps = $2,
    failures = 0, paused_until = NULL WHERE staff_id = $1`
	if _, err := tx.Exec(ctx, set, p.ID, spent(nil, step)); err != nil {
		return nil, nil, err
	}
	if err := persistence.Demand(ctx, tx, factorMigration); err != nil {
		return nil, nil, err
	}
	if recovery, err = putRecovery(ctx, tx, p); err != nil {
		return nil, nil, err
	}
	return recovery, nil, staff.Tell(audit.Acting(ctx, p.By(audit.Actor(ctx))), tx, p, audit.FactorOn)
}

// factorMigration is the one that brought second factors: releases before it ask for none.
const factorMigration = 31

// putRecovery gives somebody new recovery codes, and ends those before.
func putRecovery(ctx context.Context, tx pgx.Tx, p *staff.Person) ([]string, error) {
	if _, err := tx.Exec(ctx, `DELETE FROM recovery_code WHERE staff_id = $1`, p.ID); err != nil {
		return nil, err
	}
	codes := newRecoveryCodes()
	hashes := make([][]byte, len(codes))
	for n, code := range codes {
		hashes[n] = recoveryHash(code)
	}
	_, err := tx.Exec(ctx, `INSERT INTO recovery_code (staff_id, code_hash) SELECT $1, unnest($2::bytea[])`, p.ID, hashes)
	return codes, err
}

// Of says what somebody has.
func (s *SignIn) Of(ctx context.Context, p *staff.Person) (Status, error) {
	const find = `
SELECT f.sealed_secret IS NOT NULL, f.confirmed_at, (SELECT count(*) FROM recovery_code r WHERE r.staff_id = f.staff_id)
FROM second_factor f WHERE f.staff_id = $1`
	var st Status
	err := s.pool.QueryRow(ctx, find, p.ID).Scan(&st.On, &st.Since, &st.RecoveryLeft)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return Status{}, fmt.Errorf("read second factor: %w", err)
	}
	return st, nil
}

// Enrol begins to set up a second factor. Whoever has one proves it with a code: a new
// phone takes the place of the one before when its own code confirms it. Errors:
// ErrWrongCode, *PausedError.
func (s *SignIn) Enrol(ctx context.Context, p *staff.Person, code string) (e Enrolment, err error) {
	err = s.holding(ctx, "begin a second factor", p, func(tx pgx.Tx, p *staff.Person, f factor) (refused, err error) {
		if f.secret != nil {
			if refused, err := s.judge(ctx, tx, p, f, code); refused != nil || err != nil {
				return refused, err
			}
		}
		e, err = s.putPending(ctx, tx, p)
		return nil, err
	})
	return e, err
}

// Confirm makes the secret of Enrol count, and returns recovery codes, which are shown
// now and never again. Errors: ErrWrongCode, ErrNoFactor.
func (s *SignIn) Confirm(ctx context.Context, p *staff.Person, code string) (recovery []string, err error) {
	err = s.holding(ctx, "confirm second factor", p, func(tx pgx.Tx, p *staff.Person, f factor) (refused, err error) {
		recovery, refused, err = s.confirm(ctx, tx, p, f, code)
		return refused, err
	})
	return recovery, err
}

// Recover makes new recovery codes; those before end. Errors: ErrWrongCode,
// *PausedError, ErrNoFactor.
func (s *SignIn) Recover(ctx context.Context, p *staff.Person, code string) (recovery []string, err error) {
	err = s.proving(ctx, "make recovery codes", p, code, func(tx pgx.Tx, p *staff.Person) error {
		if recovery, err = putRecovery(ctx, tx, p); err != nil {
			return err
		}
		return staff.Tell(ctx, tx, p, audit.RecoveryMade)
	})
	return recovery, err
}

// Off ends somebody's own second factor. Errors as of Recover.
func (s *SignIn) Off(ctx context.Context, p *staff.Person, code string) error {
	return s.proving(ctx, "end second factor", p, code, func(tx pgx.Tx, p *staff.Person) error {
		if err := forget(ctx, tx, p); err != nil {
			return err
		}
		return staff.Tell(ctx, tx, p, audit.FactorOff)
	})
}

// Remove ends the second factor of somebody of the tenant who cannot, and all that he
// has open. Errors: ErrNotFound, ErrNoFactor.
func (s *SignIn) Remove(ctx context.Context, tenant wa.TenantID, id wa.AgentID) error {
	whose := staff.Person{TenantID: tenant, ID: id}
	return s.holding(ctx, "remove second factor", &whose, func(tx pgx.Tx, p *staff.Person, f factor) (refused, err error) {
		if f.secret == nil {
			return ErrNoFactor, nil
		}
		if err := forget(ctx, tx, p); err != nil {
			return nil, err
		}
		if err := staff.EndAccess(ctx, tx, p); err != nil {
			return nil, err
		}
		return nil, staff.Tell(ctx, tx, p, audit.FactorRemoved)
	})
}

func forget(ctx context.Context, tx pgx.Tx, p *staff.Person) error {
	if _, err := tx.Exec(ctx, `DELETE FROM recovery_code WHERE staff_id = $1`, p.ID); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM second_factor WHERE staff_id = $1`, p.ID)
	return err
}

// proving does something for somebody whose code is right.
func (s *SignIn) proving(ctx context.Context, what string, p *staff.Person, code string, do func(pgx.Tx, *staff.Person) error) error {
	return s.holding(ctx, what, p, func(tx pgx.Tx, p *staff.Person, f factor) (refused, err error) {
		if f.secret == nil {
			return ErrNoFactor, nil
		}
		if refused, err := s.judge(ctx, tx, p, f, code); refused != nil || err != nil {
			return refused, err
		}
		return nil, do(tx, p)
	})
}

// holding does something with the factor of an account that nobody else changes
// meanwhile. What it refuses is kept: wrong codes count.
func (s *SignIn) holding(
	ctx context.Context, what string, whose *staff.Person, do func(pgx.Tx, *staff.Person, factor) (refused, err error),
) error {
	var refused error
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		p, err := staff.Held(ctx, tx, whose.TenantID, whose.ID)
		if err != nil {
			return err
		}
		f, err := readFactor(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		refused, err = do(tx, &p, f)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return refused
}
