package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// Errors of setting a provider.
var (
	// ErrChanged: somebody else has changed it meanwhile.
	ErrChanged = errors.New("the provider was changed meanwhile")
	// ErrUnproven: only the owner of a domain may take passwords from its addresses, or
	// have accounts made for them.
	ErrUnproven = errors.New("a domain is not proven")
)

// Settings are a provider as an administrator sets it.
type Settings struct {
	Issuer         string
	ClientID       string
	Domains        []string // of e-mail addresses, in lower case
	Label          string   // on the button
	TrustsEmail    bool     // though the provider does not say that an address is verified
	TrustsFactor   bool     // who comes from it is asked for no second factor
	Exclusive      bool     // people of the domains have no other way in, but PasswordPeople
	PasswordPeople []wa.AgentID
	Joins          bool // whoever has no account is given one, with JoinRole and JoinTeams
	JoinRole       staff.Role
	JoinTeams      []wa.TeamID
}

// Provider is what a tenant has set.
type Provider struct {
	TenantID wa.TenantID
	Settings
	Secret   string
	Revision int64
	// Token is what the name servers of a domain must tell before it counts as the
	// tenant's; no secret. Proven are the domains whose have, in order.
	Token  string
	Proven []string
}

// Serves says whether an e-mail is of one of the domains.
func (s *Settings) Serves(email string) bool {
	return slices.Contains(s.Domains, domainOf(email))
}

// Owns says whether an e-mail is of a domain that was proven to be the tenant's.
func (p *Provider) Owns(email string) bool { return slices.Contains(p.Proven, domainOf(email)) }

func domainOf(email string) string {
	_, domain, _ := strings.Cut(strings.ToLower(email), "@")
	return domain
}

// Shuts says whether the password of an account is no way in.
func (s *Settings) Shuts(p *staff.Person) bool {
	return s.Exclusive && s.Serves(p.Email) && !slices.Contains(s.PasswordPeople, p.ID)
}

// Sealer encrypts small texts with the installation's key; *persistence.Sealer is one.
type Sealer interface {
	Seal(label, text string) []byte
	Open(label string, sealed []byte) (string, error)
}

// Providers keeps them.
type Providers struct {
	pool   *pgxpool.Pool
	sealer Sealer
}

// New keeps providers in the database of pool, which the caller closes.
func New(pool *pgxpool.Pool, sealer Sealer) *Providers { return &Providers{pool, sealer} }

// migration is the one that brought proven domains: releases before it send addresses of
// a domain to whoever names it.
const migration = 41

const (
	written = ` tenant_id, issuer, client_id, domains, label, trusts_email, trusts_factor, exclusive, password_people, joins, join_role,
join_teams, sealed_secret, revision`
	columns = written + `, domain_token, proven`
)

func scan(row pgx.Row) (p Provider, sealed []byte, err error) {
	err = row.Scan(&p.TenantID, &p.Issuer, &p.ClientID, &p.Domains, &p.Label, &p.TrustsEmail, &p.TrustsFactor, &p.Exclusive,
		&p.PasswordPeople, &p.Joins, &p.JoinRole, &p.JoinTeams, &sealed, &p.Revision, &p.Token, &p.Proven)
	return p, sealed, err
}

// Of returns the provider of a tenant with its secret, or ErrNotFound.
func (s *Providers) Of(ctx context.Context, tenant wa.TenantID) (Provider, error) {
	p, sealed, err := scan(s.pool.QueryRow(ctx, `SELECT`+columns+` FROM identity_provider WHERE tenant_id = $1`, tenant))
	if err != nil {
		return Provider{}, fmt.Errorf("read identity provider: %w", staff.Named(err))
	}
	if p.Secret, err = s.sealer.Open(persistence.ProviderSecretLabel(tenant), sealed); err != nil {
		return Provider{}, fmt.Errorf("open secret of the identity provider of %s: %w", tenant, err)
	}
	return p, nil
}

// Shut says whether the password of an account is no way in, and what the button of the
// way that is left says.
func (s *Providers) Shut(ctx context.Context, p *staff.Person) (label string, shut bool, err error) {
	of, _, err := scan(s.pool.QueryRow(ctx, `SELECT`+columns+` FROM identity_provider WHERE tenant_id = $1 AND exclusive`, p.TenantID))
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return "", false, nil
	case err != nil:
		return "", false, fmt.Errorf("read identity provider: %w", err)
	}
	return of.Label, of.Shuts(p), nil
}

// Linked is the label of the tenant's provider, where it knows the account; "": it does
// not.
func (s *Providers) Linked(ctx context.Context, p *staff.Person) (label string, err error) {
	const find = `
SELECT i.label FROM identity_provider i JOIN identity n ON n.tenant_id = i.tenant_id AND n.issuer = i.issuer
WHERE i.tenant_id = $1 AND n.staff_id = $2`
	err = s.pool.QueryRow(ctx, find, p.TenantID, p.ID).Scan(&label)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return "", fmt.Errorf("read provider of an account: %w", err)
	}
	return label, nil
}

// Way is a provider as somebody sees it who has not signed in.
type Way struct {
	TenantID wa.TenantID
	Tenant   string // its name
	Label    string
}

// Ways lists the providers of those who have proven a domain, or that of one tenant; the
// other is "". Whether anybody has an account is not told.
func (s *Providers) Ways(ctx context.Context, domain string, tenant wa.TenantID) ([]Way, error) {
	const list = `
SELECT i.tenant_id, t.name, i.label FROM identity_provider i JOIN tenant t ON t.id = i.tenant_id
WHERE i.proven @> ARRAY[$1::text] OR i.tenant_id = $2 ORDER BY t.name, t.id LIMIT 5`
	return persistence.Collect(ctx, s.pool, "list identity providers", pgx.RowToStructByPos[Way], list, strings.ToLower(domain), tenant)
}

