package actors_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors"
	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// gateways records the batches that a Feed sends, by member.
type gateways struct {
	mu      sync.Mutex
	batches map[string][]*actorpb.FeedBatch
}

func (g *gateways) TellMember(member, endpoint string, msg proto.Message) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if endpoint != "gateway" {
		panic("sent to endpoint " + endpoint)
	}
	g.batches[member] = append(g.batches[member], msg.(*actorpb.FeedBatch))
}

// got lists the updates of a member as offset:contact@version, with + for events.
func (g *gateways) got(member string) []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	list := []string{}
	for _, b := range g.batches[member] {
		for i, u := range b.Updates {
			text := fmt.Sprintf("%d:%s@%d", b.FirstOffset+uint64(i), u.Row.ContactId, u.Row.Version)
			if len(u.Events) > 0 {
				text += "+"
			}
			list = append(list, text)
		}
	}
	return list
}

func (g *gateways) waitFor(t *testing.T, member string, want ...string) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		diff := cmp.Diff(want, g.got(member))
		if diff == "" {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("updates of %s (-want +got):\n%s", member, diff)
		}
		time.Sleep(5 * time.Millisecond) // between looks, not as synchronisation
	}
}

// waitForAll waits for the rows of a member, in whatever order.
func (g *gateways) waitForAll(t *testing.T, member string, want ...string) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		var rows []string
		for _, update := range g.got(member) {
			_, row, _ := strings.Cut(update, ":")
			rows = append(rows, row)
		}
		slices.Sort(rows)
		diff := cmp.Diff(want, rows)
		if diff == "" {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("updates of %s (-want +got):\n%s", member, diff)
		}
	}
}

type feedBench struct {
	*gateways
	t    *testing.T
	pool *pgxpool.Pool
	feed *actors.Feed
}

func startFeed(t *testing.T) *feedBench {
	t.Helper()
	b := &feedBench{t: t, pool: pgtest.Pool(t), gateways: &gateways{batches: make(map[string][]*actorpb.FeedBatch)}}
	b.exec(`INSERT INTO tenant (id, name) VALUES ('t1', 'One')`)
	b.feed = b.activate()
	return b
}

func (b *feedBench) activate() *actors.Feed {
	feed := actors.NewFeed(actors.FeedConfig{
		Sender: b.gateways, Tail: actors.NewTail(inbox.NewChangeLog(b.pool), nil, 20*time.Millisecond),
	}, "t1")
	b.t.Cleanup(feed.Passivate)
	return feed
}

func (b *feedBench) exec(sql string, args ...any) {
	b.t.Helper()
	if _, err := b.pool.Exec(b.t.Context(), sql, args...); err != nil {
		b.t.Fatal(err)
	}
}

// commit stores a conversation at a version, as the journal does.
func (b *feedBench) commit(contact string, version int) {
	b.t.Helper()
	b.exec(`
WITH c AS (
INSERT INTO conversation (phone_number_id, contact_id, version, decided_on, snapshot, tenant_id, team_id,
    phase, contact_name, contact_address, last_at, last_outbound, last_preview, unread, started_at)
VALUES ('100', $1, $2, 0, '', 't1', 'red', 1, '', '', now(), false, '', 0, now())
ON CONFLICT (phone_number_id, contact_id) DO UPDATE SET version = excluded.version)
INSERT INTO change_log (tenant_id, phone_number_id, contact_id, version) VALUES ('t1', '100', $1, $2)`, contact, version)
}

func (b *feedBench) publish(contact string, version uint64) {
	b.t.Helper()
	b.receive(&actorpb.PublishUpdates{Updates: []*actorpb.ConversationUpdate{{
		Row:    &actorpb.InboxRow{TenantId: "t1", PhoneNumberId: "100", ContactId: contact, Version: version},
		Events: []*actorpb.StoredEvent{{Version: version, Type: "InboundReceived"}},
	}}})
}

func (b *feedBench) receive(msg proto.Message) proto.Message {
	b.t.Helper()
	answer, err := b.feed.Receive(b.t.Context(), msg)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer
}

func (b *feedBench) subscribe(member, epoch string, offset uint64) *actorpb.FeedPosition {
	b.t.Helper()
	return b.receive(&actorpb.SubscribeFeed{MemberId: member, Endpoint: "gateway", Epoch: epoch, Offset: offset}).(*actorpb.FeedPosition)
}

// tailing waits until the Feed has read the log once, so that what commits from
// now on is its to find.
func (b *feedBench) tailing() {
	b.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for marked := 0; marked == 0; {
		if err := b.pool.QueryRow(b.t.Context(), `SELECT count(*) FROM change_log WHERE phone_number_id = ''`).Scan(&marked); err != nil {
			b.t.Fatal(err)
		}
		if time.Now().After(deadline) {
			b.t.Fatal("the feed never marked the change log")
		}
	}
}

func TestFeedOrdersUpdates(t *testing.T) {
	t.Parallel()
	b := startFeed(t)
	first := b.subscribe("g1", "", 0)
	b.subscribe("g2", "", 0)
	if first.Epoch == "" || first.Offset != 0 || first.Resync {
		t.Fatalf("position at first: %v", first)
	}
	b.publish("a", 1)
	b.publish("b", 4)
	b.publish("a", 2)
	b.publish("a", 2) // twice
	b.publish("a", 1) // late
	b.receive(&actorpb.PublishUpdates{Updates: []*actorpb.ConversationUpdate{
		{Row: &actorpb.InboxRow{TenantId: "t2", PhoneNumberId: "9", ContactId: "z", Version: 1}},
	}})
	b.waitFor(t, "g1", "1:a@1+", "2:b@4+", "3:a@2+")
	b.waitFor(t, "g2", "1:a@1+", "2:b@4+", "3:a@2+")
	if again := b.subscribe("g1", first.Epoch, 3); again.Offset != 3 || again.Resync || again.Epoch != first.Epoch {
		t.Errorf("renewed at %v", again)
	}
}

