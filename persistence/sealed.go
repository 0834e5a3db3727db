package persistence

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
)

// SealedColumn is a column that holds what a [Sealer] has sealed.
type SealedColumn struct {
	Table, Column string
	Key           []string // columns of text that name a row
	prefix        string   // of the label
}

// Label names the place of a value to the Sealer, by the row's key.
func (c *SealedColumn) Label(key ...string) string { return c.prefix + strings.Join(key, "/") }

// SealedColumns are all columns that hold something sealed, beside the word in
// installation by which a key is known. What is not among them is lost when the key is
// changed: a test finds every column that might be.
func SealedColumns() []SealedColumn {
	id := []string{"id"}
	return []SealedColumn{
		{"phone_number", "sealed_token", id, "phone_number.token:"},
		{"meta_app", "sealed_secret", id, "meta_app.secret:"},
		{"meta_app", "sealed_secret_previous", id, "meta_app.secret:"},
		{"meta_app", "sealed_verify_token", id, "meta_app.verify_token:"},
		{"meta_app", "sealed_verify_token_previous", id, "meta_app.verify_token:"},
		{"connection_draft", "sealed_token", []string{"tenant_id", "person_id"}, "connection_draft.token:"},
		{"delivery", "sealed", id, "delivery:"},
		{"second_factor", "sealed_secret", []string{"staff_id"}, "second factor of "},
		{"second_factor", "sealed_pending", []string{"staff_id"}, "second factor of "},
		{"notice_webhook", "sealed_secret", []string{"tenant_id"}, "notice_webhook:"},
		{"identity_provider", "sealed_secret", []string{"tenant_id"}, "identity_provider.secret:"},
	}
}

// TokenLabel names the token of a number to the [Sealer], which opens it for no other.
func TokenLabel(id wa.PhoneNumberID) string { return "phone_number.token:" + string(id) }

// ProviderSecretLabel names the client secret at a tenant's identity provider.
func ProviderSecretLabel(tenant wa.TenantID) string {
	return "identity_provider.secret:" + string(tenant)
}

// AppSecretLabel names the secret of a Meta app, the current one and the one before.
func AppSecretLabel(app string) string { return "meta_app.secret:" + app }

// AppVerifyTokenLabel names the verify token of a Meta app, likewise.
func AppVerifyTokenLabel(app string) string { return "meta_app.verify_token:" + app }

// ofOtherKeys counts, by column, what is sealed with keys that the sealer has not. What
// says by no form which key it was is not counted.
func ofOtherKeys(ctx context.Context, pool *pgxpool.Pool, sealer *Sealer) (found []string, err error) {
	heads := make([][]byte, len(sealer.keys))
	for i := range sealer.keys {
		heads[i] = append([]byte{formKeyed}, sealer.keys[i].id[:]...)
	}
	for _, c := range SealedColumns() {
		name := pgx.Identifier{c.Column}.Sanitize()
		var count int64
		err := pool.QueryRow(ctx, `SELECT count(*) FROM `+pgx.Identifier{c.Table}.Sanitize()+`
			WHERE length(`+name+`) > 5 AND get_byte(`+name+`, 0) = $1 AND substring(`+name+` FROM 1 FOR 5) <> ALL ($2::bytea[])`,
			formKeyed, heads).Scan(&count)
		if err != nil {
			return nil, fmt.Errorf("look for secrets of other keys: %w", err)
		}
		if count > 0 {
			found = append(found, fmt.Sprintf("%d in %s.%s", count, c.Table, c.Column))
		}
	}
	return found, nil
}

// FollowKey tells the others which keys this member has, and seals from now on as the
// installation does: prosa secrets rotate changes that for all members at work.
func FollowKey(ctx context.Context, pool *pgxpool.Pool, sealer *Sealer, member string) error {
	var word []byte
	const follow = `
WITH told AS (UPDATE member SET key_ids = $2 WHERE id = $1 AND key_ids <> $2::text[])
SELECT key_check FROM installation`
	if err := pool.QueryRow(ctx, follow, member, sealer.KeyIDs()).Scan(&word); err != nil {
		return fmt.Errorf("read the check of the key: %w", err)
	}
	return sealer.follow(word)
}

// follow seals as the word was sealed.
func (s *Sealer) follow(word []byte) error {
	text, with, err := s.open(keyCheckLabel, word)
	if err != nil || text != keyCheckWord {
		return ErrOtherKey
	}
	s.with.Store(&with)
	return nil
}

// SwitchKey has the installation seal with the sealer's newest key from now on, in the
// caller's transaction, and reports whether that is new. Error: ErrOtherKey.
func SwitchKey(ctx context.Context, tx pgx.Tx, sealer *Sealer) (switched bool, err error) {
	var word []byte
	if err := tx.QueryRow(ctx, `SELECT key_check FROM installation FOR UPDATE`).Scan(&word); err != nil {
		return false, fmt.Errorf("read the check of the key: %w", err)
	}
	text, with, err := sealer.open(keyCheckLabel, word)
	switch {
	case err != nil || text != keyCheckWord:
		return false, otherKey()
	case with.key == 0 && with.form == formKeyed:
		return false, nil
	}
	if _, err := tx.Exec(ctx, `UPDATE installation SET key_check = $1`, sealer.SealNewest(keyCheckLabel, keyCheckWord)); err != nil {
		return false, fmt.Errorf("write the check of the key: %w", err)
	}
	return true, nil
}

func otherKey() error {
	return fmt.Errorf(`%w
remedy: give this process the key that the others have; one that was generated stands in the data folder of the first, secret.key; while the key is changed, give the new one in PROSA_SECRET_KEY and those before in PROSA_SECRET_KEYS_OLD`, ErrOtherKey)
}