// Put sets the provider of a tenant, of which whoever does it has seen a revision, 0
// where there was none. An empty secret leaves the one that there is. A domain that is
// named no more is proven no more. Errors: ErrChanged; ErrUnproven; ErrRefused for a
// secret that is missing and a team that is not there; staff.ErrLastWay.
func (s *Providers) Put(ctx context.Context, tenant wa.TenantID, seen int64, set Settings, secret string) (revision int64, err error) {
	set.JoinTeams, set.PasswordPeople = notNil(set.JoinTeams), notNil(set.PasswordPeople)
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		before, sealed, err := hold(ctx, tx, tenant)
		if err != nil {
			return err
		}
		if before.Revision != seen {
			return ErrChanged
		}
		if secret != "" {
			sealed = s.sealer.Seal(persistence.ProviderSecretLabel(tenant), secret)
		}
		if sealed == nil {
			return fmt.Errorf("%w: the provider has no secret", persistence.ErrRefused)
		}
		if err := staff.TeamsExist(ctx, tx, tenant, set.JoinTeams); err != nil {
			return err
		}
		if (set.Exclusive || set.Joins) && !allProven(set.Domains, before.Proven) {
			return ErrUnproven
		}
		const put = `
INSERT INTO identity_provider (` + written + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (tenant_id) DO UPDATE SET issuer = excluded.issuer, client_id = excluded.client_id, domains = excluded.domains,
    label = excluded.label, trusts_email = excluded.trusts_email, trusts_factor = excluded.trusts_factor, exclusive = excluded.exclusive,
    password_people = excluded.password_people, joins = excluded.joins, join_role = excluded.join_role, join_teams = excluded.join_teams,
    sealed_secret = excluded.sealed_secret, revision = excluded.revision,
    proven = ARRAY(SELECT d FROM unnest(identity_provider.proven) d WHERE d = ANY(excluded.domains) ORDER BY d)`
		revision = seen + 1
		if _, err := tx.Exec(ctx, put, tenant, set.Issuer, set.ClientID, set.Domains, set.Label, set.TrustsEmail, set.TrustsFactor, set.Exclusive,
			set.PasswordPeople, set.Joins, set.JoinRole, set.JoinTeams, sealed, revision); err != nil {
			return err
		}
		if err := staff.WayLeft(ctx, tx, tenant); err != nil {
			return err
		}
		if err := persistence.Demand(ctx, tx, migration); err != nil {
			return err
		}
		was := audit.Values{}
		if seen > 0 {
			was = before.values()
		}
		from, to := audit.Changed(was, set.values())
		if secret != "" {
			to["client_secret"] = audit.Hidden
		}
		if len(to) == 0 {
			return nil
		}
		return tell(ctx, tx, tenant, from, to)
	})
	if err != nil {
		return 0, fmt.Errorf("set identity provider: %w", staff.Named(err))
	}
	return revision, nil
}

// Remove takes the provider of a tenant away; who somebody was there is kept, should it
// come back. Errors: ErrNotFound, ErrChanged.
func (s *Providers) Remove(ctx context.Context, tenant wa.TenantID, seen int64) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		before, sealed, err := hold(ctx, tx, tenant)
		switch {
		case err != nil:
			return err
		case sealed == nil:
			return persistence.ErrNotFound
		case before.Revision != seen:
			return ErrChanged
		}
		if _, err := tx.Exec(ctx, `DELETE FROM identity_provider WHERE tenant_id = $1`, tenant); err != nil {
			return err
		}
		return tell(ctx, tx, tenant, before.values(), nil)
	})
	if err != nil {
		return fmt.Errorf("remove identity provider: %w", err)
	}
	return nil
}

// hold reads the provider of a tenant, zero where there is none, and keeps it and the
// tenant's administrators from being changed until the transaction ends.
func hold(ctx context.Context, tx pgx.Tx, tenant wa.TenantID) (p Provider, sealed []byte, err error) {
	if err := staff.HoldAdmins(ctx, tx, tenant, ""); err != nil {
		return p, nil, err
	}
	if _, err := tx.Exec(ctx, `SELECT FROM tenant WHERE id = $1 FOR NO KEY UPDATE`, tenant); err != nil {
		return p, nil, err
	}
	p, sealed, err = scan(tx.QueryRow(ctx, `SELECT`+columns+` FROM identity_provider WHERE tenant_id = $1 FOR UPDATE`, tenant))
	if errors.Is(err, pgx.ErrNoRows) {
		return Provider{}, nil, nil
	}
	return p, sealed, err
}

func (s *Settings) values() audit.Values {
	return audit.Values{
		"issuer": s.Issuer, "client_id": s.ClientID, "domains": s.Domains, "label": s.Label, "trusts_email": s.TrustsEmail,
		"trusts_factor": s.TrustsFactor, "exclusive": s.Exclusive, "password_people": s.PasswordPeople, "joins": s.Joins,
		"join_role": s.JoinRole, "join_teams": s.JoinTeams,
	}
}

func tell(ctx context.Context, tx pgx.Tx, tenant wa.TenantID, from, to audit.Values) error {
	return audit.Write(ctx, tx, audit.Entry{
		TenantID: tenant, Action: audit.SettingsChanged, Object: audit.Object{Kind: "settings", ID: "identity_provider"}, Before: from, After: to,
	})
}

func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
