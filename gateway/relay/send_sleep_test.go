package relay

import (
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/relaytest"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// A machine that stood still between the claim of a send and its call may have
// outlasted the claim: nothing leaves, and what is still claimed is given back.
func TestI07NothingLeavesAfterALongSleep(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	b.remembers()
	s := sending{claimedAt: time.Now().Add(-time.Hour), ClaimedSend: effects.ClaimedSend{
		Content: []byte(`{"kind":"text","text":{"body":"oi"}}`), To: []wa.Alias{byPhone},
	}}
	n := sender{b.relay, relaytest.NumberID}
	if _, unsent := n.call(&s); !unsent || len(b.Meta.Got()) != 0 {
		t.Errorf("unsent %t, %d calls; want none", unsent, len(b.Meta.Got()))
	}
	s.claimedAt = time.Now()
	if _, unsent := n.call(&s); unsent || len(b.Meta.Got()) != 1 {
		t.Errorf("awake: unsent %t, %d calls; want one", unsent, len(b.Meta.Got()))
	}
}
