package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/phone"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/gateway/orders"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// NumberView is one of our business numbers and how it fares.
type NumberView struct {
	ID          wa.PhoneNumberID `json:"id"`
	TeamID      wa.TeamID        `json:"team_id"`
	Display     string           `json:"display"`
	Name        string           `json:"name"`
	Health      string           `json:"health" enum:"ok,slow,paused,stopped,unknown"`
	HealthCode  int32            `json:"health_code,omitempty" doc:"Meta's error code"`
	HealthText  string           `json:"health_text,omitempty"`
	HealthCause string           `json:"health_cause,omitempty" doc:"Why the number is not well, as far as it is known; says what to do" enum:"throughput,token,token_missing,account,maintenance"`
	Since       *time.Time       `json:"since,omitempty" doc:"when this health began; absent where all is well"`
	Until       *time.Time       `json:"until,omitempty" doc:"a pause ends by itself then"`
	Quality     string           `json:"quality,omitempty"`
	Rate        int32            `json:"rate,omitempty" doc:"messages a second, in and out"`
	Coexistence bool             `json:"coexistence,omitempty"`
	Hold        *HoldView        `json:"hold,omitempty" doc:"what an administrator has the number hold back; missing: nothing"`
}

// HoldView is what a number holds back, and why.
type HoldView struct {
	All    bool       `json:"all" doc:"what people write waits, too; else only what the assistant and broadcasts send"`
	Reason string     `json:"reason"`
	By     view.Party `json:"by"`
	Since  *time.Time `json:"since"`
	Rate   int32      `json:"rate,omitempty" doc:"nothing waits, but no more messages a second go; missing: it is not slowed down"`
	Until  *time.Time `json:"until,omitempty" doc:"it goes on by itself then; missing: when an administrator says so"`
}

func viewNumber(id wa.PhoneNumberID, team wa.TeamID, display, name string, n *actorpb.NumberState) NumberView {
	v := NumberView{ID: id, TeamID: team, Display: display, Name: name, Health: "unknown"}
	if n != nil {
		v.Health, v.HealthCode, v.HealthText, v.HealthCause = n.Health, n.Code, n.Detail, n.Cause
		v.Since, v.Until = view.Time(n.SinceMs), view.Time(n.UntilMs)
		v.Quality, v.Rate, v.Coexistence = n.Quality, n.Rate, n.Coexistence
		if h := n.Hold; h != nil {
			v.Hold = &HoldView{All: h.All, Reason: h.Reason, By: view.OfParty(h.By), Since: view.Time(h.AtMs), Until: view.Time(h.UntilMs), Rate: h.Rate}
		}
	}
	return v
}

// numbersAtOnce bounds how many grains are asked together for one list.
const numbersAtOnce = 16

// numberList are the numbers that the person works with.
type numberList struct {
	Numbers []NumberView `json:"numbers"`
}

// ListNumbers asks each number's grain how it fares. One that does not answer
// does not hide the others.
func (a *Numbers) ListNumbers(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	numbers, err := a.inbox.Numbers(r.Context(), who.Person.Scope())
	if err != nil {
		return err
	}
	shown := make([]Shown, len(numbers))
	for i, n := range numbers {
		shown[i] = Shown{n.ID, n.TeamID, n.Display, n.Name}
	}
	return rest.Write(w, http.StatusOK, numberList{a.Views(r.Context(), shown)})
}

// Shown is what Views needs to know of a number.
type Shown struct {
	ID            wa.PhoneNumberID
	Team          wa.TeamID
	Display, Name string
}

// Views asks each number's grain how it fares.
func (a *Numbers) Views(ctx context.Context, numbers []Shown) []NumberView {
	views := make([]NumberView, len(numbers))
	var group errgroup.Group
	group.SetLimit(numbersAtOnce)
	for i, n := range numbers {
		group.Go(func() error {
			views[i] = viewNumber(n.ID, n.Team, n.Display, n.Name, nil)
			a.guard.Do("number", func() { views[i] = viewNumber(n.ID, n.Team, n.Display, n.Name, a.stateOf(ctx, n.ID)) })
			return nil
		})
	}
	_ = group.Wait() // none of them fails
	return views
}

// SetRate has a number send and receive so many messages a second; 0 is what Meta
// grants.
func (a *Numbers) SetRate(ctx context.Context, who *staff.Person, id wa.PhoneNumberID, rate int32) error {
	state, err := a.askNumber(ctx, id, &actorpb.GetNumber{})
	if err != nil {
		return err
	}
	state, err = a.askNumber(ctx, id, &actorpb.ConfigureNumber{
		By: orders.SeatOf(who), TenantId: string(who.TenantID), Rate: rate, Coexistence: state.Coexistence,
	})
	if err != nil {
		return err
	}
	a.known.forget(string(id))
	if a.registrar == nil {
		return problem.New(code.NotFound, "")
	}
	return a.registrar.SetRate(ctx, id, phone.RateOf(state))
}

// stateOf is how a number fares; nil when its grain does not answer, which is not
// asked anew for each page either.
func (a *Numbers) stateOf(ctx context.Context, id wa.PhoneNumberID) *actorpb.NumberState {
	state, err := a.known.of(ctx, string(id), func(ctx context.Context) (*actorpb.NumberState, error) {
		state, err := a.askNumber(ctx, id, &actorpb.GetNumber{})
		if err != nil {
			a.log.Warn("number does not tell its health", "phone_number_id", id, "error", err)
			return nil, nil
		}
		return state, nil
	})
	if err != nil {
		return nil // the caller has left
	}
	return state
}

