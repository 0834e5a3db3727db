package quickreply

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/quickreply"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// Handlers are the handlers of quick replies.
type Handlers struct{ replies *quickreply.Replies }

// New makes the handlers; where there are no replies they answer 404.
func New(replies *quickreply.Replies) *Handlers { return &Handlers{replies} }

// View is a quick reply.
type View struct {
	ID         string                `json:"id"`
	Visibility quickreply.Visibility `json:"visibility" doc:"Who may use it" enum:"own,team,company"`
	TeamID     wa.TeamID             `json:"team_id,omitempty" doc:"Of a team's"`
	Shortcut   string                `json:"shortcut" doc:"Without its slash"`
	Title      string                `json:"title"`
	Text       string                `json:"text" doc:"Variables stand in it as {{contact.name}} or {{delivery date}}; those without a dot are asked for"`
	Revision   int64                 `json:"revision" doc:"Raised by each change"`
	Used       int64                 `json:"used" doc:"Times that it was inserted"`
	UsedAt     *time.Time            `json:"used_at,omitempty"`
	ChangedAt  *time.Time            `json:"changed_at"`
	ChangedBy  string                `json:"changed_by" doc:"Name of who changed it last"`
	MayChange  bool                  `json:"may_change" doc:"Whoever asks may change it"`
}

// ListView are the quick replies that somebody may use, by shortcut.
type ListView struct {
	Replies    []View `json:"replies"`
	KeepsTeams bool   `json:"keeps_teams" doc:"Whoever asks may make some of a team"`
	KeepsAll   bool   `json:"keeps_all" doc:"And of the whole company"`
}

func viewer(p *staff.Person) *quickreply.Viewer {
	return &quickreply.Viewer{
		Scope: p.Scope(), Own: p.Key == nil && p.Role != staff.RoleAuditor,
		Keeps: p.Role == staff.RoleManager || p.Role == staff.RoleAdmin,
	}
}

func viewOf(v *quickreply.Viewer, r *quickreply.Reply) View {
	shown := View{
		ID: r.ID, Visibility: r.Visibility, TeamID: r.TeamID, Shortcut: r.Shortcut, Title: r.Title, Text: r.Text, Revision: r.Revision,
		Used: r.Used, ChangedAt: view.StoredTime(r.ChangedAt), ChangedBy: r.ChangedBy, MayChange: v.Changes(r),
	}
	if r.UsedAt != nil {
		shown.UsedAt = view.StoredTime(*r.UsedAt)
	}
	return shown
}

// List shows the replies that the caller may use.
func (h *Handlers) List(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if h.replies == nil {
		return problem.New(code.NotFound, "")
	}
	v := viewer(&who.Person)
	list, err := h.replies.List(r.Context(), v)
	if err != nil {
		return err
	}
	shown := ListView{Replies: make([]View, len(list)), KeepsTeams: v.Keeps, KeepsAll: v.Keeps && v.AllTeams}
	for i := range list {
		shown.Replies[i] = viewOf(v, &list[i])
	}
	return rest.Write(w, http.StatusOK, shown)
}

// makeBody makes a reply.
type makeBody struct {
	Visibility quickreply.Visibility `json:"visibility" doc:"Who may use it" enum:"own,team,company"`
	TeamID     wa.TeamID             `json:"team_id" required:"false" doc:"Of a team's"`
	Shortcut   string                `json:"shortcut" doc:"1 to 32 letters, digits, - and _; kept in small letters"`
	Title      string                `json:"title" doc:"1 to 100 characters"`
	Text       string                `json:"text" doc:"1 to 4096 characters. Variables: {{contact.name}}, {{contact.first_name}}, {{agent.name}}, {{number.name}} and {{company}} are filled in, others such as {{delivery date}} are asked for"`
}

