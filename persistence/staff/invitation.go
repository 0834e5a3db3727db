package staff

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
)

const (
	invitationLife = 24 * time.Hour
	// invitationShown is how long one that was not taken up is still listed.
	invitationShown = 30 * 24 * time.Hour
	// MaxInvitations is how many a tenant may have open at once: nobody hires more in
	// a day, and a slip of the pen, or a stolen session, ends there.
	MaxInvitations = 500
)

// ErrTooManyInvitations says that the tenant has MaxInvitations open.
var ErrTooManyInvitations = errors.New("too many open invitations")

// ErrInvitationExpired says that an invitation was not taken up in time. It is an
// ErrNotFound: nobody gets in by it.
var ErrInvitationExpired = fmt.Errorf("the invitation has expired: %w", persistence.ErrNotFound)

// Invitation lets whoever has its link make the account of Email, once, within a
// day. Token is only set by Invite: the store keeps its SHA-256 alone.
type Invitation struct {
	ID        string
	TenantID  wa.TenantID
	Email     string
	Role      Role
	Teams     []wa.TeamID
	ByID      wa.AgentID
	ByName    string
	CreatedAt time.Time
	ExpiresAt time.Time
	Limits
	Token string
}

const invitationColumns = ` i.id, i.tenant_id, i.email, i.role, i.teams, i.by_id, i.by_name, i.created_at, i.expires_at, i.numbers, i.own_only,
'' AS token`

// Invite opens an invitation for each of the addresses with the same rights, or for
// none. One for an address that has an open one replaces it: its old link ends.
// Errors: an *AddressError that names the address where one has an account already
// (ErrEmailTaken), ErrTooManyInvitations, ErrRefused for an unknown team, those of Limits, a
// LimitError.
func (s *Staff) Invite(
	ctx context.Context, tenant wa.TenantID, emails []string, role Role, teams []wa.TeamID, limits Limits,
) ([]Invitation, error) {
	var list []Invitation
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) (err error) {
		list, err = InviteWithin(ctx, tx, tenant, emails, Invitation{Role: role, Teams: teams, Limits: limits})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("invite: %w", Named(err))
	}
	return list, nil
}

// InviteWithin is Invite as part of a transaction, with role, teams and limits of what
// is offered; its errors are not named yet.
func InviteWithin(ctx context.Context, tx pgx.Tx, tenant wa.TenantID, emails []string, offer Invitation) ([]Invitation, error) {
	if err := teamsExist(ctx, tx, tenant, offer.Teams); err != nil {
		return nil, err
	}
	if err := offer.Limits.check(ctx, tx, tenant, offer.Role); err != nil {
		return nil, err
	}
	offer.TenantID, offer.Teams = tenant, eachOnce(offer.Teams)
	if err := lockTenant(ctx, tx, tenant); err != nil { // before rows are counted
		return nil, err
	}
	list := make([]Invitation, len(emails))
	for n, email := range emails {
		offer.Email = email
		made, err := putInvitation(ctx, tx, &offer)
		if err != nil {
			return nil, err
		}
		list[n] = made
	}
	var open int
	const count = `SELECT count(*) FROM invitation WHERE tenant_id = $1 AND expires_at > now()`
	if err := tx.QueryRow(ctx, count, tenant).Scan(&open); err != nil {
		return nil, err
	}
	if open > MaxInvitations {
		return nil, ErrTooManyInvitations
	}
	return list, holdSeats(ctx, tx, tenant)
}

// putInvitation opens one invitation, in place of an open one for its address.
func putInvitation(ctx context.Context, tx pgx.Tx, i *Invitation) (Invitation, error) {
	var taken bool
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM staff WHERE lower(email) = lower($1))`, i.Email).Scan(&taken); err != nil {
		return Invitation{}, err
	}
	if taken {
		return Invitation{}, &AddressError{Email: i.Email, Err: ErrEmailTaken}
	}
	by, token := audit.Actor(ctx), randomToken()
	const put = `
