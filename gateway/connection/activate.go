package connection

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi/onboarding"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// ActivateBody is the fourth step.
type ActivateBody struct {
	PIN string `json:"pin" required:"false" format:"password" doc:"Six digits: of the number's two-step verification, or new ones where it has none; not for a number that is registered or used with the phone app"`
}

// Activate has the account's webhooks come here and registers the number. What of the
// two is done stays done, and the answer says which.
func (w *Wizard) Activate(rw http.ResponseWriter, r *http.Request, who staff.Session) error {
	d, err := w.at(r.Context(), &who.Person, stepActivate)
	if err != nil {
		return err
	}
	r = r.WithContext(w.provedBy(r.Context(), d.Through))
	var in ActivateBody
	if err := rest.Decode(rw, r, &in); err != nil {
		return err
	}
	register := !d.Number.Registered && !d.Number.Coexistence
	if register && !isSix(in.PIN) {
		return problem.Field("pin", "want six digits: the PIN of the number's two-step verification, or a new one where it has none")
	}
	if err := w.subscribe(r.Context(), &who.Person, d); err != nil {
		return err
	}
	if d.Subscribed && register {
		if err := w.register(r.Context(), &who.Person, d, in.PIN); err != nil {
			return err
		}
	}
	if d.Subscribed && !register {
		d.ok("register", d.Number.Display)
	}
	return w.keep(rw, r, &who.Person, d)
}

// subscribe has the webhooks come, and reads back that they do.
func (w *Wizard) subscribe(ctx context.Context, who *staff.Person, d *draft) error {
	was := d.Subscribed
	d.Subscribed = false
	if err := w.Graph.Subscribe(ctx, d.Account.ID, d.token); err != nil {
		return d.denied(err, "subscription", "token")
	}
	list, err := w.Graph.Subscribers(ctx, d.Account.ID, d.token)
	if err != nil {
		return d.denied(err, "subscription", "token")
	}
	var others []string
	ours := slices.IndexFunc(list, func(s onboarding.Subscriber) bool { return d.App == nil || s.ID == d.App.ID })
	for i := range list {
		if i != ours {
			others = append(others, list[i].Name)
		}
	}
	if ours < 0 {
		d.fail("subscription", "", "not_listed", strings.Join(others, ", "))
		return nil
	}
	d.Subscribed = true
	switch {
	case list[ours].Override != "":
		d.warn("subscription", "override", list[ours].Override)
	case len(others) > 0:
		d.warn("subscription", "others_too", strings.Join(others, ", "))
	default:
		d.ok("subscription", list[ours].Name)
	}
	if was {
		return nil
	}
	return w.tell(ctx, who, d, audit.NumberSubscribed, audit.Values{"account": d.Account.ID, "app": list[ours].Name})
}

func (w *Wizard) register(ctx context.Context, who *staff.Person, d *draft, pin string) error {
	err := w.Graph.Register(ctx, d.Number.ID, pin, d.token)
	if err != nil {
		if err := d.denied(err, "register", "pin"); err != nil {
			return err
		}
		switch onboarding.Reason(d.reason("register")) {
		case onboarding.PinWrong:
			d.PinTries++
			d.tries("register", max(guesses-d.PinTries, 0))
		case onboarding.Unverified:
			d.Number.Verified = false // back to the code
		}
		return nil
	}
	d.Number.Registered, d.PinTries = true, 0
	d.ok("register", d.Number.Display)
	return w.tell(ctx, who, d, audit.NumberActivated, audit.Values{"pin": audit.Hidden})
}

// FinishBody is the last step: what the number is called, and who answers it.
type FinishBody struct {
	Name     string    `json:"name" doc:"As colleagues see it"`
	TeamID   wa.TeamID `json:"team_id"`
	Language string    `json:"language" required:"false" doc:"That its customers speak, such as pt-BR"`
}

// Finish makes the number one of the installation's.
func (w *Wizard) Finish(rw http.ResponseWriter, r *http.Request, who staff.Session) error {
	d, err := w.at(r.Context(), &who.Person, stepFinish)
	if err != nil {
		return err
	}
	var in FinishBody
	if err := rest.Decode(rw, r, &in); err != nil {
		return err
	}
	if err := rest.CheckName("name", in.Name); err != nil {
		return err
	}
	if !rest.Nameable(in.TeamID) {
		return problem.Field("team_id", rest.WantTeam)
	}
	if in.Language != "" && !rest.IsLanguage(in.Language) {
		return problem.Field("language", "want a language such as pt-BR")
	}
	if w.Store == nil {
		return problem.New(code.NotFound, "")
	}
	shown, err := w.Store(r.Context(), &who.Person, &numbers.Registration{Through: &d.Through, Number: numbers.Number{
		ID: d.Number.ID, TenantID: who.Person.TenantID, AccountID: d.Account.ID, PortfolioID: d.Account.Portfolio, TeamID: in.TeamID,
		Display: strings.TrimPrefix(d.Number.Display, "+"), Name: wa.CleanText(in.Name), Language: strings.ReplaceAll(in.Language, "_", "-"),
		Token: d.token,
	}}, d.Number.Coexistence)
	if err != nil {
		return err
	}
	// The number works; a draft that stays would only be shown until it expires.
	_ = w.Drafts.Drop(r.Context(), who.Person.TenantID, who.Person.ID)
	return rest.Write(rw, http.StatusOK, shown)
}
