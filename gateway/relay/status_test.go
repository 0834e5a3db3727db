package relay

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors"
	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/journal"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

func TestWhatIsNoMessageIsKept(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.post(`not JSON`)
	b.post(`{}`)
	b.post(`{"entry":[{"id":"555","changes":[{"field":"account_update","value":{"event":"X"}}]}]}`)
	b.post(envelope(numberID, `"messages":[{"id":"wamid.1"}]`))
	b.post(envelope(numberID, `"messages":[{"from":"1","group_id":"g","id":"wamid.g","timestamp":"1790000000","type":"text","text":{"body":"x"}}]`))
	b.allDone(b.post(envelope(numberID, status("wamid.9", "teleported", ""))))
	for _, c := range []struct {
		state intake.ProblemState
		kinds []string
	}{
		{intake.ProblemFailed, []string{"broken", "body"}},
		{intake.ProblemStored, []string{"status", "group", "account_update"}},
	} {
		list, err := b.store.Problems.List(t.Context(), "", c.state, 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		var kinds []string
		for _, p := range list {
			kinds = append(kinds, p.Kind)
		}
		if !slices.Equal(kinds, c.kinds) {
			t.Errorf("%s: %v, want %v", c.state, kinds, c.kinds)
		}
		for _, p := range list {
			if err := b.relay.Replay(t.Context(), p.ID); err == nil {
				t.Errorf("%s was replayed", p.Kind)
			}
		}
	}
	if n := len(b.grains.got()); n != 0 {
		t.Errorf("%d commands", n)
	}
}

func TestNumberErrorGoesToTheNumber(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.allDone(b.post(envelope(numberID, `"errors":[{"code":130429,"title":"Rate limit hit"}]`)))
	got := b.grains.got()
	if len(got) != 1 || got[0].key != string(numberID) ||
		got[0].message.(*actorpb.RecordNumberHealth).Cause != actorpb.RecordNumberHealth_CAUSE_THROUGHPUT {
		t.Fatalf("commands %v", got)
	}
}

// What Meta announces is committed by the number and then its pace, though the
// first answer is lost and Meta tells it twice. A number that is not ours, and the
// field's other events, are kept as they came.
func TestThroughputUpgradeRaisesThePace(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	number := ourRegistration()
	number.AccountID, number.Display = "210987654321001", "+49 (155) 5010-0200"
	b.exec(`DELETE FROM phone_number`)
	if err := b.store.Numbers.Register(t.Context(), number); err != nil {
		t.Fatal(err)
	}
	grain := actors.PhoneNumbers(actors.Config{Streams: journal.NewStreams(b.pool)})(string(numberID))
	var mu sync.Mutex
	asked := 0
	b.grains.answers(func(ctx context.Context, key string, message proto.Message) (proto.Message, error) {
		if key != string(numberID) {
			return nil, errors.New("asked " + key)
		}
		mu.Lock()
		defer mu.Unlock()
		answer, err := grain.Receive(ctx, message)
		if asked++; asked == 1 {
			return nil, errors.New("the answer is lost")
		}
		return answer, err
	})
	upgrade := sample(t, "fields/phone_number_quality_update.json")
	b.post(upgrade)
	b.post(sample(t, "fields/phone_number_quality_update_legacy.json"))
	b.post(strings.Replace(upgrade, "4915550100200", "4915550100299", 1))
	b.allDone(b.post(upgrade))
	if n := b.count(`SELECT count(*) FROM pace WHERE phone_number_id = $1 AND rate = 1000`, numberID); n != 1 {
		t.Error("the pace is not what Meta grants")
	}
	if n := b.count(`SELECT count(*) FROM stream_event WHERE id = $1 AND type = 'NumberConfigured'`, numberID); n != 1 {
		t.Errorf("committed %d times", n)
	}
	if n := b.count(`SELECT count(*) FROM intake_problem WHERE state = 'stored' AND kind = 'phone_number_quality_update'`); n != 2 {
		t.Errorf("%d kept, want the legacy one and that of a stranger", n)
	}
}

// sample is a webhook as Meta sends it.
func sample(t *testing.T, file string) string {
	t.Helper()
	body, err := os.ReadFile("../cloudapi/testdata/webhooks/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestIdentityChangeGoesFirst(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.allDone(b.post(envelope(numberID, messages(text("15550001", "wamid.1")))))
	// The new number writes in the same POST, before the change is told.
	b.allDone(b.post(envelope(numberID, messages(text("15550009", "wamid.3"),
		`{"from":"15550001","id":"wamid.2","timestamp":"1790000000","type":"system","system":{"type":"user_changed_number","wa_id":"15550009","body":"changed"}}`))))
	ids := b.grains.ids()
	if len(ids) != 1 {
		t.Fatalf("%d conversations of one person: %v", len(ids), ids)
	}
	for _, got := range ids {
		if !slices.Equal(got, []string{"wamid.1", "wamid.2", "wamid.3"}) {
			t.Errorf("delivered %v", got)
		}
	}
}

// sentMessage stores one of our messages, to contact c1.
func (b *bench) sentMessage(id, wamid string) {
	b.t.Helper()
	b.exec(`INSERT INTO message (phone_number_id, id, contact_id, direction, author_kind, author_id, author_name, kind, sent_at, content)
		VALUES ($1, $2, 'c1', 1, 1, '', '', 'text', now(), '{"kind":"text","text":{"body":"hi"}}')`, numberID, id)
	if wamid != "" {
		b.exec(`INSERT INTO message_status (phone_number_id, message_id, contact_id, wamid) VALUES ($1, $2, 'c1', $3)`, numberID, id, wamid)
	}
}

func TestI08StatusesFindTheirMessageAndMakeNoContact(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.sentMessage("m1", "")
	b.sentMessage("m2", "wamid.m2")
	b.post(envelope(numberID, status("wamid.m1", "sent", "1:c1:m1:2")))     // the answer was lost
	b.post(envelope(numberID, status("wamid.m2", "delivered", "")))         // by wamid
	b.post(envelope(numberID, status("wamid.m2", "read", "1:c9:m1:1")))     // data that do not fit
	b.post(envelope(numberID, status("wamid.m2", "played", "crm-4711")))    // data of others
	b.post(envelope(numberID, status("wamid.x", "read", "1:c1:nothing:1"))) // nothing of ours
	b.allDone(b.post(envelope(numberID, status("wamid.y", "read", ""))))
	want := []*actorpb.RecordStatus{
		{MessageId: "m1", Wamid: "wamid.m1", Status: "sent", AtMs: 1_790_000_001_000, Attempt: 2},
		{MessageId: "m2", Wamid: "wamid.m2", Status: "delivered", AtMs: 1_790_000_001_000},
		{MessageId: "m2", Wamid: "wamid.m2", Status: "read", AtMs: 1_790_000_001_000},
		{MessageId: "m2", Wamid: "wamid.m2", Status: "played", AtMs: 1_790_000_001_000},
	}
	got := of[*actorpb.RecordStatus](b.grains)
	if !slices.EqualFunc(got, want, func(a, b *actorpb.RecordStatus) bool { return proto.Equal(a, b) }) {
		t.Errorf("commands %v\nwant %v", got, want)
	}
	if n := b.count(`SELECT count(*) FROM unmatched`); n != 2 {
		t.Errorf("%d statuses are unmatched, want 2", n)
	}
	if n := b.count(`SELECT count(*) FROM contact`); n != 0 {
		t.Errorf("statuses made %d contacts", n)
	}
}
