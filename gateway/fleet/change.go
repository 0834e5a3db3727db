package fleet

import (
	"errors"
	"net/http"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// ChangeBody changes what it names of a number.
type ChangeBody struct {
	Revision int64      `json:"revision" required:"false" doc:"That of the number as it was seen: a change made meanwhile is then not overwritten, and refused as outdated"`
	Name     *string    `json:"name" required:"false"`
	TeamID   *wa.TeamID `json:"team_id" required:"false" doc:"Of new conversations; those that are open stay with their team"`
	Language *string    `json:"language" required:"false" doc:"Such as pt-BR; empty: none"`
	Rate     *int32     `json:"rate" required:"false" doc:"messages a second, in and out; 0: what Meta grants"`
}

// highestRate is what Meta grants at most.
const highestRate = 1000

func (b *ChangeBody) check() error {
	if b.Name != nil {
		if err := rest.CheckName("name", *b.Name); err != nil {
			return err
		}
		*b.Name = wa.CleanText(*b.Name)
	}
	switch {
	case b.TeamID != nil && !rest.Nameable(*b.TeamID):
		return problem.Field("team_id", rest.WantTeam)
	case b.Language != nil && *b.Language != "" && !rest.IsLanguage(*b.Language):
		return problem.Field("language", "want a language such as pt-BR")
	case b.Rate != nil && (*b.Rate < 0 || *b.Rate > highestRate):
		return problem.Field("rate", "want 1 to 1000 messages a second, or 0 for the usual")
	}
	return nil
}

// Change sets the name, team, language and rate of a number. The rate is the number's
// own to judge, and is asked first: what it refuses changes nothing.
func (d *Desk) Change(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if d.cfg.Fleet == nil || d.cfg.Numbers == nil {
		return problem.New(code.NotFound, "")
	}
	var in ChangeBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	if err := in.check(); err != nil {
		return err
	}
	id, tenant := wa.PhoneNumberID(wa.CleanText(r.PathValue("id"))), who.Person.TenantID
	change := numbers.Change{Revision: in.Revision, Name: in.Name, Team: in.TeamID, Language: in.Language, Rate: in.Rate}
	if err := d.cfg.Numbers.May(r.Context(), tenant, id, change); err != nil {
		return changeProblem(err)
	}
	if in.Rate != nil {
		if err := d.cfg.Grains.SetRate(r.Context(), &who.Person, id, *in.Rate); err != nil {
			return err
		}
	}
	if err := d.cfg.Numbers.Change(r.Context(), tenant, id, change); err != nil {
		return changeProblem(err)
	}
	return d.one(w, r, tenant, id)
}

// ChangeAllBody changes the same of many numbers.
type ChangeAllBody struct {
	Numbers  []wa.PhoneNumberID `json:"numbers"`
	TeamID   *wa.TeamID         `json:"team_id" required:"false" doc:"Of new conversations; those that are open stay with their team"`
	Language *string            `json:"language" required:"false" doc:"Such as pt-BR; empty: none"`
}

// ChangedView says how many were changed.
type ChangedView struct {
	Numbers int `json:"numbers"`
}

// ChangeAll sets the team or language of many numbers, or of none.
func (d *Desk) ChangeAll(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if d.cfg.Numbers == nil {
		return problem.New(code.NotFound, "")
	}
	var in ChangeAllBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	if err := checkNumbers(in.Numbers); err != nil {
		return err
	}
	if in.TeamID == nil && in.Language == nil {
		return problem.Field("team_id", "missing: say which team or language")
	}
	of := ChangeBody{TeamID: in.TeamID, Language: in.Language}
	if err := of.check(); err != nil {
		return err
	}
	change := numbers.Change{Team: in.TeamID, Language: in.Language}
	if err := d.cfg.Numbers.ChangeAll(r.Context(), who.Person.TenantID, in.Numbers, change); err != nil {
		return changeProblem(err)
	}
	return rest.Write(w, http.StatusOK, ChangedView{len(in.Numbers)})
}

func changeProblem(err error) error {
	switch {
	case errors.Is(err, persistence.ErrConflict):
		return problem.New(code.Outdated, "somebody has changed the number since; remedy: read it again")
	case errors.Is(err, numbers.ErrNoTeam):
		p := problem.New(code.NoTeam, "there is no such team")
		p.Field = "team_id"
		return p
	}
	return err
}
