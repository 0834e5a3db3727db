package intake

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/gateway/relaytest"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

func TestWhatIsNoMessageIsKept(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.Post(`not JSON`)
	b.Post(`{}`)
	b.Post(`{"entry":[{"id":"555","changes":[{"field":"account_update","value":{"event":"X"}}]}]}`)
	b.Post(relaytest.Envelope(relaytest.NumberID, `"messages":[{"id":"wamid.1"}]`))
	b.Post(relaytest.Envelope(relaytest.NumberID, `"messages":[{"from":"1","group_id":"g","id":"wamid.g","timestamp":"1790000000","type":"text","text":{"body":"x"}}]`))
	b.AllDone(b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Status("wamid.9", "teleported", ""))))
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
			if err := b.applier.Replay(t.Context(), p.ID); err == nil {
				t.Errorf("%s was replayed", p.Kind)
			}
		}
	}
	if n := len(b.Grains.Got()); n != 0 {
		t.Errorf("%d commands", n)
	}
}

func TestNumberErrorGoesToTheNumber(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.AllDone(b.Post(relaytest.Envelope(relaytest.NumberID, `"errors":[{"code":130429,"title":"Rate limit hit"}]`)))
	got := b.Grains.Got()
	if len(got) != 1 || got[0].Key != string(relaytest.NumberID) ||
		got[0].Message.(*actorpb.RecordNumberHealth).Cause != actorpb.RecordNumberHealth_CAUSE_THROUGHPUT {
		t.Fatalf("commands %v", got)
	}
}

func TestIdentityChangeGoesFirst(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.AllDone(b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(relaytest.Text("15550001", "wamid.1")))))
	// The new number writes in the same POST, before the change is told.
	b.AllDone(b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(relaytest.Text("15550009", "wamid.3"),
		`{"from":"15550001","id":"wamid.2","timestamp":"1790000000","type":"system","system":{"type":"user_changed_number","wa_id":"15550009","body":"changed"}}`))))
	ids := b.Grains.IDs()
	if len(ids) != 1 {
		t.Fatalf("%d conversations of one person: %v", len(ids), ids)
	}
	for _, got := range ids {
		if !slices.Equal(got, []string{"wamid.1", "wamid.2", "wamid.3"}) {
			t.Errorf("delivered %v", got)
		}
	}
}

func TestI08StatusesFindTheirMessageAndMakeNoContact(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.SentMessage("m1", "")
	b.SentMessage("m2", "wamid.m2")
	b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Status("wamid.m1", "sent", "1:c1:m1:2")))     // the answer was lost
	b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Status("wamid.m2", "delivered", "")))         // by wamid
	b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Status("wamid.m2", "read", "1:c9:m1:1")))     // data that do not fit
	b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Status("wamid.m2", "played", "crm-4711")))    // data of others
	b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Status("wamid.x", "read", "1:c1:nothing:1"))) // nothing of ours
	b.AllDone(b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Status("wamid.y", "read", ""))))
	want := []*actorpb.RecordStatus{
		{MessageId: "m1", Wamid: "wamid.m1", Status: "sent", AtMs: 1_790_000_001_000},
		{MessageId: "m2", Wamid: "wamid.m2", Status: "delivered", AtMs: 1_790_000_001_000},
		{MessageId: "m2", Wamid: "wamid.m2", Status: "read", AtMs: 1_790_000_001_000},
		{MessageId: "m2", Wamid: "wamid.m2", Status: "played", AtMs: 1_790_000_001_000},
	}
	got := relaytest.Of[*actorpb.RecordStatus](b.Grains)
	if !slices.EqualFunc(got, want, func(a, b *actorpb.RecordStatus) bool { return proto.Equal(a, b) }) {
		t.Errorf("commands %v\nwant %v", got, want)
	}
	if n := b.Count(`SELECT count(*) FROM unmatched`); n != 2 {
		t.Errorf("%d statuses are unmatched, want 2", n)
	}
	if n := b.Count(`SELECT count(*) FROM contact`); n != 0 {
		t.Errorf("statuses made %d contacts", n)
	}
}
