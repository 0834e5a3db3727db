package tenants

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/tenants"
)

// tenantList are all tenants of the installation, by name.
type tenantList struct {
	Tenants []tenantView `json:"tenants"`
}

func (h *Handlers) list(w http.ResponseWriter, r *http.Request) error {
	list, err := h.cfg.Tenants.List(r.Context())
	if err != nil {
		return err
	}
	views := make([]tenantView, len(list))
	for i := range list {
		views[i] = viewTenant(&list[i])
	}
	return rest.Write(w, http.StatusOK, tenantList{views})
}

// get answers with a tenant as it is now.
func (h *Handlers) get(w http.ResponseWriter, r *http.Request) error {
	t, err := h.cfg.Tenants.Get(r.Context(), tenantInPath(r))
	if err != nil {
		return failed(err)
	}
	return rest.Write(w, http.StatusOK, viewTenant(&t))
}

func tenantInPath(r *http.Request) wa.TenantID {
	return wa.TenantID(wa.CleanText(r.PathValue("tenant")))
}

// newTenantBody makes a tenant.
type newTenantBody struct {
	Name       string     `json:"name" doc:"Of the company"`
	AdminEmail string     `json:"admin_email" doc:"Of its first administrator, who gets the link"`
	Limits     limitsView `json:"limits" required:"false"`
}

// madeTenantView is a tenant that was made, and how its first administrator gets in.
type madeTenantView struct {
	Tenant     tenantView `json:"tenant"`
	AdminEmail string     `json:"admin_email"`
	Link       string     `json:"link" doc:"Good once, until expires_at; shown only here"`
	ExpiresAt  *time.Time `json:"expires_at"`
}

func (h *Handlers) create(w http.ResponseWriter, r *http.Request) error {
	var in newTenantBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	in.AdminEmail = strings.TrimSpace(in.AdminEmail)
	if err := rest.CheckName("name", in.Name); err != nil {
		return err
	}
	if err := rest.CheckEmail(in.AdminEmail); err != nil {
		return problem.Field("admin_email", "want an address such as ana@example.com")
	}
	if err := in.Limits.check(); err != nil {
		return err
	}
	t, i, err := h.cfg.Tenants.Create(r.Context(), wa.CleanText(in.Name), in.AdminEmail, in.Limits.stored())
	switch {
	case errors.Is(err, staff.ErrEmailTaken):
		p := problem.New(code.EmailTaken, in.AdminEmail+" has an account already")
		p.Field = "admin_email"
		return p
	case err != nil:
		return err
	}
	link := h.cfg.Origin(r) + "/#invitation=" + i.Token
	return rest.Write(w, http.StatusOK, madeTenantView{viewTenant(&t), i.Email, link, view.StoredTime(i.ExpiresAt)})
}

func (h *Handlers) limit(w http.ResponseWriter, r *http.Request) error {
	var in limitsView
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	if err := in.check(); err != nil {
		return err
	}
	if err := h.cfg.Tenants.Limit(r.Context(), tenantInPath(r), in.stored()); err != nil {
		return failed(err)
	}
	return h.get(w, r)
}

// maxReason bounds the reason of a suspension, in characters.
const maxReason = 300

// checkReason refuses what people could not be told.
func checkReason(reason string) error {
	switch {
	case !wa.Visible(reason):
		return problem.Field("reason", "missing: the tenant's people are told it when they log in")
	case utf8.RuneCountInString(reason) > maxReason:
		return problem.Field("reason", fmt.Sprintf("too long: at most %d characters", maxReason))
	}
	return nil
}

// suspendBody suspends a tenant.
type suspendBody struct {
	Reason string `json:"reason" doc:"What its people are told when they log in"`
}

func (h *Handlers) suspend(w http.ResponseWriter, r *http.Request) error {
	var in suspendBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	if err := checkReason(in.Reason); err != nil {
		return err
	}
	if err := h.cfg.Tenants.Suspend(r.Context(), tenantInPath(r), wa.CleanText(in.Reason)); err != nil {
		return failed(err)
	}
	return h.get(w, r)
}

func (h *Handlers) resume(w http.ResponseWriter, r *http.Request) error {
	if err := h.cfg.Tenants.Resume(r.Context(), tenantInPath(r)); err != nil {
		return failed(err)
	}
	return h.get(w, r)
}

// closeBody has a tenant deleted.
type closeBody struct {
	Name   string `json:"name" doc:"The tenant's name once more, so that no wrong one is deleted"`
	Reason string `json:"reason" required:"false" doc:"What its people are told when they log in"`
	Days   *int   `json:"days" required:"false" doc:"Term in which it can be resumed; 0 to 365, default 30"`
}

func (h *Handlers) close(w http.ResponseWriter, r *http.Request) error {
	var in closeBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	if in.Reason == "" {
		in.Reason = "the company is closed"
	}
	if err := checkReason(in.Reason); err != nil {
		return err
	}
	term := tenants.DefaultTerm
	if in.Days != nil {
		if *in.Days < 0 || *in.Days > int(tenants.MaxTerm/(24*time.Hour)) {
			return problem.Field("days", "want 0 to 365")
		}
		term = time.Duration(*in.Days) * 24 * time.Hour
	}
	id := tenantInPath(r)
	t, err := h.cfg.Tenants.Get(r.Context(), id)
	if err != nil {
		return failed(err)
	}
	if in.Name != t.Name {
		return problem.Field("name", "is not the tenant's name: write it exactly as it stands in the list")
	}
	if err := h.cfg.Tenants.Close(r.Context(), id, wa.CleanText(in.Reason), term); err != nil {
		return failed(err)
	}
	return h.get(w, r)
}
