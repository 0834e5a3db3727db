package relay_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors"
	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	apply "github.com/prosa-chat/prosa/gateway/intake"
	"github.com/prosa-chat/prosa/gateway/relay"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/consent"
	"github.com/prosa-chat/prosa/persistence/contacts"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/journal"
	"github.com/prosa-chat/prosa/persistence/media"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/uploads"
)

// office is a tenant with its people and conversations, and no Meta.
type office struct {
	t        *testing.T
	pool     *pgxpool.Pool
	staff    *staff.Staff
	jobs     *jobs.Jobs
	grains   *mailboxes
	people   map[string]staff.Person
	read     func()       // a seat has been read
	readings atomic.Int64 // by which facts are old at once: memory is the grains' own tests' business
}

// openOffice has the teams sales and billing, the admin root, and of sales bea
// and ana.
func openOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, pool: pgtest.Pool(t), people: map[string]staff.Person{}}
	o.staff, o.jobs = staff.New(o.pool), jobs.New(o.pool)
	pgtest.Exec(t, o.pool, `INSERT INTO tenant (id, name) VALUES ('acme', 'Acme')`)
	for _, team := range []wa.TeamID{"sales", "billing"} {
		if _, err := o.staff.PutTeam(t.Context(), "acme", staff.Team{ID: team, Name: string(team)}); err != nil {
			t.Fatal(err)
		}
	}
	for name, role := range map[string]staff.Role{"root": staff.RoleAdmin, "bea": staff.RoleAgent, "ana": staff.RoleAgent} {
		p, err := o.staff.Create(t.Context(), staff.Person{
			TenantID: "acme", Email: name + "@x.example", Name: name, Role: role, Teams: []wa.TeamID{"sales"},
		}, "a password of a test")
		if err != nil {
			t.Fatal(err)
		}
		o.people[name] = p
	}
	journal := journal.New(o.pool, journal.Config{})
	t.Cleanup(journal.Close)
	o.grains = &mailboxes{live: make(map[string]*mailbox), make: actors.Conversations(actors.Config{
		Journal: seats{journal, o}, Known: actors.NewKnown(func() time.Time { return time.Now().Add(time.Duration(o.readings.Add(1)) * time.Hour) }),
	})}
	return o
}

// seats lets a test do something between the reading of a seat and the append that
// was decided on it.
type seats struct {
	*journal.Journal
	o *office
}

func (s seats) Seat(ctx context.Context, agent wa.AgentID) (ledger.Seat, error) {
	seat, err := s.Journal.Seat(ctx, agent)
	if s.o.read != nil {
		s.o.read()
	}
	return seat, err
}

func (o *office) asRoot(ctx context.Context) context.Context {
	root := o.people["root"]
	return audit.Acting(ctx, root.By(audit.By{}))
}

func (o *office) by(name string) *actorpb.Actor {
	p, role := o.people[name], actorpb.Role_ROLE_AGENT
	if p.Role == staff.RoleAdmin {
		role = actorpb.Role_ROLE_ADMIN
	}
	by := &actorpb.Actor{AgentId: string(p.ID), Name: p.Name, TenantId: "acme", Role: role, AllTeams: p.Scope().AllTeams}
	for _, team := range p.Teams {
		by.Teams = append(by.Teams, string(team))
	}
	return by
}

func (o *office) ask(key string, cmd proto.Message) *actorpb.Outcome {
	o.t.Helper()
	answer, err := o.grains.Ask(context.WithoutCancel(o.t.Context()), wa.ConversationKind, key, cmd)
	if err != nil {
		o.t.Errorf("%T: %v", cmd, err)
		return &actorpb.Outcome{}
	}
	return answer.(*actorpb.Outcome)
}

// write lets contact n write; it returns the conversation.
func (o *office) write(n int, team, wamid string) string {
	o.t.Helper()
	key := fmt.Sprintf("100:c%04d", n)
	content, _ := json.Marshal(wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: "oi"}})
	now := time.Now().UnixMilli()
	if a := o.ask(key, &actorpb.ReceiveInbound{
		MessageId: wamid, SentAtMs: now, ReceivedAtMs: now, Kind: "text", Content: content, Preview: "oi", TenantId: "acme", TeamId: team,
	}); a.Refusal != "" {
		o.t.Fatalf("inbound: %v", a)
	}
	return key
}

func (o *office) start(member string, asker relay.Asker) (kill func()) {
	o.t.Helper()
	store, err := intake.Open(o.t.Context(), o.pool, intake.Config{Owner: member})
	if err != nil {
		o.t.Fatal(err)
	}
	client := cloudapi.NewClient(cloudapi.Config{BaseURL: "http://127.0.0.1:1", AppSecret: secret})
	r, err := relay.New(relay.Config{
		Asker: asker, Client: client, Member: member,
		Store: relay.Store{
			Store: apply.Store{
				Intake: store, Problems: intake.NewProblems(o.pool), Numbers: numbers.New(o.pool, nil),
				Consent: consent.New(o.pool), Directory: contacts.New(o.pool), Sends: effects.NewSends(o.pool, nil), Effects: effects.NewTable(o.pool, nil), Unmatched: intake.NewUnmatched(o.pool),
			},
			Alarms: effects.NewAlarms(o.pool, nil), Templates: numbers.NewTemplates(o.pool), Media: media.New(o.pool), Uploads: uploads.New(o.pool),
			Jobs: o.jobs,
		},
		Pauses: relay.Pauses{Sweep: 20 * time.Millisecond},
	})
	if err != nil {
		o.t.Fatal(err)
	}
	r.Start()
	kill = sync.OnceFunc(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel() // it drains nothing
		r.Stop(ctx)
		_ = store.Close(context.Background())
		client.Close()
	})
	o.t.Cleanup(kill)
	return kill
}

func (o *office) count(query string, args ...any) (n int) {
	o.t.Helper()
	if err := o.pool.QueryRow(o.t.Context(), query, args...).Scan(&n); err != nil {
		o.t.Fatal(err)
	}
	return n
}

func (o *office) eventually(what string, ok func() bool) {
	o.t.Helper()
	(&process{pool: o.pool}).eventually(o.t, what, ok)
}

func (o *office) ended(id int64) jobs.Job {
	o.t.Helper()
	var job jobs.Job
	o.eventually("the job ends", func() bool {
		var err error
		if job, err = o.jobs.Get(o.t.Context(), "acme", id); err != nil {
			o.t.Fatal(err)
		}
		return !job.EndedAt.IsZero()
	})
	return job
}

const held = `SELECT count(*) FROM conversation WHERE owner_id = $1 AND phase <> 4`
