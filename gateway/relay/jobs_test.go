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
	"github.com/prosa-chat/prosa/persistence/contacts"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/journal"
	"github.com/prosa-chat/prosa/persistence/media"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/staff"
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
		if err := o.staff.PutTeam(t.Context(), "acme", staff.Team{ID: team, Name: string(team)}); err != nil {
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
				Directory: contacts.New(o.pool), Sends: effects.NewSends(o.pool, nil), Effects: effects.NewTable(o.pool, nil), Unmatched: intake.NewUnmatched(o.pool),
			},
			Alarms: effects.NewAlarms(o.pool, nil), Templates: numbers.NewTemplates(o.pool), Media: media.New(o.pool),
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

// dies answers n commands of a job and no more, as a process that is killed
// while others of the lot are under way.
type dies struct {
	relay.Asker
	mu    sync.Mutex
	left  int
	stuck chan struct{}
}

func (d *dies) Ask(ctx context.Context, kind, key string, msg proto.Message) (proto.Message, error) {
	d.mu.Lock()
	d.left--
	switch {
	case d.left == 0:
		close(d.stuck)
		fallthrough
	case d.left < 0:
		d.mu.Unlock()
		<-ctx.Done()
		return nil, ctx.Err()
	}
	d.mu.Unlock()
	return d.Asker.Ask(ctx, kind, key, msg)
}

// The member that hands over dies in the middle of a lot; another one goes on
// when its lease has ended, and not before. Every conversation changes hands once.
func TestHandingOverSurvivesAKill(t *testing.T) {
	t.Parallel()
	const people = 230
	o := openOffice(t)
	bea := o.people["bea"].ID
	until := time.Now().Add(time.Hour).UnixMilli()
	for n := range people {
		key := o.write(n, "sales", fmt.Sprint("wamid.", n))
		o.ask(key, &actorpb.Claim{By: o.by("bea")})
		switch n % 10 {
		case 1:
			o.ask(key, &actorpb.SetPhase{By: o.by("bea"), To: actorpb.Phase_PHASE_PENDING})
		case 2:
			o.ask(key, &actorpb.SetPhase{By: o.by("bea"), To: actorpb.Phase_PHASE_SNOOZED, UntilMs: until})
		case 3:
			o.ask(key, &actorpb.SetPhase{By: o.by("bea"), To: actorpb.Phase_PHASE_RESOLVED})
		}
	}
	const resolved = people / 10
	id, err := o.staff.Disable(t.Context(), "acme", bea, jobs.Order{By: o.people["root"].ID, ByName: "root", ToAgent: o.people["ana"].ID})
	if err != nil {
		t.Fatal(err)
	}
	if n := o.count(held, bea); n != people-resolved {
		t.Fatalf("%d conversations are hers before the job; want %d", n, people-resolved)
	}
	lease := func(member, until string) {
		if _, err := o.pool.Exec(t.Context(), `
INSERT INTO member (cluster, id, slot, address, kinds, joined_at, renewed_at, lease_until) VALUES ('c', $1, 1, 'a', '{}', now(), now(), now() + $2::interval)
ON CONFLICT (cluster, id) DO UPDATE SET lease_until = excluded.lease_until`, member, until); err != nil {
			t.Fatal(err)
		}
	}
	lease("first", "1 hour")
	dying := &dies{Asker: o.grains, left: 130, stuck: make(chan struct{})}
	kill := o.start("first", dying)
	<-dying.stuck
	kill()
	if _, err := o.jobs.Claim(t.Context(), "second"); err == nil {
		t.Fatal("the job was taken from a member whose lease is valid")
	}
	if n := o.count(held, bea); n == 0 || n == people-resolved {
		t.Fatalf("killed with %d conversations left: that is no middle", n)
	}
	lease("first", "-1 second")
	o.start("second", o.grains)

	job := o.ended(id)
	if n := o.count(held, bea); n != 0 || job.Done != people-resolved || job.Failed != 0 {
		t.Errorf("%d are left, %d done, %d failed; want 0, %d, 0", n, job.Done, job.Failed, people-resolved)
	}
	if n := o.count(`SELECT count(*) FROM conversation WHERE owner_id = $1`, o.people["ana"].ID); n != people-resolved {
		t.Errorf("ana got %d", n)
	}
	if n := o.count(`
SELECT count(*) FROM (SELECT FROM event WHERE type = 'OwnerChanged' GROUP BY phone_number_id, contact_id HAVING count(*) > 2) e`); n != 0 {
		t.Errorf("%d conversations changed hands more than once", n)
	}
	if n := o.count(`SELECT count(*) FROM job_item WHERE job_id = $1 AND state = 'done'`, id); n != people-resolved {
		t.Errorf("%d items are done", n)
	}
	if n := o.count(`SELECT count(*) FROM conversation WHERE phase = 3`); n != resolved {
		t.Errorf("%d still sleep; want %d", n, resolved)
	}
	// What she had resolved is nobody's when it comes back.
	back := o.write(3, "sales", "wamid.back")
	if a := o.ask(back, &actorpb.GetConversation{}); a.Owner.GetKind() != actorpb.Party_KIND_NOBODY || a.Phase != actorpb.Phase_PHASE_OPEN {
		t.Errorf("after the reopening: %v", a)
	}
}

