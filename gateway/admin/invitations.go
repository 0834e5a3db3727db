package admin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// maxInvited bounds how many one request invites.
const maxInvited = 100

// maxInviteBody is room for ten thousand addresses of the longest kind: a list that is
// too long is told so at its field, rather than that something is too large.
const maxInviteBody = 4 << 20

// invitations are accounts that are to be.
type invitations struct {
	staff  *staff.Staff
	origin func(*http.Request) string // where people reach the inbox
	send   func(ctx context.Context, tenant wa.TenantID, company, by, to, link string) (bool, error)
}

// invitationView is an account that is to be.
type invitationView struct {
	ID        string      `json:"id"`
	Email     string      `json:"email"`
	Role      staff.Role  `json:"role" enum:"agent,manager,admin,auditor"`
	Teams     []wa.TeamID `json:"teams"`
	By        view.Party  `json:"by"`
	CreatedAt *time.Time  `json:"created_at"`
	ExpiresAt *time.Time  `json:"expires_at"`
	view.Limits
	Link   string `json:"link,omitempty" doc:"Good once, until expires_at; shown only where it was made"`
	Mailed bool   `json:"mailed,omitempty" doc:"The link is on its way by mail"`
}

// invitationList are invitations that were not taken up.
type invitationList struct {
	Invitations []invitationView `json:"invitations"`
}

func (a *invitations) view(r *http.Request, i *staff.Invitation) invitationView {
	v := invitationView{
		ID: i.ID, Email: i.Email, Role: i.Role, Teams: i.Teams, By: view.Party{Kind: "agent", ID: string(i.ByID), Name: i.ByName},
		CreatedAt: view.StoredTime(i.CreatedAt), ExpiresAt: view.StoredTime(i.ExpiresAt), Limits: view.OfLimits(&i.Limits),
	}
	if i.Token != "" { // behind the # it is sent to no server and stands in no log
		v.Link = a.origin(r) + "/#invitation=" + i.Token
	}
	return v
}

// handedOut sends a link to whom it is for where mail can be sent. It is shown in any
// case, for it stands nowhere else: a mail that cannot be posted costs the mail alone.
func (a *invitations) handedOut(r *http.Request, by *staff.Person, i *staff.Invitation) invitationView {
	v := a.view(r, i)
	tenant, err := a.staff.Tenant(r.Context(), by.TenantID)
	if err == nil {
		v.Mailed, err = a.send(r.Context(), by.TenantID, tenant.Name, by.Name, i.Email, v.Link)
	}
	if err != nil {
		v.Mailed = false
	}
	return v
}

func (a *invitations) handOut(w http.ResponseWriter, r *http.Request, by *staff.Person, list []staff.Invitation) error {
	views := make([]invitationView, len(list))
	for n := range list {
		views[n] = a.handedOut(r, by, &list[n])
	}
	return rest.Write(w, http.StatusOK, invitationList{views})
}

func (a *invitations) viewAll(w http.ResponseWriter, r *http.Request, list []staff.Invitation) error {
	views := make([]invitationView, len(list))
	for i := range list {
		views[i] = a.view(r, &list[i])
	}
	return rest.Write(w, http.StatusOK, invitationList{views})
}

// List shows who was invited and has not come yet.
func (a *invitations) List(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	list, err := a.staff.Invitations(r.Context(), who.Person.TenantID)
	if err != nil {
		return err
	}
	return a.viewAll(w, r, list)
}

// inviteBody invites people with the same rights.
type inviteBody struct {
	Emails []string    `json:"emails" doc:"1 to 100 addresses"`
	Role   staff.Role  `json:"role" enum:"agent,manager,admin,auditor"`
	Teams  []wa.TeamID `json:"teams" required:"false"`
	limitsBody
}

