package admin

import (
	"context"
	"net/http"
	"time"

	"github.com/prosa-chat/prosa/actors/setting"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/config"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// Problems lists what of the intake was not applied; *intake.Problems is one.
type Problems interface {
	List(ctx context.Context, tenant wa.TenantID, state intake.ProblemState, before int64, limit int) ([]intake.Problem, error)
	Get(ctx context.Context, tenant wa.TenantID, id int64) (intake.Problem, error)
}

// Replayer applies an event of the intake once more; the relay is one.
type Replayer interface {
	Replay(ctx context.Context, problem int64) error
}

// Unmatched lists statuses of messages that nobody knows; *intake.Unmatched is one.
type Unmatched interface {
	List(ctx context.Context, tenant wa.TenantID, limit int) ([]intake.UnmatchedStatus, error)
}

// Config is what the handlers answer from. A nil interface answers 404.
type Config struct {
	Staff     *staff.Staff
	Audit     *audit.Log
	Numbers   NumberTeams
	Jobs      *jobs.Jobs
	Settings  *config.Documents
	Problems  Problems
	Replayer  Replayer
	Unmatched Unmatched
	// Origin is where people reach the inbox, for the links that are given to them.
	Origin func(*http.Request) string
	// SeatChanged is told whose rights changed or ended: sockets look again.
	SeatChanged func(wa.TenantID, wa.AgentID)
	// SendInvitation sends a link to whom it is for, by mail, and says whether it is on its way.
	SendInvitation func(ctx context.Context, tenant wa.TenantID, company, by, to, link string) (bool, error)
}

// Handlers are the handlers of administration, by topic.
type Handlers struct {
	Accounts    *accounts
	Teams       *teams
	Invitations *invitations
	Keys        *keys
	Audit       *auditLog
	Jobs        *Jobs
	Media       *Setting[setting.Media]
	Notices     *Setting[setting.Notices]
	SignIn      *Setting[setting.SignIn]
	Events      *events
}

// New makes the handlers.
func New(c Config) Handlers {
	return Handlers{
		Accounts: &accounts{c.Staff, c.SeatChanged, c.Jobs}, Invitations: &invitations{c.Staff, c.Origin, c.SendInvitation},
		Teams: &teams{c.Staff, c.Numbers, c.SeatChanged},
		Keys:  &keys{c.Staff, c.SeatChanged, time.Now}, Audit: &auditLog{c.Audit}, Jobs: &Jobs{c.Jobs},
		Media:   &Setting[setting.Media]{c.Settings, func(k setting.Kinds) setting.Kind[setting.Media] { return k.Media }},
		Notices: &Setting[setting.Notices]{c.Settings, func(k setting.Kinds) setting.Kind[setting.Notices] { return k.Notices }},
		Events:  &events{c.Problems, c.Replayer, c.Unmatched},
		SignIn:  &Setting[setting.SignIn]{c.Settings, func(k setting.Kinds) setting.Kind[setting.SignIn] { return k.SignIn }},
	}
}

// accounts are people and teams, as administrators change them.
type accounts struct {
	staff       *staff.Staff
	changedSeat func(wa.TenantID, wa.AgentID) // told whose rights changed
	jobs        *jobs.Jobs                    // nil: nobody hands over
}

// auditLog shows who changed what.
type auditLog struct{ lines *audit.Log }

// Jobs shows what is done by and by.
type Jobs struct{ jobs *jobs.Jobs }

// events are those of the intake that need somebody.
type events struct {
	problems  Problems
	replayer  Replayer
	unmatched Unmatched
}