// RegisterNumberBody registers a business number of the admin's own tenant.
type RegisterNumberBody struct {
	ID          wa.PhoneNumberID `json:"id" doc:"Meta's phone number id"`
	AccountID   wa.AccountID     `json:"account_id" doc:"WhatsApp Business Account id"`
	PortfolioID wa.PortfolioID   `json:"portfolio_id" doc:"The business portfolio that owns the account; it belongs to one tenant"`
	TeamID      wa.TeamID        `json:"team_id"`
	Display     string           `json:"display"`
	Name        string           `json:"name" required:"false"`
	Token       string           `json:"token" doc:"Access token; empty keeps the stored one" required:"false" format:"password"`
	AppID       *string          `json:"app_id" doc:"Meta app of the company by which it is connected, see /api/v1/apps; empty: that of the installation; missing: as before" required:"false"`
	Rate        int32            `json:"rate" doc:"messages a second, in and out; 0: what Meta grants: 80, 1000 once it has announced that, or 20 with coexistence" required:"false"`
	Coexistence bool             `json:"coexistence" doc:"the phone app is used beside the API" required:"false"`
}

func (a *Numbers) RegisterNumber(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if a.registrar == nil {
		return problem.New(code.NotFound, "")
	}
	var in RegisterNumberBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	for _, err := range []error{
		rest.CheckMetaID("id", string(in.ID)), rest.CheckMetaID("account_id", string(in.AccountID)), rest.CheckMetaID("portfolio_id", string(in.PortfolioID)),
		rest.CheckName("display", in.Display), rest.CheckToken(in.Token),
	} {
		if err != nil {
			return err
		}
	}
	if in.Name != "" {
		if err := rest.CheckName("name", in.Name); err != nil {
			return err
		}
	}
	if in.Rate < 0 || in.Rate > 1000 { // the grain would refuse it after the number was stored
		return problem.Field("rate", "want 1 to 1000 messages a second, or 0 for the usual")
	}
	if !rest.Nameable(in.TeamID) {
		return problem.Field("team_id", rest.WantTeam)
	}
	number := numbers.Number{
		ID: in.ID, TenantID: who.Person.TenantID, AccountID: in.AccountID, PortfolioID: in.PortfolioID, TeamID: in.TeamID,
		Display: wa.CleanText(in.Display), Name: wa.CleanText(in.Name), Token: in.Token,
	}
	if strings.Trim(string(in.ID), "0123456789") != "" || len(in.ID) > 20 {
		return problem.Field("id", "want Meta's id of the number: up to 20 digits, no phone number and no sign")
	}
	if in.AppID != nil {
		*in.AppID = wa.CleanText(*in.AppID)
	}
	shown, err := a.Store(r.Context(), &who.Person, &numbers.Registration{Number: number, Through: in.AppID}, in.Rate, in.Coexistence)
	if err != nil {
		return err
	}
	return rest.Write(w, http.StatusOK, shown)
}

// Store makes a number one of the tenant's, or renews it: Meta is asked whether all of
// it belongs together. A rate of 0 is what Meta grants.
func (a *Numbers) Store(ctx context.Context, who *staff.Person, number *numbers.Registration, rate int32, coexistence bool) (NumberView, error) {
	if err := a.teamOfNumber(ctx, who, number.TeamID); err != nil {
		return NumberView{}, err
	}
	err := a.registrar.Register(ctx, *number)
	if errors.Is(err, numbers.ErrNoApp) {
		err = problem.Field("app_id", "the company has no such Meta app; see /api/v1/apps")
	}
	if err != nil {
		return NumberView{}, err
	}
	configure := &actorpb.ConfigureNumber{
		By: orders.SeatOf(who), TenantId: string(number.TenantID), Rate: rate, Coexistence: coexistence,
	}
	state, err := a.askNumber(ctx, number.ID, configure)
	if err != nil {
		return NumberView{}, err
	}
	a.known.forget(string(number.ID))
	if err := a.registrar.SetRate(ctx, number.ID, phone.RateOf(state)); err != nil {
		return NumberView{}, err
	}
	return viewNumber(number.ID, number.TeamID, number.Display, number.Name, state), nil
}

// ReplaceToken gives a number of the tenant another token. Whether it is good for the
// number is not asked here.
func (a *Numbers) ReplaceToken(ctx context.Context, tenant wa.TenantID, id wa.PhoneNumberID, token string) error {
	if err := a.registrar.ReplaceToken(ctx, tenant, id, token); err != nil {
		return err
	}
	a.known.forget(string(id))
	return nil
}

// teamOfNumber refuses a team that nobody made: a slip of the pen would be a team
// in which nobody works.
func (a *Numbers) teamOfNumber(ctx context.Context, who *staff.Person, team wa.TeamID) error {
	known, err := a.staff.HasTeam(ctx, who.TenantID, team)
	if err != nil || known {
		return err
	}
	p := problem.New(code.NoTeam, "there is no such team")
	p.Field = "team_id"
	return p
}

// askNumber asks the grain of a number; a refusal becomes a problem.
func (a *Numbers) askNumber(ctx context.Context, id wa.PhoneNumberID, msg proto.Message) (*actorpb.NumberState, error) {
	state, err := cluster.Ask[*actorpb.NumberState](ctx, a.cluster, wa.PhoneNumberKind, string(id), msg)
	switch {
	case err != nil:
		return nil, err
	case state.Refusal != "":
		return nil, problem.New(state.Refusal, state.Detail)
	}
	return state, nil
}