func TestFeedRepairsLostPublishes(t *testing.T) {
	t.Parallel()
	b := startFeed(t)
	b.subscribe("g1", "", 0)
	b.tailing()
	b.publish("a", 1)
	b.commit("a", 1)
	b.commit("lost", 5) // committed, never published
	b.waitFor(t, "g1", "1:a@1+", "2:lost@5")
	b.publish("lost", 5) // late: everybody has it
	b.publish("a", 2)
	b.waitFor(t, "g1", "1:a@1+", "2:lost@5", "3:a@2+")
}

func TestFeedResumesAGatewayThatWasAway(t *testing.T) {
	t.Parallel()
	b := startFeed(t)
	at := b.subscribe("g1", "", 0)
	for v := range uint64(5) {
		b.publish("a", v+1)
	}
	b.waitFor(t, "g1", "1:a@1+", "2:a@2+", "3:a@3+", "4:a@4+", "5:a@5+")
	if got := b.subscribe("g2", at.Epoch, 3); got.Offset != 3 || got.Resync {
		t.Fatalf("resumed at %v", got)
	}
	b.waitFor(t, "g2", "4:a@4", "5:a@5")

	// g1 lost what followed 2; it is sent again once a whole renewal went by.
	b.subscribe("g1", at.Epoch, 5)
	b.subscribe("g1", at.Epoch, 2)
	b.waitFor(t, "g1", "1:a@1+", "2:a@2+", "3:a@3+", "4:a@4+", "5:a@5+", "3:a@3", "4:a@4", "5:a@5")

	if got := b.subscribe("g3", at.Epoch, 6); !got.Resync {
		t.Errorf("an offset from the future was taken: %v", got)
	}
}

func TestNewFeedIsANewEpoch(t *testing.T) {
	t.Parallel()
	b := startFeed(t)
	old := b.subscribe("g1", "", 0)
	b.publish("a", 1)
	b.waitFor(t, "g1", "1:a@1+")
	b.feed.Passivate()
	b.feed = b.activate()
	position := b.subscribe("g1", old.Epoch, 1)
	if !position.Resync || position.Epoch == old.Epoch {
		t.Errorf("position after a new activation: %v, before %v", position, old)
	}
}

func TestEmptiedLogIsANewEpoch(t *testing.T) {
	t.Parallel()
	b := startFeed(t)
	old := b.subscribe("g1", "", 0)
	b.tailing()
	b.exec(`TRUNCATE change_log`)
	deadline := time.Now().Add(20 * time.Second)
	for {
		if now := b.subscribe("g1", old.Epoch, 0); now.Resync && now.Epoch != old.Epoch {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("no new epoch after the log was emptied")
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// told records what a Publisher sends.
type told struct {
	mu   sync.Mutex
	lots map[string][]int
}

func (r *told) Tell(kind, key string, msg proto.Message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if kind != wa.FeedKind {
		panic("told " + kind)
	}
	r.lots[key] = append(r.lots[key], len(msg.(*actorpb.PublishUpdates).Updates))
}

// stubborn panics over one tenant.
type stubborn struct{ told chan string }

func (s stubborn) Tell(_, key string, _ proto.Message) {
	if key == "bad" {
		panic("struck")
	}
	s.told <- key
}

// What panics on its way to one feed costs the others nothing, nor the process.
func TestPublisherOutlivesAPanic(t *testing.T) {
	t.Parallel()
	to := stubborn{make(chan string, 2)}
	p := actors.NewPublisher(to, slog.New(slog.DiscardHandler))
	defer p.Close()
	for range 2 {
		p.Committed(&actorpb.ConversationUpdate{Row: &actorpb.InboxRow{TenantId: "bad"}})
		p.Committed(&actorpb.ConversationUpdate{Row: &actorpb.InboxRow{TenantId: "good"}})
		if key := <-to.told; key != "good" {
			t.Errorf("told %q", key)
		}
	}
}

func TestPublisherSendsInLots(t *testing.T) {
	t.Parallel()
	to := &told{lots: map[string][]int{}}
	p := actors.NewPublisher(to, slog.New(slog.DiscardHandler))
	for range 600 {
		p.Committed(&actorpb.ConversationUpdate{Row: &actorpb.InboxRow{TenantId: "t1"}})
	}
	p.Committed(&actorpb.ConversationUpdate{Row: &actorpb.InboxRow{TenantId: "t2"}})
	heavy := &actorpb.ConversationUpdate{
		Row:      &actorpb.InboxRow{TenantId: "t3"},
		Messages: []*actorpb.StoredMessage{{Content: make([]byte, 200<<10)}},
	}
	for range 4 {
		p.Committed(heavy)
	}
	p.Close()
	sum := map[string]int{}
	for key, lots := range to.lots {
		for _, n := range lots {
			sum[key] += n
			if n > 256 || key == "t3" && n > 2 {
				t.Errorf("a lot of %s has %d updates", key, n)
			}
		}
	}
	if diff := cmp.Diff(map[string]int{"t1": 600, "t2": 1, "t3": 4}, sum); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
}
