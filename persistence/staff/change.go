package staff

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/jobs"
)

// ErrLastAdmin says that without this account the tenant would have no administrator.
var ErrLastAdmin = errors.New("the last administrator of the tenant")

// ErrChanged says that somebody else has changed the account meanwhile.
var ErrChanged = errors.New("the account was changed meanwhile")

// AccountChange is what is to become of an account; nil leaves as it is. Revision is
// that of the account which whoever changes it has seen; 0: whatever it is.
type AccountChange struct {
	Revision int64
	Name     *string
	Role     *Role
	Teams    *[]wa.TeamID
	Numbers  *[]wa.PhoneNumberID
	OwnOnly  *bool
	Capacity *int
	ProfileChange
}

// Disable shuts an account out and ends its sessions. From then on it is made the
// owner of nothing, and a job hands its conversations over. Disabling twice is no
// error: a job that is under way takes the newer order. Errors: ErrNotFound,
// ErrLastAdmin, ErrLastWay.
func (s *Staff) Disable(ctx context.Context, tenant wa.TenantID, id wa.AgentID, o jobs.Order) (job int64, err error) {
	const disable = `UPDATE staff SET disabled_at = coalesce(disabled_at, now()), revision = revision + 1 WHERE id = $1`
	err = s.change(ctx, "disable account", tenant, id, func(ctx context.Context, tx pgx.Tx, _ Person) error {
		if _, err := tx.Exec(ctx, disable, id); err != nil {
			return err
		}
		if err := endAccess(ctx, tx, id, ""); err != nil {
			return err
		}
		job, err = jobs.OrderHandOver(ctx, tx, tenant, id, o)
		return err
	})
	return job, err
}

// Enable lets an account in again, with the password that it had. What is still
// his is handed over no further. Errors: ErrNotFound, a LimitError.
func (s *Staff) Enable(ctx context.Context, tenant wa.TenantID, id wa.AgentID) error {
	const enable = `UPDATE staff SET disabled_at = NULL, revision = revision + 1 WHERE id = $1`
	return s.change(ctx, "enable account", tenant, id, func(ctx context.Context, tx pgx.Tx, before Person) error {
		if _, err := tx.Exec(ctx, enable, id); err != nil || !before.Disabled {
			return err
		}
		return holdSeats(ctx, tx, tenant)
	})
}

// Change sets name, role, teams, limits and profile. What the person may see no more a job hands
// over; job is 0 if the rights became no narrower. Errors: ErrNotFound, ErrChanged,
// ErrLastAdmin, ErrLastWay, ErrRefused for an unknown team, those of Limits, a *ProfileError.
func (s *Staff) Change(
	ctx context.Context, tenant wa.TenantID, id wa.AgentID, c AccountChange, o jobs.Order,
) (p Person, job int64, err error) {
	const update = `
UPDATE staff SET name = $2, role = $3, numbers = $4, own_only = $5, capacity = $6, revision = revision + 1,
    skills = $7, languages = $8, time_zone = $9, interface_language = $10 WHERE id = $1`
	err = s.change(ctx, "change account", tenant, id, func(ctx context.Context, tx pgx.Tx, before Person) error {
		p = before
		if c.Revision != 0 && c.Revision != before.Revision {
			return ErrChanged
		}
		if c.Name != nil {
			p.Name = *c.Name
		}
		if c.Role != nil {
			p.Role = *c.Role
		}
		if c.Teams != nil {
			p.Teams = slices.Compact(slices.Sorted(slices.Values(*c.Teams)))
		}
		if c.Numbers != nil {
			p.Numbers = *c.Numbers
		}
		if c.OwnOnly != nil {
			p.OwnOnly = *c.OwnOnly
		}
		if c.Capacity != nil {
			p.Capacity = *c.Capacity
		}
		p.Profile.change(&c.ProfileChange)
		if err := p.checkProfile(); err != nil {
			return err
		}
		if err := p.check(ctx, tx, tenant, p.Role); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, update, id, p.Name, p.Role, p.Numbers, p.OwnOnly, p.Capacity,
			p.Skills, p.Languages, p.TimeZone, p.InterfaceLanguage); err != nil {
			return err
		}
		if err := setTeams(ctx, tx, p); err != nil {
			return err
		}
		if !narrower(&p, &before) {
			return nil
		}
		job, err = jobs.OrderHandOver(ctx, tx, tenant, id, o)
		return err
	})
	return p, job, err
}

