package gateway

import (
	"errors"
	"net/http"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// invitationLinkBody asks whom a link invites. In a body, for the token is to stand
// in no log.
type invitationLinkBody struct {
	Token string `json:"token" doc:"What stands behind #invitation= in the link"`
}

// invitedView says whom a link invites, and where to.
type invitedView struct {
	Email      string `json:"email"`
	TenantName string `json:"tenant_name"`
	By         string `json:"by" doc:"Name of who invited"`
}

func (s *Server) invitationLink(w http.ResponseWriter, r *http.Request, _ staff.Session) error {
	var in invitationLinkBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	i, err := s.cfg.Staff.InvitationOf(r.Context(), in.Token)
	switch {
	case errors.Is(err, persistence.ErrNotFound):
		return problem.New(code.LinkUsed, "")
	case err != nil:
		return err
	}
	tenant, err := s.cfg.Staff.Tenant(r.Context(), i.TenantID)
	if err != nil {
		return err
	}
	return rest.Write(w, http.StatusOK, invitedView{i.Email, tenant.Name, i.ByName})
}

// joinBody makes one's own account.
type joinBody struct {
	Token    string `json:"token" doc:"What stands behind #invitation= in the link"`
	Name     string `json:"name"`
	Password string `json:"password" doc:"8 to 200 bytes, none of those that everybody tries first" format:"password"`
}

// join makes the account of an invitation and logs its owner in: he has just proven
// who he is. As with links to set a password, attempts are not counted.
func (s *Server) join(w http.ResponseWriter, r *http.Request, _ staff.Session) error {
	var in joinBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	if err := rest.CheckName("name", in.Name); err != nil {
		return err
	}
	p, err := s.cfg.Staff.Join(r.Context(), in.Token, wa.CleanText(in.Name), in.Password)
	switch {
	case errors.Is(err, persistence.ErrNotFound), errors.Is(err, persistence.ErrRefused):
		return problem.New(code.LinkUsed, "")
	case errors.Is(err, staff.ErrEmailTaken):
		return problem.New(code.EmailTaken, "there is an account with this address already: log in")
	case err != nil:
		return passwordProblem(err)
	}
	return s.door.Proceed(w, r, staff.Trusted(&p))
}
