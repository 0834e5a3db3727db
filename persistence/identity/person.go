package identity

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// Errors of finding somebody's account.
var (
	// ErrNoAccount: nobody of the tenant has the e-mail, and no account is to be made.
	ErrNoAccount = errors.New("no account of the tenant has this e-mail")
	// ErrAnother: the account belongs to somebody else at the provider, who had the
	// e-mail before.
	ErrAnother = errors.New("the account is linked to somebody else at the provider")
)

// Claims are what a provider says of somebody, once that was verified.
type Claims struct {
	Subject string
	Email   string
	Name    string // may be empty
}

// Arrive finds the account of somebody whom a provider of the tenant has named: by
// issuer and subject, else by his e-mail, and from then on by the former; or makes it,
// where the settings say so and the domain is proven. Errors: ErrNoAccount, ErrAnother, staff.ErrSeatClosed.
func (s *Providers) Arrive(ctx context.Context, of *Provider, c Claims) (p staff.Person, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if p, err = find(ctx, tx, of, c); err != nil {
			return err
		}
		if p.Disabled {
			return staff.ErrSeatClosed
		}
		return nil
	})
	if errors.Is(err, ErrNoAccount) && of.Joins && of.Owns(c.Email) {
		p, err = s.join(ctx, of, c)
	}
	if err != nil {
		return staff.Person{}, fmt.Errorf("find account of who arrives: %w", staff.Named(err))
	}
	return p, nil
}

func find(ctx context.Context, tx pgx.Tx, of *Provider, c Claims) (staff.Person, error) {
	const bySubject = `SELECT staff_id FROM identity WHERE tenant_id = $1 AND issuer = $2 AND subject = $3`
	const byEmail = `SELECT id FROM staff WHERE tenant_id = $1 AND lower(email) = lower($2)`
	var id wa.AgentID
	err := tx.QueryRow(ctx, bySubject, of.TenantID, of.Issuer, c.Subject).Scan(&id)
	linked := err == nil
	if errors.Is(err, pgx.ErrNoRows) {
		err = tx.QueryRow(ctx, byEmail, of.TenantID, c.Email).Scan(&id)
	}
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return staff.Person{}, ErrNoAccount
	case err != nil:
		return staff.Person{}, err
	}
	p, err := staff.Held(ctx, tx, of.TenantID, id)
	if err != nil || linked || p.Disabled {
		return p, err
	}
	return p, link(ctx, tx, of, c, &p)
}

// link has the account be found by its subject. ErrAnother: it is linked already, to
// somebody else.
func link(ctx context.Context, tx pgx.Tx, of *Provider, c Claims, p *staff.Person) error {
	const put = `
INSERT INTO identity (tenant_id, issuer, subject, staff_id) VALUES ($1, $2, $3, $4)
ON CONFLICT (staff_id, issuer) DO UPDATE SET linked_at = identity.linked_at WHERE identity.subject = excluded.subject`
	done, err := tx.Exec(ctx, put, of.TenantID, of.Issuer, c.Subject, p.ID)
	switch {
	case err != nil:
		return err
	case done.RowsAffected() == 0:
		return ErrAnother
	}
	return staff.Tell(audit.Acting(ctx, p.By(audit.Actor(ctx))), tx, p, audit.IdentityLinked)
}

// join makes an account. One of another tenant with the e-mail is not told of.
func (s *Providers) join(ctx context.Context, of *Provider, c Claims) (staff.Person, error) {
	seat := staff.NewSeat(&staff.Person{TenantID: of.TenantID, Email: c.Email, Name: c.Name, Role: of.JoinRole})
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		const living = `SELECT id FROM team WHERE tenant_id = $1 AND id = ANY($2) AND removed_at IS NULL ORDER BY id`
		rows, err := tx.Query(ctx, living, of.TenantID, of.JoinTeams)
		if err != nil {
			return err
		}
		if seat.Person.Teams, err = pgx.CollectRows(rows, pgx.RowTo[wa.TeamID]); err != nil {
			return err
		}
		if err := seat.Take(ctx, tx); err != nil {
			return err
		}
		return link(ctx, tx, of, c, &seat.Person)
	})
	switch {
	case err != nil && errors.Is(staff.Named(err), staff.ErrEmailTaken):
		return staff.Person{}, ErrNoAccount
	case err != nil:
		return staff.Person{}, err
	}
	return seat.Person, nil
}

// Unlink forgets who an account of the tenant is at its providers: the next who comes
// with its e-mail is taken for its owner. What it has open ends. Errors: ErrNotFound,
// also where nothing was linked.
func (s *Providers) Unlink(ctx context.Context, tenant wa.TenantID, id wa.AgentID) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		p, err := staff.Held(ctx, tx, tenant, id)
		if err != nil {
			return err
		}
		done, err := tx.Exec(ctx, `DELETE FROM identity WHERE staff_id = $1`, id)
		switch {
		case err != nil:
			return err
		case done.RowsAffected() == 0:
			return persistence.ErrNotFound
		}
		if err := staff.EndAccess(ctx, tx, &p); err != nil {
			return err
		}
		return staff.Tell(ctx, tx, &p, audit.IdentityUnlinked)
	})
	if err != nil {
		return fmt.Errorf("unlink identity: %w", err)
	}
	return nil
}
