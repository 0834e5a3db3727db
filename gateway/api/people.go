package api

import (
	"net/http"
	"slices"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// agentList are colleagues.
type agentList struct {
	Agents []view.Agent `json:"agents"`
}

// ListAgents shows colleagues: to an agent those who share a team, without
// their e-mail; to managers and admins everybody, and with disabled=true those
// who were shut out too.
func (a *people) ListAgents(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	people, err := a.staff.List(r.Context(), who.Person.TenantID)
	if err != nil {
		return err
	}
	agents := []view.Agent{}
	scope := who.Person.Scope()
	left := scope.AllTeams && r.URL.Query().Get("disabled") == "true"
	for i := range people {
		p := &people[i]
		shares := slices.ContainsFunc(p.Teams, func(t wa.TeamID) bool { return scope.Sees(p.TenantID, t) })
		if p.Disabled && !left || !scope.AllTeams && !shares && p.Role == staff.RoleAgent {
			continue
		}
		view := view.OfAgent(p)
		if !scope.AllTeams {
			view.Email = ""
			view.Teams = slices.DeleteFunc(slices.Clone(view.Teams), func(t wa.TeamID) bool { return !scope.Sees(p.TenantID, t) })
		}
		agents = append(agents, view)
	}
	return rest.Write(w, http.StatusOK, agentList{agents})
}

// teamList are all teams of the tenant.
type teamList struct {
	Teams []view.Team `json:"teams"`
}

// ListTeams names all teams of the tenant: one may transfer to each of them.
func (a *people) ListTeams(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	teams, err := a.staff.Teams(r.Context(), persistence.Scope{TenantID: who.Person.TenantID, AllTeams: true})
	if err != nil {
		return err
	}
	views := make([]view.Team, len(teams))
	for i, t := range teams {
		views[i] = view.Team{ID: t.ID, Name: t.Name, Mine: slices.Contains(who.Person.Teams, t.ID)}
	}
	return rest.Write(w, http.StatusOK, teamList{views})
}
