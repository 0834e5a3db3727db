package signin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/setting"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/config"
	"github.com/prosa-chat/prosa/persistence/signin"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// Config is what the door works with.
type Config struct {
	Steps    *signin.SignIn
	Settings *config.Documents // nil: nobody must have a second factor
	// Admit answers with a session that was opened, and sets its cookie; more is shown
	// beside what it shows, nil: nothing.
	Admit func(w http.ResponseWriter, r *http.Request, session *staff.Session, recovery []string) error
	// Shut is why the password of somebody is no way in; nil: it is one.
	Shut func(ctx context.Context, p *staff.Person) error
	// Linked is the label of the company's provider, where it knows the account; "": it does
	// not.
	Linked func(ctx context.Context, p *staff.Person) (string, error)
	// Prove asks whether a password is the present one of who is signed in; guesses are
	// slowed down. Its error names the field.
	Prove func(r *http.Request, who *staff.Session, field, password string) error
	// Changed is told whose sessions ended.
	Changed func(wa.TenantID, wa.AgentID)
	// Count counts sign-ins by their outcome.
	Count func(ctx context.Context, result string)
}

// Door serves the steps of signing in.
type Door struct {
	c     Config
	known demands
}

// New makes the handlers.
func New(c Config) *Door { return &Door{c: c, known: demands{of: map[wa.TenantID]demand{}}} }

// StepView is half a sign-in.
type StepView struct {
	Next      signin.Next `json:"next" enum:"code,enrol" doc:"What is asked for: a code, or that a second factor is set up first"`
	Token     string      `json:"token" doc:"For the second step alone"`
	ExpiresAt *time.Time  `json:"expires_at"`
}

// Proceed follows a first step by a password, or by what lets its owner set one: it opens
// the session, or asks for the second.
func (d *Door) Proceed(w http.ResponseWriter, r *http.Request, proof staff.Proof) error {
	if err := d.c.Shut(r.Context(), &proof.Person); err != nil {
		d.c.Count(r.Context(), "refused")
		return err
	}
	session, step, err := d.Pass(r.Context(), proof)
	switch {
	case err != nil:
		return err
	case step == nil:
		return d.c.Admit(w, r, &session, nil)
	}
	at := step.ExpiresAt.UTC()
	return rest.Write(w, http.StatusAccepted, StepView{step.Next, step.Token, &at})
}

// Pass follows a first step, whichever it was: with the session, or the second step.
func (d *Door) Pass(ctx context.Context, proof staff.Proof) (staff.Session, *signin.Step, error) {
	policy, err := d.policy(ctx, proof.Person.TenantID)
	if err != nil {
		return staff.Session{}, nil, err
	}
	session, step, err := d.c.Steps.Begin(ctx, proof, policy.Demands(proof.Person.Role == staff.RoleAdmin))
	switch {
	case errors.Is(err, staff.ErrBadLogin):
		d.c.Count(ctx, "refused")
		return session, nil, problem.New(code.BadLogin, "")
	case err == nil && step != nil:
		d.c.Count(ctx, "half")
	}
	return session, step, err
}

// policy is what the tenant asks for. One that cannot be read lets nobody past it.
func (d *Door) policy(ctx context.Context, tenant wa.TenantID) (setting.SignIn, error) {
	if d.c.Settings == nil {
		return setting.SignIn{Factor: setting.FactorOptional}, nil
	}
	kind := d.c.Settings.Kinds().SignIn
	doc, err := d.c.Settings.At(ctx, tenant, kind.Name(), time.Now())
	switch {
	case errors.Is(err, persistence.ErrNotFound):
		return kind.Default(), nil
	case err != nil:
		return setting.SignIn{}, err
	}
	body, err := kind.Parse(doc.Body)
	if err != nil {
		return body, problem.New(code.Unavailable, "the settings were published by a newer release")
	}
	return body, nil
}

// stepBody is the second step.
type stepBody struct {
	Token string `json:"token" doc:"What login answered"`
	Code  string `json:"code" doc:"Six digits of the authenticator, or a recovery code"`
}

// Code is the second step of who has a factor.
func (d *Door) Code(w http.ResponseWriter, r *http.Request, _ staff.Session) error {
	var in stepBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	session, err := d.c.Steps.Finish(r.Context(), in.Token, in.Code)
	if err != nil {
		return d.refused(r.Context(), err)
	}
	return d.c.Admit(w, r, &session, nil)
}

// tokenBody is the second step of who has no factor yet.
type tokenBody struct {
	Token string `json:"token" doc:"What login answered"`
}

// EnrolFirst begins to set up a factor for who gets in with none no more.
func (d *Door) EnrolFirst(w http.ResponseWriter, r *http.Request, _ staff.Session) error {
	var in tokenBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	e, err := d.c.Steps.EnrolFirst(r.Context(), in.Token)
	if err != nil {
		return refusal(err)
	}
	return showEnrolment(w, e)
}

// ConfirmFirst sets it up, and lets its owner in.
func (d *Door) ConfirmFirst(w http.ResponseWriter, r *http.Request, _ staff.Session) error {
	var in stepBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	session, recovery, err := d.c.Steps.ConfirmFirst(r.Context(), in.Token, in.Code)
	if err != nil {
		return d.refused(r.Context(), err)
	}
	return d.c.Admit(w, r, &session, recovery)
}

// refused counts what did not let somebody in.
func (d *Door) refused(ctx context.Context, err error) error {
	_, paused := errors.AsType[*signin.PausedError](err)
	switch {
	case paused:
		d.c.Count(ctx, "code_limited")
	case errors.Is(err, signin.ErrWrongCode):
		d.c.Count(ctx, "code_refused")
	}
	return refusal(err)
}

// refusal gives the errors of codes their words.
func refusal(err error) error {
	if paused, ok := errors.AsType[*signin.PausedError](err); ok {
		p := problem.New(code.TooManyAttempts, "too many wrong codes")
		p.Field = "code"
		p.Remedy = fmt.Sprintf("wait %d seconds, or use a recovery code", int(paused.Left.Seconds())+1)
		return p
	}
	switch {
	case errors.Is(err, signin.ErrWrongCode):
		p := problem.Field("code", "the code is wrong, was used already or has run out; each is good once and for a minute")
		p.Remedy = "take the next code. If none is accepted, the phone's clock is off: set it to automatic; here it is " +
			time.Now().UTC().Format("15:04:05") + " UTC"
		return p
	case errors.Is(err, signin.ErrOver):
		return problem.New(code.StepOver, "")
	case errors.Is(err, signin.ErrNoFactor):
		return problem.New(code.NotFound, "there is no second factor")
	}
	return err
}
