package staff

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// FirstName is what the first tenant is called until somebody names it.
const FirstName = "Main"

// empty says whether an installation belongs to nobody: neither people nor another
// tenant than $1, whose first administrator somebody else has invited.
const empty = `SELECT NOT EXISTS (SELECT FROM staff) AND NOT EXISTS (SELECT FROM tenant WHERE id <> $1)`

// rower is a pool or a transaction.
type rower interface {
	QueryRow(ctx context.Context, query string, args ...any) pgx.Row
}

// unspent is the id of a tenant that is to be founded: the given one, or with a number
// behind it where one of that name was erased, which for ever is nobody's.
func unspent(ctx context.Context, db rower, id wa.TenantID) (wa.TenantID, error) {
	const look = `SELECT EXISTS (SELECT FROM erased WHERE tenant_hash = sha256(convert_to($1, 'UTF8')))`
	free := id
	for n := 2; ; n++ {
		var spent bool
		if err := db.QueryRow(ctx, look, free).Scan(&spent); err != nil || !spent {
			return free, err
		}
		free = wa.TenantID(fmt.Sprintf("%s-%d", id, n))
	}
}

// Founding makes the tenant and team of an installation that belongs to nobody, and an
// invitation for whoever is to administer it. Its token, of which only the hash is
// kept, is good once, within a day, and takes the place of the one before. Where a tenant
// of this id was erased, the new one has another. "": somebody has the installation already.
func (s *Staff) Founding(ctx context.Context, tenant wa.TenantID, team Team) (token string, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		tenant, err := unspent(ctx, tx, tenant)
		if err != nil {
			return err
		}
		var nobody bool
		if err := tx.QueryRow(ctx, empty, tenant).Scan(&nobody); err != nil {
			return err
		}
		if !nobody { // he came another way: what was printed before opens nothing
			_, err := tx.Exec(ctx, `DELETE FROM invitation WHERE tenant_id = $1 AND email = ''`, tenant)
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO tenant (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING`, tenant, FirstName); err != nil {
			return err
		}
		const put = `INSERT INTO team (tenant_id, id, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
		if _, err := tx.Exec(ctx, put, tenant, team.ID, team.Name); err != nil {
			return err
		}
		by := audit.Actor(ctx)
		token = randomToken()
		const open = `
INSERT INTO invitation (tenant_id, id, token_hash, email, role, teams, by_id, by_name, expires_at) VALUES ($1, $2, $3, '', $4, $5, $6, $7, now() + $8)
ON CONFLICT (tenant_id, lower(email)) DO UPDATE SET token_hash = excluded.token_hash, created_at = now(), expires_at = excluded.expires_at`
		_, err = tx.Exec(ctx, open, tenant, uuid.Must(uuid.NewV7()).String(), tokenHash(token), RoleAdmin, []wa.TeamID{team.ID}, by.ID, by.Name, invitationLife)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("open the installation to its first administrator: %w", Named(err))
	}
	return token, nil
}

// Founds says whether the invitation is for the first administrator of all, who
// chooses his address himself.
func (i *Invitation) Founds() bool { return i.Email == "" }

// Found makes the account of the first administrator by the token of Founding, which
// ends. Of two at once one makes it. Errors: as of Join; ErrNotFound also where
// somebody has the installation since.
func (s *Staff) Found(ctx context.Context, token, email, name, password string) (Person, error) {
	i, err := s.InvitationOf(ctx, token)
	if err != nil {
		return Person{}, err
	}
	p := Person{
		ID: wa.AgentID(uuid.Must(uuid.NewV7()).String()), TenantID: i.TenantID, Email: email, Name: name, Role: i.Role, Teams: i.Teams,
	}
	if err := acceptable(password, &p); err != nil {
		return Person{}, err
	}
	hash := hashPassword(password) // before the transaction: it takes its time
	var late bool
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		const use = `DELETE FROM invitation WHERE token_hash = $1 AND email = '' AND expires_at > now() RETURNING tenant_id`
		if err := tx.QueryRow(ctx, use, tokenHash(token)).Scan(&p.TenantID); err != nil {
			return err
		}
		if err := active(ctx, tx, p.TenantID); err != nil {
			return err
		}
		var nobody bool
		if err := tx.QueryRow(ctx, empty, p.TenantID).Scan(&nobody); err != nil {
			return err
		}
		if late = !nobody; late {
			return nil // and the token has ended
		}
		return insertPerson(himself(ctx, &p), tx, &p, hash, audit.PersonJoined)
	})
	if late && err == nil {
		err = persistence.ErrNotFound
	}
	if err != nil {
		return Person{}, fmt.Errorf("found: %w", Named(err))
	}
	return p, nil
}

// Anybody says whether somebody has an account here, of whatever tenant.
func (s *Staff) Anybody(ctx context.Context) (bool, error) {
	var anybody bool
	if err := s.pool.QueryRow(ctx, `SELECT EXISTS (SELECT FROM staff)`).Scan(&anybody); err != nil {
		return false, fmt.Errorf("look for people: %w", err)
	}
	return anybody, nil
}
