package api

import (
	"net/http"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// DetailsView is what stands beside a thread, however much of it was read.
type DetailsView struct {
	Username string      `json:"username,omitempty"`
	Aliases  []aliasView `json:"aliases"`
	Others   []*view.Row `json:"others"`   // on other numbers, the newest first
	Probably []*view.Row `json:"probably"` // of who is probably the same person, the newest first
	History  []view.Item `json:"history"`  // of owners, and of what was resolved; oldest first
	Notes    []view.Item `json:"notes"`    // oldest first
}

// aliasView is an address of a contact. Kind is phone, bsuid, parent_bsuid or
// group; a variant is another spelling, not seen from Meta.
type aliasView struct {
	Kind    string `json:"kind"`
	Value   string `json:"value"`
	Variant bool   `json:"variant,omitempty"`
}

func (a *conversations) Details(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	key, err := wa.ParseConversationKey(r.PathValue("id"))
	if err != nil {
		return problem.New("not_found", "")
	}
	scope := who.Person.Scope()
	contact, err := a.inbox.Contact(r.Context(), scope, key) // refuses what is not in scope
	if err != nil {
		return err
	}
	others, err := a.inbox.Others(r.Context(), scope, key)
	if err != nil {
		return err
	}
	probably, err := a.inbox.Suggested(r.Context(), scope, key)
	if err != nil {
		return err
	}
	v := DetailsView{
		Username: contact.Username, Aliases: make([]aliasView, len(contact.Aliases)), Others: view.Rows(others), Probably: view.Rows(probably),
	}
	for i, a := range contact.Aliases {
		v.Aliases[i] = aliasView{string(a.Kind), a.Value, a.Variant}
	}
	if v.History, err = a.threads.History(r.Context(), key); err != nil {
		return err
	}
	if v.Notes, err = a.threads.Newest(r.Context(), key, inbox.StoryNotes, view.NotesLimit); err != nil {
		return err
	}
	return rest.Write(w, http.StatusOK, v)
}
