package connection

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/cloudapi/onboarding"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// Config is what the steps need. Without Graph every one of them answers 404.
type Config struct {
	Graph   *onboarding.Client
	Drafts  *numbers.Drafts
	Numbers *numbers.Numbers
	Audit   *audit.Log
	// Store makes the number one of the installation's and answers what is shown of it.
	Store func(ctx context.Context, who *staff.Person, number *numbers.Registration, coexistence bool) (any, error)
	// Replace gives a number of a tenant another token, and has what waited for it go on.
	Replace func(ctx context.Context, tenant wa.TenantID, number wa.PhoneNumberID, token string) error
	// AppSecret is that of a company's Meta app; nil: there is only the installation's.
	AppSecret func(app string) string
}

// Wizard serves the steps.
type Wizard struct{ Config }

// New serves with c.
func New(c Config) *Wizard { return &Wizard{c} }

// provedBy has calls to Meta proved with the secret of a Meta app; "" is that of the
// installation.
func (w *Wizard) provedBy(ctx context.Context, app string) context.Context {
	if app == "" || w.AppSecret == nil {
		return ctx
	}
	return cloudapi.ProvedBy(ctx, w.AppSecret(app))
}

// draft is a connection under way.
type draft struct {
	View
	token string
}

// load is the draft of a person, an empty one where there is none.
func (w *Wizard) load(ctx context.Context, who *staff.Person) (*draft, error) {
	if w.Graph == nil {
		return nil, problem.New(code.NotFound, "")
	}
	d := &draft{View: View{Step: stepAccount, Checks: []Check{}}}
	stored, err := w.Drafts.Get(ctx, who.TenantID, who.ID)
	switch {
	case errors.Is(err, persistence.ErrNotFound):
		return d, nil
	case err != nil:
		return nil, err
	}
	if err := json.Unmarshal(stored.Body, &d.View); err != nil {
		return nil, fmt.Errorf("decode draft of a number: %w", err)
	}
	d.token, d.NeedsToken, d.ExpiresAt = stored.Token, stored.Token == "", &stored.ExpiresAt
	d.Step = d.step()
	return d, nil
}

// at is the draft of a person who has come to a step.
func (w *Wizard) at(ctx context.Context, who *staff.Person, step string) (*draft, error) {
	d, err := w.load(ctx, who)
	if err != nil {
		return nil, err
	}
	ready := d.token != "" && d.Account != nil && (step == stepNumber || d.Number != nil) && (step != stepFinish || d.Step == stepFinish)
	if !ready {
		p := problem.New(code.Outdated, "the steps before this one are not done, or were given up meanwhile")
		p.Remedy = "look at /api/v1/connection and take the step that it names"
		return nil, p
	}
	return d, nil
}

// keep stores a draft and answers with it.
func (w *Wizard) keep(rw http.ResponseWriter, r *http.Request, who *staff.Person, d *draft) error {
	d.NeedsToken = false
	d.Step = d.step()
	body, err := json.Marshal(&d.View)
	if err != nil {
		return fmt.Errorf("encode draft of a number: %w", err)
	}
	// What was done at Meta was done, whether or not the page still waits.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), keepWithin)
	defer cancel()
	until, err := w.Drafts.Put(ctx, who.TenantID, who.ID, numbers.Draft{Body: body, Token: d.token})
	if err != nil {
		return err
	}
	d.ExpiresAt = &until
	return rest.Write(rw, http.StatusOK, &d.View)
}

const keepWithin = 5 * time.Second

// Get tells how far the person has come.
func (w *Wizard) Get(rw http.ResponseWriter, r *http.Request, who staff.Session) error {
	d, err := w.load(r.Context(), &who.Person)
	if err != nil {
		return err
	}
	return rest.Write(rw, http.StatusOK, &d.View)
}

// Drop gives a connection up. What was done at Meta stays done.
func (w *Wizard) Drop(rw http.ResponseWriter, r *http.Request, who staff.Session) error {
	if w.Graph == nil {
		return problem.New(code.NotFound, "")
	}
	if err := w.Drafts.Drop(r.Context(), who.Person.TenantID, who.Person.ID); err != nil {
		return err
	}
	rw.WriteHeader(http.StatusNoContent)
	return nil
}

// tell writes a line of what was done at Meta with the chosen number. The line may be
// lost with the database; the act is not undone for it.
func (w *Wizard) tell(ctx context.Context, who *staff.Person, d *draft, action audit.Action, after audit.Values) error {
	// It was done at Meta, whether or not the page still waits.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepWithin)
	defer cancel()
	return w.Audit.Note(ctx, audit.Entry{
		TenantID: who.TenantID, Action: action,
		Object: audit.Object{Kind: "number", ID: string(d.Number.ID), Name: d.Number.Display}, After: after,
	})
}
