package gateway

import (
	"net/http"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/admin"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// sessionView is an open session of somebody.
type sessionView struct {
	ID        string     `json:"id"`
	CreatedAt *time.Time `json:"created_at"`
	SeenAt    *time.Time `json:"seen_at" doc:"At most a minute older than its last use"`
	Address   string     `json:"address,omitempty" doc:"Network address that it was opened from"`
	Client    string     `json:"client,omitempty" doc:"What the browser says it is"`
	Own       bool       `json:"own,omitempty" doc:"The session that asks"`
}

// sessionList are the open sessions of a person, the last used first.
type sessionList struct {
	Sessions []sessionView `json:"sessions"`
}

func (s *Server) listSessions(w http.ResponseWriter, r *http.Request, id wa.AgentID, own string) error {
	logins, err := s.cfg.Staff.Logins(r.Context(), id, own)
	if err != nil {
		return err
	}
	views := make([]sessionView, len(logins))
	for i, l := range logins {
		views[i] = sessionView{l.ID, view.StoredTime(l.CreatedAt), view.StoredTime(l.SeenAt), l.Address, l.Client, l.Own}
	}
	return rest.Write(w, http.StatusOK, sessionList{views})
}

func (s *Server) endSession(w http.ResponseWriter, r *http.Request, p *staff.Person) error {
	if err := s.cfg.Staff.EndLogin(r.Context(), p, wa.CleanText(r.PathValue("session"))); err != nil {
		return err
	}
	s.hub.SessionsChanged(p.TenantID, p.ID)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// mySessions shows where one is logged in.
func (s *Server) mySessions(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	return s.listSessions(w, r, who.Person.ID, who.Token)
}

func (s *Server) endMySession(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	return s.endSession(w, r, &who.Person)
}

// agentSessions shows where somebody of the tenant is logged in.
func (s *Server) agentSessions(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	p, err := s.cfg.Staff.Get(r.Context(), who.Person.TenantID, admin.AgentInPath(r))
	if err != nil {
		return err
	}
	return s.listSessions(w, r, p.ID, who.Token)
}

func (s *Server) endAgentSession(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	p, err := s.cfg.Staff.Get(r.Context(), who.Person.TenantID, admin.AgentInPath(r))
	if err != nil {
		return err
	}
	if err := admin.Changeable(&who.Person, &p); err != nil {
		return err
	}
	return s.endSession(w, r, &p)
}
