package gateway

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/search"
	"github.com/prosa-chat/prosa/persistence"
)

// pageView is one page of a list. Next, when there is more, goes into ?cursor=.
type pageView struct {
	Conversations []*rowView `json:"conversations"`
	Next          string     `json:"next,omitempty"`
}

// listTimeout bounds a list: one bad search must not starve the others.
const listTimeout = 3 * time.Second

func (s *Server) listConversations(w http.ResponseWriter, r *http.Request, who persistence.Session) error {
	in := r.URL.Query()
	q := persistence.ListQuery{
		View: persistence.View(cmp.Or(in.Get("view"), string(persistence.ViewAll))), AgentID: who.Person.ID,
		Team: wa.TeamID(in.Get("team")), Search: strings.TrimSpace(wa.CleanText(in.Get("q"))),
	}
	if !q.View.Known() {
		return badField("view", "want mine, unclaimed, all, snoozed or resolved")
	}
	if !storable(string(q.Team)) {
		return badField("team", "want the id of a team")
	}
	q.Query = search.ContactQuery(who.Person.TenantID, q.Search)
	var err error
	if q.Filter, err = s.filterOf(in); err != nil {
		return err
	}
	if utf8.RuneCountInString(q.Search) > 100 {
		return badField("q", "longer than 100 characters")
	}
	switch in.Get("sort") {
	case "", "newest":
	case "oldest":
		q.Oldest = true
	default:
		return badField("sort", "want newest or oldest")
	}
	if q.Limit, err = limitOf(in.Get("limit"), 50, 200); err != nil {
		return err
	}
	if q.After, err = parseCursor(in.Get("cursor")); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), listTimeout)
	defer cancel()
	list, err := s.cfg.Inbox.List(ctx, who.Person.Scope(), q)
	if errors.Is(err, context.DeadlineExceeded) {
		return problem("unavailable", "the list took too long; search for more of the name")
	}
	if err != nil {
		return err
	}
	page := pageView{Conversations: make([]*rowView, len(list.Conversations))}
	for i := range list.Conversations {
		page.Conversations[i] = viewListed(&list.Conversations[i])
	}
	if list.More {
		page.Next = formatCursor(list.Next)
	}
	return writeJSON(w, http.StatusOK, page)
}

