package gateway

import (
	"context"
	"errors"
	"net/http"
	"strings"

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
	Email      string `json:"email" doc:"Empty: the link makes the first administrator, who chooses it"`
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
		return linkEnded(err)
	case err != nil:
		return err
	}
	tenant, err := s.cfg.Staff.Tenant(r.Context(), i.TenantID)
	if err != nil {
		return err
	}
	return rest.Write(w, http.StatusOK, invitedView{i.Email, tenant.Name, i.ByName})
}

// linkEnded says why nobody gets in by a link any more.
func linkEnded(err error) *problem.Problem {
	if errors.Is(err, staff.ErrInvitationExpired) {
		p := problem.New(code.LinkUsed, "the invitation was not taken up in time")
		p.Reason = "expired"
		return p
	}
	return problem.New(code.LinkUsed, "the link was used, withdrawn or replaced by a newer one")
}

// joinBody makes one's own account.
type joinBody struct {
	Token    string `json:"token" doc:"What stands behind #invitation= in the link"`
	Email    string `json:"email,omitempty" required:"false" doc:"Only of the first administrator, whose link names none"`
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
	p, err := s.joined(r.Context(), &in)
	switch {
	case errors.Is(err, persistence.ErrNotFound), errors.Is(err, persistence.ErrRefused):
		return linkEnded(err)
	case errors.Is(err, staff.ErrEmailTaken):
		return problem.New(code.EmailTaken, "there is an account with this address already: log in")
	case err != nil:
		return passwordProblem(err)
	}
	return s.door.Proceed(w, r, staff.Trusted(&p))
}

// joined makes the account of an invitation, or of the first administrator of all.
func (s *Server) joined(ctx context.Context, in *joinBody) (staff.Person, error) {
	i, err := s.cfg.Staff.InvitationOf(ctx, in.Token)
	if err != nil {
		return staff.Person{}, err
	}
	name, email := wa.CleanText(in.Name), strings.TrimSpace(in.Email)
	if !i.Founds() {
		return s.cfg.Staff.Join(ctx, in.Token, name, in.Password)
	}
	if err := rest.CheckEmail(email); err != nil {
		return staff.Person{}, err
	}
	return s.cfg.Staff.Found(ctx, in.Token, email, name, in.Password)
}
