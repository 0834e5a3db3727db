package relay

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/relaytest"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// panics is a transport that panics at its first call.
type panics struct{ called chan struct{} }

func (p panics) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodPost {
		return nil, errors.New("not reached")
	}
	select {
	case <-p.called:
	default:
		close(p.called)
		panic("struck")
	}
	return nil, errors.New("not reached")
}

// Of a call that panicked nobody knows whether it left: it is shown as unconfirmed
// and never sent again by itself. Its place is free for the next.
func TestPanicInACallIsAmbiguous(t *testing.T) {
	t.Parallel()
	called := make(chan struct{})
	b := newBench(t, pgtest.Pool(t), benchOptions{http: &http.Client{Transport: panics{called}}, limits: Limits{Sends: 1}})
	b.remembers()
	b.queue("m1", wa.Alias{Kind: wa.AliasPhone, Value: "15550001"}, time.Hour)
	b.Eventually("the send is ambiguous", func() bool { return len(relaytest.Of[*actorpb.RecordAmbiguous](b.Grains)) == 1 })
	<-called
	b.queue("m2", wa.Alias{Kind: wa.AliasPhone, Value: "15550002"}, time.Hour)
	b.Eventually("the next is tried", func() bool { return len(relaytest.Of[*actorpb.RecordRejected](b.Grains)) > 0 })
	if n := len(relaytest.Of[*actorpb.RecordAmbiguous](b.Grains)); n != 1 {
		t.Errorf("%d sends are ambiguous, want the one that panicked", n)
	}
}
