package relay

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/gateway/relaytest"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

func TestStopWaitsForWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.remembers()
	answered := make(chan struct{})
	b.Meta.Answers(func(call int, w http.ResponseWriter) {
		<-answered
		fmt.Fprintf(w, `{"messages":[{"id":"wamid.%d"}]}`, call)
	})
	b.queue("m1", byPhone, time.Hour)
	b.Eventually("it is under way", func() bool { return len(b.Meta.Got()) == 1 })
	row := b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(relaytest.Text("15550001", "wamid.in"))))
	time.AfterFunc(50*time.Millisecond, func() { close(answered) })
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	b.relay.Stop(ctx)
	if !b.allRecorded() || len(relaytest.Of[*actorpb.ReceiveInbound](b.Grains)) != 1 {
		t.Error("stopped before the work was done")
	}
	if err := b.Intake.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := b.Count(`SELECT count(*) FROM intake_source WHERE source = $1 AND done_upto = $2 AND closed_at IS NOT NULL`, row.Source, row.Seq); n != 1 {
		t.Error("the source is not closed")
	}
}
