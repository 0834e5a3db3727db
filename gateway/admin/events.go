package admin

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// problemList are events that could not be applied.
type problemList struct {
	Problems []problemView `json:"problems"`
}

// problemView is an event of the intake that was not applied. What it contained
// is not shown: it may hold what a customer wrote.
type problemView struct {
	ID           int64      `json:"id" minimum:"0"`
	State        string     `json:"state"`
	Kind         string     `json:"kind"`
	Reason       string     `json:"reason"`
	Number       string     `json:"phone_number_id,omitempty"`
	Conversation string     `json:"conversation,omitempty"`
	ReceivedAt   *time.Time `json:"received_at"`
	NotedAt      *time.Time `json:"noted_at"`
	Tries        int32      `json:"tries" minimum:"0"`
}

func (a *events) ListProblems(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if a.problems == nil {
		return problem.New(code.NotFound, "")
	}
	in := r.URL.Query()
	limit, err := rest.Limit(in.Get("limit"), 50, 200)
	if err != nil {
		return err
	}
	before, err := rest.Version(in.Get("before"), "before")
	if err != nil {
		return err
	}
	state := intake.ProblemFailed
	if text := in.Get("state"); text != "" {
		state = intake.ProblemState(text)
	}
	switch state {
	case intake.ProblemFailed, intake.ProblemParked, intake.ProblemStored, intake.ProblemReplayed:
	default:
		return problem.Field("state", "want failed, parked, stored or replayed")
	}
	list, err := a.problems.List(r.Context(), who.Person.TenantID, state, int64(before), limit)
	if err != nil {
		return err
	}
	views := make([]problemView, len(list))
	for i := range list {
		p := &list[i]
		views[i] = problemView{
			p.ID, string(p.State), p.Kind, p.Reason, string(p.Number), p.Conversation,
			view.StoredTime(p.ReceivedAt), view.StoredTime(p.NotedAt), p.Tries,
		}
	}
	return rest.Write(w, http.StatusOK, problemList{views})
}

func (a *events) ReplayProblem(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if a.problems == nil || a.replayer == nil {
		return problem.New(code.NotFound, "")
	}
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return problem.New(code.NotFound, "")
	}
	p, err := a.problems.Get(r.Context(), who.Person.TenantID, id)
	if err != nil {
		return err
	}
	if err := a.replayer.Replay(r.Context(), id); err != nil {
		return a.notApplied(r.Context(), &p, err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// notApplied tells an event that was tried and could not be applied from a
// trouble of our own.
func (a *events) notApplied(ctx context.Context, before *intake.Problem, err error) error {
	now, lost := a.problems.Get(ctx, "", before.ID)
	if lost != nil || now.Tries == before.Tries {
		return err
	}
	return problem.New(code.NotApplied, now.Reason)
}

// unmatchedList are statuses of messages that nobody knows.
type unmatchedList struct {
	Unmatched []unmatchedView `json:"unmatched"`
}

// unmatchedView is a status of a message that nobody knows.
type unmatchedView struct {
	Number     wa.PhoneNumberID `json:"phone_number_id"`
	WAMID      wa.MessageID     `json:"wamid"`
	Status     wa.Status        `json:"status"`
	At         *time.Time       `json:"at"`
	ErrorCode  int32            `json:"error_code,omitempty" minimum:"0"`
	ErrorText  string           `json:"error_text,omitempty"`
	ReceivedAt *time.Time       `json:"received_at"`
}

func (a *events) ListUnmatched(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if a.unmatched == nil {
		return problem.New(code.NotFound, "")
	}
	limit, err := rest.Limit(r.URL.Query().Get("limit"), 50, 200)
	if err != nil {
		return err
	}
	list, err := a.unmatched.List(r.Context(), who.Person.TenantID, limit)
	if err != nil {
		return err
	}
	views := make([]unmatchedView, len(list))
	for i, u := range list {
		views[i] = unmatchedView{
			u.Number, u.WAMID, u.Status, view.StoredTime(u.At), u.ErrorCode, u.ErrorText, view.StoredTime(u.ReceivedAt),
		}
	}
	return rest.Write(w, http.StatusOK, unmatchedList{views})
}
