package journal

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// Template reads what the account of a tenant's number knows of a template, in one
// statement. Its language may be written en_US or en-US. ErrNotFound: the tenant has
// no such number.
//
// Number and template are both asked for by the tenant (I10): another's number is as good
// as none. Of a list that was never read nothing is joined: that a template is missing
// there would say nothing.
func (j *Journal) Template(
	ctx context.Context, tenant wa.TenantID, number wa.PhoneNumberID, name, language string,
) (ledger.Template, error) {
	const find = `
SELECT n.account_id, s.synced_at IS NOT NULL, coalesce(s.error, ''), coalesce(t.name, ''), coalesce(t.language, ''),
	coalesce(t.category, ''), coalesce(t.status, ''), coalesce(t.components::text, '')
FROM phone_number n
LEFT JOIN template_sync s ON s.account_id = n.account_id
LEFT JOIN template t ON s.synced_at IS NOT NULL AND t.account_id = n.account_id AND t.tenant_id = n.tenant_id
	AND t.name = $3 AND replace(t.language, '-', '_') = replace($4, '-', '_')
WHERE n.id = $1 AND n.tenant_id = $2
LIMIT 1`
	var t ledger.Template
	var components string
	err := j.pool.QueryRow(ctx, find, number, tenant, name, language).
		Scan(&t.Account, &t.Read, &t.Failure, &t.Name, &t.Language, &t.Category, &t.Status, &components)
	if errors.Is(err, pgx.ErrNoRows) {
		err = persistence.ErrNotFound
	}
	if err != nil {
		return ledger.Template{}, fmt.Errorf("read template: %w", err)
	}
	t.Components = []byte(components)
	return t, nil
}

// HasTeam says whether a tenant has a team that is not gone.
func (j *Journal) HasTeam(ctx context.Context, tenant wa.TenantID, team wa.TeamID) (has bool, err error) {
	err = j.pool.QueryRow(ctx, `SELECT EXISTS (SELECT FROM team WHERE tenant_id = $1 AND id = $2 AND removed_at IS NULL)`, tenant, team).Scan(&has)
	if err != nil {
		return false, fmt.Errorf("look for team: %w", err)
	}
	return has, nil
}
