package relay_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors"
	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/gateway/relay"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/journal"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// byKind asks numbers and conversations where each lives.
type byKind map[string]relay.Asker

func (b byKind) Ask(ctx context.Context, kind, key string, msg proto.Message) (proto.Message, error) {
	return b[kind].Ask(ctx, kind, key, msg)
}

// phones are the grains of numbers, of which one is asked at a time.
type phones struct {
	mu   sync.Mutex
	live map[string]cluster.Grain
	make cluster.Factory
}

func (p *phones) Ask(ctx context.Context, _, key string, msg proto.Message) (proto.Message, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.live[key] == nil {
		p.live[key] = p.make(key)
	}
	return p.live[key].Receive(ctx, msg)
}

// The member that pauses 150 numbers dies in the middle; another one goes on. Each
// number is paused once, with one line in the audit, and claims know it; then all go on.
func TestPausingSurvivesAKill(t *testing.T) {
	t.Parallel()
	const numbers = 150
	o := openOffice(t)
	pgtest.Exec(t, o.pool, `
		INSERT INTO portfolio (id, tenant_id) VALUES ('p', 'acme');
		INSERT INTO account (id, tenant_id, portfolio_id, name) VALUES ('a', 'acme', 'p', '');
		INSERT INTO phone_number (id, tenant_id, account_id, team_id, display) SELECT n::text, 'acme', 'a', 'sales', '+' || n FROM generate_series(1001, 1150) n;
		INSERT INTO tenant (id, name) VALUES ('other', 'Other'); INSERT INTO team (tenant_id, id, name) VALUES ('other', 'sales', 'S');
		INSERT INTO portfolio (id, tenant_id) VALUES ('p2', 'other'); INSERT INTO account (id, tenant_id, portfolio_id, name) VALUES ('a2', 'other', 'p2', '');
		INSERT INTO phone_number (id, tenant_id, account_id, team_id, display) VALUES ('2001', 'other', 'a2', 'sales', '+2001')`)
	store := journal.New(o.pool, journal.Config{})
	t.Cleanup(store.Close)
	phones := &phones{live: make(map[string]cluster.Grain), make: actors.PhoneNumbers(actors.Config{Streams: store.Streams()})}
	grains := byKind{wa.PhoneNumberKind: phones, wa.ConversationKind: o.grains}
	order := jobs.Hold{All: true, Reason: "quality fell", Numbers: []wa.PhoneNumberID{"2001", "9"}}
	for n := range numbers {
		order.Numbers = append(order.Numbers, wa.PhoneNumberID(fmt.Sprint(1001+n)))
	}
	if _, err := o.jobs.OrderHold(o.asRoot(t.Context()), "acme", order); !errors.Is(err, persistence.ErrNotFound) {
		t.Fatalf("numbers of others: %v", err)
	}
	order.Numbers = order.Numbers[2:]
	id, err := o.jobs.OrderHold(o.asRoot(t.Context()), "acme", order)
	if err != nil {
		t.Fatal(err)
	}
	lease := func(member, until string) {
		pgtest.Exec(t, o.pool, fmt.Sprintf(`
INSERT INTO member (cluster, id, slot, address, kinds, joined_at, renewed_at, lease_until) VALUES ('c', '%s', 1, 'a', '{}', now(), now(), now() + interval '%s')
ON CONFLICT (cluster, id) DO UPDATE SET lease_until = excluded.lease_until`, member, until))
	}
	const held = `SELECT count(*) FROM pace WHERE hold = 2`
	lease("first", "1 hour")
	dying := &dies{Asker: grains, left: 120, stuck: make(chan struct{})}
	kill := o.start("first", dying)
	<-dying.stuck
	kill()
	if n := o.count(held); n == 0 || n >= numbers {
		t.Fatalf("killed with %d paused: that is no middle", n)
	}
	lease("first", "-1 second")
	o.start("second", grains)
	if job := o.ended(id); job.Done != numbers || job.Failed != 0 || len(job.Hold.Numbers) != numbers {
		t.Errorf("the job ended as %+v", job)
	}
	if n := o.count(held); n != numbers {
		t.Errorf("%d are paused, want %d", n, numbers)
	}
	if n := o.count(`SELECT count(DISTINCT object_id) FROM audit WHERE action = 'number.paused' AND by_name = 'root'
		AND after = '{"stops": "all", "reason": "quality fell"}' AND object_name LIKE '+1%'`); n != numbers {
		t.Errorf("%d have a line in the audit", n)
	}
	if n := o.count(`SELECT count(*) FROM audit WHERE action = 'number.paused'`); n != numbers {
		t.Errorf("%d lines in the audit", n)
	}
	order.Release = true
	if id, err = o.jobs.OrderHold(o.asRoot(t.Context()), "acme", order); err != nil {
		t.Fatal(err)
	}
	if job := o.ended(id); job.Done != numbers || o.count(held) != 0 || o.count(`SELECT count(*) FROM audit WHERE action = 'number.resumed'`) != numbers {
		t.Errorf("after the release: %+v, %d paused", job, o.count(held))
	}

	// One that is only slowed down holds nothing back; its own rate comes again.
	const slowed = `SELECT count(*) FROM pace WHERE rate = 5 AND hold = 0`
	slow := jobs.Hold{Rate: 5, Reason: "templates", Numbers: []wa.PhoneNumberID{"1003"}}
	for _, want := range []int{1, 0} {
		if id, err = o.jobs.OrderHold(o.asRoot(t.Context()), "acme", slow); err != nil {
			t.Fatal(err)
		}
		if o.ended(id); o.count(slowed) != want {
			t.Errorf("%d are slow, want %d", o.count(slowed), want)
		}
		slow.Release = true
	}

	// A pause of less does not loosen one of all, nor does its end.
	full := jobs.Hold{All: true, Reason: "fraud", Numbers: []wa.PhoneNumberID{"1004"}}
	if id, err = o.jobs.OrderHold(o.asRoot(t.Context()), "acme", full); err != nil {
		t.Fatal(err)
	}
	o.ended(id)
	less := jobs.Hold{Reason: "a fair", Numbers: full.Numbers, Until: time.Now().Add(time.Hour)}
	if id, err = o.jobs.OrderHold(o.asRoot(t.Context()), "acme", less); err != nil {
		t.Fatal(err)
	}
	o.ended(id)
	items, err := o.jobs.Items(t.Context(), id, "", 10)
	if err != nil || len(items) != 1 || items[0].Result != code.PausedAlready || o.count(held) != 1 {
		t.Errorf("a pause of less: %+v, %v; %d are paused", items, err, o.count(held))
	}
	pgtest.Exec(t, o.pool, `UPDATE job SET next_try = now() WHERE next_try > now() + interval '30 minutes'`)
	if o.ended(id + 1); o.count(held) != 1 {
		t.Error("the end of a pause that was refused loosens another one")
	}
	full.Release = true
	if id, err = o.jobs.OrderHold(o.asRoot(t.Context()), "acme", full); err != nil {
		t.Fatal(err)
	}
	if o.ended(id); o.count(held) != 0 {
		t.Error("it is not resumed")
	}

	// One with an end is released by itself, but for who got another order meanwhile.
	brief := jobs.Hold{All: true, Reason: "a fair", Numbers: []wa.PhoneNumberID{"1001", "1002"}, Until: time.Now().Add(time.Hour)}
	if id, err = o.jobs.OrderHold(o.asRoot(t.Context()), "acme", brief); err != nil {
		t.Fatal(err)
	}
	o.ended(id)
	again, err := o.jobs.OrderHold(o.asRoot(t.Context()), "acme", jobs.Hold{All: true, Reason: "fraud", Numbers: brief.Numbers[1:]})
	if err != nil {
		t.Fatal(err)
	}
	o.ended(again)
	if n := o.count(`SELECT count(*) FROM audit WHERE action = 'number.paused' AND after->>'until' IS NOT NULL`); n != 2 || o.count(held) != 2 {
		t.Errorf("%d are paused with an end, %d at all", n, o.count(held))
	}
	pgtest.Exec(t, o.pool, `UPDATE job SET next_try = now() WHERE next_try > now() + interval '30 minutes'`) // the hour passes
	o.ended(id + 1)
	if n := o.count(`SELECT count(*) FROM audit WHERE action = 'number.resumed' AND after->>'ended' = 'true' AND object_id = '1001'`); n != 1 || o.count(held) != 1 {
		t.Errorf("%d ended by themselves, %d are paused", n, o.count(held))
	}
}

