package gateway

import (
	"net/http"
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// accountBody is what everybody may change of his own account. Role and teams are
// given by others.
type accountBody struct {
	Name string `json:"name" doc:"As colleagues see it; at most 100 characters"`
}

// changeMe changes one's own account.
func (s *Server) changeMe(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	var in accountBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	if err := rest.CheckName("name", in.Name); err != nil {
		return err
	}
	name := strings.TrimSpace(wa.CleanText(in.Name))
	p, _, err := s.cfg.Staff.Change(r.Context(), who.Person.TenantID, who.Person.ID, staff.AccountChange{Name: &name}, jobs.Order{})
	if err != nil {
		return err
	}
	return rest.Write(w, http.StatusOK, view.OfAgent(&p))
}
