package admin

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// maxMembers bounds how many one request moves.
const maxMembers = 1000

// NumberTeams gives numbers a team; *numbers.Numbers does.
type NumberTeams interface {
	SetTeam(ctx context.Context, tenant wa.TenantID, team wa.TeamID, ids []wa.PhoneNumberID) error
}

// teams change who and what belongs to a team, and end it.
type teams struct {
	staff       *staff.Staff
	numbers     NumberTeams
	changedSeat func(wa.TenantID, wa.AgentID)
}

// teamMembersBody changes members, several at once.
type teamMembersBody struct {
	Add    []wa.AgentID `json:"add" required:"false"`
	Remove []wa.AgentID `json:"remove" required:"false" doc:"Their conversations of this team go back to its queue, by a job"`
}

// teamMembersView names whose rights changed.
type teamMembersView struct {
	Changed []wa.AgentID `json:"changed"`
}

// teamNumbersBody gives numbers to a team.
type teamNumbersBody struct {
	Numbers []wa.PhoneNumberID `json:"numbers" doc:"New conversations on them begin in this team"`
}

// teamEndBody says where everything of a team goes.
type teamEndBody struct {
	Into wa.TeamID `json:"into" doc:"Another team"`
}

// teamEndView is the job that carries the conversations over.
type teamEndView struct {
	Job int64 `json:"job" doc:"See /api/v1/jobs/{id}"`
}

func teamInPath(r *http.Request) wa.TeamID { return wa.TeamID(wa.CleanText(r.PathValue("team"))) }

// SetMembers lets people join a team and leave it: all of them or none.
func (a *teams) SetMembers(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	var in teamMembersBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	team := teamInPath(r)
	if known, err := a.staff.HasTeam(r.Context(), who.Person.TenantID, team); err != nil || !known {
		return unlessKnown(err)
	}
	for _, list := range [][]wa.AgentID{in.Add, in.Remove} {
		for i := range list {
			list[i] = wa.AgentID(wa.CleanText(string(list[i])))
		}
	}
	seen := map[wa.AgentID]bool{}
	for _, id := range slices.Concat(in.Add, in.Remove) {
		if seen[id] {
			return problem.Field("remove", "somebody is named twice: let each join or leave")
		}
		seen[id] = true
	}
	if len(seen) > maxMembers {
		return problem.Field("add", "want at most 1000 people at once")
	}
	if who.Person.Key != nil {
		people, err := a.staff.List(r.Context(), who.Person.TenantID)
		if err != nil {
			return err
		}
		for i := range people {
			if err := Changeable(&who.Person, &people[i]); err != nil && seen[people[i].ID] {
				return err
			}
		}
	}
	changed, err := a.staff.SetMembers(r.Context(), who.Person.TenantID, team, in.Add, in.Remove)
	if errors.Is(err, persistence.ErrNotFound) {
		return problem.Field("add", "want ids of people who work here; see /api/v1/agents")
	}
	if err != nil {
		return err
	}
	for _, id := range changed {
		a.changedSeat(who.Person.TenantID, id)
	}
	if changed == nil {
		changed = []wa.AgentID{}
	}
	return rest.Write(w, http.StatusOK, teamMembersView{changed})
}

// SetNumbers gives numbers to a team: all of them or none.
func (a *teams) SetNumbers(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if a.numbers == nil {
		return problem.New(code.NotFound, "")
	}
	var in teamNumbersBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	team := teamInPath(r)
	if known, err := a.staff.HasTeam(r.Context(), who.Person.TenantID, team); err != nil || !known {
		return unlessKnown(err)
	}
	if len(in.Numbers) > maxMembers {
		return problem.Field("numbers", "want at most 1000 numbers at once")
	}
	err := a.numbers.SetTeam(r.Context(), who.Person.TenantID, team, in.Numbers)
	if errors.Is(err, persistence.ErrNotFound) {
		return problem.Field("numbers", "want ids of numbers that are connected; see /api/v1/numbers")
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// Merge brings everything of a team into another.
func (a *teams) Merge(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	return a.end(w, r, &who.Person, true)
}

// Remove ends a team; its numbers and conversations go to another.
func (a *teams) Remove(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	return a.end(w, r, &who.Person, false)
}

func (a *teams) end(w http.ResponseWriter, r *http.Request, by *staff.Person, merge bool) error {
	var in teamEndBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	if in.Into == "" {
		return problem.Field("into", "missing: which team gets the conversations?")
	}
	end, err := a.staff.EndTeam(r.Context(), by.TenantID, teamInPath(r), wa.TeamID(wa.CleanText(string(in.Into))), merge)
	switch {
	case errors.Is(err, staff.ErrSameTeam):
		return problem.Field("into", "this is the team itself: choose another")
	case errors.Is(err, staff.ErrLastTeam):
		return problem.Field("into", "this is the only team: make another one first")
	case errors.Is(err, staff.ErrNoTeam):
		return problem.Field("into", "there is no such team")
	case err != nil:
		return err
	}
	for _, id := range end.Seats {
		a.changedSeat(by.TenantID, id)
	}
	return rest.Write(w, http.StatusOK, teamEndView{end.Job})
}

// unlessKnown is 404 for a team that is not there.
func unlessKnown(err error) error {
	if err == nil {
		return persistence.ErrNotFound
	}
	return err
}