// refuses is a number that refuses every order, beside others.
type refuses struct {
	relay.Asker
	number string
}

func (r refuses) Ask(ctx context.Context, kind, key string, msg proto.Message) (proto.Message, error) {
	if key == r.number {
		return &actorpb.NumberState{Refusal: code.Forbidden}, nil
	}
	return r.Asker.Ask(ctx, kind, key, msg)
}

// hangs does not answer a conversation until it may.
type hangs struct {
	relay.Asker
	asked, may chan struct{}
}

func (h hangs) Ask(ctx context.Context, kind, key string, msg proto.Message) (proto.Message, error) {
	if kind == wa.ConversationKind {
		h.asked <- struct{}{}
		<-h.may
	}
	return h.Asker.Ask(ctx, kind, key, msg)
}

// A pause does not wait until the conversations of somebody are handed over.
func TestPauseOvertakesHandingOver(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	pgtest.Exec(t, o.pool, `
		INSERT INTO portfolio (id, tenant_id) VALUES ('p', 'acme');
		INSERT INTO account (id, tenant_id, portfolio_id, name) VALUES ('a', 'acme', 'p', '');
		INSERT INTO phone_number (id, tenant_id, account_id, team_id, display) VALUES ('1001', 'acme', 'a', 'sales', '+1')`)
	o.ask(o.write(1, "sales", "wamid.1"), &actorpb.Claim{By: o.by("bea")})
	store := journal.New(o.pool, journal.Config{})
	t.Cleanup(store.Close)
	phones := &phones{live: make(map[string]cluster.Grain), make: actors.PhoneNumbers(actors.Config{Streams: store.Streams()})}
	long, err := o.staff.Disable(o.asRoot(t.Context()), "acme", o.people["bea"].ID, jobs.Order{})
	if err != nil {
		t.Fatal(err)
	}
	pgtest.Member(t, o.pool, "first")
	slow := hangs{byKind{wa.PhoneNumberKind: phones, wa.ConversationKind: o.grains}, make(chan struct{}, 10), make(chan struct{})}
	o.start("first", slow)
	<-slow.asked // it is under way
	short, err := o.jobs.OrderHold(o.asRoot(t.Context()), "acme", jobs.Hold{Reason: "x", Numbers: []wa.PhoneNumberID{"1001"}})
	if err != nil {
		t.Fatal(err)
	}
	if job := o.ended(short); job.Done != 1 {
		t.Errorf("the pause ended as %+v", job)
	}
	if job, err := o.jobs.Get(t.Context(), "acme", long); err != nil || !job.EndedAt.IsZero() {
		t.Errorf("the other one: %+v, %v", job, err)
	}
	close(slow.may)
	o.ended(long)
}

