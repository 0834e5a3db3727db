package api

import (
	"net/http"

	"github.com/prosa-chat/prosa/gateway/orders"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// Serve serves one order over HTTP.
func (a *commands) Serve(o orders.Order) rest.Handler {
	return func(w http.ResponseWriter, r *http.Request, who staff.Session) error {
		body := o.NewBody()
		if err := rest.Decode(w, r, body); err != nil {
			return err
		}
		if b, ok := body.(interface{ NameFrom(header, path string) }); ok {
			b.NameFrom(r.Header.Get("Idempotency-Key"), r.PathValue("mid"))
		}
		result, err := a.orders.CarryOut(r.Context(), &who.Person, r.PathValue("id"), o.Name, body)
		if err != nil {
			return err
		}
		status := http.StatusOK
		if result.MessageID != "" && !result.Already {
			status = http.StatusCreated
		}
		return rest.Write(w, status, result)
	}
}