// Make adds a reply.
func (h *Handlers) Make(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	var in makeBody
	if err := h.decode(w, r, &in); err != nil {
		return err
	}
	if err := checkTitle(&in.Title); err != nil {
		return err
	}
	v := viewer(&who.Person)
	made, err := h.replies.Make(r.Context(), v, quickreply.Reply{
		Visibility: in.Visibility, TeamID: wa.TeamID(wa.CleanText(string(in.TeamID))), Shortcut: in.Shortcut, Title: in.Title, Text: in.Text,
	})
	if err != nil {
		return inWords(err)
	}
	return rest.Write(w, http.StatusOK, viewOf(v, &made))
}

// changeBody changes a reply; what is missing stays.
type changeBody struct {
	Revision   int64                  `json:"revision" required:"false" doc:"That of the reply as it was seen: a change made meanwhile is then not overwritten, and refused as outdated"`
	Visibility *quickreply.Visibility `json:"visibility" required:"false" enum:"own,team,company"`
	TeamID     *wa.TeamID             `json:"team_id" required:"false"`
	Shortcut   *string                `json:"shortcut" required:"false"`
	Title      *string                `json:"title" required:"false"`
	Text       *string                `json:"text" required:"false"`
}

// Change changes a reply.
func (h *Handlers) Change(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	var in changeBody
	if err := h.decode(w, r, &in); err != nil {
		return err
	}
	if err := checkTitle(in.Title); err != nil {
		return err
	}
	if in.TeamID != nil {
		*in.TeamID = wa.TeamID(wa.CleanText(string(*in.TeamID)))
	}
	v := viewer(&who.Person)
	changed, err := h.replies.Change(r.Context(), v, r.PathValue("reply"), quickreply.Change{
		Revision: in.Revision, Visibility: in.Visibility, TeamID: in.TeamID, Shortcut: in.Shortcut, Title: in.Title, Text: in.Text,
	})
	if err != nil {
		return inWords(err)
	}
	return rest.Write(w, http.StatusOK, viewOf(v, &changed))
}

// Remove ends a reply.
func (h *Handlers) Remove(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if h.replies == nil {
		return problem.New(code.NotFound, "")
	}
	var revision int64
	if seen := r.URL.Query().Get("revision"); seen != "" {
		var err error
		if revision, err = strconv.ParseInt(seen, 10, 64); err != nil || revision < 1 {
			return problem.Field("revision", "want a whole number from 1")
		}
	}
	if err := h.replies.Remove(r.Context(), viewer(&who.Person), r.PathValue("reply"), revision); err != nil {
		return inWords(err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// Use counts that a reply was inserted.
func (h *Handlers) Use(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if h.replies == nil {
		return problem.New(code.NotFound, "")
	}
	if err := h.replies.Use(r.Context(), viewer(&who.Person), r.PathValue("reply")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (h *Handlers) decode(w http.ResponseWriter, r *http.Request, in any) error {
	if h.replies == nil {
		return problem.New(code.NotFound, "")
	}
	return rest.Decode(w, r, in)
}

// checkTitle refuses a title that hides what stands beside it in the list; the rest of
// it is the store's.
func checkTitle(title *string) error {
	if title == nil || !wa.Visible(*title) {
		return nil
	}
	return rest.CheckName("title", *title)
}

// inWords says what is wrong with a change, at its field.
func inWords(err error) error {
	if limit, ok := errors.AsType[*wa.LimitError](err); ok {
		p := problem.Field(limit.Field, limit.Remedy)
		p.Reason, p.Limit = limit.Rule, limit.Limit
		return p
	}
	switch {
	case errors.Is(err, quickreply.ErrForbidden):
		return problem.New(code.Forbidden, "replies of teams and of the company are changed by managers and administrators")
	case errors.Is(err, quickreply.ErrChanged):
		return problem.New(code.Outdated, "somebody else has changed this reply")
	case errors.Is(err, quickreply.ErrTooMany):
		return full("the company has 2000 quick replies: remove some first", quickreply.MaxReplies)
	case errors.Is(err, quickreply.ErrTooManyOf):
		return full("you have 200 quick replies of your own: remove some first", quickreply.MaxOwn)
	}
	return err
}

func full(detail string, most int) error {
	p := problem.Field("visibility", detail)
	p.Reason, p.Limit = wa.RuleTooMany, most
	return p
}
