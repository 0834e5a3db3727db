package api

import (
	"errors"
	"net/http"
	"slices"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// agentList are colleagues.
type agentList struct {
	Agents []view.Agent `json:"agents"`
}

// listAgents shows colleagues: to an agent those who share a team, without
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

type teamView struct {
	ID   wa.TeamID `json:"id"`
	Name string    `json:"name"`
	Mine bool      `json:"mine"`
}

// teamList are all teams of the tenant.
type teamList struct {
	Teams []teamView `json:"teams"`
}

// listTeams names all teams of the tenant: one may transfer to each of them.
func (a *people) ListTeams(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	teams, err := a.staff.Teams(r.Context(), persistence.Scope{TenantID: who.Person.TenantID, AllTeams: true})
	if err != nil {
		return err
	}
	views := make([]teamView, len(teams))
	for i, t := range teams {
		views[i] = teamView{t.ID, t.Name, slices.Contains(who.Person.Teams, t.ID)}
	}
	return rest.Write(w, http.StatusOK, teamList{views})
}

// newAgentBody makes an account for somebody who works at the admin's tenant.
type newAgentBody struct {
	Email    string      `json:"email"`
	Name     string      `json:"name"`
	Role     staff.Role  `json:"role" enum:"agent,manager,admin"`
	Teams    []wa.TeamID `json:"teams" required:"false"`
	Password string      `json:"password" doc:"8 to 200 bytes" format:"password"`
}

func (a *people) CreateAgent(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	var in newAgentBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	if err := errors.Join(rest.CheckEmail(in.Email), rest.CheckName("name", in.Name)); err != nil {
		return err
	}
	if !in.Role.Known() {
		return problem.Field("role", rest.WantRole)
	}
	p, err := a.staff.Create(r.Context(), staff.Person{
		TenantID: who.Person.TenantID, Email: in.Email, Name: wa.CleanText(in.Name), Role: in.Role, Teams: in.Teams,
	}, in.Password)
	switch {
	case errors.Is(err, staff.ErrWeakPassword), errors.Is(err, staff.ErrGuessablePassword):
		return problem.Field("password", err.Error())
	case errors.Is(err, staff.ErrEmailTaken):
		return problem.New(code.EmailTaken, "")
	case errors.Is(err, persistence.ErrRefused):
		return problem.Field("teams", "want ids of teams that exist; see /api/v1/teams")
	case err != nil:
		return err
	}
	return rest.Write(w, http.StatusOK, view.OfAgent(&p))
}

// teamBody makes a team or renames it.
type teamBody struct {
	ID   wa.TeamID `json:"id"`
	Name string    `json:"name"`
}

func (a *people) PutTeam(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	var in teamBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	if !rest.Nameable(in.ID) {
		return problem.Field("id", rest.WantTeam)
	}
	if err := rest.CheckName("name", in.Name); err != nil {
		return err
	}
	team := staff.Team{ID: in.ID, Name: wa.CleanText(in.Name)}
	if err := a.staff.PutTeam(r.Context(), who.Person.TenantID, team); err != nil {
		return err
	}
	return rest.Write(w, http.StatusOK, teamView{ID: team.ID, Name: team.Name, Mine: who.Person.Scope().Sees(who.Person.TenantID, team.ID)})
}
