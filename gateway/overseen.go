package gateway

import (
	"net/http"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// overseen is a handler that shows what customers wrote. Whose work it is reads it daily;
// of an auditor the audit is told first, and shows nothing if it cannot be.
func (s *Server) overseen(handle rest.Handler) rest.Handler {
	return func(w http.ResponseWriter, r *http.Request, who staff.Session) error {
		if who.Person.Role == staff.RoleAuditor {
			if err := s.noteLook(r, &who.Person); err != nil {
				return err
			}
		}
		return handle(w, r, who)
	}
}

func (s *Server) noteLook(r *http.Request, who *staff.Person) error {
	id := r.PathValue("id")
	if id == "" {
		return s.cfg.Audit.Note(r.Context(), audit.Entry{
			TenantID: who.TenantID, Action: audit.ConversationSearched, Object: audit.Object{Kind: "conversation"},
		})
	}
	key, err := wa.ParseConversationKey(id)
	if err != nil {
		return problem.New(code.NotFound, "")
	}
	if _, err := s.cfg.Inbox.Get(r.Context(), who.Scope(), key); err != nil {
		return err // what he does not see he has not looked at
	}
	return s.cfg.Audit.Opened(r.Context(), who.TenantID, key)
}
