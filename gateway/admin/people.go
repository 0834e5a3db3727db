package admin

import (
	"errors"
	"net/http"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// newAgentBody makes an account for somebody who works at the admin's tenant.
type newAgentBody struct {
	Email    string      `json:"email"`
	Name     string      `json:"name"`
	Role     staff.Role  `json:"role" enum:"agent,manager,admin,auditor"`
	Teams    []wa.TeamID `json:"teams" required:"false"`
	Password string      `json:"password" doc:"8 to 200 bytes" format:"password"`
	limitsBody
}

// CreateAgent makes an account with a password that the administrator chose. A key makes
// none: it would have a way in that outlasts it. It invites.
func (a *accounts) CreateAgent(w http.ResponseWriter, r *http.Request, who staff.Session) error {
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
		TenantID: who.Person.TenantID, Email: in.Email, Name: wa.CleanText(in.Name), Role: in.Role, Teams: in.Teams, Limits: in.limits(),
	}, in.Password)
	wrong := limitProblem(err)
	switch {
	case wrong != nil:
		return wrong
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
	ID       wa.TeamID `json:"id"`
	Name     string    `json:"name"`
	Revision int64     `json:"revision" required:"false" doc:"That of the team as it was seen: a change made meanwhile is then not overwritten, and refused as outdated"`
}

// PutTeam makes a team or renames it.
func (a *accounts) PutTeam(w http.ResponseWriter, r *http.Request, who staff.Session) error {
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
	team, err := a.staff.PutTeam(r.Context(), who.Person.TenantID, staff.Team{ID: in.ID, Name: wa.CleanText(in.Name), Revision: in.Revision})
	switch {
	case errors.Is(err, staff.ErrTeamGone):
		return problem.Field("id", "a team that was removed had this id: choose another")
	case errors.Is(err, staff.ErrTeamNamed):
		return problem.Field("name", "another team has this name: choose one that tells the two apart")
	case errors.Is(err, staff.ErrChanged):
		return problem.New(code.Outdated, "somebody else has renamed the team meanwhile")
	case err != nil:
		return err
	}
	return rest.Write(w, http.StatusOK, view.Team{ID: team.ID, Name: team.Name, Mine: who.Person.Scope().WorksFor(who.Person.TenantID, team.ID), Revision: team.Revision})
}
