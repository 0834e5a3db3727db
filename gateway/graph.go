package gateway

import (
	"net/http"

	"github.com/prosa-chat/prosa/gateway/graphapi"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/persistence/audit"
)

// graph serves programs of the Cloud API; nil where nobody can be found by address.
func (s *Server) graph() http.Handler {
	if s.cfg.Recipients == nil {
		return nil
	}
	endpoint := graphapi.New(graphapi.Config{
		Session: s.session, Orders: s.carrier, Recipients: s.cfg.Recipients, Inbox: s.cfg.Inbox, Files: s.files, Marker: s.cfg.Marker,
		Failed: func(r *http.Request, err error) {
			s.cfg.Logger.Error("graph request failed", "path", r.Pattern, "code", problem.Of(err).Code, "error", err)
		},
	}).Handler()
	return s.instrument("/graph/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		by := audit.By{Kind: audit.BySystem, Address: s.callers.Address(r), Client: r.UserAgent()}
		endpoint.ServeHTTP(w, r.WithContext(audit.Acting(r.Context(), by)))
	}))
}
