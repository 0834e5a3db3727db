package gateway

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// problemView is an event of the intake that was not applied. What it contained
// is not shown: it may hold what a customer wrote.
type problemView struct {
	ID           int64      `json:"id"`
	State        string     `json:"state"`
	Kind         string     `json:"kind"`
	Reason       string     `json:"reason"`
	Number       string     `json:"phone_number_id,omitempty"`
	Conversation string     `json:"conversation,omitempty"`
	ReceivedAt   *time.Time `json:"received_at"`
	NotedAt      *time.Time `json:"noted_at"`
	Tries        int32      `json:"tries"`
}

func (s *Server) listProblems(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if s.cfg.Problems == nil {
		return problem("not_found", "")
	}
	in := r.URL.Query()
	limit, err := limitOf(in.Get("limit"), 50, 200)
	if err != nil {
		return err
	}
	before, err := versionOf(in.Get("before"), "before")
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
		return badField("state", "want failed, parked, stored or replayed")
	}
	list, err := s.cfg.Problems.List(r.Context(), who.Person.TenantID, state, int64(before), limit)
	if err != nil {
		return err
	}
	views := make([]problemView, len(list))
	for i := range list {
		p := &list[i]
		views[i] = problemView{
			p.ID, string(p.State), p.Kind, p.Reason, string(p.Number), p.Conversation,
			viewStoredTime(p.ReceivedAt), viewStoredTime(p.NotedAt), p.Tries,
		}
	}
	return writeJSON(w, http.StatusOK, struct {
		Problems []problemView `json:"problems"`
	}{views})
}

func (s *Server) replayProblem(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if s.cfg.Problems == nil || s.cfg.Replayer == nil {
		return problem("not_found", "")
	}
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return problem("not_found", "")
	}
	p, err := s.cfg.Problems.Get(r.Context(), who.Person.TenantID, id)
	if err != nil {
		return err
	}
	if err := s.cfg.Replayer.Replay(r.Context(), id); err != nil {
		return s.notApplied(r.Context(), &p, err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// notApplied tells an event that was tried and could not be applied from a
// trouble of our own.
func (s *Server) notApplied(ctx context.Context, before *intake.Problem, err error) error {
	now, lost := s.cfg.Problems.Get(ctx, "", before.ID)
	if lost != nil || now.Tries == before.Tries {
		return err
	}
	return problem("not_applied", now.Reason)
}

// unmatchedView is a status of a message that nobody knows.
type unmatchedView struct {
	Number     wa.PhoneNumberID `json:"phone_number_id"`
	WAMID      wa.MessageID     `json:"wamid"`
	Status     wa.Status        `json:"status"`
	At         *time.Time       `json:"at"`
	ErrorCode  int32            `json:"error_code,omitempty"`
	ErrorText  string           `json:"error_text,omitempty"`
	ReceivedAt *time.Time       `json:"received_at"`
}

func (s *Server) listUnmatched(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if s.cfg.Unmatched == nil {
		return problem("not_found", "")
	}
	limit, err := limitOf(r.URL.Query().Get("limit"), 50, 200)
	if err != nil {
		return err
	}
	list, err := s.cfg.Unmatched.List(r.Context(), who.Person.TenantID, limit)
	if err != nil {
		return err
	}
	views := make([]unmatchedView, len(list))
	for i, u := range list {
		views[i] = unmatchedView{
			u.Number, u.WAMID, u.Status, viewStoredTime(u.At), u.ErrorCode, u.ErrorText, viewStoredTime(u.ReceivedAt),
		}
	}
	return writeJSON(w, http.StatusOK, struct {
		Unmatched []unmatchedView `json:"unmatched"`
	}{views})
}
