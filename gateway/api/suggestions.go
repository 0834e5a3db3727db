package api

import (
	"net/http"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// suggestionView says that two contacts are probably one person.
type suggestionView struct {
	Winner suggestedView `json:"winner"`
	Other  suggestedView `json:"other"`
	Reason string        `json:"reason"`
	At     *time.Time    `json:"at"`
}

type suggestedView struct {
	ContactID     wa.ContactID `json:"contact_id"`
	Name          string       `json:"name"`
	Conversations []*view.Row  `json:"conversations" doc:"The newest first"`
}

// suggestionList are pairs of contacts that may be one person.
type suggestionList struct {
	Suggestions []suggestionView `json:"suggestions"`
}

// listSuggestions lists whom somebody should look at: contacts are not merged yet.
func (a *conversations) ListSuggestions(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	limit, err := rest.Limit(r.URL.Query().Get("limit"), 50, 200)
	if err != nil {
		return err
	}
	list, err := a.inbox.Suggestions(r.Context(), who.Person.Scope(), limit)
	if err != nil {
		return err
	}
	views := make([]suggestionView, len(list))
	for i := range list {
		one := &list[i]
		views[i] = suggestionView{viewSuggested(&one.Winner), viewSuggested(&one.Other), one.Reason, view.StoredTime(one.At)}
	}
	return rest.Write(w, http.StatusOK, suggestionList{views})
}

func viewSuggested(c *inbox.SuggestedContact) suggestedView {
	return suggestedView{c.ID, c.Name, view.Rows(c.Conversations)}
}