INSERT INTO invitation AS i (tenant_id, id, token_hash, email, role, teams, by_id, by_name, expires_at, numbers, own_only)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now() + $9, $10, $11)
ON CONFLICT (tenant_id, lower(email)) DO UPDATE SET token_hash = excluded.token_hash, email = excluded.email, role = excluded.role,
    teams = excluded.teams, by_id = excluded.by_id, by_name = excluded.by_name, created_at = now(), expires_at = excluded.expires_at,
    numbers = excluded.numbers, own_only = excluded.own_only
RETURNING` + invitationColumns
	rows, err := tx.Query(ctx, put, i.TenantID, uuid.Must(uuid.NewV7()).String(), tokenHash(token), i.Email, i.Role, notNil(i.Teams), by.ID, by.Name,
		invitationLife, i.Numbers, i.OwnOnly)
	if err != nil {
		return Invitation{}, err
	}
	made, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Invitation])
	if err != nil {
		return Invitation{}, err
	}
	made.Token = token
	return made, tellInvitation(ctx, tx, &made, audit.PersonInvited)
}

// AddressError says what is wrong with one address of several.
type AddressError struct {
	Email string
	Err   error
}

func (e *AddressError) Error() string { return e.Email + ": " + e.Err.Error() }
func (e *AddressError) Unwrap() error { return e.Err }

func tellInvitation(ctx context.Context, tx pgx.Tx, i *Invitation, action audit.Action) error {
	return audit.Write(ctx, tx, audit.Entry{
		TenantID: i.TenantID, Action: action, Object: audit.Object{Kind: "invitation", ID: i.ID, Name: i.Email},
		After: i.tell(audit.Values{"email": i.Email, "role": i.Role, "teams": i.Teams}),
	})
}

func notNil(teams []wa.TeamID) []wa.TeamID {
	if teams == nil {
		return []wa.TeamID{}
	}
	return teams
}

// eachOnce are values in their order, each one once.
func eachOnce[T cmp.Ordered](list []T) []T { return slices.Compact(slices.Sorted(slices.Values(list))) }

// teamsExist refuses, as ErrRefused, a team that nobody made or that is gone. None of
// them goes until the transaction ends.
func teamsExist(ctx context.Context, tx pgx.Tx, tenant wa.TenantID, teams []wa.TeamID) error {
	const hold = `SELECT id FROM team WHERE tenant_id = $1 AND id = ANY($2) AND removed_at IS NULL ORDER BY id FOR KEY SHARE`
	rows, err := tx.Query(ctx, hold, tenant, teams)
	if err != nil {
		return err
	}
	there, err := pgx.CollectRows(rows, pgx.RowTo[wa.TeamID])
	if err != nil {
		return err
	}
	for _, t := range teams {
		if !slices.Contains(there, t) {
			return fmt.Errorf("%w: no team %s", persistence.ErrRefused, t)
		}
	}
	return nil
}

// Invitations lists those of a tenant that were not taken up, the newest first, also
// such as expired lately.
func (s *Staff) Invitations(ctx context.Context, tenant wa.TenantID) ([]Invitation, error) {
	return persistence.Collect(ctx, s.pool, "list invitations", pgx.RowToStructByPos[Invitation],
		`SELECT`+invitationColumns+` FROM invitation i WHERE i.tenant_id = $1 AND i.email <> '' AND i.expires_at > now() - $2::interval
ORDER BY i.created_at DESC, i.id DESC`, tenant, invitationShown)
}

// RenewInvitation gives an invitation another link and another day; the link before
// ends, and it is of whoever renews it. ErrNotFound: it was taken up or withdrawn.
func (s *Staff) RenewInvitation(ctx context.Context, tenant wa.TenantID, id string) (Invitation, error) {
	by, token := audit.Actor(ctx), randomToken()
	i, err := s.changeInvitation(ctx, audit.PersonInvited, `
