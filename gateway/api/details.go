package api

import (
	"net/http"
	"time"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/consent"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// DetailsView is what stands beside a thread, however much of it was read.
type DetailsView struct {
	Username string      `json:"username,omitempty" doc:"Without the at sign"`
	Aliases  []aliasView `json:"aliases" doc:"Phones first, of each kind the newest first"`
	Others   []*view.Row `json:"others" doc:"Conversations on other numbers that the person may see, the newest first, at most 20"`
	Probably []*view.Row `json:"probably" doc:"Conversations of contacts who are probably the same person, on numbers that the person may see, the newest first, at most 20"`
	History  []view.Item `json:"history" doc:"The last 20 changes of owner and resolutions, oldest first"`
	Notes    []view.Item `json:"notes" doc:"The last 20 notes, oldest first"`
	// What may not be sent.
	MarketingStopped *StopView `json:"marketing_stopped,omitempty" doc:"The person gets no marketing messages from any number of the portfolio; missing: they may be sent"`
	Blocked          *StopView `json:"blocked,omitempty" doc:"The number blocks the person; missing: it does not"`
}

// StopView says since when something may not be sent to a person, and who stopped it.
type StopView struct {
	Since *time.Time `json:"since"`
	By    string     `json:"by" enum:"customer,meta,agent" doc:"meta: an answer of Meta shows it"`
	Name  string     `json:"name,omitempty" doc:"Of the agent"`
}

func stopView(w *consent.Word) *StopView {
	if !w.Stopped {
		return nil
	}
	return &StopView{view.StoredTime(w.At), w.By, w.ByName}
}

// aliasView is an address of a contact. Kind is phone, bsuid, parent_bsuid or
// group; a variant is another spelling, not seen from Meta.
type aliasView struct {
	Kind    string `json:"kind" enum:"phone,bsuid,parent_bsuid,group"`
	Value   string `json:"value"`
	Variant bool   `json:"variant,omitempty" doc:"Another spelling, not seen from Meta"`
}

func (a *conversations) Details(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	key, err := wa.ParseConversationKey(r.PathValue("id"))
	if err != nil {
		return problem.New(code.NotFound, "")
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
	if a.consents != nil {
		marketing, number, err := a.consents.Of(r.Context(), key)
		if err != nil {
			return err
		}
		v.MarketingStopped, v.Blocked = stopView(&marketing), stopView(&number)
	}
	if v.History, err = a.threads.History(r.Context(), key); err != nil {
		return err
	}
	if v.Notes, err = a.threads.Newest(r.Context(), key, inbox.Notes, view.NotesLimit); err != nil {
		return err
	}
	return rest.Write(w, http.StatusOK, v)
}
