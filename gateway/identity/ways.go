package identity

import (
	"net/http"
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence/identity"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// waysBody asks which providers there are, for an e-mail or of a company. In a body, for
// an e-mail is to stand in no log.
type waysBody struct {
	Email   string `json:"email" required:"false" maxLength:"254"`
	Company string `json:"company" required:"false" maxLength:"100"`
}

// WayView is a provider as a button shows it.
type WayView struct {
	Company     string `json:"company" doc:"For /api/v1/login/provider/{company}"`
	CompanyName string `json:"company_name"`
	Label       string `json:"label"`
}

// WayList are the providers that were asked for.
type WayList struct {
	Ways []WayView `json:"ways"`
}

// Ways lists the providers for the domain of an e-mail, whether anybody has an account or
// not, or that of a company.
func (h *Handlers) Ways(w http.ResponseWriter, r *http.Request, _ staff.Session) error {
	var in waysBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	var found []identity.Way
	if _, domain, _ := strings.Cut(in.Email, "@"); h.cfg.Providers != nil && len(domain) < 254 && len(in.Company) <= 100 {
		var err error
		if found, err = h.cfg.Providers.Ways(r.Context(), wa.CleanText(domain), wa.TenantID(wa.CleanText(in.Company))); err != nil {
			return err
		}
	}
	list := WayList{make([]WayView, len(found))}
	for i, way := range found {
		list.Ways[i] = WayView{string(way.TenantID), way.Tenant, way.Label}
	}
	return rest.Write(w, http.StatusOK, list)
}
