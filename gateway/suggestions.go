package gateway

import (
	"net/http"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
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
	Conversations []*rowView   `json:"conversations"`
}

// listSuggestions lists whom somebody should look at: contacts are not merged yet.
func (s *Server) listSuggestions(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	limit, err := limitOf(r.URL.Query().Get("limit"), 50, 200)
	if err != nil {
		return err
	}
	list, err := s.cfg.Inbox.Suggestions(r.Context(), who.Person.TenantID, limit)
	if err != nil {
		return err
	}
	views := make([]suggestionView, len(list))
	for i := range list {
		one := &list[i]
		views[i] = suggestionView{viewSuggested(&one.Winner), viewSuggested(&one.Other), one.Reason, viewStoredTime(one.At)}
	}
	return writeJSON(w, http.StatusOK, struct {
		Suggestions []suggestionView `json:"suggestions"`
	}{views})
}

func viewSuggested(c *inbox.SuggestedContact) suggestedView {
	return suggestedView{c.ID, c.Name, viewRows(c.Conversations)}
}

func viewRows(list []inbox.ListedConversation) []*rowView {
	views := make([]*rowView, len(list))
	for i := range list {
		views[i] = viewListed(&list[i])
	}
	return views
}
