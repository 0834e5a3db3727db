package admin

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// maxKeyTerm is how far ahead a key may expire.
const maxKeyTerm = 5 * 365 * 24 * time.Hour

// keys are the API keys of a tenant.
type keys struct {
	staff   *staff.Staff
	changed func(wa.TenantID, wa.AgentID) // told whose seat was changed
	now     func() time.Time
}

// keyView is an API key; Secret is shown only where it was made.
type keyView struct {
	ID          string             `json:"id"`
	Name        string             `json:"name"`
	LastFour    string             `json:"last_four" doc:"How the key ends"`
	Rights      []staff.Right      `json:"rights" enum:"read,write,admin"`
	Policy      staff.Policy       `json:"policy" enum:"own,through" doc:"own: it owns what it writes into, until the customer answers or an agent takes over; through: it writes only where nobody owns, and owns nothing"`
	AllTeams    bool               `json:"all_teams"`
	Teams       []wa.TeamID        `json:"teams" doc:"That it sees otherwise"`
	Numbers     []wa.PhoneNumberID `json:"numbers" doc:"The numbers that it works with; none: all of its teams"`
	By          view.Party         `json:"by"`
	CreatedAt   *time.Time         `json:"created_at"`
	ExpiresAt   *time.Time         `json:"expires_at,omitempty" doc:"Missing: never"`
	UsedAt      *time.Time         `json:"used_at,omitempty" doc:"At most a minute older than its last use; missing: not yet"`
	UsedAddress string             `json:"used_address,omitempty"`
	RevokedAt   *time.Time         `json:"revoked_at,omitempty"`
	Secret      string             `json:"secret,omitempty" doc:"The key itself, as a bearer token; shown only here"`
}

// keyList are the keys of a tenant, the newest first.
type keyList struct {
	Keys []keyView `json:"keys"`
}

func viewKey(k *staff.Key) keyView {
	return keyView{
		ID: k.ID, Name: k.Name, LastFour: k.LastFour, Rights: k.Rights, Policy: k.Policy, AllTeams: k.AllTeams, Teams: k.Teams, Numbers: k.Numbers,
		By: view.Party{Kind: "agent", ID: string(k.ByID), Name: k.ByName}, CreatedAt: view.StoredTime(k.CreatedAt),
		ExpiresAt: stored(k.ExpiresAt), UsedAt: stored(k.UsedAt), UsedAddress: k.UsedAddress,
		RevokedAt: stored(k.RevokedAt), Secret: k.Secret,
	}
}

func stored(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	return view.StoredTime(*t)
}

// List shows the keys, also those that are good no more.
func (a *keys) List(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	list, err := a.staff.Keys(r.Context(), who.Person.TenantID)
	if err != nil {
		return err
	}
	views := make([]keyView, len(list))
	for i := range list {
		views[i] = viewKey(&list[i])
	}
	return rest.Write(w, http.StatusOK, keyList{views})
}

// keyBody makes a key.
type keyBody struct {
	Name      string             `json:"name" doc:"What it is for"`
	Rights    []staff.Right      `json:"rights" enum:"read,write,admin"`
	Policy    staff.Policy       `json:"policy" enum:"own,through"`
	AllTeams  bool               `json:"all_teams" required:"false"`
	Teams     []wa.TeamID        `json:"teams" required:"false"`
	Numbers   []wa.PhoneNumberID `json:"numbers" required:"false" doc:"The numbers that it works with; none: all of its teams. A key with the right admin has none"`
	ExpiresAt *time.Time         `json:"expires_at" required:"false" doc:"Within five years; missing: never"`
}

func (b *keyBody) check(now time.Time) error {
	if err := rest.CheckName("name", b.Name); err != nil {
		return err
	}
	if len(b.Rights) == 0 {
		return problem.Field("rights", "missing: want read, write or admin")
	}
	for _, right := range b.Rights {
		if !right.Known() {
			return problem.Field("rights", fmt.Sprintf("%q: want read, write or admin", right))
		}
	}
	switch {
	case !b.Policy.Known():
		return problem.Field("policy", "want own or through")
	case b.AllTeams && len(b.Teams) > 0:
		return problem.Field("teams", "want either all_teams or teams")
	case !b.AllTeams && len(b.Teams) == 0:
		return problem.Field("teams", "missing: without a team the key sees nothing; name some, or set all_teams")
	case !b.AllTeams && slices.Contains(b.Rights, staff.RightAdmin):
		return problem.Field("rights", "what administrators do is done to the whole company: set all_teams, or leave admin out")
	case b.ExpiresAt != nil && (!b.ExpiresAt.After(now) || b.ExpiresAt.After(now.Add(maxKeyTerm))):
		return problem.Field("expires_at", "want a time to come, within five years")
	}
	return nil
}

// Make makes a key. A key cannot make others: what it was given ends with it.
func (a *keys) Make(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	var in keyBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	if err := in.check(a.now()); err != nil {
		return err
	}
	k, err := a.staff.MakeKey(r.Context(), staff.Key{
		TenantID: who.Person.TenantID, Name: wa.CleanText(in.Name), Rights: in.Rights, Policy: in.Policy,
		AllTeams: in.AllTeams, Teams: in.Teams, Numbers: cleanNumbers(in.Numbers), ExpiresAt: in.ExpiresAt,
	})
	wrong := limitProblem(err)
	switch {
	case wrong != nil:
		return wrong
	case errors.Is(err, staff.ErrTooManyKeys):
		return problem.Field("name", fmt.Sprintf("the company has %d keys that are good: revoke some first", staff.MaxKeys))
	case errors.Is(err, persistence.ErrRefused):
		return problem.Field("teams", "want ids of teams that exist; see /api/v1/teams")
	case err != nil:
		return err
	}
	return rest.Write(w, http.StatusOK, viewKey(&k))
}

// Revoke ends a key for good: its next request is refused and its sockets close.
func (a *keys) Revoke(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	id := wa.CleanText(r.PathValue("id"))
	if err := a.staff.RevokeKey(r.Context(), who.Person.TenantID, id); err != nil {
		return err
	}
	a.changed(who.Person.TenantID, wa.AgentID(id))
	w.WriteHeader(http.StatusNoContent)
	return nil
}
