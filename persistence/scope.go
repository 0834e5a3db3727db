package persistence

import (
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/actors/wa"
)

// Scope is what one person may see: one tenant, there all teams or some, of these
// all numbers or some, and of all that perhaps only what is his own. Every read of
// Inbox takes one, so that no caller can forget it.
type Scope struct {
	TenantID wa.TenantID
	AllTeams bool
	Teams    []wa.TeamID
	Numbers  []wa.PhoneNumberID // none: all of them
	OwnOnly  bool               // only conversations that Person owns
	Person   wa.AgentID         // who looks; OwnOnly needs it
}

// Place is where a conversation stands: what decides who may see it. Two are equal
// if the same people see both.
type Place struct {
	Team   wa.TeamID
	Number wa.PhoneNumberID
	Owner  wa.AgentID // the person who owns it, "": nobody, or nobody who logs in
}

// Sees says whether a conversation of this tenant that stands there is within the scope.
func (s Scope) Sees(tenant wa.TenantID, at Place) bool {
	return s.WorksFor(tenant, at.Team) && s.WorksWith(at.Number) && (!s.OwnOnly || at.Owner != "" && at.Owner == s.Person)
}

// WorksFor says whether a team of this tenant is within the scope, whatever else
// bounds it.
func (s Scope) WorksFor(tenant wa.TenantID, team wa.TeamID) bool {
	return tenant == s.TenantID && (s.AllTeams || slices.Contains(s.Teams, team))
}

// WorksWith says whether a number is within the scope, whatever else bounds it.
func (s Scope) WorksWith(number wa.PhoneNumberID) bool {
	return len(s.Numbers) == 0 || slices.Contains(s.Numbers, number)
}

// Bounded says whether the scope is narrower than its teams.
func (s Scope) Bounded() bool { return s.OwnOnly || len(s.Numbers) > 0 }

// ShownSQL is what SQL demands of a row c of conversation to be within the scope. Its
// arguments are those of Args.
func (s Scope) ShownSQL() string {
	return ` c.tenant_id = @tenant AND (@all OR c.team_id = ANY(@teams))` + s.BoundSQL()
}

// BoundSQL is what ShownSQL demands beyond tenant and team: "" for nearly everybody, whose
// statements, and so their plans, are the same whether others are bounded or not.
func (s Scope) BoundSQL() string { return s.NumberSQL("c.phone_number_id") + s.OwnerSQL() }

// NumberSQL demands that a number is of the scope; "" if all are.
func (s Scope) NumberSQL(number string) string {
	switch len(s.Numbers) {
	case 0:
		return ""
	case 1: // an equation, which an index answers without a look at the row
		return ` AND ` + number + ` = @only_number`
	}
	return ` AND ` + number + ` = ANY(@only_numbers)`
}

// OwnerSQL demands of a row c of conversation that its owner is the person of the scope;
// "" if he sees those of others.
func (s Scope) OwnerSQL() string {
	if !s.OwnOnly {
		return ""
	}
	return ` AND c.owner_id = @only_owner`
}

// Args adds to the arguments of a statement those of ShownSQL, and returns them.
func (s Scope) Args(args pgx.NamedArgs) pgx.NamedArgs {
	args["tenant"], args["all"], args["teams"] = s.TenantID, s.AllTeams, s.Teams
	args["only_numbers"], args["only_owner"], args["only_number"] = s.Numbers, s.Person, ""
	if len(s.Numbers) > 0 {
		args["only_number"] = s.Numbers[0]
	}
	return args
}
