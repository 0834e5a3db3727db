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
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// DisableBody says who gets the person's conversations; by default each goes to
// the queue of its team.
type DisableBody struct {
	AgentID wa.AgentID  `json:"agent_id" required:"false"`
	TeamID  wa.TeamID   `json:"team_id" required:"false"`
	Split   []shareBody `json:"split" required:"false" doc:"Several get the conversations of their teams, each at most so many; what is left goes to the queues"`
}

// noPerson refuses a program that would make an administrator, or change one: what a key
// was given is to end with the key.
func noPerson(who *staff.Person, role staff.Role) error {
	if who.Key == nil || role != staff.RoleAdmin {
		return nil
	}
	return withoutKey(noAdmins)
}

const noAdmins = "an API key makes no administrators, and changes none"

// Changeable refuses a program that would change an administrator, or end what he has open.
func Changeable(who, p *staff.Person) error { return noPerson(who, p.Role) }

// noGift refuses a program that would give somebody a role by which he sees or does more,
// with all teams, than the key: the account would outlast it.
func noGift(who *staff.Person, role staff.Role) error {
	k := who.Key
	if k == nil {
		return nil
	}
	var words string
	switch {
	case role == staff.RoleAdmin:
		words = noAdmins
	case role == staff.RoleAuditor && !k.May(staff.RightRead):
		words = "an API key without the right read makes nobody who reads everything"
	case role == staff.RoleManager && !(k.May(staff.RightRead) && k.May(staff.RightWrite)):
		words = "an API key without the rights read and write makes no managers"
	default:
		return nil
	}
	p := withoutKey(words)
	p.Field = "role"
	return p
}

func withoutKey(words string) *problem.Problem {
	p := problem.New(code.Forbidden, words)
	p.Remedy = "let an administrator do it who has logged in"
	return p
}

// changeable looks whether the caller may change an account.
func (a *accounts) changeable(r *http.Request, who *staff.Person, id wa.AgentID) error {
	if who.Key == nil {
		return nil
	}
	p, err := a.staff.Get(r.Context(), who.TenantID, id)
	if err != nil {
		return accountProblem(err)
	}
	return Changeable(who, &p)
}

// ChangedView answers a change of an account. Job hands over what the person may
// own no more; missing when there is nothing of the kind.
type ChangedView struct {
	Agent view.Agent `json:"agent"`
	Job   int64      `json:"job,omitempty" doc:"Hands over what the person may own no more, see /api/v1/jobs/{id}; missing when there is nothing of the kind"`
}

// DisableAgent ends an account: its sessions and sockets close, what it wrote
// stays, and its conversations are handed over.
func (a *accounts) DisableAgent(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	var in DisableBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	id := AgentInPath(r)
	if id == who.Person.ID {
		return problem.New(code.Oneself, "")
	}
	if err := a.changeable(r, &who.Person, id); err != nil {
		return err
	}
	order, err := a.handOver(r, &who.Person, in.AgentID, in.TeamID)
	if err != nil {
		return err
	}
	if order.ToAgent == id {
		return problem.Field("agent_id", "this is the account that is to be disabled")
	}
	if err := a.split(r, who.Person.TenantID, id, &in, &order); err != nil {
		return err
	}
	job, err := a.staff.Disable(r.Context(), who.Person.TenantID, id, order)
	if err != nil {
		return accountProblem(err)
	}
	return a.changed(w, r, &who.Person, id, job)
}

// EnableAgent lets an account in again.
func (a *accounts) EnableAgent(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	id := AgentInPath(r)
	if err := a.changeable(r, &who.Person, id); err != nil {
		return err
	}
	if err := a.staff.Enable(r.Context(), who.Person.TenantID, id); err != nil {
		return accountProblem(err)
	}
	return a.changed(w, r, &who.Person, id, 0)
}

// changeAgentBody changes what it names of an account.
type changeAgentBody struct {
	Revision int64               `json:"revision" required:"false" doc:"That of the account as it was seen: a change made meanwhile is then not overwritten, and refused as outdated"`
	Name     *string             `json:"name" required:"false"`
	Role     *staff.Role         `json:"role" enum:"agent,manager,admin,auditor" required:"false"`
	Teams    *[]wa.TeamID        `json:"teams" required:"false"`
	Numbers  *[]wa.PhoneNumberID `json:"numbers" required:"false" doc:"The numbers that the person works with; an empty list: all that the teams allow. Administrators and auditors have none"`
	OwnOnly  *bool               `json:"own_only" required:"false" doc:"The person sees the conversations that he owns, and no others; agents only"`
	Capacity *int                `json:"capacity" required:"false" doc:"Open conversations at most, up to 500; 0: no limit. It may be below what the person has"`
	profileBody
}

