package gateway

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/persistence"
)

// registerNumberBody registers a business number of the admin's own tenant.
type registerNumberBody struct {
	ID          wa.PhoneNumberID `json:"id"`
	AccountID   wa.AccountID     `json:"account_id"`
	PortfolioID wa.PortfolioID   `json:"portfolio_id"`
	TeamID      wa.TeamID        `json:"team_id"`
	Display     string           `json:"display"`
	Name        string           `json:"name"`
	Token       string           `json:"token"`       // access token; empty keeps the stored one
	Rate        int32            `json:"rate"`        // messages a second, in and out; 0: 80, or 20 with coexistence
	Coexistence bool             `json:"coexistence"` // the phone app is used beside the API
}

func (s *Server) registerNumber(w http.ResponseWriter, r *http.Request, who persistence.Session) error {
	if s.cfg.Registrar == nil {
		return problem("not_found", "")
	}
	var in registerNumberBody
	if err := decode(w, r, &in); err != nil {
		return err
	}
	for _, required := range []struct{ field, value string }{
		{"id", string(in.ID)},
		{"account_id", string(in.AccountID)},
		{"portfolio_id", string(in.PortfolioID)},
		{"team_id", string(in.TeamID)},
		{"display", in.Display},
	} {
		if required.value == "" {
			return badField(required.field, "missing")
		}
		if !storable(required.value) {
			return badField(required.field, "has characters that cannot be stored")
		}
	}
	if in.Rate < 0 || in.Rate > 1000 { // the grain would refuse it after the number was stored
		return badField("rate", "want 1 to 1000 messages a second, or 0 for the usual")
	}
	if !nameable(in.TeamID) {
		return badField("team_id", wantTeam)
	}
	number := persistence.Number{
		ID: in.ID, TenantID: who.Person.TenantID, AccountID: in.AccountID, PortfolioID: in.PortfolioID, TeamID: in.TeamID,
		Display: wa.CleanText(in.Display), Name: wa.CleanText(in.Name), Token: in.Token,
	}
	if strings.Trim(string(in.ID), "0123456789") != "" || len(in.ID) > 20 {
		return badField("id", "want Meta's id of the number: up to 20 digits, no phone number and no sign")
	}
	if err := s.cfg.Registrar.Register(r.Context(), persistence.Registration{Number: number}); err != nil {
		return err
	}
	configure := &actorpb.ConfigureNumber{
		By: seatOf(&who.Person), TenantId: string(number.TenantID), Rate: in.Rate, Coexistence: in.Coexistence,
	}
	state, err := s.askNumber(r.Context(), number.ID, configure)
	if err != nil {
		return err
	}
	if err := s.cfg.Registrar.SetRate(r.Context(), number.ID, int(state.Rate)); err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, viewNumber(number.ID, number.TeamID, number.Display, number.Name, state))
}

// askNumber asks the grain of a number; a refusal becomes a problem.
func (s *Server) askNumber(ctx context.Context, id wa.PhoneNumberID, msg proto.Message) (*actorpb.NumberState, error) {
	state, err := cluster.Ask[*actorpb.NumberState](ctx, s.cfg.Cluster, wa.PhoneNumberKind, string(id), msg)
	switch {
	case err != nil:
		return nil, err
	case state.Refusal != "":
		return nil, problem(state.Refusal, state.Detail)
	}
	return state, nil
}

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

func (s *Server) listProblems(w http.ResponseWriter, r *http.Request, who persistence.Session) error {
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
	state := persistence.ProblemFailed
	if text := in.Get("state"); text != "" {
		state = persistence.ProblemState(text)
	}
	switch state {
	case persistence.ProblemFailed, persistence.ProblemParked, persistence.ProblemStored, persistence.ProblemReplayed:
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

func (s *Server) replayProblem(w http.ResponseWriter, r *http.Request, who persistence.Session) error {
	if s.cfg.Problems == nil || s.cfg.Replayer == nil {
		return problem("not_found", "")
	}
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return problem("not_found", "")
	}
	p, err := s.cfg.Problems.Get(r.Context(), id)
	if err != nil {
		return err
	}
	if p.TenantID != "" && p.TenantID != who.Person.TenantID { // nobody's are any admin's
		return problem("not_found", "")
	}
	if err := s.cfg.Replayer.Replay(r.Context(), id); err != nil {
		return s.notApplied(r.Context(), &p, err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// notApplied tells an event that was tried and could not be applied from a
// trouble of our own.
func (s *Server) notApplied(ctx context.Context, before *persistence.Problem, err error) error {
	now, lost := s.cfg.Problems.Get(ctx, before.ID)
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

func (s *Server) listUnmatched(w http.ResponseWriter, r *http.Request, who persistence.Session) error {
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
