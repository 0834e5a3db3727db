package api

import (
	"net/http"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// TemplateView is a template with its variables open, as a composer needs it.
type TemplateView struct {
	Name        string                `json:"name"`
	Language    string                `json:"language" doc:"As Meta lists it: pt_BR"`
	Category    string                `json:"category" doc:"MARKETING, UTILITY, AUTHENTICATION"`
	Status      string                `json:"status" doc:"approved, pending, rejected, paused, …; only approved ones can be sent"`
	Quality     string                `json:"quality,omitempty" doc:"GREEN, YELLOW, RED"`
	Reason      string                `json:"reason,omitempty" doc:"Why Meta rejected it"`
	Header      *wa.TemplateHeader    `json:"header,omitempty"`
	Body        string                `json:"body"`
	Footer      string                `json:"footer,omitempty"`
	Buttons     []wa.TemplateButton   `json:"buttons,omitempty"`
	Variables   []wa.TemplateVariable `json:"variables"`
	Unsupported string                `json:"unsupported,omitempty" doc:"Parts that values cannot fill: it can only be sent with components"`
}

// templateListView says how old the list is: SyncedAt missing means never read.
type templateListView struct {
	Templates []TemplateView `json:"templates"`
	More      bool           `json:"more,omitempty" doc:"There are more than the 1000 that fit: search with q"`
	SyncedAt  *time.Time     `json:"synced_at,omitempty" doc:"When the list was read; missing: never"`
	Failure   string         `json:"failure,omitempty" doc:"Why the last reading failed"`
}

// ListTemplates lists what a number can send, of one status or of all.
func (a *Numbers) ListTemplates(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	q, number := r.URL.Query(), r.PathValue("id")
	if !rest.Storable(number) {
		return problem.New(code.NotFound, "")
	}
	list, err := a.inbox.Templates(r.Context(), who.Person.Scope(), wa.PhoneNumberID(number), inbox.TemplateQuery{
		Status: strings.ToUpper(wa.CleanText(q.Get("status"))), Search: wa.CleanText(q.Get("q")),
	})
	if err != nil {
		return err
	}
	view := templateListView{
		Templates: []TemplateView{}, More: list.More, SyncedAt: view.StoredTime(list.SyncedAt), Failure: list.Failure,
	}
	for i := range list.Templates {
		t, err := viewTemplate(&list.Templates[i])
		if err != nil { // one that cannot be read must not hide the others
			a.log.Warn("template not shown", "template", list.Templates[i].Name, "error", err)
			continue
		}
		view.Templates = append(view.Templates, t)
	}
	return rest.Write(w, http.StatusOK, view)
}

func viewTemplate(t *numbers.Template) (TemplateView, error) {
	d, err := wa.ParseTemplate(t.Name, t.Language, t.Category, t.Components)
	if err != nil {
		return TemplateView{}, err
	}
	v := TemplateView{
		Name: t.Name, Language: t.Language, Category: t.Category, Status: strings.ToLower(t.Status), Quality: t.Quality,
		Reason: t.Reason, Body: d.Body, Footer: d.Footer, Buttons: d.Buttons, Variables: d.Variables(), Unsupported: d.Unsupported,
	}
	if d.Header.Format != "" {
		v.Header = &d.Header
	}
	return v, nil
}
