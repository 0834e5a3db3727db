package staff

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// Errors of Limits.
var (
	// ErrNoNumber: a number that the tenant does not have; it is ErrRefused as well.
	ErrNoNumber = errors.New("no such number")
	// ErrUnlimited: administrators see everything, for they could lift any limit, and
	// auditors, for that is what they are for.
	ErrUnlimited = errors.New("an administrator or auditor is not limited by number")
	// ErrOnlyAgents: a manager's work is with the conversations of others.
	ErrOnlyAgents = errors.New("only an agent is limited to his own conversations")
)

// Limits are what a seat may see within its teams. The zero value is all of it.
type Limits struct {
	Numbers []wa.PhoneNumberID // sorted; none: all that the teams allow
	OwnOnly bool               // of conversations, those that he owns alone
}

// scopeMigration is the one that brought limits. Releases before it show everything to
// everybody: once there is a limit they may not start on the database any more.
const scopeMigration = 25

// auditorMigration is the one that brought auditors. Releases before it let somebody of a
// role that they do not know write as managers do.
const auditorMigration = 22

// check puts the limits of a seat in order and refuses what a role cannot have, and
// numbers that the tenant does not. What releases before know nothing of ends them.
func (l *Limits) check(ctx context.Context, tx pgx.Tx, tenant wa.TenantID, role Role) error {
	l.Numbers = slices.Compact(slices.Sorted(slices.Values(l.Numbers)))
	if l.Numbers == nil {
		l.Numbers = []wa.PhoneNumberID{}
	}
	if role == RoleAuditor {
		if err := persistence.Demand(ctx, tx, auditorMigration); err != nil {
			return err
		}
	}
	switch {
	case (role == RoleAdmin || role == RoleAuditor) && len(l.Numbers) > 0:
		return ErrUnlimited
	case role != RoleAgent && l.OwnOnly:
		return ErrOnlyAgents
	case len(l.Numbers) == 0 && !l.OwnOnly:
		return nil
	}
	var missing string
	const find = `
SELECT coalesce(string_agg(n, ', '), '') FROM unnest($2::text[]) n
WHERE NOT EXISTS (SELECT FROM phone_number WHERE tenant_id = $1 AND id = n)`
	if err := tx.QueryRow(ctx, find, tenant, l.Numbers).Scan(&missing); err != nil {
		return err
	}
	if missing != "" {
		return fmt.Errorf("%w: %w: %s", persistence.ErrRefused, ErrNoNumber, missing)
	}
	return persistence.Demand(ctx, tx, scopeMigration)
}

// fewerNumbers says whether the numbers of before are not all there any more.
func (l *Limits) fewerNumbers(before *Limits) bool {
	return len(l.Numbers) > 0 && (len(before.Numbers) == 0 ||
		slices.ContainsFunc(before.Numbers, func(n wa.PhoneNumberID) bool { return !slices.Contains(l.Numbers, n) }))
}

// tell adds to what the audit says of a seat. Of a new one that has no limits there is
// nothing to say.
func (l *Limits) tell(values audit.Values) audit.Values {
	if len(l.Numbers) > 0 {
		values["numbers"] = l.Numbers
	}
	if l.OwnOnly {
		values["own_only"] = true
	}
	return values
}