// A cursor is opaque to clients: the time in microseconds and, unless it stands
// behind everything of that time, the key.
func formatCursor(c persistence.Cursor) string {
	text := strconv.FormatInt(c.LastAt.UnixMicro(), 10)
	if c.Key != (wa.ConversationKey{}) {
		text += " " + c.Key.String()
	}
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

func parseCursor(text string) (persistence.Cursor, error) {
	if text == "" {
		return persistence.Cursor{}, nil
	}
	bad := badField("cursor", "not a cursor of this list")
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return persistence.Cursor{}, bad
	}
	at, key, keyed := strings.Cut(string(raw), " ")
	c := persistence.Cursor{}
	if c.LastAt, err = cursorTime(at, 1); err != nil {
		return c, bad
	}
	if keyed {
		if c.Key, err = wa.ParseConversationKey(key); err != nil {
			return persistence.Cursor{}, bad
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

func limitOf(text string, def, most int) (int, error) {
	if text == "" {
		return def, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, badField("limit", "want 1 to "+strconv.Itoa(most))
	}
	return n, nil
}

// visible reads the conversation of the request's path, if its person may see it.
func (s *Server) visible(r *http.Request, who persistence.Session) (persistence.ListedConversation, error) {
	key, err := wa.ParseConversationKey(r.PathValue("id"))
	if err != nil {
		return persistence.ListedConversation{}, problem("not_found", "")
	}
	return s.cfg.Inbox.Get(r.Context(), who.Person.Scope(), key)
}

func (s *Server) getConversation(w http.ResponseWriter, r *http.Request, who persistence.Session) error {
	row, err := s.visible(r, who)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, viewListed(&row))
}

// threadView is a page of a thread, oldest first. Version is the conversation's
// newest: subscribe from there.
type threadView struct {
	Version uint64       `json:"version"`
	Items   []threadItem `json:"items"`
	Before  uint64       `json:"before,omitempty"` // for ?before=: the page before this one
	After   uint64       `json:"after,omitempty"`  // for ?after=: the page after this one
}

func (s *Server) listMessages(w http.ResponseWriter, r *http.Request, who persistence.Session) error {
	in := r.URL.Query()
	var q persistence.EventQuery
	var err error
	if q.Limit, err = limitOf(in.Get("limit"), 50, 200); err != nil {
		return err
	}
	if q.Before, err = versionOf(in.Get("before"), "before"); err != nil {
		return err
	}
	if q.After, err = versionOf(in.Get("after"), "after"); err != nil {
		return err
	}
	if q.Around, err = versionOf(in.Get("around"), "around"); err != nil {
		return err
	}
	if q.Before != 0 && q.After != 0 || q.Around != 0 && (q.Before != 0 || q.After != 0) {
		return badField("after", "give one of before, after and around")
	}
	row, err := s.visible(r, who)
	if err != nil {
		return err
	}
	items, err := s.threads.page(r.Context(), row.Key, q)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, viewThread(row.Version, items, q))
}

// viewThread names the pages beside this one: there is one where this is full.
func viewThread(version uint64, items []threadItem, q persistence.EventQuery) threadView {
	view := threadView{Version: version, Items: items}
	n := len(items)
	switch {
	case n == 0:
	case q.Around != 0:
		earlier, _ := slices.BinarySearchFunc(items, q.Around+1, func(i threadItem, v uint64) int { return cmp.Compare(i.Version, v) })
		if earlier > 0 && earlier == q.Limit-q.Limit/2 {
			view.Before = items[0].Version
		}
		if n-earlier > 0 && n-earlier == q.Limit/2 {
			view.After = items[n-1].Version
		}
	case n < q.Limit:
	case q.After != 0:
		view.After = items[n-1].Version
	default:
		view.Before = items[0].Version
	}
	return view
}

func versionOf(text, field string) (uint64, error) {
	if text == "" {
		return 0, nil
	}
	v, err := strconv.ParseUint(text, 10, 62) // the database counts to 63 bits, and the one after a version is asked for
	if err != nil {
		return 0, badField(field, "want a version")
	}
	return v, nil
}

// listAgents shows colleagues: to an agent those who share a team, without
// their e-mail; to managers and admins everybody.
func (s *Server) listAgents(w http.ResponseWriter, r *http.Request, who persistence.Session) error {
	people, err := s.cfg.Staff.List(r.Context(), who.Person.TenantID)
	if err != nil {
		return err
	}
	agents := []agentView{}
	scope := who.Person.Scope()
	for i := range people {
		p := &people[i]
		shares := slices.ContainsFunc(p.Teams, func(t wa.TeamID) bool { return scope.Sees(p.TenantID, t) })
		if p.Disabled || !scope.AllTeams && !shares && p.Role == persistence.RoleAgent {
			continue
		}
		view := viewAgent(p)
		if !scope.AllTeams {
			view.Email = ""
			view.Teams = slices.DeleteFunc(slices.Clone(view.Teams), func(t wa.TeamID) bool { return !scope.Sees(p.TenantID, t) })
		}
		agents = append(agents, view)
	}
	return writeJSON(w, http.StatusOK, struct {
		Agents []agentView `json:"agents"`
	}{agents})
}

type teamView struct {
	ID   wa.TeamID `json:"id"`
	Name string    `json:"name"`
	Mine bool      `json:"mine"`
}

// listTeams names all teams of the tenant: one may transfer to each of them.
func (s *Server) listTeams(w http.ResponseWriter, r *http.Request, who persistence.Session) error {
	teams, err := s.cfg.Staff.Teams(r.Context(), persistence.Scope{TenantID: who.Person.TenantID, AllTeams: true})
	if err != nil {
		return err
	}
	views := make([]teamView, len(teams))
	for i, t := range teams {
		views[i] = teamView{t.ID, t.Name, slices.Contains(who.Person.Teams, t.ID)}
	}
	return writeJSON(w, http.StatusOK, struct {
		Teams []teamView `json:"teams"`
	}{views})
}

// numberView is one of our business numbers and how it fares.
type numberView struct {
	ID          wa.PhoneNumberID `json:"id"`
	TeamID      wa.TeamID        `json:"team_id"`
	Display     string           `json:"display"`
	Name        string           `json:"name"`
	Health      string           `json:"health"` // ok, slow, paused, stopped; unknown when its grain does not answer
	HealthCode  int32            `json:"health_code,omitempty"`
	HealthText  string           `json:"health_text,omitempty"`
	Since       *time.Time       `json:"since,omitempty"` // when this health began; none where all is well
	Until       *time.Time       `json:"until,omitempty"` // a pause ends by itself then
	Quality     string           `json:"quality,omitempty"`
	Rate        int32            `json:"rate,omitempty"`
	Coexistence bool             `json:"coexistence,omitempty"`
}

func viewNumber(id wa.PhoneNumberID, team wa.TeamID, display, name string, n *actorpb.NumberState) numberView {
	v := numberView{ID: id, TeamID: team, Display: display, Name: name, Health: "unknown"}
	if n != nil {
		v.Health, v.HealthCode, v.HealthText = n.Health, n.Code, n.Detail
		v.Since, v.Until = viewTime(n.SinceMs), viewTime(n.UntilMs)
		v.Quality, v.Rate, v.Coexistence = n.Quality, n.Rate, n.Coexistence
	}
	return v
}

// numbersAtOnce bounds how many grains are asked together for one list.
const numbersAtOnce = 16

// listNumbers asks each number's grain how it fares. One that does not answer
// does not hide the others.
func (s *Server) listNumbers(w http.ResponseWriter, r *http.Request, who persistence.Session) error {
	numbers, err := s.cfg.Inbox.Numbers(r.Context(), who.Person.Scope())
	if err != nil {
		return err
	}
	views := make([]numberView, len(numbers))
	var group errgroup.Group
	group.SetLimit(numbersAtOnce)
	for i, n := range numbers {
		group.Go(func() error {
			state, err := s.askNumber(r.Context(), n.ID, &actorpb.GetNumber{})
			if err != nil {
				s.log.Warn("number does not tell its health", "phone_number_id", n.ID, "error", err)
			}
			views[i] = viewNumber(n.ID, n.TeamID, n.Display, n.Name, state)
			return nil
		})
	}
	_ = group.Wait() // none of them fails
	return writeJSON(w, http.StatusOK, struct {
		Numbers []numberView `json:"numbers"`
	}{views})
}
