package metaapp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/metaapp"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// CallbackPath is where Meta sends webhooks of the app of the configuration; of
// another app, its id follows after a slash.
const CallbackPath = "/webhooks/meta"

// Config is what the handlers answer from. Nil Apps answer 404.
type Config struct {
	Apps *metaapp.Apps
	// Changed has this process know a change at once; others know it within seconds.
	Changed func(context.Context) error
	// Origin is where Meta and people reach this installation.
	Origin func(*http.Request) string
	Logger *slog.Logger
}

// Handlers are the handlers of Meta apps.
type Handlers struct{ cfg Config }

// New makes the handlers.
func New(c Config) *Handlers { return &Handlers{c} }

// AppView is a Meta app beside that of the configuration.
type AppView struct {
	ID               string     `json:"id"`
	Name             string     `json:"name"`
	CallbackURL      string     `json:"callback_url" doc:"To be entered at Meta, with the verify token"`
	CreatedAt        *time.Time `json:"created_at"`
	SecretChangedAt  *time.Time `json:"secret_changed_at"`
	SecretUntil      *time.Time `json:"previous_secret_until,omitempty" doc:"Until then the secret before is good too; missing: there is none"`
	TokenChangedAt   *time.Time `json:"verify_token_changed_at"`
	TokenUntil       *time.Time `json:"previous_verify_token_until,omitempty" doc:"Likewise of the verify token"`
	ReceivedAt       *time.Time `json:"received_at,omitempty" doc:"The last webhook, some seconds late; missing: none yet"`
	Refused          int64      `json:"refused" doc:"Webhooks with a wrong signature: the secret here may not be Meta's"`
	RefusedAt        *time.Time `json:"refused_at,omitempty"`
	ConnectedNumbers int64      `json:"connected_numbers"`
	VerifyToken      string     `json:"verify_token,omitempty" doc:"Shown only where it was made"`
}

// AppList are the Meta apps of a company, by name.
type AppList struct {
	Apps []AppView `json:"apps"`
	// The app of the configuration has no more than an address here.
	CallbackURL string `json:"callback_url" doc:"Of the app that the operator has configured for the whole installation"`
}

func (h *Handlers) view(r *http.Request, a *metaapp.App) AppView {
	return AppView{
		ID: a.ID, Name: a.Name, CallbackURL: h.cfg.Origin(r) + CallbackPath + "/" + a.ID,
		CreatedAt: view.StoredTime(a.CreatedAt), SecretChangedAt: view.StoredTime(a.SecretChangedAt), SecretUntil: stored(a.SecretUntil),
		TokenChangedAt: view.StoredTime(a.TokenChangedAt), TokenUntil: stored(a.TokenUntil),
		ReceivedAt: stored(a.ReceivedAt), Refused: a.Refused, RefusedAt: stored(a.RefusedAt), ConnectedNumbers: a.ConnectedNumbers,
	}
}

func stored(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	return view.StoredTime(*t)
}

// List shows the apps of the company.
func (h *Handlers) List(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if h.cfg.Apps == nil {
		return problem.New(code.NotFound, "")
	}
	apps, err := h.cfg.Apps.List(r.Context(), who.Person.TenantID)
	if err != nil {
		return err
	}
	list := AppList{make([]AppView, len(apps)), h.cfg.Origin(r) + CallbackPath}
	for i := range apps {
		list.Apps[i] = h.view(r, &apps[i])
	}
	return rest.Write(w, http.StatusOK, list)
}

// appBody makes an app.
type appBody struct {
	Name   string `json:"name" doc:"As your people call it"`
	Secret string `json:"secret" doc:"The app secret, from the app's basic settings at Meta" format:"password"`
}

// Make adds an app. Its verify token is shown only in this answer.
func (h *Handlers) Make(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	var in appBody
	if err := h.decode(w, r, &in); err != nil {
		return err
	}
	if err := rest.CheckName("name", in.Name); err != nil {
		return err
	}
	if err := CheckSecret(in.Secret); err != nil {
		return err
	}
	app, token, err := h.cfg.Apps.Make(r.Context(), who.Person.TenantID, wa.CleanText(in.Name), in.Secret)
	if errors.Is(err, metaapp.ErrTooMany) {
		return problem.Field("name", fmt.Sprintf("the company has %d Meta apps: remove some first", metaapp.MaxApps))
	}
	if err != nil {
		return err
	}
	h.changed(r)
	v := h.view(r, &app)
	v.VerifyToken = token
	return rest.Write(w, http.StatusOK, v)
}

