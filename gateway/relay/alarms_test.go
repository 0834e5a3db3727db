package relay

import (
	"testing"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/gateway/relaytest"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

func TestTimersAreTold(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.Exec(`INSERT INTO timer VALUES ($1, 'c1', 'snooze', now() - interval '1 s', now() - interval '1 s'), ($1, 'c2', 'snooze', now(), now() + interval '1 h')`, relaytest.NumberID)
	b.Eventually("the alarm rings", func() bool { return len(relaytest.Of[*actorpb.TimerDue](b.Grains)) == 1 })
	got := relaytest.Of[*actorpb.TimerDue](b.Grains)[0]
	if got.Kind != "snooze" || got.DbNowMs < got.DueAtMs || b.Grains.Got()[0].Key != string(relaytest.NumberID)+":c1" {
		t.Errorf("%s got %v", b.Grains.Got()[0].Key, got)
	}
}
