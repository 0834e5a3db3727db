package numbers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// draftLife is how long a draft is kept after its last change.
const draftLife = 24 * time.Hour

// Draft is a number that somebody is connecting. Body is the caller's; Token is sealed
// at rest and "" when there is none, or when it was sealed with another key.
type Draft struct {
	Body      json.RawMessage
	Token     string
	ExpiresAt time.Time // set by Drafts
}

// Drafts keeps what a person has proven of a number that is not connected yet: one for
// each person, for a day after the last step.
type Drafts struct {
	pool   *pgxpool.Pool
	sealer *persistence.Sealer
}

// NewDrafts keeps them in the database of pool, which the caller closes.
func NewDrafts(pool *pgxpool.Pool, sealer *persistence.Sealer) *Drafts { return &Drafts{pool, sealer} }

func draftLabel(tenant wa.TenantID, person wa.AgentID) string {
	// Also in persistence.SealedColumns, like every label.
	return "connection_draft.token:" + string(tenant) + "/" + string(person)
}

// Get is the draft of a person. ErrNotFound: there is none that is not too old.
func (d *Drafts) Get(ctx context.Context, tenant wa.TenantID, person wa.AgentID) (Draft, error) {
	const find = `
SELECT body, sealed_token, expires_at FROM connection_draft WHERE tenant_id = $1 AND person_id = $2 AND expires_at > now()`
	var draft Draft
	var sealed []byte
	err := d.pool.QueryRow(ctx, find, tenant, person).Scan(&draft.Body, &sealed, &draft.ExpiresAt)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		err = persistence.ErrNotFound
		fallthrough
	case err != nil:
		return Draft{}, fmt.Errorf("get draft of a number: %w", err)
	}
	if token, err := d.sealer.Open(draftLabel(tenant, person), sealed); err == nil {
		draft.Token = token
	}
	return draft, nil
}

// Put keeps a draft instead of the one before, and drops those of everybody that are
// too old. It answers until when it is kept.
func (d *Drafts) Put(ctx context.Context, tenant wa.TenantID, person wa.AgentID, draft Draft) (until time.Time, err error) {
	var sealed []byte
	if draft.Token != "" {
		sealed = d.sealer.Seal(draftLabel(tenant, person), draft.Token)
	}
	err = pgx.BeginFunc(ctx, d.pool, func(tx pgx.Tx) error {
		const put = `
INSERT INTO connection_draft (tenant_id, person_id, body, sealed_token, expires_at) VALUES ($1, $2, $3, $4, now() + $5)
ON CONFLICT (tenant_id, person_id) DO UPDATE SET body = excluded.body, sealed_token = excluded.sealed_token, expires_at = excluded.expires_at
RETURNING expires_at`
		if err := tx.QueryRow(ctx, put, tenant, person, draft.Body, sealed, draftLife).Scan(&until); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `DELETE FROM connection_draft WHERE expires_at <= now()`)
		return err
	})
	if err != nil {
		return until, fmt.Errorf("keep draft of a number: %w", err)
	}
	return until, nil
}

// Drop forgets the draft of a person, if there is one.
func (d *Drafts) Drop(ctx context.Context, tenant wa.TenantID, person wa.AgentID) error {
	_, err := d.pool.Exec(ctx, `DELETE FROM connection_draft WHERE tenant_id = $1 AND person_id = $2`, tenant, person)
	if err != nil {
		return fmt.Errorf("drop draft of a number: %w", err)
	}
	return nil
}

// Owners tells whose the numbers, the account and the portfolio are that this
// installation knows; what nobody has is missing, or "".
type Owners struct {
	Numbers   map[wa.PhoneNumberID]wa.TenantID
	Account   wa.TenantID
	Portfolio wa.TenantID
}

// Owners asks for all tenants.
func (n *Numbers) Owners(ctx context.Context, numbers []wa.PhoneNumberID, account wa.AccountID, portfolio wa.PortfolioID) (Owners, error) {
	type owned struct {
		Kind, ID string
		Tenant   wa.TenantID
	}
	rows, err := persistence.Collect(ctx, n.pool, "find owners", pgx.RowToStructByPos[owned], `
SELECT 'number', id, tenant_id FROM phone_number WHERE id = ANY ($1)
UNION ALL SELECT 'account', id, tenant_id FROM account WHERE id = $2
UNION ALL SELECT 'portfolio', id, tenant_id FROM portfolio WHERE id = $3`, numbers, account, portfolio)
	o := Owners{Numbers: map[wa.PhoneNumberID]wa.TenantID{}}
	for _, row := range rows {
		switch row.Kind {
		case "number":
			o.Numbers[wa.PhoneNumberID(row.ID)] = row.Tenant
		case "account":
			o.Account = row.Tenant
		default:
			o.Portfolio = row.Tenant
		}
	}
	return o, err
}
