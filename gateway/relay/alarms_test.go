package relay

import (
	"context"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/gateway/relaytest"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// A due alarm rings, of a grain of any kind, and rings next when the grain says; one
// without a grain is over.
func TestAlarmsRing(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	b := newBench(t, pool, benchOptions{})
	b.Grains.Answers(func(_ context.Context, key string, _ proto.Message) (proto.Message, error) {
		switch key {
		case "100:later":
			return &actorpb.Outcome{Version: 5, NextAlarmMs: time.Now().Add(time.Hour).UnixMilli()}, nil
		case "100:gone":
			return &actorpb.Outcome{Refusal: "not_found"}, nil
		case "100:armed": // by an append that the grain that answers knows nothing of
			return &actorpb.Outcome{Version: 4}, nil
		case "acme":
			return &actorpb.NumberState{Version: 5, NextAlarmMs: time.Now().Add(2 * time.Hour).UnixMilli()}, nil
		}
		return &actorpb.Outcome{Version: 5}, nil
	})
	b.Exec(`INSERT INTO alarm SELECT grain, 5, now(), now() + late FROM (VALUES
		('Conversation:100:over', interval '0'), ('Conversation:100:later', '0'), ('Conversation:100:gone', '0'),
		('Conversation:100:armed', '0'), ('Dispatch:acme', '0'), ('Conversation:100:early', '1 h')) AS a (grain, late)`)
	b.Eventually("the alarms ring", func() bool {
		return pgtest.Count(t, pool, `SELECT count(*) FROM alarm`) == 4 &&
			pgtest.Count(t, pool, `SELECT count(*) FROM alarm WHERE due_at > now()`) == 2
	})
	if rang := relaytest.Of[*actorpb.AlarmDue](b.Grains); len(rang) != 5 || rang[0].NowMs == 0 {
		t.Errorf("%d rang, want 5: %v", len(rang), rang)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM alarm WHERE grain = 'Conversation:100:armed' AND next_try > now()`); n != 1 {
		t.Error("one that a later version has armed is gone, or rings without a pause")
	}
}