func (b *changeAgentBody) check() error {
	if b.Name != nil {
		if err := rest.CheckName("name", *b.Name); err != nil {
			return err
		}
	}
	switch {
	case b.Role != nil && !b.Role.Known():
		return problem.Field("role", rest.WantRole)
	case b.Name != nil:
		*b.Name = wa.CleanText(*b.Name)
	}
	if err := checkCapacity(b.Capacity); err != nil {
		return err
	}
	if b.Numbers != nil {
		*b.Numbers = cleanNumbers(*b.Numbers)
	}
	return nil
}

// ChangeAgent sets name, role, teams and limits. Sessions see the new rights with their
// next request, sockets are told to come back; conversations of teams and numbers that
// the person may own no more go to their queues.
func (a *accounts) ChangeAgent(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	var in changeAgentBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	if err := in.check(); err != nil {
		return err
	}
	id := AgentInPath(r)
	if err := a.changeable(r, &who.Person, id); err != nil {
		return err
	}
	if in.Role != nil {
		if err := noGift(&who.Person, *in.Role); err != nil {
			return err
		}
	}
	if id == who.Person.ID && in.Role != nil && *in.Role != who.Person.Role {
		return problem.New(code.Oneself, "nobody takes his own role from himself")
	}
	_, job, err := a.staff.Change(r.Context(), who.Person.TenantID, id, staff.AccountChange{
		Revision: in.Revision, Name: in.Name, Role: in.Role, Teams: in.Teams, Numbers: in.Numbers, OwnOnly: in.OwnOnly, Capacity: in.Capacity,
		ProfileChange: in.change(),
	}, jobs.Order{})
	if err != nil {
		return accountProblem(err)
	}
	return a.changed(w, r, &who.Person, id, job)
}

// changed tells the sockets of an account, and the admin how it is now.
func (a *accounts) changed(w http.ResponseWriter, r *http.Request, by *staff.Person, id wa.AgentID, job int64) error {
	a.changedSeat(by.TenantID, id)
	p, err := a.staff.Get(r.Context(), by.TenantID, id)
	if err != nil {
		return err
	}
	return rest.Write(w, http.StatusOK, ChangedView{view.OfAgent(&p), job})
}

// handOver checks who is to get conversations: an open account or a team of the
// admin's tenant. Whether an agent works for the team of each is judged when it
// is passed on.
func (a *accounts) handOver(r *http.Request, by *staff.Person, agent wa.AgentID, team wa.TeamID) (jobs.Order, error) {
	o := jobs.Order{ToAgent: wa.AgentID(wa.CleanText(string(agent)))}
	if team != "" {
		known, err := a.staff.HasTeam(r.Context(), by.TenantID, team)
		if err != nil {
			return o, err
		}
		if !known {
			return o, problem.Field("team_id", "there is no such team")
		}
		o.ToTeam = team
	}
	if o.ToAgent == "" {
		return o, nil
	}
	p, err := a.staff.Get(r.Context(), by.TenantID, o.ToAgent)
	switch {
	case errors.Is(err, persistence.ErrNotFound):
		return o, problem.Field("agent_id", "there is no such agent")
	case err == nil && p.Disabled:
		return o, problem.Field("agent_id", "the account of this agent is disabled")
	case err == nil && team != "" && !p.Scope().WorksFor(by.TenantID, team):
		return o, problem.Field("agent_id", "this agent does not work for the team that team_id names; choose somebody who does, or leave one of the two out")
	}
	return o, err
}

// AgentInPath is whose account a route is about.
func AgentInPath(r *http.Request) wa.AgentID { return wa.AgentID(wa.CleanText(r.PathValue("agent"))) }

// accountProblem names what is wrong with a change of an account.
func accountProblem(err error) error {
	if wrong := limitProblem(err); wrong != nil {
		return wrong
	}
	switch {
	case errors.Is(err, staff.ErrChanged):
		return problem.New(code.Outdated, "somebody else has changed this account")
	case errors.Is(err, staff.ErrLastAdmin):
		return problem.New(code.LastAdmin, "")
	case errors.Is(err, staff.ErrLastWay):
		return problem.New(code.LastWay, "")
	case errors.Is(err, persistence.ErrRefused):
		return problem.Field("teams", "want ids of teams that exist; see /api/v1/teams")
	}
	return ProfileProblem(err)
}
