package staff

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// ErrLastWay says that no administrator of the tenant could sign in with a password: a
// provider that fails would lock everybody out.
var ErrLastWay = errors.New("no administrator could sign in with a password")

// WayLeft is ErrLastWay where the tenant lets people sign in by its provider alone and
// no administrator has a password as his way in. The transaction holds the
// administrators.
func WayLeft(ctx context.Context, tx pgx.Tx, tenant wa.TenantID) error {
	const find = `
SELECT NOT EXISTS (SELECT FROM identity_provider i WHERE i.tenant_id = $1 AND i.exclusive) OR EXISTS (
    SELECT FROM staff s JOIN identity_provider i ON i.tenant_id = s.tenant_id
    WHERE s.tenant_id = $1 AND s.role = 'admin' AND s.disabled_at IS NULL
        AND (s.id = ANY(i.password_people) OR split_part(lower(s.email), '@', 2) <> ALL(i.domains)))`
	var left bool
	if err := tx.QueryRow(ctx, find, tenant).Scan(&left); err != nil {
		return err
	}
	if !left {
		return ErrLastWay
	}
	return nil
}

// HoldAdmins keeps the administrators of a tenant, and one account more, from being
// changed until the transaction ends.
func HoldAdmins(ctx context.Context, tx pgx.Tx, tenant wa.TenantID, more wa.AgentID) error {
	const lock = `
SELECT count(*) FROM (
    SELECT FROM staff WHERE tenant_id = $1 AND (id = $2 OR role = 'admin' AND disabled_at IS NULL) ORDER BY id FOR UPDATE) s`
	_, err := tx.Exec(ctx, lock, tenant, more)
	return err
}

// TeamsExist refuses, as ErrRefused, a team that nobody made or that is gone. None of
// them goes until the transaction ends.
func TeamsExist(ctx context.Context, tx pgx.Tx, tenant wa.TenantID, teams []wa.TeamID) error {
	return teamsExist(ctx, tx, tenant, teams)
}

// Seat is an account that is to be made for somebody whom another has proven. Nobody
// knows its password.
type Seat struct {
	Person Person
	hash   string
}

// NewSeat prepares the account; it takes its time, and so stands before a transaction.
func NewSeat(p *Person) Seat {
	seat := Seat{*p, hashPassword(randomToken())}
	seat.Person.ID = wa.AgentID(uuid.Must(uuid.NewV7()).String())
	return seat
}

// Take makes the account. Errors: ErrEmailTaken once named, a ClosedError, a LimitError.
func (s *Seat) Take(ctx context.Context, tx pgx.Tx) error {
	if err := active(ctx, tx, s.Person.TenantID); err != nil {
		return err
	}
	if err := insertPerson(himself(ctx, &s.Person), tx, &s.Person, s.hash, audit.PersonJoined); err != nil {
		return err
	}
	return holdSeats(ctx, tx, s.Person.TenantID)
}
