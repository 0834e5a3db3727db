package persistence_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/persistence"
)

// BenchmarkAppend measures one inbound message a conversation, many at a time,
// as design asks: processor time of Postgres and bytes of WAL for each message
// compare between machines where rates do not.
func BenchmarkAppend(b *testing.B) {
	for _, callers := range []int{1, 64, 512} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			j, pool := journal(b)
			if _, err := pool.Exec(b.Context(), `SET synchronous_commit = on`); err != nil {
				b.Fatal(err)
			}
			cpu, wal := serverCPU(b, pool), walBytes(b, pool)
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
						a := inbound(key(n), 0, fmt.Sprintf("wamid.HBgMYotJ2W3N6XpDDdT1l3BYmeCalo95NJHktwTK%08d", n))
						a.Snapshot = make([]byte, 250)
						if _, err := j.Append(context.Background(), a); err != nil {
							b.Error(err)
						}
					}
				})
			}
			wg.Wait()
			b.StopTimer()
			b.ReportMetric(float64(serverCPU(b, pool)-cpu)*1e4/float64(b.N), "pg-µs/msg")
			b.ReportMetric(float64(walBytes(b, pool)-wal)/float64(b.N), "wal-B/msg")
		})
	}
}

func walBytes(b *testing.B, pool *pgxpool.Pool) int64 {
	b.Helper()
	var n int64
	if err := pool.QueryRow(context.Background(), `SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint`).Scan(&n); err != nil {
		b.Fatal(err)
	}
	return n
}

// serverCPU is the processor time of the server and its children, in ticks of 10 ms.
func serverCPU(b *testing.B, pool *pgxpool.Pool) int64 {
	b.Helper()
	var backend int
	if err := pool.QueryRow(context.Background(), `SELECT pg_backend_pid()`).Scan(&backend); err != nil {
		b.Fatal(err)
	}
	postmaster, _ := stat(strconv.Itoa(backend))
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(stats) == 0 {
		b.Skip("no /proc here: processor time cannot be read")
	}
	var sum int64
	for _, s := range stats {
		pid := filepath.Base(filepath.Dir(s))
		parent, ticks := stat(pid)
		if parent == postmaster || pid == postmaster {
			sum += ticks
		}
	}
	return sum
}

// stat reads a process's parent and its processor time (proc(5)).
func stat(pid string) (parent string, ticks int64) {
	b, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return "", 0 // it has ended meanwhile
	}
	fields := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)
	return fields[1], user + system
}

var _ = persistence.ErrConflict
