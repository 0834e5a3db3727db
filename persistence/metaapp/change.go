package metaapp

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// change does something with the locked row of an app, whose name it is given.
func (a *Apps) change(ctx context.Context, what string, tenant wa.TenantID, id string, do func(tx pgx.Tx, name string) error) error {
	err := pgx.BeginFunc(ctx, a.pool, func(tx pgx.Tx) error {
		var name string
		err := tx.QueryRow(ctx, `SELECT name FROM meta_app WHERE tenant_id IS NOT DISTINCT FROM nullif($1, '') AND id = $2 FOR UPDATE`, tenant, id).Scan(&name)
		if errors.Is(err, pgx.ErrNoRows) {
			return persistence.ErrNotFound
		}
		if err != nil {
			return err
		}
		return do(tx, name)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// Rename gives an app another name. Error: ErrNotFound.
func (a *Apps) Rename(ctx context.Context, tenant wa.TenantID, id, name string) error {
	return a.change(ctx, "rename Meta app", tenant, id, func(tx pgx.Tx, was string) error {
		if was == name {
			return nil
		}
		if _, err := tx.Exec(ctx, `UPDATE meta_app SET name = $2 WHERE id = $1`, id, name); err != nil {
			return err
		}
		return tell(ctx, tx, tenant, audit.AppRenamed, id, name, audit.Values{"name": was}, audit.Values{"name": name})
	})
}

// RotateSecret sets the secret that Meta signs with from now on. The one before is
// good for Grace; one that was before that is not any more. Errors: ErrNotFound,
// ErrSameSecret.
func (a *Apps) RotateSecret(ctx context.Context, tenant wa.TenantID, id, secret string) error {
	return a.change(ctx, "rotate the secret of a Meta app", tenant, id, func(tx pgx.Tx, name string) error {
		var sealed []byte
		if err := tx.QueryRow(ctx, `SELECT sealed_secret FROM meta_app WHERE id = $1`, id).Scan(&sealed); err != nil {
			return err
		}
		// A secret that does not open is replaced: that is how it is mended.
		if now, err := a.sealer.Open(persistence.AppSecretLabel(id), sealed); err == nil && subtle.ConstantTimeCompare([]byte(now), []byte(secret)) == 1 {
			return ErrSameSecret
		}
		const rotate = `
UPDATE meta_app SET sealed_secret_previous = sealed_secret, secret_previous_until = now() + $3::interval,
	sealed_secret = $2, secret_changed_at = now() WHERE id = $1`
		if _, err := tx.Exec(ctx, rotate, id, a.sealer.Seal(persistence.AppSecretLabel(id), secret), Grace); err != nil {
			return err
		}
		return tell(ctx, tx, tenant, audit.AppSecret, id, name, nil, audit.Values{"secret": audit.Hidden})
	})
}

// RotateToken makes another verify token, which is returned this once. The one before
// is good for Grace. Error: ErrNotFound.
func (a *Apps) RotateToken(ctx context.Context, tenant wa.TenantID, id string) (token string, err error) {
	token = random(20)
	err = a.change(ctx, "rotate the verify token of a Meta app", tenant, id, func(tx pgx.Tx, name string) error {
		const rotate = `
UPDATE meta_app SET sealed_verify_token_previous = sealed_verify_token, verify_token_previous_until = now() + $3::interval,
	sealed_verify_token = $2, verify_token_changed_at = now() WHERE id = $1`
		if _, err := tx.Exec(ctx, rotate, id, a.sealer.Seal(persistence.AppVerifyTokenLabel(id), token), Grace); err != nil {
			return err
		}
		return tell(ctx, tx, tenant, audit.AppToken, id, name, nil, audit.Values{"verify_token": audit.Hidden})
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// DropSecret ends the secret before the current one now. Where there is none nothing
// happens. Error: ErrNotFound.
func (a *Apps) DropSecret(ctx context.Context, tenant wa.TenantID, id string) error {
	return a.drop(ctx, tenant, id, "secret",
		`UPDATE meta_app SET sealed_secret_previous = NULL, secret_previous_until = NULL WHERE id = $1 AND secret_previous_until IS NOT NULL`)
}

// DropToken ends the verify token before the current one, likewise.
func (a *Apps) DropToken(ctx context.Context, tenant wa.TenantID, id string) error {
	return a.drop(ctx, tenant, id, "verify_token",
		`UPDATE meta_app SET sealed_verify_token_previous = NULL, verify_token_previous_until = NULL WHERE id = $1 AND verify_token_previous_until IS NOT NULL`)
}

func (a *Apps) drop(ctx context.Context, tenant wa.TenantID, id, what, update string) error {
	return a.change(ctx, "drop what a Meta app had before", tenant, id, func(tx pgx.Tx, name string) error {
		tag, err := tx.Exec(ctx, update, id)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		return tell(ctx, tx, tenant, audit.AppPreviousDropped, id, name, audit.Values{what: audit.Hidden}, nil)
	})
}

// Remove ends an app: its webhooks are refused within seconds. Errors: ErrNotFound;
// ErrInUse while numbers are connected through it.
func (a *Apps) Remove(ctx context.Context, tenant wa.TenantID, id string) error {
	return a.change(ctx, "remove Meta app", tenant, id, func(tx pgx.Tx, name string) error {
		var used bool
		// Who connects a number by the app meanwhile waits for this row.
		if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM phone_number WHERE app_id = $1)`, id).Scan(&used); err != nil {
			return err
		}
		if used {
			return ErrInUse
		}
		if _, err := tx.Exec(ctx, `DELETE FROM meta_app WHERE id = $1`, id); err != nil {
			return err
		}
		return tell(ctx, tx, tenant, audit.AppRemoved, id, name, audit.Values{"name": name}, nil)
	})
}
