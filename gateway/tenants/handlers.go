package tenants

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/tenants"
)

// Config is what the handlers answer from. Without Tenants they answer 404.
type Config struct {
	Tenants *tenants.Tenants
	Callers rest.Callers
	// Origin is where people reach the inbox, for the links that are given to them.
	Origin func(*http.Request) string
	Logger *slog.Logger
	Now    func() time.Time // machine time
}

// Handlers are the handlers of tenants.
type Handlers struct {
	cfg   Config
	wrong wrongKeys
}

// New makes the handlers.
func New(c Config) *Handlers { return &Handlers{cfg: c} }

// limitsView is what a tenant may have; what is missing is not limited.
type limitsView struct {
	Numbers  *int   `json:"numbers,omitempty" required:"false" doc:"Business numbers; missing: as many as it likes"`
	Seats    *int   `json:"seats,omitempty" required:"false" doc:"People who may log in and open invitations; missing: as many as it likes"`
	Messages *int64 `json:"monthly_messages,omitempty" required:"false" doc:"Messages sent in a calendar month (UTC); missing: as many as it likes"`
}

// Bounds of limits: what is above them is a slip of the pen.
const (
	mostNumbers  = 100_000
	mostSeats    = 1_000_000
	mostMessages = 1_000_000_000_000
)

func (l limitsView) check() error {
	switch {
	case l.Numbers != nil && (*l.Numbers < 0 || *l.Numbers > mostNumbers):
		return problem.Field("limits.numbers", "want 0 to 100000, or leave it out for no limit")
	case l.Seats != nil && (*l.Seats < 1 || *l.Seats > mostSeats):
		return problem.Field("limits.seats", "want 1 to 1000000, or leave it out for no limit")
	case l.Messages != nil && (*l.Messages < 0 || *l.Messages > mostMessages):
		return problem.Field("limits.monthly_messages", "want 0 or more, or leave it out for no limit")
	}
	return nil
}

func (l limitsView) stored() tenants.Limits { return tenants.Limits(l) }

// useView is what a tenant has of what may be limited.
type useView struct {
	Numbers  int   `json:"numbers"`
	Seats    int   `json:"seats" doc:"People who may log in and open invitations"`
	Messages int64 `json:"monthly_messages" doc:"Handed to Meta in this calendar month (UTC), each once"`
}

// ownView is a tenant as its administrators see it.
type ownView struct {
	ID     wa.TenantID `json:"id"`
	Name   string      `json:"name"`
	Limits limitsView  `json:"limits"`
	Use    useView     `json:"use"`
}

// tenantView is a tenant as whoever runs the installation sees it.
type tenantView struct {
	ID        wa.TenantID   `json:"id"`
	Name      string        `json:"name"`
	State     tenants.State `json:"state" enum:"active,suspended,closing"`
	Reason    string        `json:"reason,omitempty" doc:"Why it is not active, as its people are told"`
	StateAt   *time.Time    `json:"state_at" doc:"Since when it is so"`
	EraseAt   *time.Time    `json:"erase_at,omitempty" doc:"When everything of it is removed; until then it can be resumed"`
	CreatedAt *time.Time    `json:"created_at"`
	Limits    limitsView    `json:"limits"`
	Use       useView       `json:"use"`
}

func viewTenant(t *tenants.Tenant) tenantView {
	v := tenantView{
		ID: t.ID, Name: t.Name, State: t.State, Reason: t.Reason, StateAt: view.StoredTime(t.StateAt),
		CreatedAt: view.StoredTime(t.CreatedAt), Limits: limitsView(t.Limits), Use: useView(t.Use),
	}
	if t.EraseAt != nil {
		v.EraseAt = view.StoredTime(*t.EraseAt)
	}
	return v
}

// Own shows an administrator his tenant, what it may have and what it has.
func (h *Handlers) Own(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if h.cfg.Tenants == nil {
		return problem.New(code.NotFound, "")
	}
	t, err := h.cfg.Tenants.Get(r.Context(), who.Person.TenantID)
	if err != nil {
		return err
	}
	return rest.Write(w, http.StatusOK, ownView{t.ID, t.Name, limitsView(t.Limits), useView(t.Use)})
}

// ownBody changes what an administrator may of his tenant.
type ownBody struct {
	Name string `json:"name"`
}

// ChangeOwn gives the tenant another name.
func (h *Handlers) ChangeOwn(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	var in ownBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	if err := rest.CheckName("name", in.Name); err != nil {
		return err
	}
	if h.cfg.Tenants == nil {
		return problem.New(code.NotFound, "")
	}
	if err := h.cfg.Tenants.Rename(r.Context(), who.Person.TenantID, wa.CleanText(in.Name)); err != nil {
		return err
	}
	return h.Own(w, r, who)
}

// failed gives the errors of tenants their answers.
func failed(err error) error {
	switch {
	case errors.Is(err, tenants.ErrState):
		return problem.New(code.Outdated, "the tenant is in another state: read it again")
	case errors.Is(err, persistence.ErrNotFound):
		return problem.New(code.NotFound, "there is no such tenant")
	}
	return err
}
