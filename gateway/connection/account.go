package connection

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi/onboarding"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/staff"
)

const (
	expiresSoon   = 14 * 24 * time.Hour
	maxAccounts   = 20 // of one token, whose names are asked for
	ofPerson      = "USER"
	ofPersonShort = "PERSON"
)

// AccountBody is the first step: whose numbers they are.
type AccountBody struct {
	Token     string       `json:"token" required:"false" format:"password" doc:"A system user's access token; missing: the one that was given before"`
	AccountID wa.AccountID `json:"account_id" required:"false" doc:"WhatsApp Business Account id; missing: the one that the token sees"`
	AppID     *string      `json:"app_id" required:"false" doc:"Meta app of the company that the token belongs to, see /api/v1/apps; empty: that of the installation; missing: as before"`
}

// Account looks at the token and the account that it opens. A token that is not good
// for it leaves what was there before.
func (w *Wizard) Account(rw http.ResponseWriter, r *http.Request, who staff.Session) error {
	before, err := w.load(r.Context(), &who.Person)
	if err != nil {
		return err
	}
	var in AccountBody
	if err := rest.Decode(rw, r, &in); err != nil {
		return err
	}
	d := &draft{View: View{Checks: []Check{}}, token: in.Token}
	if d.token == "" {
		d.token = before.token
	}
	if err := rest.CheckToken(d.token); err != nil {
		return err
	}
	if d.token == "" {
		return problem.Field("token", "missing: give the access token of a system user who may manage the account")
	}
	if in.AccountID != "" {
		if err := rest.CheckMetaID("account_id", string(in.AccountID)); err != nil {
			return err
		}
	}
	d.Through = before.Through
	if in.AppID != nil {
		d.Through = wa.CleanText(*in.AppID)
	}
	switch err := w.Numbers.MayConnect(r.Context(), who.Person.TenantID, d.Through); {
	case errors.Is(err, numbers.ErrNoApp):
		return problem.Field("app_id", "the company has no such Meta app; see /api/v1/apps")
	case err != nil:
		return err
	}
	r = r.WithContext(w.provedBy(r.Context(), d.Through))
	seen, err := w.inspect(r.Context(), d)
	if err != nil {
		return err
	}
	if d.failed() {
		d.Step = stepAccount
		return rest.Write(rw, http.StatusOK, &d.View)
	}
	if err := w.choose(r.Context(), d, in.AccountID, seen); err != nil {
		return err
	}
	if d.Account != nil {
		if err := w.look(r.Context(), &who.Person, d); err != nil {
			return err
		}
	}
	return w.keep(rw, r, &who.Person, d)
}

// inspect checks a token, and answers the accounts that it was given.
func (w *Wizard) inspect(ctx context.Context, d *draft) ([]wa.AccountID, error) {
	now := time.Now()
	t, err := w.Graph.Inspect(ctx, d.token, now)
	if err != nil {
		return nil, d.denied(err, "token", "token")
	}
	if t.AppID != "" {
		d.App = &App{t.AppID, t.AppName}
	}
	d.TokenKind, d.TokenExpires = t.Kind, t.ExpiresAt
	switch {
	case t.Closed:
		d.warn("token", "token_closed", "")
		return nil, nil
	case t.ExpiresAt != nil && t.ExpiresAt.Before(now.Add(expiresSoon)):
		d.warn("token", "token_expires", t.ExpiresAt.Format(time.RFC3339))
	case t.Kind == ofPerson || t.Kind == ofPersonShort:
		d.warn("token", "token_of_person", "")
	default:
		d.ok("token", t.AppName)
	}
	for name, scope := range map[string]string{"messaging": onboarding.Messaging, "management": onboarding.Management} {
		if t.Has(scope) {
			d.ok(name, scope)
		} else {
			d.fail(name, "token", string(onboarding.NotPermitted), scope)
		}
	}
	if t.Has(onboarding.Business) {
		d.ok("business", onboarding.Business)
	}
	return t.Accounts, nil
}

// choose finds the account: the one that was named, or the only one there is.
func (w *Wizard) choose(ctx context.Context, d *draft, named wa.AccountID, seen []wa.AccountID) error {
	switch {
	case named != "":
		seen = []wa.AccountID{named}
	case len(seen) == 0:
		d.ask("account", "account_id", "account_needed")
		return nil
	}
	for _, id := range seen[:min(len(seen), maxAccounts)] {
		a, err := w.Graph.Account(ctx, id, d.token)
		if err != nil {
			if err := d.denied(err, "account", "account_id"); err != nil {
				return err
			}
			continue
		}
		d.Accounts = append(d.Accounts, Account{a.ID, a.Name, a.Portfolio, a.PortfolioName})
	}
	switch len(d.Accounts) {
	case 0: // the check says why
	case 1:
		d.Account, d.Accounts = &d.Accounts[0], nil
		d.ok("account", d.Account.Name)
	default:
		d.ask("account", "account_id", "account_choose")
	}
	return nil
}

// look checks whose the account is, and reads its numbers. Where it is not ours to
// use, there is no account.
func (w *Wizard) look(ctx context.Context, who *staff.Person, d *draft) error {
	a := d.Account
	d.Account = nil
	list, err := w.Graph.Numbers(ctx, a.ID, d.token)
	if err != nil {
		return d.denied(err, "account", "account_id")
	}
	ids := make([]wa.PhoneNumberID, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	owners, err := w.Numbers.Owners(ctx, ids, a.ID, a.Portfolio)
	if err != nil {
		return err
	}
	switch {
	case owners.Account != "" && owners.Account != who.TenantID:
		d.fail("account", "account_id", "foreign_account", a.Name)
		return nil
	case a.Portfolio == "":
		d.fail("portfolio", "token", "owner_untold", a.Name)
		return nil
	case owners.Portfolio != "" && owners.Portfolio != who.TenantID:
		d.fail("portfolio", "account_id", "foreign_portfolio", a.PortfolioName)
		return nil
	}
	d.ok("portfolio", a.PortfolioName)
	d.Account, d.Numbers = a, make([]Choice, len(list))
	for i := range list {
		d.Numbers[i] = choice(&list[i], owners.Numbers[list[i].ID], who.TenantID)
	}
	slices.SortStableFunc(d.Numbers, func(x, y Choice) int { return len(x.Taken) - len(y.Taken) }) // the free ones first
	return nil
}

func choice(n *onboarding.Number, owner, tenant wa.TenantID) Choice {
	c := Choice{ID: n.ID, Display: n.Display, Name: n.Name, Verified: n.Verified, Registered: n.Live, Coexistence: n.OnPhone}
	switch owner {
	case "":
	case tenant:
		c.Taken = "ours"
	default:
		c.Taken = "other"
	}
	return c
}
