package relay_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/relay"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/staff"
)

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
	id, err := o.staff.Disable(o.asRoot(t.Context()), "acme", bea, jobs.Order{ToAgent: o.people["ana"].ID})
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
	if _, err := o.jobs.Claim(t.Context(), "second", jobs.LaneLong); err == nil {
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
				if _, err := o.staff.Disable(o.asRoot(t.Context()), "acme", bea, jobs.Order{}); err != nil {
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
			return o.staff.Disable(o.asRoot(ctx), "acme", bea, jobs.Order{})
		},
		"out of the team": func(ctx context.Context, o *office, bea wa.AgentID) (int64, error) {
			_, job, err := o.staff.Change(o.asRoot(ctx), "acme", bea, staff.AccountChange{Teams: &[]wa.TeamID{"billing"}}, jobs.Order{})
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
