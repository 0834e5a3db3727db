package connection

import (
	"net/http"
	"time"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// TokenBody is another token of a number.
type TokenBody struct {
	Token string `json:"token" format:"password" doc:"A system user's access token, which may manage the number's account and send"`
}

// Replaced tells of the new token.
type Replaced struct {
	ID        wa.PhoneNumberID `json:"id"`
	TokenKind string           `json:"token_kind,omitempty"`
	ExpiresAt *time.Time       `json:"expires_at,omitempty" doc:"Missing: never, as far as Meta tells"`
}

// ReplaceToken gives a number another token, once Meta has shown that it is good for
// just this number. The one before stays where it is not.
func (w *Wizard) ReplaceToken(rw http.ResponseWriter, r *http.Request, who staff.Session) error {
	if w.Graph == nil || w.Replace == nil {
		return problem.New(code.NotFound, "")
	}
	var in TokenBody
	if err := rest.Decode(rw, r, &in); err != nil {
		return err
	}
	if in.Token == "" {
		return problem.Field("token", "missing")
	}
	if err := rest.CheckToken(in.Token); err != nil {
		return err
	}
	id := wa.PhoneNumberID(wa.CleanText(r.PathValue("id")))
	w.Numbers.Forget(id) // which account it belongs to is to be known now
	number, err := w.Numbers.Get(r.Context(), id)
	if err == nil && number.TenantID != who.Person.TenantID {
		err = persistence.ErrNotFound
	}
	if err != nil {
		return err
	}
	ctx := w.provedBy(r.Context(), number.App)
	d := &draft{token: in.Token}
	if _, err := w.inspect(ctx, d); err != nil {
		return err
	}
	if !d.failed() {
		account, err := w.Graph.Account(ctx, number.AccountID, in.Token)
		switch {
		case err != nil:
			if err := d.denied(err, "account", "token"); err != nil {
				return err
			}
		case account.Portfolio != "" && account.Portfolio != number.PortfolioID:
			d.fail("portfolio", "token", "not_of_account", account.PortfolioName)
		}
	}
	if !d.failed() {
		if _, err := w.Graph.Number(ctx, id, in.Token); err != nil {
			if err := d.denied(err, "number", "token"); err != nil {
				return err
			}
		}
	}
	if err := d.problem(); err != nil {
		return err
	}
	if err := w.Replace(r.Context(), who.Person.TenantID, id, in.Token); err != nil {
		return err
	}
	return rest.Write(rw, http.StatusOK, Replaced{id, d.TokenKind, d.TokenExpires})
}

// problem is the first check that failed, as the refusal of a request.
func (v *View) problem() error {
	for i := range v.Checks {
		if c := &v.Checks[i]; c.State == refused {
			p := problem.New(code.NotProven, c.Name+": "+c.Detail)
			p.Field, p.Reason, p.Remedy = "token", c.Reason, c.Remedy
			return p
		}
	}
	return nil
}
