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

// unconfirmedSend is a send that nobody knows the outcome of, and what speaks for and
// against its having arrived.
type unconfirmedSend struct {
	Conversation *view.Row     `json:"conversation"`
	Message      *view.Message `json:"message"`
	Since        *time.Time    `json:"since"`
	WroteSince   bool          `json:"wrote_since" doc:"The person has written since, and may have answered it"`
	HeardSince   bool          `json:"heard_since" doc:"Meta has told of the number since, and nothing of this message: it probably did not arrive"`
}

// unconfirmedList are sends without confirmation.
type unconfirmedList struct {
	Sends []unconfirmedSend `json:"sends" doc:"The oldest first"`
	More  bool              `json:"more" doc:"There are more than the limit"`
}

// heardAfter is how much later Meta must have told of the number for its silence about a
// message to mean something: statuses come within seconds, and no order is promised.
const heardAfter = time.Minute

// ListUnconfirmed lists what somebody must decide.
func (a *conversations) ListUnconfirmed(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	query := r.URL.Query()
	limit, err := rest.Limit(query.Get("limit"), 50, 200)
	if err != nil {
		return err
	}
	sends, more, err := a.inbox.Unconfirmed(r.Context(), who.Person.Scope(), wa.TeamID(wa.CleanText(query.Get("team"))), limit)
	if err != nil {
		return err
	}
	list := unconfirmedList{Sends: make([]unconfirmedSend, len(sends)), More: more}
	for i := range sends {
		list.Sends[i] = viewUnconfirmed(&sends[i])
	}
	return rest.Write(w, http.StatusOK, list)
}

func viewUnconfirmed(u *inbox.Unconfirmed) unconfirmedSend {
	return unconfirmedSend{
		Conversation: view.OfRow(u.Conversation), Message: view.OfMessage(u.Message), Since: view.StoredTime(u.Since),
		WroteSince: u.Conversation.LastInboundAtMs > u.Since.UnixMilli(),
		HeardSince: u.HeardAt.Sub(u.Since) > heardAfter,
	}
}