// What a number refuses is not counted as done, not tried again, and named.
func TestRefusedPauseIsNotDone(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	pgtest.Exec(t, o.pool, `
		INSERT INTO portfolio (id, tenant_id) VALUES ('p', 'acme');
		INSERT INTO account (id, tenant_id, portfolio_id, name) VALUES ('a', 'acme', 'p', '');
		INSERT INTO phone_number (id, tenant_id, account_id, team_id, display) VALUES ('1001', 'acme', 'a', 'sales', '+1'), ('1002', 'acme', 'a', 'sales', '+2')`)
	store := journal.New(o.pool, journal.Config{})
	t.Cleanup(store.Close)
	phones := &phones{live: make(map[string]cluster.Grain), make: actors.PhoneNumbers(actors.Config{Streams: store.Streams()})}
	id, err := o.jobs.OrderHold(o.asRoot(t.Context()), "acme", jobs.Hold{Reason: "x", Numbers: []wa.PhoneNumberID{"1001", "1002"}})
	if err != nil {
		t.Fatal(err)
	}
	pgtest.Member(t, o.pool, "first")
	o.start("first", refuses{byKind{wa.PhoneNumberKind: phones, wa.ConversationKind: o.grains}, "1002"})
	if job := o.ended(id); job.Done != 1 || job.Refused != 1 || job.Failed != 0 {
		t.Errorf("the job ended as %+v", job)
	}
	items, err := o.jobs.Items(t.Context(), id, "1001", 10)
	if err != nil || len(items) != 1 || items[0].State != jobs.JobRefused || items[0].Result != code.Forbidden || items[0].Tries != 1 {
		t.Errorf("%+v, %v", items, err)
	}
}
