package api

import (
	"net/http"
	"slices"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// agentList are colleagues.
type agentList struct {
	Agents []view.Agent `json:"agents"`
}

// ListAgents shows colleagues: to an agent those who share a team and a number, without
// their e-mail; to managers and admins everybody, and with disabled=true those who were
// shut out too.
func (a *people) ListAgents(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	people, err := a.staff.List(r.Context(), who.Person.TenantID)
	if err != nil {
		return err
	}
	agents := []view.Agent{}
	scope := who.Person.Scope()
	left := scope.AllTeams && r.URL.Query().Get("disabled") == "true"
	var numbers []inbox.NumberInfo
	if !scope.AllTeams || len(scope.Numbers) > 0 {
		if numbers, err = a.inbox.Numbers(r.Context(), scope); err != nil {
			return err
		}
	}
	for i := range people {
		p := &people[i]
		if p.Disabled && !left {
			continue
		}
		v, ok := view.OfAgent(p), true
		if !scope.AllTeams || len(scope.Numbers) > 0 {
			v, ok = colleague(p, &scope, numbers)
		}
		if !ok {
			continue
		}
		if p.ID != who.Person.ID && !managesPeople(&who.Person) {
			v.Profile = view.OfProfile(&staff.Profile{})
		}
		agents = append(agents, v)
	}
	return rest.Write(w, http.StatusOK, agentList{agents})
}

// managesPeople says whether somebody divides the work of others, and therefore sees what
// they can do, in which languages and when. To the rest a colleague is a name.
func managesPeople(p *staff.Person) bool {
	return p.Role == staff.RoleAdmin || p.Role == staff.RoleManager
}

// colleague is what somebody whose view is bounded may know of another: the teams and
// numbers of his own scope. Who works for none of them is nobody to him: whom it names
// no numbers works with all.
func colleague(p *staff.Person, scope *persistence.Scope, numbers []inbox.NumberInfo) (view.Agent, bool) {
	v, limited := view.OfAgent(p), len(p.Numbers) > 0
	if p.ID == scope.Person {
		v.Email = ""
		return v, true
	}
	v.Numbers = slices.DeleteFunc(slices.Clone(v.Numbers), func(n wa.PhoneNumberID) bool {
		return !slices.ContainsFunc(numbers, func(known inbox.NumberInfo) bool { return known.ID == n })
	})
	if limited && len(v.Numbers) == 0 {
		return v, false
	}
	if scope.AllTeams {
		return v, true
	}
	v.Email, v.OwnOnly = "", false
	v.Teams = slices.DeleteFunc(slices.Clone(v.Teams), func(t wa.TeamID) bool { return !scope.WorksFor(p.TenantID, t) })
	return v, len(v.Teams) > 0 || p.Role != staff.RoleAgent
}

// teamList are all teams of the tenant.
type teamList struct {
	Teams   []view.Team `json:"teams"`
	Removed []view.Team `json:"removed" doc:"Merged or removed: names for what happened in them"`
}

// ListTeams names all teams of the tenant: one may transfer to each of them.
func (a *people) ListTeams(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	teams, err := a.staff.Teams(r.Context(), persistence.Scope{TenantID: who.Person.TenantID, AllTeams: true})
	if err != nil {
		return err
	}
	views := make([]view.Team, len(teams))
	for i, t := range teams {
		views[i] = view.Team{ID: t.ID, Name: t.Name, Mine: slices.Contains(who.Person.Teams, t.ID), Revision: t.Revision}
	}
	gone, err := a.staff.RemovedTeams(r.Context(), who.Person.TenantID)
	if err != nil {
		return err
	}
	removed := make([]view.Team, len(gone))
	for i, t := range gone {
		removed[i] = view.Team{ID: t.ID, Name: t.Name, Revision: t.Revision}
	}
	return rest.Write(w, http.StatusOK, teamList{views, removed})
}
