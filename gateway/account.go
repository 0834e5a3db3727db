package gateway

import (
	"net/http"
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/admin"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// accountBody is what everybody may change of his own account, as far as it names it.
// Role, teams and skills are given by others.
type accountBody struct {
	Name              *string   `json:"name" required:"false" doc:"As colleagues see it; at most 100 characters"`
	Languages         *[]string `json:"languages" required:"false" doc:"That the person writes: BCP 47, such as pt-BR, es, en"`
	TimeZone          *string   `json:"time_zone" required:"false" doc:"IANA, such as America/Sao_Paulo; empty: not chosen, UTC holds"`
	InterfaceLanguage *string   `json:"interface_language" required:"false" doc:"In which the inbox speaks: pt-BR, en, es; empty: that of the browser"`
}

// changeMe changes one's own account.
func (s *Server) changeMe(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	var in accountBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	if in.Name != nil {
		if err := rest.CheckName("name", *in.Name); err != nil {
			return err
		}
		*in.Name = strings.TrimSpace(wa.CleanText(*in.Name))
	}
	p, _, err := s.cfg.Staff.Change(r.Context(), who.Person.TenantID, who.Person.ID, staff.AccountChange{
		Name: in.Name, ProfileChange: staff.ProfileChange{Languages: in.Languages, TimeZone: in.TimeZone, InterfaceLanguage: in.InterfaceLanguage},
	}, jobs.Order{})
	if err != nil {
		return admin.ProfileProblem(err)
	}
	return rest.Write(w, http.StatusOK, view.OfAgent(&p))
}