// Meta's app secrets have 32 hexadecimal digits; more is let in than that, so that a
// change of Meta's locks nobody out.
const minSecret, maxSecret = 16, 256

// CheckSecret refuses what cannot be an app secret; the problem names the field secret.
func CheckSecret(secret string) error {
	if len(secret) < minSecret || len(secret) > maxSecret || strings.ContainsFunc(secret, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return problem.Field("secret", "want the app secret as Meta shows it in the app's basic settings: 16 characters or more, no blanks")
	}
	return nil
}

func (h *Handlers) decode(w http.ResponseWriter, r *http.Request, in any) error {
	if h.cfg.Apps == nil {
		return problem.New(code.NotFound, "")
	}
	return rest.Decode(w, r, in)
}

// changed has this process know what was changed. Where that fails it knows it with
// its next reading, like the others.
func (h *Handlers) changed(r *http.Request) {
	if err := h.cfg.Changed(r.Context()); err != nil {
		h.cfg.Logger.WarnContext(r.Context(), "a change of a Meta app holds here some seconds late", "error", err)
	}
}

// nameBody renames an app.
type nameBody struct {
	Name string `json:"name"`
}

// Rename gives an app another name.
func (h *Handlers) Rename(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	var in nameBody
	if err := h.decode(w, r, &in); err != nil {
		return err
	}
	if err := rest.CheckName("name", in.Name); err != nil {
		return err
	}
	return h.answer(w, r, who, "", h.cfg.Apps.Rename(r.Context(), who.Person.TenantID, inPath(r), wa.CleanText(in.Name)))
}

// secretBody rotates the secret.
type secretBody struct {
	Secret string `json:"secret" doc:"The new app secret, from the app's basic settings at Meta" format:"password"`
}

// RotateSecret takes the secret that Meta signs with from now on.
func (h *Handlers) RotateSecret(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	var in secretBody
	if err := h.decode(w, r, &in); err != nil {
		return err
	}
	if err := CheckSecret(in.Secret); err != nil {
		return err
	}
	err := h.cfg.Apps.RotateSecret(r.Context(), who.Person.TenantID, inPath(r), in.Secret)
	if errors.Is(err, metaapp.ErrSameSecret) {
		return problem.Field("secret", "this is the secret that the app has now: reset it at Meta first, then enter the new one")
	}
	return h.answer(w, r, who, "", err)
}

// RotateToken makes another verify token, shown only in this answer.
func (h *Handlers) RotateToken(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if err := h.decode(w, r, &struct{}{}); err != nil {
		return err
	}
	token, err := h.cfg.Apps.RotateToken(r.Context(), who.Person.TenantID, inPath(r))
	return h.answer(w, r, who, token, err)
}

// DropSecret ends the secret before the current one.
func (h *Handlers) DropSecret(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if h.cfg.Apps == nil {
		return problem.New(code.NotFound, "")
	}
	return h.answer(w, r, who, "", h.cfg.Apps.DropSecret(r.Context(), who.Person.TenantID, inPath(r)))
}

// DropToken ends the verify token before the current one.
func (h *Handlers) DropToken(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if h.cfg.Apps == nil {
		return problem.New(code.NotFound, "")
	}
	return h.answer(w, r, who, "", h.cfg.Apps.DropToken(r.Context(), who.Person.TenantID, inPath(r)))
}

// answer shows how the app is now, after a change that gave this error.
func (h *Handlers) answer(w http.ResponseWriter, r *http.Request, who staff.Session, token string, err error) error {
	if err != nil {
		return err
	}
	h.changed(r)
	app, err := h.cfg.Apps.Get(r.Context(), who.Person.TenantID, inPath(r))
	if err != nil {
		return err
	}
	v := h.view(r, &app)
	v.VerifyToken = token
	return rest.Write(w, http.StatusOK, v)
}

// Remove ends an app: its webhooks are refused within seconds.
func (h *Handlers) Remove(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if h.cfg.Apps == nil {
		return problem.New(code.NotFound, "")
	}
	err := h.cfg.Apps.Remove(r.Context(), who.Person.TenantID, inPath(r))
	switch {
	case errors.Is(err, metaapp.ErrInUse):
		p := problem.New(code.InUse, "numbers are connected through this app")
		p.Remedy = "connect them through another app first, with POST /api/v1/numbers and its app_id"
		return p
	case errors.Is(err, persistence.ErrNotFound):
		return problem.New(code.NotFound, "")
	case err != nil:
		return err
	}
	h.changed(r)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func inPath(r *http.Request) string { return wa.CleanText(r.PathValue("app")) }
