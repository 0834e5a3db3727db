package api

import (
	"net/http"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/gateway/orders"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/recipient"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// firsts sends messages to people who may never have written.
type firsts struct {
	finder *recipient.Finder
	orders *orders.Orders
}

// firstView answers a first message.
type firstView struct {
	ID string `json:"id" doc:"Conversation id: phone_number_id:contact_id"`
	orders.Result
}

// WriteFirst sends a message to an address.
func (f *firsts) WriteFirst(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if f.finder == nil {
		return problem.New(code.NotFound, "")
	}
	var body orders.FirstBody
	if err := rest.Decode(w, r, &body); err != nil {
		return err
	}
	body.NameFrom(r.Header.Get("Idempotency-Key"), "")
	to, err := f.finder.Find(r.Context(), who.Person.Scope(), body.PhoneNumberID, body.To, body.Name)
	if err != nil {
		return err
	}
	result, err := f.orders.WriteFirst(r.Context(), &who.Person, &to, &body)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if !result.Already {
		status = http.StatusCreated
	}
	return rest.Write(w, status, firstView{to.Key.String(), *result})
}
