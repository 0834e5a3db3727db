package actors_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/prosa-chat/prosa/actors"
	"github.com/prosa-chat/prosa/persistence/journal"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// BenchmarkInbound measures the way of a first message through its grain to the
// commit, many conversations at a time, in processor time of this process.
func BenchmarkInbound(b *testing.B) {
	j := journal.New(pgtest.Pool(b), journal.Config{})
	b.Cleanup(j.Close)
	kind := actors.Conversations(actors.Config{Journal: j})
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ReportAllocs()
	b.ResetTimer()
	began := cpu(b)
	for range 512 {
		wg.Go(func() {
			for {
				n := int(next.Add(1))
				if n > b.N {
					return
				}
				cmd := hello(fmt.Sprintf("wamid.HBgMYotJ2W3N6XpDDdT1l3BYmeCalo95NJHktwTK%08d", n))
				if _, err := kind(fmt.Sprintf("%d:c%07d", 100+n%120, n)).Receive(context.Background(), cmd); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(cpu(b)-began)/float64(b.N), "cpu-µs/msg")
}

// cpu is the processor time of this process in microseconds.
func cpu(b *testing.B) int64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u.Utime.Sec*1e6 + u.Utime.Usec + u.Stime.Sec*1e6 + u.Stime.Usec
}
