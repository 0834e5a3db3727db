package gateway_test

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// BenchmarkDelivery measures from the commit of an update to the socket: 200
// sockets, 1,000 updates a second, each seen by ten.
//
//	go test -run - -bench Delivery -benchtime 1x ./gateway
func BenchmarkDelivery(b *testing.B) {
	for range b.N {
		deliver(b)
	}
}

func deliver(b *testing.B) {
	const sockets, rate, seconds, teams = 200, 1000, 4, 20
	s := startSite(b)
	s.exec(`INSERT INTO team (tenant_id, id, name) SELECT 't1', 'team' || i, '' FROM generate_series(0, 19) i`)
	var mu sync.Mutex
	var took []time.Duration
	var frames atomic.Int64
	var sent sync.Map
	var conns []*tab
	for i := range teams {
		p := s.hire("t1", fmt.Sprint("p", i), staff.RoleAgent, wa.TeamID(fmt.Sprint("team", i)))
		for range sockets / teams {
			w := p.open()
			w.subscribe("inbox")
			conns = append(conns, w)
		}
	}
	for _, w := range conns {
		go func() {
			for f := range w.frames {
				if at, ok := sent.Load(f.Offset); ok {
					mu.Lock()
					took = append(took, time.Since(at.(time.Time)))
					mu.Unlock()
				}
				frames.Add(1)
			}
		}()
	}
	start := time.Now()
	for n := range rate * seconds {
		if wait := time.Until(start.Add(time.Duration(n) * time.Second / rate)); wait > 0 {
			time.Sleep(wait)
		}
		sent.Store(uint64(n+1), time.Now())
		s.publisher.Committed(&actorpb.ConversationUpdate{
			Row: &actorpb.InboxRow{
				TenantId: "t1", TeamId: fmt.Sprint("team", n%teams), PhoneNumberId: "100", ContactId: fmt.Sprint("c", n%500),
				Version: uint64(n + 1), LastPreview: "hello there, this is a message", LastAtMs: time.Now().UnixMilli(),
			},
			Events: []*actorpb.StoredEvent{{Version: uint64(n + 1), Type: "InboundReceived", AtMs: time.Now().UnixMilli()}},
		})
	}
	deadline := time.Now().Add(10 * time.Second)
	for frames.Load() < rate*seconds*sockets/teams && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
	}
	mu.Lock()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(len(took)), "frames")
	mu.Unlock()
}
