package admin

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// handOverView is what an account would leave, and who may get it.
type handOverView struct {
	Conversations int            `json:"conversations" doc:"Open ones that the person owns"`
	Waiting       int            `json:"waiting" doc:"Those in which the customer wrote last"`
	Sessions      int            `json:"sessions"`
	Receivers     []receiverView `json:"receivers"`
}

// receiverView is somebody who may get conversations.
type receiverView struct {
	AgentID  wa.AgentID `json:"agent_id"`
	Name     string     `json:"name"`
	Load     int        `json:"load" doc:"Open conversations now"`
	Capacity int        `json:"capacity" doc:"At most; 0: no limit"`
	May      int        `json:"may" doc:"How many of the conversations the person may own, by team and number"`
}

// shareBody is how many conversations somebody gets.
type shareBody struct {
	AgentID wa.AgentID `json:"agent_id"`
	Most    int        `json:"most" minimum:"1"`
}

// HandOver shows what an account would leave.
func (a *accounts) HandOver(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if a.jobs == nil {
		return problem.New(code.NotFound, "")
	}
	id := AgentInPath(r)
	if _, err := a.staff.Get(r.Context(), who.Person.TenantID, id); err != nil {
		return err
	}
	held, list, err := a.jobs.Receivers(r.Context(), who.Person.TenantID, id)
	if err != nil {
		return err
	}
	v := handOverView{held.Conversations, held.Waiting, held.Sessions, make([]receiverView, len(list))}
	for i, one := range list {
		v.Receivers[i] = receiverView{one.Agent, one.Name, one.Load, one.Capacity, one.May}
	}
	return rest.Write(w, http.StatusOK, v)
}

// split checks shares: each of somebody who may get conversations and has room.
func (a *accounts) split(r *http.Request, tenant wa.TenantID, person wa.AgentID, in *DisableBody, o *jobs.Order) error {
	if a.jobs == nil || len(in.Split) == 0 && o.ToAgent == "" {
		return nil
	}
	if len(in.Split) > 0 && (in.AgentID != "" || in.TeamID != "") {
		return problem.Field("split", "leave agent_id and team_id out where conversations are split")
	}
	held, list, err := a.jobs.Receivers(r.Context(), tenant, person)
	if err != nil {
		return err
	}
	known := make(map[wa.AgentID]*jobs.Receiver, len(list))
	for i := range list {
		known[list[i].Agent] = &list[i]
	}
	if to := known[o.ToAgent]; to != nil && o.ToTeam == "" {
		return roomFor(to, min(held.Conversations, to.May), "agent_id")
	}
	seen := make(map[wa.AgentID]bool, len(in.Split))
	for _, s := range in.Split {
		to := known[s.AgentID]
		switch {
		case to == nil:
			return problem.Field("split", "want people whose accounts are open, and not the one that is to be disabled")
		case seen[s.AgentID]:
			return problem.Field("split", to.Name+" is named twice")
		case s.Most < 1 || s.Most > to.May:
			return problem.Field("split", fmt.Sprintf("%s may own %d of the conversations: want 1 to that many", to.Name, to.May))
		}
		if err := roomFor(to, s.Most, "split"); err != nil {
			return err
		}
		seen[s.AgentID] = true
		o.Split = append(o.Split, jobs.Share{Agent: s.AgentID, Most: s.Most})
	}
	return nil
}

// roomFor refuses more than a receiver has room for.
func roomFor(to *jobs.Receiver, n int, field string) error {
	if room := to.Room(n); room < n {
		return problem.Field(field, fmt.Sprintf("%s has %d of %d conversations: there is room for %d, not for %d", to.Name, to.Load, to.Capacity, room, n))
	}
	return nil
}

var errCapacity = errors.New("want 0 to 500 conversations; 0 is no limit")

func checkCapacity(n *int) error {
	if n != nil && (*n < 0 || *n > 500) {
		return problem.Field("capacity", errCapacity.Error())
	}
	return nil
}
