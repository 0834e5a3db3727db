package actors_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors"
	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// screen is what a gateway knows of a tenant by frames alone, of which every fifth
// gets lost on its way.
type screen struct {
	mu     sync.Mutex
	dice   *rand.Rand
	whole  bool // nothing gets lost any more
	epoch  string
	offset uint64
	rows   map[wa.ConversationKey]actorpb.Row
	lost   int
}

func (s *screen) TellMember(_, _ string, msg proto.Message) {
	b := msg.(*actorpb.FeedBatch)
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.whole && s.dice.IntN(5) == 0 {
		s.lost++
		return
	}
	if b.Epoch != s.epoch || b.FirstOffset > s.offset+1 {
		return // a gap: the feed sends it again after a renewal
	}
	for i, u := range b.Updates {
		if offset := b.FirstOffset + uint64(i); offset > s.offset {
			s.offset = offset
			if row := actorpb.RowOf(u.Row); row.Version > s.rows[row.Key].Version {
				s.rows[row.Key] = row
			}
		}
	}
}

// renew tells the feed up to where the frames are here.
func (s *screen) renew(t *testing.T, feed *actors.Feed) {
	t.Helper()
	s.mu.Lock()
	ask := &actorpb.SubscribeFeed{MemberId: "g", Endpoint: "gateway", Epoch: s.epoch, Offset: s.offset}
	s.mu.Unlock()
	answer, err := feed.Receive(t.Context(), ask)
	if err != nil {
		t.Error(err)
		return
	}
	at := answer.(*actorpb.FeedPosition)
	s.mu.Lock()
	defer s.mu.Unlock()
	if at.Resync {
		t.Error("the feed cannot resume")
	}
	if s.epoch == "" {
		s.epoch, s.offset = at.Epoch, at.Offset
	}
}

// known is the version of each conversation here.
func (s *screen) known() map[wa.ConversationKey]uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	versions := make(map[wa.ConversationKey]uint64, len(s.rows))
	for key := range s.rows {
		versions[key] = s.rows[key].Version
	}
	return versions
}

// I11: whatever is done to conversations, and whatever gets lost between the commit
// and the screen, the counts of each view are those of its list, and of the rows that
// the frames brought.
func TestI11CountsEqualListsAfterRandomOperations(t *testing.T) {
	t.Parallel()
	const operations, workers = 10_000, 16
	pool := office(t)
	pgtest.Exec(t, pool, `INSERT INTO team (tenant_id, id, name) VALUES ('t', 'stock', 'Stock')`)
	pgtest.Exec(t, pool, `INSERT INTO staff_team (staff_id, tenant_id, team_id) VALUES ('bruno', 't', 'stock')`)
	bruno := proto.CloneOf(bruno)
	bruno.Teams = append(bruno.Teams, "stock")

	seen := &screen{dice: rand.New(rand.NewPCG(1, 2)), rows: make(map[wa.ConversationKey]actorpb.Row)}
	feed := actors.NewFeed(actors.FeedConfig{
		Sender: seen, Tail: actors.NewTail(inbox.NewChangeLog(pool), nil, 20*time.Millisecond),
	}, "t")
	defer feed.Passivate()
	seen.renew(t, feed)
	var unpublished, refused atomic.Int64
	m := newMember(t, pool, func(u *actorpb.ConversationUpdate) {
		if rand.IntN(3) == 0 { // the fast path may lose anything
			unpublished.Add(1)
			return
		}
		if _, err := feed.Receive(t.Context(), &actorpb.PublishUpdates{Updates: []*actorpb.ConversationUpdate{u}}); err != nil {
			t.Error(err)
		}
	})
	people := []*actorpb.Actor{ana, bruno}
	var all sync.WaitGroup
	for w := range workers {
		dice := rand.New(rand.NewPCG(3, uint64(w)))
		all.Go(func() {
			for n := range operations / workers {
				key := fmt.Sprintf("%d:c%d", 100+dice.IntN(2), dice.IntN(40))
				outcome, err := m.ask(t.Context(), key, anything(dice, people[dice.IntN(2)], fmt.Sprintf("%d.%d", w, n)))
				if err != nil {
					t.Errorf("operation %d of %d: %v", n, w, err)
				} else if outcome.Refusal != "" {
					refused.Add(1)
				}
				if n%50 == 0 {
					seen.renew(t, feed)
				}
			}
		})
	}
	all.Wait()
	seen.mu.Lock()
	seen.whole = true
	seen.mu.Unlock()
	t.Logf("%d refused, %d not published, %d batches of frames lost", refused.Load(), unpublished.Load(), seen.lost)

	stored := make(map[wa.ConversationKey]uint64)
	box := inbox.New(pool)
	everybody := persistence.Scope{TenantID: "t", AllTeams: true}
	for _, q := range []inbox.ListQuery{{View: "all"}, {View: "resolved"}} {
		for _, row := range listed(t, box, everybody, q) {
			stored[row.Key] = row.Version
		}
	}
	deadline := time.Now().Add(time.Minute)
	for !cmp.Equal(stored, seen.known()) {
		if time.Now().After(deadline) {
			t.Fatalf("frames never brought everything (-stored +shown):\n%s", cmp.Diff(stored, seen.known()))
		}
		seen.renew(t, feed)
	}
	for name, scope := range map[string]persistence.Scope{
		"everybody": everybody, "sales": {TenantID: "t", Teams: []wa.TeamID{"sales"}}, "stock": {TenantID: "t", Teams: []wa.TeamID{"stock"}},
	} {
		counts, err := box.CountTeams(t.Context(), scope)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range []inbox.ListQuery{{View: "unclaimed"}, {View: "all"}, {View: "snoozed"}, {View: "resolved"}} {
			same(t, fmt.Sprint(name, " ", q.View), counts[q.View], seen.rows, listed(t, box, scope, q))
		}
		for _, who := range people {
			mine, err := box.CountMine(t.Context(), scope, wa.AgentID(who.AgentId))
			if err != nil {
				t.Fatal(err)
			}
			q := inbox.ListQuery{View: "mine", AgentID: wa.AgentID(who.AgentId)}
			same(t, name+" mine of "+who.AgentId, mine, seen.rows, listed(t, box, scope, q))
		}
	}
}

