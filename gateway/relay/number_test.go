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
	"github.com/prosa-chat/prosa/gateway/relaytest"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/journal"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

func TestUnknownNumberIsParkedThenApplied(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{unregistered: true})
	b.AllDone(b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(relaytest.Text("15550001", "wamid.1"), relaytest.Text("15550001", "wamid.2")))))
	if counts, _ := b.store.Problems.Count(t.Context(), ""); counts[intake.ProblemParked] != 2 || len(b.Grains.Got()) != 0 {
		t.Fatalf("counts %v, %d commands", counts, len(b.Grains.Got()))
	}
	if p, _ := b.store.Problems.ParkedFor(t.Context(), relaytest.NumberID, 0, 1); b.relay.Intake().Replay(t.Context(), p[0].ID) == nil {
		t.Error("an event of an unknown number was replayed")
	}
	if err := b.relay.Register(t.Context(), relaytest.OurRegistration()); err != nil {
		t.Fatal(err)
	}
	b.Eventually("both are applied", func() bool {
		return b.Count(`SELECT count(*) FROM intake_problem WHERE state = 'replayed'`) == 2
	})
	for _, got := range b.Grains.IDs() {
		if !slices.Equal(got, []string{"wamid.1", "wamid.2"}) {
			t.Errorf("delivered %v", got)
		}
	}
	if counts, _ := b.store.Problems.Count(t.Context(), ""); len(counts) != 0 || len(relaytest.Of[*actorpb.ReceiveInbound](b.Grains)) != 2 {
		t.Errorf("counts %v, commands %v", counts, b.Grains.Got())
	}
}

// What Meta announces is committed by the number and then its pace, though the
// first answer is lost and Meta tells it twice. A number that is not ours, and the
// field's other events, are kept as they came.
func TestThroughputUpgradeRaisesThePace(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	number := relaytest.OurRegistration()
	number.AccountID, number.Display = "210987654321001", "+49 (155) 5010-0200"
	b.Exec(`DELETE FROM phone_number`)
	if err := b.Numbers.Register(t.Context(), number); err != nil {
		t.Fatal(err)
	}
	store := journal.New(b.Pool, journal.Config{})
	t.Cleanup(store.Close)
	grain := actors.PhoneNumbers(actors.Config{Streams: store.Streams()})(string(relaytest.NumberID))
	var mu sync.Mutex
	asked := 0
	b.Grains.Answers(func(ctx context.Context, key string, message proto.Message) (proto.Message, error) {
		if key != string(relaytest.NumberID) {
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
	b.Post(upgrade)
	b.Post(sample(t, "fields/phone_number_quality_update_legacy.json"))
	b.Post(strings.Replace(upgrade, "4915550100200", "4915550100299", 1))
	b.AllDone(b.Post(upgrade))
	if n := b.Count(`SELECT count(*) FROM pace WHERE phone_number_id = $1 AND rate = 1000`, relaytest.NumberID); n != 1 {
		t.Error("the pace is not what Meta grants")
	}
	if n := b.Count(`SELECT count(*) FROM stream_event WHERE id = $1 AND type = 'NumberConfigured'`, relaytest.NumberID); n != 1 {
		t.Errorf("committed %d times", n)
	}
	if n := b.Count(`SELECT count(*) FROM intake_problem WHERE state = 'stored' AND kind = 'phone_number_quality_update'`); n != 1 {
		t.Errorf("%d kept, want that of a stranger", n)
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
