package staff

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// makerMay is the condition that whoever made a link, the text of the given SQL, may
// still make such: an administrator with an open account, a key with the right admin
// that is good, or nobody of the tenant.
func makerMay(by string) string {
	return ` NOT EXISTS (SELECT FROM staff m WHERE m.id = ` + by + ` AND (m.disabled_at IS NOT NULL OR m.role <> 'admin'))
AND NOT EXISTS (SELECT FROM api_key m WHERE m.id = ` + by + ` AND (m.revoked_at IS NOT NULL OR m.expires_at <= now() OR NOT 'admin' = ANY (m.rights)))`
}

// endLinks ends the links to set passwords and the invitations that somebody, or a key,
// has made who may make none any more. Each has its line in the audit; invitations stay
// listed as expired, and another administrator can renew them.
func endLinks(ctx context.Context, tx pgx.Tx, tenant wa.TenantID, by, name string) error {
	for kind, end := range map[string]string{
		"person": `
DELETE FROM password_reset r USING staff s WHERE s.id = r.staff_id AND s.tenant_id = $1 AND r.by_id = $2 AND r.expires_at > now() RETURNING s.id, s.name`,
		"invitation": `
UPDATE invitation SET expires_at = now() WHERE tenant_id = $1 AND by_id = $2 AND expires_at > now() RETURNING id, email`,
	} {
		rows, err := tx.Query(ctx, end, tenant, by)
		if err != nil {
			return err
		}
		ended, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (o audit.Object, err error) {
			o.Kind = kind
			err = row.Scan(&o.ID, &o.Name)
			return o, err
		})
		if err != nil {
			return err
		}
		for _, o := range ended {
			line := audit.Entry{TenantID: tenant, Action: audit.LinkEnded, Object: o, After: audit.Values{"maker": name}}
			if err := audit.Write(ctx, tx, line); err != nil {
				return err
			}
		}
	}
	return nil
}