// narrower says whether somebody may own less than before. Who is to see his own
// conversations alone keeps those.
func narrower(p, before *Person) bool {
	if p.Role == RoleAuditor {
		return before.Role != RoleAuditor
	}
	now, then := p.Scope(), before.Scope()
	teams := !now.AllTeams && (then.AllTeams || slices.ContainsFunc(then.Teams, func(t wa.TeamID) bool { return !now.WorksFor(p.TenantID, t) }))
	return teams || p.fewerNumbers(&before.Limits)
}

// change does something with an account while nobody else changes one of its
// tenant's administrators, and undoes it if it leaves none.
func (s *Staff) change(
	ctx context.Context, what string, tenant wa.TenantID, id wa.AgentID, do func(context.Context, pgx.Tx, Person) error,
) error {
	const admins = `SELECT count(*) FROM staff WHERE tenant_id = $1 AND role = 'admin' AND disabled_at IS NULL`
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if err := HoldAdmins(ctx, tx, tenant, id); err != nil {
			return err
		}
		var before, after int
		if err := tx.QueryRow(ctx, admins, tenant).Scan(&before); err != nil {
			return err
		}
		p, err := personOf(ctx, tx, tenant, id)
		if err != nil {
			return err
		}
		if err := do(ctx, tx, p); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, admins, tenant).Scan(&after); err != nil {
			return err
		}
		if before > 0 && after == 0 {
			return ErrLastAdmin
		}
		if err := WayLeft(ctx, tx, tenant); err != nil {
			return err
		}
		return tellChange(ctx, tx, &p)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, Named(err))
	}
	return nil
}

// personOf reads an account within a transaction.
func personOf(ctx context.Context, tx pgx.Tx, tenant wa.TenantID, id wa.AgentID) (Person, error) {
	rows, err := tx.Query(ctx, `SELECT`+personColumns+` FROM staff s WHERE s.tenant_id = $1 AND s.id = $2`, tenant, id)
	if err != nil {
		return Person{}, err
	}
	return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Person])
}

// tellChange writes into the audit what a transaction has made of an account; a
// change that changes nothing is none. Links of somebody who may make none now end.
func tellChange(ctx context.Context, tx pgx.Tx, before *Person) error {
	after, err := personOf(ctx, tx, before.TenantID, before.ID)
	if err != nil {
		return err
	}
	action := audit.PersonChanged
	switch {
	case after.Disabled && !before.Disabled:
		action = audit.PersonDisabled
	case before.Disabled && !after.Disabled:
		action = audit.PersonEnabled
	}
	from, to := audit.Changed(changing(before), changing(&after))
	if len(to) == 0 {
		return nil
	}
	err = audit.Write(ctx, tx, audit.Entry{TenantID: after.TenantID, Action: action, Object: objectOf(&after), Before: from, After: to})
	if err == nil && before.Role == RoleAdmin && (after.Disabled || after.Role != RoleAdmin) {
		err = endLinks(ctx, tx, after.TenantID, string(after.ID), after.Name)
	}
	return err
}

// objectOf is an account as the audit names it.
func objectOf(p *Person) audit.Object {
	return audit.Object{Kind: "person", ID: string(p.ID), Name: p.Name}
}

// valuesOf is what the audit tells of an account.
func valuesOf(p *Person) audit.Values {
	return p.tellProfile(p.tell(audit.Values{"email": p.Email, "name": p.Name, "role": p.Role, "teams": p.Teams, "disabled": p.Disabled}), false)
}

// changing is what a change of an account is told of.
func changing(p *Person) audit.Values {
	values := valuesOf(p)
	values["numbers"], values["own_only"], values["capacity"] = p.Numbers, p.OwnOnly, p.Capacity
	return p.tellProfile(values, true)
}

// told writes a line about an account that its fields do not show.
func told(ctx context.Context, tx pgx.Tx, p *Person, action audit.Action) error {
	return audit.Write(ctx, tx, audit.Entry{TenantID: p.TenantID, Action: action, Object: objectOf(p)})
}
