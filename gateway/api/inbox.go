package api

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/search"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// pageView is one page of a list. Next, when there is more, goes into ?cursor=.
type pageView struct {
	Conversations []*view.Row `json:"conversations"`
	Next          string      `json:"next,omitempty" doc:"For cursor; missing on the last page. A page of a filter may hold fewer than limit and still have a next"`
}

// listTimeout bounds a list: one bad search must not starve the others.
const listTimeout = 3 * time.Second

func (a *conversations) ListConversations(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	q, err := a.listQuery(r.URL.Query(), &who.Person)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), listTimeout)
	defer cancel()
	list, err := a.inbox.List(ctx, who.Person.Scope(), q)
	if errors.Is(err, context.DeadlineExceeded) {
		return problem.New(code.Unavailable, "the list took too long; search for more of the name")
	}
	if err != nil {
		return err
	}
	page := pageView{Conversations: make([]*view.Row, len(list.Conversations))}
	for i := range list.Conversations {
		page.Conversations[i] = view.OfRow(list.Conversations[i])
	}
	if list.More {
		page.Next = formatCursor(list.Next)
	}
	return rest.Write(w, http.StatusOK, page)
}

// listQuery reads what a request asks of a list.
func (a *conversations) listQuery(in url.Values, who *staff.Person) (inbox.ListQuery, error) {
	q := inbox.ListQuery{
		View: actorpb.View(cmp.Or(in.Get("view"), string(actorpb.ViewAll))), AgentID: who.ID,
		Team: wa.TeamID(in.Get("team")), Search: strings.TrimSpace(wa.CleanText(in.Get("q"))),
	}
	switch {
	case !q.View.Known():
		return q, problem.Field("view", "want mine, unclaimed, all, snoozed or resolved")
	case !rest.Storable(string(q.Team)):
		return q, problem.Field("team", "want the id of a team")
	case utf8.RuneCountInString(q.Search) > 100:
		return q, problem.Field("q", "longer than 100 characters")
	}
	q.Query = search.ContactQuery(who.TenantID, q.Search)
	switch in.Get("sort") {
	case "", "newest":
	case "oldest":
		q.Oldest = true
	default:
		return q, problem.Field("sort", "want newest or oldest")
	}
	var err error
	if q.Filter, err = a.filterOf(in); err != nil {
		return q, err
	}
	if q.Limit, err = rest.Limit(in.Get("limit"), 50, 200); err != nil {
		return q, err
	}
	q.After, err = parseCursor(in.Get("cursor"))
	return q, err
}

// A cursor is opaque to clients: the time in microseconds and, unless it stands
// behind everything of that time, the key.
func formatCursor(c inbox.Cursor) string {
	text := strconv.FormatInt(c.LastAt.UnixMicro(), 10)
	if c.Key != (wa.ConversationKey{}) {
		text += " " + c.Key.String()
	}
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

func parseCursor(text string) (inbox.Cursor, error) {
	if text == "" {
		return inbox.Cursor{}, nil
	}
	bad := problem.Field("cursor", "not a cursor of this list")
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return inbox.Cursor{}, bad
	}
	at, key, keyed := strings.Cut(string(raw), " ")
	c := inbox.Cursor{}
	if c.LastAt, err = cursorTime(at, 1); err != nil {
		return c, bad
	}
	if keyed {
		if c.Key, err = wa.ParseConversationKey(key); err != nil {
			return inbox.Cursor{}, bad
		}
	}
	return c, nil
}

// cursorTime is a time of a cursor, of a year that the database can take.
func cursorTime(micros string, oldest int) (time.Time, error) {
	n, err := strconv.ParseInt(micros, 10, 64)
	if err != nil {
		return time.Time{}, err
	}
	at := time.UnixMicro(n)
	if y := at.UTC().Year(); y < oldest || y > 9999 {
		return time.Time{}, strconv.ErrRange
	}
	return at, nil
}

// visible reads the conversation of the request's path, if its person may see it.
func (a *conversations) visible(r *http.Request, who staff.Session) (actorpb.Row, error) {
	key, err := wa.ParseConversationKey(r.PathValue("id"))
	if err != nil {
		return actorpb.Row{}, problem.New(code.NotFound, "")
	}
	return a.inbox.Get(r.Context(), who.Person.Scope(), key)
}

func (a *conversations) GetConversation(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	row, err := a.visible(r, who)
	if err != nil {
		return err
	}
	return rest.Write(w, http.StatusOK, view.OfRow(row))
}