UPDATE invitation i SET token_hash = $3, created_at = now(), expires_at = now() + $4, by_id = $5, by_name = $6
WHERE i.tenant_id = $1 AND i.id = $2 RETURNING`+invitationColumns, tenant, id, tokenHash(token), invitationLife, by.ID, by.Name)
	i.Token = token
	return i, err
}

// WithdrawInvitation ends an invitation. ErrNotFound: it was taken up or withdrawn.
func (s *Staff) WithdrawInvitation(ctx context.Context, tenant wa.TenantID, id string) error {
	_, err := s.changeInvitation(ctx, audit.InvitationWithdrawn,
		`DELETE FROM invitation i WHERE i.tenant_id = $1 AND i.id = $2 RETURNING`+invitationColumns, tenant, id)
	return err
}

func (s *Staff) changeInvitation(ctx context.Context, action audit.Action, query string, args ...any) (i Invitation, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, query, args...)
		if err != nil {
			return err
		}
		if i, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Invitation]); err != nil {
			return err
		}
		if err := tellInvitation(ctx, tx, &i, action); err != nil || action == audit.InvitationWithdrawn {
			return err
		}
		return holdSeats(ctx, tx, i.TenantID) // one that had expired held none
	})
	if err != nil {
		return Invitation{}, fmt.Errorf("change invitation: %w", Named(err))
	}
	return i, nil
}

// InvitationOf is the open invitation of a token, left as it is. Errors:
// ErrInvitationExpired, also where whoever made it might make none now; ErrNotFound, it
// was taken up, withdrawn or replaced.
func (s *Staff) InvitationOf(ctx context.Context, token string) (Invitation, error) {
	list, err := persistence.Collect(ctx, s.pool, "find invitation", pgx.RowToStructByPos[Invitation],
		`SELECT`+invitationColumns+` FROM invitation i WHERE i.token_hash = $1 AND i.expires_at > now() AND`+makerMay("i.by_id"), tokenHash(token))
	if err != nil {
		return Invitation{}, err
	}
	if len(list) == 1 {
		return list[0], nil
	}
	var late bool
	if err := s.pool.QueryRow(ctx, `SELECT EXISTS (SELECT FROM invitation WHERE token_hash = $1)`, tokenHash(token)).Scan(&late); err != nil {
		return Invitation{}, fmt.Errorf("find invitation: %w", Named(err))
	}
	if late {
		return Invitation{}, fmt.Errorf("find invitation: %w", ErrInvitationExpired)
	}
	return Invitation{}, fmt.Errorf("find invitation: %w", persistence.ErrNotFound)
}

// Join makes the account that an invitation is for, with a name and a password that
// its owner chose, and ends the invitation. Of two at once one makes it. A password
// that is not accepted leaves the invitation as it is. Errors: ErrNotFound as of
// InvitationOf, ErrEmailTaken, ErrWeakPassword, ErrGuessablePassword, ErrRefused where
// a team of the invitation is gone.
func (s *Staff) Join(ctx context.Context, token, name, password string) (Person, error) {
	i, err := s.InvitationOf(ctx, token)
	if err != nil {
		return Person{}, err
	}
	if i.Founds() { // see Found
		return Person{}, fmt.Errorf("join: %w", persistence.ErrNotFound)
	}
	p := Person{
		ID: wa.AgentID(uuid.Must(uuid.NewV7()).String()), TenantID: i.TenantID, Email: i.Email, Name: name, Role: i.Role, Teams: i.Teams, Limits: i.Limits,
	}
	if err := acceptable(password, &p); err != nil {
		return Person{}, err
	}
	hash := hashPassword(password) // before the transaction: it takes its time
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		use := `DELETE FROM invitation i WHERE token_hash = $1 AND expires_at > now() AND` + makerMay("i.by_id") + ` RETURNING role, teams, numbers, own_only`
		if err := tx.QueryRow(ctx, use, tokenHash(token)).Scan(&p.Role, &p.Teams, &p.Numbers, &p.OwnOnly); err != nil {
			return err
		}
		if err := active(ctx, tx, p.TenantID); err != nil {
			return err
		}
		return insertPerson(himself(ctx, &p), tx, &p, hash, audit.PersonJoined)
	})
	if err != nil {
		return Person{}, fmt.Errorf("join: %w", Named(err))
	}
	return p, nil
}
