package persistence

import (
	"slices"

	"github.com/prosa-chat/prosa/actors/wa"
)

// Scope is what one person may see: one tenant, and there all teams or some.
// Every read of Inbox takes one, so that no caller can forget it.
type Scope struct {
	TenantID wa.TenantID
	AllTeams bool
	Teams    []wa.TeamID
}

// Sees says whether something of this tenant and team is within the scope.
func (s Scope) Sees(tenant wa.TenantID, team wa.TeamID) bool {
	return tenant == s.TenantID && (s.AllTeams || slices.Contains(s.Teams, team))
}
