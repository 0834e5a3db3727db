package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/live"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/staff"
)

const countTimeout = 3 * time.Second

// Tally counts conversations, and of these those that wait for us, for the
// customer, and with something unread.
type Tally struct {
	N        int `json:"n" doc:"Conversations" minimum:"0"`
	Us       int `json:"us" doc:"Where the customer wrote last" minimum:"0"`
	Customer int `json:"customer" doc:"Where we wrote last" minimum:"0"`
	Unread   int `json:"unread" doc:"With unread messages" minimum:"0"`
}

// CountView counts a view. Each figure is the least there is, if More. What the
// inbox stream told up to Epoch and Offset is counted; of what it tells later
// some may be.
type CountView struct {
	Tally
	More    bool                       `json:"more,omitempty" doc:"There were more than 5,000 of one team and phase: each figure is the least"`
	Numbers map[wa.PhoneNumberID]Tally `json:"numbers" doc:"The same of each business number"`
	Epoch   string                     `json:"epoch,omitempty" doc:"With offset: what the inbox stream told up to there is counted"`
	Offset  uint64                     `json:"offset"`
}

// viewCounts counts each view.
type viewCounts struct {
	Views map[actorpb.View]CountView `json:"views"`
}

// counter counts views once for all who see the same teams, at most once a second.
type counter struct {
	inbox *inbox.Inbox
	hub   *live.Hub
	teams recent[teamCounts] // by scopeKey
}

// teamCounts are counts of the views of teams, and what the inbox stream had told
// before they were read.
type teamCounts struct {
	of     map[actorpb.View]inbox.Count
	epoch  string
	offset uint64
}

func (a *conversations) Counts(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	ctx, cancel := context.WithTimeout(r.Context(), countTimeout)
	defer cancel()
	views, err := a.counter.of(ctx, &who.Person)
	if errors.Is(err, context.DeadlineExceeded) {
		return problem.New(code.Unavailable, "the counts took too long")
	}
	if err != nil {
		return err
	}
	return rest.Write(w, http.StatusOK, viewCounts{views})
}

// of counts every view of a person. The map is the caller's.
func (c *counter) of(ctx context.Context, who *staff.Person) (map[actorpb.View]CountView, error) {
	scope := who.Scope()
	counts, err := c.count(ctx, scope)
	if err != nil {
		return nil, fmt.Errorf("count conversations: %w", err)
	}
	views := make(map[actorpb.View]CountView, len(counts.of)+1)
	for view, count := range counts.of {
		of := count.Of(scope.Numbers)
		views[view] = viewCount(&of, counts.epoch, counts.offset)
	}
	if _, counted := views[actorpb.ViewMine]; counted {
		return views, nil
	}
	epoch, offset := c.hub.Place(scope.TenantID)
	mine, err := c.inbox.CountMine(ctx, scope, who.ID)
	if err != nil {
		return nil, err
	}
	views[actorpb.ViewMine] = viewCount(&mine, epoch, offset)
	return views, nil
}

// count counts what all who see the same teams share, of whatever numbers; to somebody
// who sees his own conversations alone, those.
func (c *counter) count(ctx context.Context, scope persistence.Scope) (teamCounts, error) {
	read := func(ctx context.Context) (counts teamCounts, err error) {
		// The place is read first: all that was told up to there has been committed.
		counts.epoch, counts.offset = c.hub.Place(scope.TenantID)
		counts.of, err = c.inbox.CountTeams(ctx, scope)
		return counts, err
	}
	if scope.OwnOnly {
		return read(ctx)
	}
	scope.Numbers = nil
	return c.teams.of(ctx, scopeKey(scope), read)
}

// scopeKey is the same for all who work for the same teams.
func scopeKey(s persistence.Scope) string {
	if s.AllTeams {
		return string(s.TenantID)
	}
	teams := make([]string, len(s.Teams))
	for i, team := range s.Teams {
		teams[i] = string(team)
	}
	slices.Sort(teams)
	return string(s.TenantID) + "\x00" + strings.Join(teams, "\x00")
}

func viewCount(c *inbox.Count, epoch string, offset uint64) CountView {
	v := CountView{
		Tally: Tally(c.Tally), More: c.More, Epoch: epoch, Offset: offset,
		Numbers: make(map[wa.PhoneNumberID]Tally, len(c.Numbers)),
	}
	for number, t := range c.Numbers {
		v.Numbers[number] = Tally(t)
	}
	return v
}