// Whoever is shut out after his seat was read, and before what was decided on it is
// stored, becomes the owner of nothing: no job would find it any more.
func TestWhoIsShutOutInBetweenOwnsNothing(t *testing.T) {
	t.Parallel()
	for name, cmd := range map[string]func(o *office, bea *actorpb.Party) proto.Message{
		"claim": func(o *office, _ *actorpb.Party) proto.Message { return &actorpb.Claim{By: o.by("bea")} },
		"takeover": func(o *office, _ *actorpb.Party) proto.Message {
			return &actorpb.TakeOver{By: o.by("bea"), Reason: "x"}
		},
		"assign":   func(o *office, bea *actorpb.Party) proto.Message { return &actorpb.Assign{By: o.by("root"), To: bea} },
		"transfer": func(o *office, bea *actorpb.Party) proto.Message { return &actorpb.Transfer{By: o.by("root"), To: bea} },
		"send": func(o *office, _ *actorpb.Party) proto.Message {
			content, _ := json.Marshal(wa.Content{Kind: wa.KindText, Text: &wa.Text{Body: "oi"}})
			return &actorpb.SendMessage{By: o.by("bea"), EchoId: "e1", Kind: "text", Content: content, Claim: true, DespiteStale: true}
		},
		"reopening": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := openOffice(t)
			bea := o.people["bea"].ID
			key := o.write(1, "sales", "wamid.1")
			if cmd == nil {
				o.ask(key, &actorpb.Claim{By: o.by("bea")})
				o.ask(key, &actorpb.SetPhase{By: o.by("bea"), To: actorpb.Phase_PHASE_RESOLVED})
			}
			o.read = sync.OnceFunc(func() {
				if _, err := o.staff.Disable(t.Context(), "acme", bea, jobs.Order{By: o.people["root"].ID}); err != nil {
					t.Error(err)
				}
			})
			if cmd == nil {
				o.write(1, "sales", "wamid.2")
			} else if a := o.ask(key, cmd(o, &actorpb.Party{Kind: actorpb.Party_KIND_AGENT, Id: string(bea), Name: "bea"})); a.Refusal != "seat_closed" {
				t.Errorf("answered %v", a)
			}
			if n := o.count(held, bea); n != 0 {
				t.Error("it is hers")
			}
		})
	}
}

// While people are shut out, lose their team or are demoted, others pass
// conversations on to them without pause, and they claim and reopen themselves:
// none stays.
func TestNothingStaysWithWhoIsShutOutMeanwhile(t *testing.T) {
	t.Parallel()
	for name, shut := range map[string]func(context.Context, *office, wa.AgentID) (int64, error){
		"disabled": func(ctx context.Context, o *office, bea wa.AgentID) (int64, error) {
			return o.staff.Disable(ctx, "acme", bea, jobs.Order{By: o.people["root"].ID, ByName: "root"})
		},
		"out of the team": func(ctx context.Context, o *office, bea wa.AgentID) (int64, error) {
			_, job, err := o.staff.Change(ctx, "acme", bea, staff.AccountChange{Teams: &[]wa.TeamID{"billing"}},
				jobs.Order{By: o.people["root"].ID, ByName: "root"})
			return job, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := openOffice(t)
			o.start("member", o.grains)
			bea := o.people["bea"].ID
			party := &actorpb.Party{Kind: actorpb.Party_KIND_AGENT, Id: string(bea), Name: "bea"}
			const people = 40
			var keys []string
			for n := range people {
				keys = append(keys, o.write(n, "sales", fmt.Sprint("wamid.", n)))
			}
			stop := make(chan struct{})
			var work sync.WaitGroup
			for w := range 4 {
				work.Go(func() {
					for n := w; ; n++ {
						select {
						case <-stop:
							return
						default:
						}
						key := keys[n%people]
						switch (n / people) % 5 {
						case 0:
							o.ask(key, &actorpb.Claim{By: o.by("bea")})
						case 1:
							o.ask(key, &actorpb.Transfer{By: o.by("root"), To: party})
						case 2:
							o.ask(key, &actorpb.SetPhase{By: o.by("root"), To: actorpb.Phase_PHASE_RESOLVED})
						case 3:
							o.ask(key, &actorpb.SetPhase{By: o.by("root"), To: actorpb.Phase_PHASE_OPEN})
						case 4:
							o.ask(key, &actorpb.Assign{By: o.by("root"), To: party})
						}
					}
				})
			}
			o.eventually("she has some", func() bool { return o.count(held, bea) > people/4 })
			id, err := shut(t.Context(), o, bea)
			if err != nil {
				t.Fatal(err)
			}
			job := o.ended(id) // they still go on
			if n := o.count(held, bea); n != 0 {
				t.Errorf("%d conversations are hers when the job has ended", n)
			}
			close(stop)
			work.Wait()
			if n := o.count(held, bea); n != 0 || job.Failed != 0 {
				t.Errorf("%d conversations stayed with her, %d failed", n, job.Failed)
			}
			if a := o.ask(o.write(people, "sales", "wamid.new"), &actorpb.Transfer{By: o.by("root"), To: party}); a.Refusal == "" {
				t.Errorf("passed on to her: %v", a)
			}
		})
	}
}
