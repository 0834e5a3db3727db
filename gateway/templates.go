package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// templateView is a template with its variables open, as a composer needs it.
type templateView struct {
	Name        string                `json:"name"`
	Language    string                `json:"language"`
	Category    string                `json:"category"`
	Status      string                `json:"status"` // approved, pending, rejected, paused, …
	Quality     string                `json:"quality,omitempty"`
	Reason      string                `json:"reason,omitempty"`
	Header      *wa.TemplateHeader    `json:"header,omitempty"`
	Body        string                `json:"body"`
	Footer      string                `json:"footer,omitempty"`
	Buttons     []wa.TemplateButton   `json:"buttons,omitempty"`
	Variables   []wa.TemplateVariable `json:"variables"`
	Unsupported string                `json:"unsupported,omitempty"`
}

// templateListView says how old the list is: SyncedAt missing means never read.
type templateListView struct {
	Templates []templateView `json:"templates"`
	More      bool           `json:"more,omitempty"`
	SyncedAt  *time.Time     `json:"synced_at,omitempty"`
	Failure   string         `json:"failure,omitempty"`
}

// listTemplates lists what a number can send, of one status or of all.
func (s *Server) listTemplates(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	q, number := r.URL.Query(), r.PathValue("id")
	if !storable(number) {
		return problem("not_found", "")
	}
	list, err := s.cfg.Inbox.Templates(r.Context(), who.Person.Scope(), wa.PhoneNumberID(number), inbox.TemplateQuery{
		Status: strings.ToUpper(wa.CleanText(q.Get("status"))), Search: wa.CleanText(q.Get("q")),
	})
	if err != nil {
		return err
	}
	view := templateListView{
		Templates: []templateView{}, More: list.More, SyncedAt: viewStoredTime(list.SyncedAt), Failure: list.Failure,
	}
	for i := range list.Templates {
		t, err := viewTemplate(&list.Templates[i])
		if err != nil { // one that cannot be read must not hide the others
			s.log.Warn("template not shown", "template", list.Templates[i].Name, "error", err)
			continue
		}
		view.Templates = append(view.Templates, t)
	}
	return writeJSON(w, http.StatusOK, view)
}

func viewTemplate(t *numbers.Template) (templateView, error) {
	d, err := wa.ParseTemplate(t.Name, t.Language, t.Category, t.Components)
	if err != nil {
		return templateView{}, err
	}
	v := templateView{
		Name: t.Name, Language: t.Language, Category: t.Category, Status: strings.ToLower(t.Status), Quality: t.Quality,
		Reason: t.Reason, Body: d.Body, Footer: d.Footer, Buttons: d.Buttons, Variables: d.Variables(), Unsupported: d.Unsupported,
	}
	if d.Header.Format != "" {
		v.Header = &d.Header
	}
	return v, nil
}

// templateBody is a template to send: with values for its variables, or with the
// components of Meta's API.
type templateBody struct {
	Name       string            `json:"name"`
	Language   string            `json:"language"`
	Values     map[string]string `json:"values"`
	Components json.RawMessage   `json:"components"`
}

// message fills the template, as it is stored here.
func (b *templateBody) message(ctx context.Context, o *order) (*wa.Template, error) {
	switch {
	case b.Name == "" || b.Language == "":
		return nil, badContent("template", wa.ErrTemplate)
	case len(b.Values) > 0 && len(b.Components) > 0:
		p := problem("bad_content", "give values or components, not both")
		p.Field, p.Reason = "template.values", string(wa.RuleTemplateUnread)
		return nil, p
	}
	stored, read, err := o.inbox.Template(ctx, o.who.Scope(), o.row.Key.PhoneNumberID, wa.CleanText(b.Name), wa.CleanText(b.Language))
	switch {
	case errors.Is(err, persistence.ErrNotFound):
		return nil, noTemplate("unknown", fmt.Sprintf("the number has no template %s in %s", wa.Preview(b.Name), wa.Preview(b.Language)))
	case err != nil:
		return nil, err
	case !read:
		return nil, b.neverRead(ctx, o)
	case stored.Status != wa.TemplateApproved:
		return nil, noTemplate(unsent(stored.Status), "its status is "+strings.ToLower(stored.Status))
	}
	d, err := wa.ParseTemplate(stored.Name, stored.Language, stored.Category, stored.Components)
	if err != nil {
		return nil, err
	}
	return b.fill(&d)
}

func (b *templateBody) fill(d *wa.TemplateDefinition) (t *wa.Template, err error) {
	if len(b.Components) > 0 {
		t, err = d.FillComponents(b.Components)
	} else {
		t, err = d.Fill(b.Values)
	}
	if wrong, ok := errors.AsType[*wa.TemplateValueError](err); ok {
		field := "template"
		if wrong.Key != "" {
			field = "template.values." + wrong.Key
		}
		return nil, badContent(field, wrong)
	}
	return t, err
}

// neverRead refuses a template of which nothing is known here: whether it exists,
// is approved, has variables. It names what to do.
func (b *templateBody) neverRead(ctx context.Context, o *order) error {
	p := noTemplate("never_read", fmt.Sprintf("%s in %s: the templates of number %s were never read from Meta",
		wa.Preview(b.Name), wa.Preview(b.Language), o.row.Key.PhoneNumberID))
	p.Remedy = "wait a minute: the list is read after a number is registered, and then again and again"
	list, err := o.inbox.Templates(ctx, o.who.Scope(), o.row.Key.PhoneNumberID, inbox.TemplateQuery{Search: wa.CleanText(b.Name)})
	if err == nil && list.Failure != "" {
		p.Reason = "unreadable"
		p.Detail += "; at the last try: " + list.Failure
		p.Remedy = "an admin gives the number a token that may read its account's templates; they are then read within a minute"
	}
	return p
}

// unsent names why Meta would not send a template of a status.
func unsent(status string) string {
	if strings.EqualFold(status, "PAUSED") {
		return "paused" // it comes back by itself
	}
	return "not_approved"
}

// noTemplate refuses a template that cannot be sent whatever it is filled with.
func noTemplate(reason, detail string) *Problem {
	p := problem("no_template", detail)
	p.Field, p.Reason = "template", reason
	return p
}
