package intake

import (
	"fmt"
	"os"
	"runtime/pprof"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/gateway/relaytest"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// TestIntakeCost reports what a message costs from Append to a grain that does
// nothing: set PROSA_MEASURE, to a file for a profile.
func TestIntakeCost(t *testing.T) { //nolint:paralleltest // others would be measured too
	if os.Getenv("PROSA_MEASURE") == "" {
		t.Skip("a measurement, not a test: set PROSA_MEASURE")
	}
	b := newBench(t, pgtest.Pool(t), benchOptions{})
	if file, err := os.Create(os.Getenv("PROSA_MEASURE")); err == nil {
		_ = pprof.StartCPUProfile(file)
		defer pprof.StopCPUProfile()
	}
	for _, phase := range []string{"new contacts", "known contacts"} {
		const total, senders = 20_000, 64
		start, spent := time.Now(), processorTime(t)
		var group sync.WaitGroup
		var mu sync.Mutex
		var last intake.Row
		for sender := range senders {
			group.Go(func() {
				for n := sender; n < total; n += senders {
					row := b.Post(relaytest.Envelope(relaytest.NumberID, relaytest.Messages(relaytest.Text(fmt.Sprintf("5511987%06d", n), fmt.Sprintf("wamid.%s.%d", phase, n)))))
					mu.Lock()
					if row.Seq > last.Seq {
						last = row
					}
					mu.Unlock()
				}
			})
		}
		group.Wait()
		b.AllDone(last)
		elapsed := time.Since(start)
		t.Logf("%s: %.0f/s, %v of our processor each", phase, total/elapsed.Seconds(), (processorTime(t)-spent)/total)
	}
}

func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
