package phone

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
)

// Command asks for something; one of the PhoneNumber messages of commands.proto.
type Command = proto.Message

// Event says what happened; one of the PhoneNumber messages of events.proto.
type Event = proto.Message

// Decision is what one command brings about. Without events nothing is stored
// and the outcome alone is the answer.
type Decision struct {
	Events []Event
	// Outcome is the number after the events.
	Outcome *actorpb.NumberState
}

// Refusal is an ordinary answer: a rule forbids the command. Code is stable,
// Detail is for people.
type Refusal struct {
	Code   string
	Detail string
}

// Codes of refusals, as in package conversation.
const (
	NotFound      = "not_found"
	BadRequest    = "bad_request"
	Forbidden     = "forbidden"
	PausedAlready = "paused_already"
)

func (r *Refusal) Error() string { return r.Code + ": " + r.Detail }

func refuse(code, detail string) *Refusal { return &Refusal{Code: code, Detail: detail} }

// Maintenance is how long Meta works on a number that says 131057: some minutes. Its
// health says so, and nothing is sent meanwhile unless a look finds it well before.
const Maintenance = 5 * time.Minute

// Decide says what a command brings about. It reads the state and changes
// nothing. Its error is a *Refusal when a rule forbids the command.
func (s *State) Decide(cmd Command, now time.Time) (Decision, error) {
	var (
		ev  Event
		err error
	)
	switch c := cmd.(type) {
	case *actorpb.ConfigureNumber:
		ev, err = s.configure(c)
	case *actorpb.RecordNumberHealth:
		ev, err = s.recordHealth(c, now)
	case *actorpb.RecordThroughput:
		ev, err = s.recordThroughput(c)
	case *actorpb.HoldNumber:
		ev, err = s.holdBack(c, now)
	case *actorpb.ReleaseNumber:
		ev, err = s.release(c)
	case *actorpb.GetNumber:
	case *actorpb.AlarmDue: // it waits for nothing: what ends by the clock is over when it is looked at
	default:
		err = fmt.Errorf("number %s: unknown command %T", s.ID, cmd)
	}
	switch {
	case err != nil:
		return Decision{}, err
	case ev == nil:
		return Decision{Outcome: s.Describe(now)}, nil
	}
	return Decision{Events: []Event{ev}, Outcome: s.after(ev).Describe(now)}, nil
}

// after is the state that an event will make.
func (s *State) after(ev Event) *State {
	next := &State{ID: s.ID, Version: s.Version}
	proto.Merge(&next.NumberSnapshot, &s.NumberSnapshot)
	next.Evolve(ev)
	return next
}

// configure takes what an administrator decides. Rate 0 is the one that Meta
// gives such a number.
func (s *State) configure(c *actorpb.ConfigureNumber) (Event, error) {
	rate := c.Rate
	switch {
	case rate == 0 && c.Coexistence:
		rate = coexistenceRate
	case rate == 0:
		rate = s.granted()
	}
	switch {
	case c.TenantId == "":
		return nil, refuse(BadRequest, "tenant_id is missing")
	case c.By.GetTenantId() != c.TenantId, s.TenantId != "" && s.TenantId != c.TenantId:
		return nil, refuse(NotFound, "there is no such number")
	case c.By.Role != actorpb.Role_ROLE_ADMIN:
		return nil, refuse(Forbidden, "only an administrator may configure a number")
	case rate < 1 || rate > highestRate:
		return nil, refuse(BadRequest, "rate must be between 1 and 1000 messages a second")
	case c.Coexistence && rate > coexistenceRate:
		return nil, refuse(BadRequest, "a number with coexistence sends at most 20 messages a second")
	case s.TenantId == c.TenantId && s.Rate == rate && s.Coexistence == c.Coexistence:
		return nil, nil
	}
	return &actorpb.NumberConfigured{
		TenantId: c.TenantId, Rate: rate, Coexistence: c.Coexistence, GrantedRate: s.GrantedRate,
		By: &actorpb.Party{Kind: actorpb.Party_KIND_AGENT, Id: c.By.AgentId, Name: c.By.Name},
	}, nil
}

// recordThroughput takes what Meta grants from now on. The number follows, unless
// an administrator chose a rate of its own or it has coexistence, whose rate is
// fixed: then it counts once neither holds.
func (s *State) recordThroughput(c *actorpb.RecordThroughput) (Event, error) {
	switch {
	case c.Rate < 1 || c.Rate > highestRate:
		return nil, refuse(BadRequest, "rate must be between 1 and 1000 messages a second")
	case c.Rate <= s.granted():
		return nil, nil
	}
	rate := s.rate()
	if !s.Coexistence && rate == s.granted() {
		rate = c.Rate
	}
	return &actorpb.NumberConfigured{
		TenantId: s.TenantId, Rate: rate, Coexistence: s.Coexistence, GrantedRate: c.Rate,
		By: &actorpb.Party{Kind: actorpb.Party_KIND_SYSTEM},
	}, nil
}