func (b *inviteBody) check() error {
	if len(b.Emails) == 0 {
		return problem.Field("emails", "missing")
	}
	if len(b.Emails) > maxInvited {
		return tooManyInvited(fmt.Sprintf("%d addresses", len(b.Emails)))
	}
	seen := make(map[string]bool, len(b.Emails))
	for i, email := range b.Emails {
		email = strings.TrimSpace(email)
		if rest.CheckEmail(email) != nil {
			return problem.Field("emails", fmt.Sprintf("%q: want an address such as ana@example.com", email))
		}
		if folded := strings.ToLower(email); seen[folded] {
			return problem.Field("emails", email+" stands there twice")
		} else {
			seen[folded] = true
		}
		b.Emails[i] = email
	}
	if !b.Role.Known() {
		return problem.Field("role", rest.WantRole)
	}
	return nil
}

func tooManyInvited(have string) *problem.Problem {
	p := problem.Field("emails", fmt.Sprintf("%s: want at most %d at once", have, maxInvited))
	p.Remedy = fmt.Sprintf("invite %d at a time", maxInvited)
	return p
}

// Invite opens an invitation for each address, or for none, and answers with the
// links: whoever asked passes them on.
func (a *invitations) Invite(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	var in inviteBody
	if err := rest.DecodeUpTo(w, r, &in, maxInviteBody); err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return tooManyInvited("more addresses than are read")
		}
		return err
	}
	if err := in.check(); err != nil {
		return err
	}
	if err := noGift(&who.Person, in.Role); err != nil {
		return err
	}
	if err := a.changeable(r, &who.Person, func(i *staff.Invitation) bool {
		return slices.ContainsFunc(in.Emails, func(email string) bool { return strings.EqualFold(email, i.Email) })
	}); err != nil {
		return err
	}
	list, err := a.staff.Invite(r.Context(), who.Person.TenantID, in.Emails, in.Role, in.Teams, in.limits())
	wrong, named := errors.AsType[*staff.AddressError](err)
	limit := limitProblem(err)
	full, limited := errors.AsType[*persistence.LimitError](err)
	switch {
	case limited:
		p := problem.Of(full)
		p.Field = "emails"
		return p
	case limit != nil:
		return limit
	case named:
		p := problem.New(code.EmailTaken, wrong.Email)
		p.Field, p.Remedy = "emails", "leave the address out: who has an account logs in with it"
		return p
	case errors.Is(err, staff.ErrTooManyInvitations):
		return problem.Field("emails", fmt.Sprintf("more than %d invitations would be open: withdraw some first", staff.MaxInvitations))
	case errors.Is(err, persistence.ErrRefused):
		return problem.Field("teams", "want ids of teams that exist; see /api/v1/teams")
	case err != nil:
		return err
	}
	return a.handOut(w, r, &who.Person, list)
}

// changeable looks whether the caller may replace, renew or end the invitations that are
// picked: a key touches none that gives more than it may do.
func (a *invitations) changeable(r *http.Request, who *staff.Person, picked func(*staff.Invitation) bool) error {
	if who.Key == nil {
		return nil
	}
	list, err := a.staff.Invitations(r.Context(), who.TenantID)
	if err != nil {
		return err
	}
	for i := range list {
		if !picked(&list[i]) {
			continue
		}
		if err := noGift(who, list[i].Role); err != nil {
			return err
		}
	}
	return nil
}

func (a *invitations) changeableOne(r *http.Request, who *staff.Person, id string) error {
	return a.changeable(r, who, func(i *staff.Invitation) bool { return i.ID == id })
}

// Renew makes another link; the one before it ends.
func (a *invitations) Renew(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	id := wa.CleanText(r.PathValue("id"))
	if err := a.changeableOne(r, &who.Person, id); err != nil {
		return err
	}
	i, err := a.staff.RenewInvitation(r.Context(), who.Person.TenantID, id)
	if err != nil {
		return err
	}
	return rest.Write(w, http.StatusOK, a.handedOut(r, &who.Person, &i))
}

// Withdraw ends a link.
func (a *invitations) Withdraw(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	id := wa.CleanText(r.PathValue("id"))
	if err := a.changeableOne(r, &who.Person, id); err != nil {
		return err
	}
	if err := a.staff.WithdrawInvitation(r.Context(), who.Person.TenantID, id); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
