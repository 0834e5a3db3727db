package intake

import (
	"testing"

	"github.com/prosa-chat/prosa/persistence/intake"
)

// The queue keeps nothing of the rows that the router has taken: their bodies would
// live as long as the array behind it.
func TestFeedForgetsWhatWasTaken(t *testing.T) {
	t.Parallel()
	f := newFeed(100, 1<<20)
	for seq := range int64(5) {
		f.offer(intake.Row{Source: 1, Seq: seq + 1, Body: []byte("x")})
	}
	behind := f.queue
	if got := f.take(2); len(got) != 2 || got[0].Seq != 1 || got[1].Seq != 2 {
		t.Fatalf("took %v", got)
	}
	if behind[0] != nil || behind[1] != nil || behind[2] == nil {
		t.Errorf("behind the queue stands %v", behind)
	}
	if got := f.take(10); len(got) != 3 || got[0].Seq != 3 || f.queue != nil {
		t.Errorf("took %v, left %v", got, f.queue)
	}
	if rows, bytes := f.held(); rows != 5 || bytes != 5 {
		t.Errorf("holds %d rows, %d bytes until they are finished", rows, bytes)
	}
}
