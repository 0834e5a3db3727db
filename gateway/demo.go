package gateway

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// Demo opens a gateway to everybody: whoever reaches the page may be one of a
// few people of one tenant, without a password, and everybody who is logged in
// is told that nothing is real. No setting makes one: only serve -demo hands it
// in, which refuses a database and an app secret of somebody's own.
type Demo struct {
	Phones string      // address of the customers' phones
	Tenant wa.TenantID // whose people they are
	Emails []string    // of those people, in the order of the choice; a newcomer is the first
	Token  string      // opens a further number of the simulated Meta, for whoever connects one
}

// demoView marks an installation where nothing is real.
type demoView struct {
	Phones string       `json:"phones"`
	Token  string       `json:"token,omitempty" doc:"Of the simulated Meta: connects a further number"`
	People []demoPerson `json:"people,omitempty"`
}

// demoPerson is somebody whom anybody may be.
type demoPerson struct {
	Email string     `json:"email"`
	Name  string     `json:"name"`
	Role  staff.Role `json:"role"`
}

// demoRoutes are those of a demo; openapi.json, which describes the product,
// does not have them.
func (s *Server) demoRoutes() []route {
	if s.cfg.Demo == nil {
		return nil
	}
	return []route{
		{"GET", "/api/v1/demo", public, s.demo},
		{"POST", "/api/v1/demo/login", public, s.demoLogin},
	}
}

func (s *Server) viewDemo(people []staff.Person) *demoView {
	if s.cfg.Demo == nil {
		return nil
	}
	v := &demoView{Phones: s.cfg.Demo.Phones, Token: s.cfg.Demo.Token}
	for i := range people {
		v.People = append(v.People, demoPerson{people[i].Email, people[i].Name, people[i].Role})
	}
	return v
}

// demoPeople are those who may be chosen, as they are in the database now.
func (s *Server) demoPeople(r *http.Request) ([]staff.Person, error) {
	if s.cfg.Demo == nil {
		return nil, nil
	}
	all, err := s.cfg.Staff.List(r.Context(), s.cfg.Demo.Tenant)
	if err != nil {
		return nil, err
	}
	var people []staff.Person
	for _, email := range s.cfg.Demo.Emails {
		at := slices.IndexFunc(all, func(p staff.Person) bool { return p.Email == email && !p.Disabled })
		if at >= 0 {
			people = append(people, all[at])
		}
	}
	return people, nil
}

// demo tells a page without a session whom it may be.
func (s *Server) demo(w http.ResponseWriter, r *http.Request, _ staff.Session) error {
	people, err := s.demoPeople(r)
	if err != nil {
		return err
	}
	return rest.Write(w, http.StatusOK, s.viewDemo(people))
}

type demoLoginRequest struct {
	Email string `json:"email"`
}

// demoLogin opens a session for one of the demo's people, and ends the one that
// the browser had. Only a page of this server may ask, on this machine: the caller
// without an Origin, whom login lets pass, has the password, and so has whoever
// reaches a demo through a network.
func (s *Server) demoLogin(w http.ResponseWriter, r *http.Request, _ staff.Session) error {
	if r.Header.Get("Origin") == "" || !rest.Local(r) {
		return problem.New(code.BadOrigin, "only the inbox itself logs in so, on the machine that runs the demo")
	}
	var in demoLoginRequest
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	if _, ok := s.logins.take(s.attempt(r, in.Email), time.Now()); !ok {
		s.metrics.Login(r.Context(), "limited")
		return problem.New(code.TooManyAttempts, "")
	}
	people, err := s.demoPeople(r)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(people, func(p staff.Person) bool { return strings.EqualFold(p.Email, in.Email) })
	if at < 0 {
		s.metrics.Login(r.Context(), "refused")
		return problem.New(code.BadLogin, "")
	}
	if before, err := s.session(r); err == nil {
		if err := s.cfg.Staff.CloseSession(r.Context(), before.Token); err != nil {
			return err
		}
		s.hub.SessionsChanged(before.Person.TenantID, before.Person.ID)
	}
	session, err := s.cfg.Staff.OpenSession(r.Context(), people[at])
	if err != nil {
		return err
	}
	return s.admitted(w, r, &session, nil)
}
