package staff

import (
	"context"
	"errors"
	"fmt"

	"github.com/prosa-chat/prosa/actors/wa"
)

// First makes an account with its tenant and team where nobody has its e-mail yet.
// What is there already keeps its names, rights and password: whoever administers
// it changes those. Where a tenant of this id was erased, the account's has another. Errors: ErrWeakPassword, ErrGuessablePassword.
func (s *Staff) First(ctx context.Context, tenantName string, team Team, p Person, password string) error {
	var known bool
	if err := s.pool.QueryRow(ctx, `SELECT EXISTS (SELECT FROM staff WHERE lower(email) = lower($1))`, p.Email).Scan(&known); err != nil {
		return fmt.Errorf("look for the account: %w", err)
	}
	if known {
		return nil
	}
	var err error
	if p.TenantID, err = unspent(ctx, s.pool, p.TenantID); err != nil {
		return fmt.Errorf("look for erased tenants: %w", err)
	}
	if _, err := s.pool.Exec(ctx, `INSERT INTO tenant (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING`, p.TenantID, tenantName); err != nil {
		return fmt.Errorf("store tenant %s: %w", p.TenantID, err)
	}
	const put = `INSERT INTO team (tenant_id, id, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	if _, err := s.pool.Exec(ctx, put, p.TenantID, team.ID, team.Name); err != nil {
		return fmt.Errorf("store team %s: %w", team.ID, err)
	}
	there, err := s.HasTeam(ctx, p.TenantID, team.ID)
	if err != nil {
		return err
	}
	if p.Teams = nil; there { // it may have been removed since
		p.Teams = []wa.TeamID{team.ID}
	}
	if _, err := s.Create(ctx, p, password); err != nil && !errors.Is(err, ErrEmailTaken) { // taken: another process was faster
		return err
	}
	return nil
}

// Tenant is what a tenant's people are told of it.
type Tenant struct {
	Name    string
	Numbers int // business numbers that it has registered
}

// Named says whether somebody has given it a name of its own.
func (t *Tenant) Named() bool { return t.Name != FirstName }

// Tenant reads a tenant, or ErrNotFound.
func (s *Staff) Tenant(ctx context.Context, id wa.TenantID) (Tenant, error) {
	const find = `
SELECT t.name, (SELECT count(*) FROM phone_number n WHERE n.tenant_id = t.id) FROM tenant t WHERE t.id = $1`
	var t Tenant
	if err := s.pool.QueryRow(ctx, find, id).Scan(&t.Name, &t.Numbers); err != nil {
		return Tenant{}, fmt.Errorf("read tenant: %w", Named(err))
	}
	return t, nil
}
