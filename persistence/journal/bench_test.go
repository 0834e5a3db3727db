package journal_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// BenchmarkAppend measures one inbound message a conversation, many at a time,
// as design asks: processor time of Postgres and bytes of WAL for each message
// compare between machines where rates do not.
func BenchmarkAppend(b *testing.B) {
	for _, callers := range []int{1, 64, 512} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			j, pool := storetest.Journal(b)
			if _, err := pool.Exec(b.Context(), `SET synchronous_commit = on`); err != nil {
				b.Fatal(err)
			}
			cpu, wal := pgtest.CPU(b, pool), pgtest.WAL(b, pool)
			var next atomic.Int64
			var wg sync.WaitGroup
			b.ResetTimer()
			for range callers {
				wg.Go(func() {
					for {
						n := int(next.Add(1))
						if n > b.N {
							return
						}
						a := storetest.Inbound(storetest.Key(n), 0, fmt.Sprintf("wamid.HBgMYotJ2W3N6XpDDdT1l3BYmeCalo95NJHktwTK%08d", n))
						a.Snapshot = make([]byte, 250)
						if _, err := j.Append(context.Background(), a); err != nil {
							b.Error(err)
						}
					}
				})
			}
			wg.Wait()
			b.StopTimer()
			b.ReportMetric(float64(pgtest.CPU(b, pool)-cpu)*1e4/float64(b.N), "pg-µs/msg")
			b.ReportMetric(float64(pgtest.WAL(b, pool)-wal)/float64(b.N), "wal-B/msg")
		})
	}
}

var _ = persistence.ErrConflict
