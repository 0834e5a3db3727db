package tenants

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// holding is how rows of a table belong to a tenant: a condition on $1 its id, $2 its
// numbers, $3 its accounts and $4 its portfolios.
type holding struct{ table, of string }

const (
	byTenant    = `tenant_id = $1`
	byNumber    = `phone_number_id = ANY ($2)`
	byAccount   = `account_id = ANY ($3)`
	byPortfolio = `portfolio_id = ANY ($4)`
	byStaff     = `staff_id IN (SELECT id FROM staff WHERE tenant_id = $1)`
)

// owned are all tables with rows of tenants, those first that others do not refer to.
// What is not here is nobody's: a test knows every table. The raw bodies of webhooks
// are cut and not removed; the tenant's row goes last.
func owned() []holding {
	return []holding{
		{"session", byStaff},
		{"password_reset", byStaff},
		{"recovery_code", byStaff},
		{"second_factor", byStaff},
		{"signin_step", byStaff},
		{"identity", byTenant},
		{"identity_provider", byTenant},
		{"api_key", byTenant},
		{"invitation", byTenant},
		{"connection_draft", byTenant},
		{"delivery", byTenant},
		{"notice_webhook", byTenant},
		{"notice", byTenant},
		{"quick_reply", byTenant},
		{"job_item", `job_id IN (SELECT id FROM job WHERE tenant_id = $1)`},
		{"job", byTenant},
		{"effect", `scope = ANY ($1::text || $2::text[])`},
		{"alarm", `split_part(grain, ':', 2) = ANY ($2)`}, // a number and its conversations
		{"stream_event", `kind = 'PhoneNumber' AND id = ANY ($2)`},
		{"stream", `kind = 'PhoneNumber' AND id = ANY ($2)`},
		{"change_log", byTenant},
		{"message_search", byNumber},
		{"conversation_search", byNumber},
		{"follower_problem", byNumber},
		{"upload_media", byNumber},
		{"upload_use", byTenant},
		{"upload_chunk", byTenant},
		{"upload", byTenant},
		{"media_chunk", byNumber},
		{"media", byNumber},
		{"message_status", byNumber},
		{"unmatched", byNumber},
		{"message", byNumber},
		{"event", byNumber},
		{"conversation", byNumber},
		// One that came by another tenant's app is that one's, whatever number it names.
		{"intake_problem", `(tenant_id = $1 OR app_tenant = $1 OR tenant_id IS NULL AND app_tenant IS NULL AND phone_number_id = ANY ($2))`},
		{"alias", byPortfolio},
		{"consent", byPortfolio},
		{"merge_suggestion", byPortfolio},
		{"contact", byPortfolio},
		{"template", byAccount},
		{"template_sync", byAccount},
		{"traffic", byNumber},
		{"rating", byNumber},
		{"standing", byNumber},
		{"pace", byNumber},
		{"phone_number", byTenant},
		{"account", byTenant},
		{"portfolio", byTenant},
		{"meta_app", byTenant},
		{"staff_team", byTenant},
		{"staff", byTenant},
		{"team", byTenant},
		{"config", byTenant},
		{"config_head", byTenant},
		{"audit", byTenant},
	}
}

// known gives the numbers in conditions their types, whichever of them one names.
const known = `WITH known AS (SELECT $1::text, $2::text[], $3::text[], $4::text[]) `

// erase removes up to most rows and returns how many. Places of rows are told apart by
// partition only together with the condition, which stands there twice for that.
func (h *holding) erase(ctx context.Context, tx pgx.Tx, e *erasure, most int64) (int64, error) {
	table := pgx.Identifier{h.table}.Sanitize()
	tag, err := tx.Exec(ctx, known+`DELETE FROM `+table+`
WHERE ctid = ANY (ARRAY(SELECT ctid FROM `+table+` WHERE `+h.of+` LIMIT $5)) AND `+h.of,
		e.tenant, e.numbers, e.accounts, e.portfolios, most)
	if err != nil {
		return 0, fmt.Errorf("remove from %s: %w", h.table, err)
	}
	return tag.RowsAffected(), nil
}
