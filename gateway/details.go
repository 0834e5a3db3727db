package gateway

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/staff"
)

const (
	historyLimit = 20
	notesLimit   = 20
)

// detailsView is what stands beside a thread, however much of it was read.
type detailsView struct {
	Username string       `json:"username,omitempty"`
	Aliases  []aliasView  `json:"aliases"`
	Others   []*rowView   `json:"others"`   // on other numbers, the newest first
	Probably []*rowView   `json:"probably"` // of who is probably the same person, the newest first
	History  []threadItem `json:"history"`  // of owners, and of what was resolved; oldest first
	Notes    []threadItem `json:"notes"`    // oldest first
}

// aliasView is an address of a contact. Kind is phone, bsuid, parent_bsuid or
// group; a variant is another spelling, not seen from Meta.
type aliasView struct {
	Kind    string `json:"kind"`
	Value   string `json:"value"`
	Variant bool   `json:"variant,omitempty"`
}

func (s *Server) details(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	key, err := wa.ParseConversationKey(r.PathValue("id"))
	if err != nil {
		return problem("not_found", "")
	}
	scope := who.Person.Scope()
	contact, err := s.cfg.Inbox.Contact(r.Context(), scope, key) // refuses what is not in scope
	if err != nil {
		return err
	}
	others, err := s.cfg.Inbox.Others(r.Context(), scope, key)
	if err != nil {
		return err
	}
	probably, err := s.cfg.Inbox.Suggested(r.Context(), scope, key)
	if err != nil {
		return err
	}
	view := detailsView{
		Username: contact.Username, Aliases: make([]aliasView, len(contact.Aliases)), Others: viewRows(others), Probably: viewRows(probably),
	}
	for i, a := range contact.Aliases {
		view.Aliases[i] = aliasView{string(a.Kind), a.Value, a.Variant}
	}
	if view.History, err = s.threads.history(r.Context(), key); err != nil {
		return err
	}
	if view.Notes, err = s.threads.newest(r.Context(), key, inbox.StoryNotes, notesLimit); err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, view)
}

// history is the last changes of owner and the last times that somebody
// resolved the conversation.
func (t *threads) history(ctx context.Context, key wa.ConversationKey) ([]threadItem, error) {
	owners, err := t.newest(ctx, key, inbox.StoryOwners, historyLimit)
	if err != nil {
		return nil, err
	}
	phases, err := t.newest(ctx, key, inbox.StoryPhases, 3*historyLimit)
	if err != nil {
		return nil, err
	}
	for _, i := range phases {
		if i.Phase.To == "resolved" {
			owners = append(owners, i)
		}
	}
	slices.SortFunc(owners, func(a, b threadItem) int { return cmp.Compare(a.Version, b.Version) })
	return owners[max(0, len(owners)-historyLimit):], nil
}

func (t *threads) newest(ctx context.Context, key wa.ConversationKey, story inbox.Story, limit int) ([]threadItem, error) {
	events, err := t.inbox.Newest(ctx, key, story, limit)
	if err != nil {
		return nil, err
	}
	return t.items(ctx, key, events)
}
