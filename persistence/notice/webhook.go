package notice

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	neturl "net/url"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// WebhookURL is where a tenant has its notices sent; "": nowhere.
func (s *Store) WebhookURL(ctx context.Context, tenant wa.TenantID) (url string, err error) {
	err = s.pool.QueryRow(ctx, `SELECT url FROM notice_webhook WHERE tenant_id = $1`, tenant).Scan(&url)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return "", fmt.Errorf("read webhook: %w", persistence.Classed(err))
	}
	return url, nil
}

// SetWebhook has the notices of a tenant sent to a URL, signed with a new secret, which
// it returns and nobody is shown again; "" takes it away.
func (s *Store) SetWebhook(ctx context.Context, tenant wa.TenantID, url string) (secret string, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		var before string
		err := tx.QueryRow(ctx, `SELECT url FROM notice_webhook WHERE tenant_id = $1 FOR UPDATE`, tenant).Scan(&before)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		after := audit.Values{"host": hostOf(url)}
		if url == "" {
			_, err = tx.Exec(ctx, `DELETE FROM notice_webhook WHERE tenant_id = $1`, tenant)
		} else {
			key := make([]byte, 32)
			_, _ = rand.Read(key) // never fails
			secret, after["secret"] = base64.RawURLEncoding.EncodeToString(key), audit.Hidden
			const put = `
INSERT INTO notice_webhook (tenant_id, url, sealed_secret) VALUES ($1, $2, $3)
ON CONFLICT (tenant_id) DO UPDATE SET url = excluded.url, sealed_secret = excluded.sealed_secret`
			_, err = tx.Exec(ctx, put, tenant, url, s.sealer.Seal(secretLabel(tenant), secret))
		}
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{
			TenantID: tenant, Action: audit.SettingsChanged, Object: audit.Object{Kind: "settings", ID: "notice_webhook"},
			Before: audit.Values{"host": hostOf(before)}, After: after,
		})
	})
	if err != nil {
		return "", fmt.Errorf("set webhook: %w", persistence.Classed(err))
	}
	return secret, nil
}

// hostOf is what the audit tells of an address: its path may hold a secret.
func hostOf(address string) string {
	u, err := neturl.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
