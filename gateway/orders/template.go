package orders

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/inbox"
)

// templateBody is a template to send: with values for its variables, or with the
// components of Meta's API.
type templateBody struct {
	Name       string            `json:"name"`
	Language   string            `json:"language"`
	Values     map[string]string `json:"values"`
	Components json.RawMessage   `json:"components"`
}

// message fills the template, as it is stored here.
func (b *templateBody) message(ctx context.Context, o *Order) (*wa.Template, error) {
	switch {
	case b.Name == "" || b.Language == "":
		return nil, problem.Content("template", wa.ErrTemplate)
	case len(b.Values) > 0 && len(b.Components) > 0:
		p := problem.New("bad_content", "give values or components, not both")
		p.Field, p.Reason = "template.values", string(wa.RuleTemplateUnread)
		return nil, p
	}
	stored, read, err := o.inbox.Template(ctx, o.Who.Scope(), o.row.Key.PhoneNumberID, wa.CleanText(b.Name), wa.CleanText(b.Language))
	switch {
	case errors.Is(err, persistence.ErrNotFound):
		return nil, noTemplate("unknown", fmt.Sprintf("the number has no template %s in %s", wa.Preview(b.Name), wa.Preview(b.Language)))
	case err != nil:
		return nil, err
	case !read:
		return nil, b.neverRead(ctx, o)
	case stored.Status != wa.TemplateApproved:
		return nil, noTemplate(Unsent(stored.Status), "its status is "+strings.ToLower(stored.Status))
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
		return nil, problem.Content(field, wrong)
	}
	return t, err
}

// neverRead refuses a template of which nothing is known here: whether it exists,
// is approved, has variables. It names what to do.
func (b *templateBody) neverRead(ctx context.Context, o *Order) error {
	p := noTemplate("never_read", fmt.Sprintf("%s in %s: the templates of number %s were never read from Meta",
		wa.Preview(b.Name), wa.Preview(b.Language), o.row.Key.PhoneNumberID))
	p.Remedy = "wait a minute: the list is read after a number is registered, and then again and again"
	list, err := o.inbox.Templates(ctx, o.Who.Scope(), o.row.Key.PhoneNumberID, inbox.TemplateQuery{Search: wa.CleanText(b.Name)})
	if err == nil && list.Failure != "" {
		p.Reason = "unreadable"
		p.Detail += "; at the last try: " + list.Failure
		p.Remedy = "an admin gives the number a token that may read its account's templates; they are then read within a minute"
	}
	return p
}

// Unsent names why Meta would not send a template of a status.
func Unsent(status string) string {
	if strings.EqualFold(status, "PAUSED") {
		return "paused" // it comes back by itself
	}
	return "not_approved"
}

// noTemplate refuses a template that cannot be sent whatever it is filled with.
func noTemplate(reason, detail string) *problem.Problem {
	p := problem.New("no_template", detail)
	p.Field, p.Reason = "template", reason
	return p
}