// anything is an operation that somebody may think of. Half of them come from customers.
func anything(dice *rand.Rand, by *actorpb.Actor, id string) proto.Message {
	switch dice.IntN(16) {
	case 0, 1, 2:
		return &actorpb.Claim{By: by}
	case 3:
		return &actorpb.Release{By: by}
	case 4:
		return &actorpb.MarkRead{By: by}
	case 5:
		return &actorpb.SetPhase{By: by, To: actorpb.Phase_PHASE_RESOLVED}
	case 6:
		return &actorpb.SetPhase{By: by, To: actorpb.Phase_PHASE_SNOOZED, UntilMs: time.Now().Add(time.Hour).UnixMilli()}
	case 7:
		return &actorpb.Transfer{By: by, TeamId: []string{"sales", "stock"}[dice.IntN(2)], Note: "for you", EchoId: id}
	case 8, 9:
		return reply(by, id, 0)
	case 10:
		return &actorpb.TakeOver{By: by, Reason: "my turn", EchoId: id}
	}
	return hello("wamid." + id)
}

// listed are all rows of a list, page after page.
func listed(t *testing.T, box *inbox.Inbox, scope persistence.Scope, q inbox.ListQuery) (rows []actorpb.Row) {
	t.Helper()
	q.Limit = 7
	for {
		page, err := box.List(t.Context(), scope, q)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, page.Conversations...)
		if q.After = page.Next; !page.More {
			return rows
		}
	}
}

// same compares a count with the rows of its list, as the screen has them.
func same(t *testing.T, what string, got inbox.Count, shown map[wa.ConversationKey]actorpb.Row, list []actorpb.Row) {
	t.Helper()
	want := inbox.Count{Numbers: make(map[wa.PhoneNumberID]inbox.Tally)}
	add := func(tally *inbox.Tally, row *actorpb.Row) {
		tally.N++
		if row.Turn() == actorpb.TurnCustomer {
			tally.Customer++
		} else {
			tally.Us++
		}
		if row.Unread > 0 {
			tally.Unread++
		}
	}
	for i := range list {
		row := shown[list[i].Key]
		add(&want.Tally, &row)
		number := want.Numbers[row.Key.PhoneNumberID]
		add(&number, &row)
		want.Numbers[row.Key.PhoneNumberID] = number
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s: counts (-list +counted):\n%s", what, diff)
	}
}
