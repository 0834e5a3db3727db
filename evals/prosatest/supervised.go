package prosatest

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/evals/await"
)

// restartPause is what the supervisor of the runbook rests between two lives.
const restartPause = 100 * time.Millisecond

// Supervised is prosa serve as a supervisor runs it: at one address, started anew
// whenever it has ended.
type Supervised struct {
	Url string
	Log *lockedBuilder // of all lives
	out *lockedBuilder // what they printed

	mu      sync.Mutex
	cmd     *exec.Cmd
	exits   []int
	stopped bool
}

// Supervise starts prosa and returns once it listens.
func (s *site) Supervise(t testing.TB, more map[string]string) *Supervised {
	t.Helper()
	address := FreeAddress(t)
	v := &Supervised{Url: "http://" + address, Log: &lockedBuilder{}, out: &lockedBuilder{}}
	var done sync.WaitGroup
	t.Cleanup(func() {
		v.stop()
		done.Wait()
		if t.Failed() {
			t.Logf("log of all lives, which ended with %v:\n%s", v.Exits(), v.Log)
		}
	})
	done.Go(func() {
		for v.live(s.command(t, more, "PROSA_LISTEN="+address)) {
			time.Sleep(restartPause)
		}
	})
	await.Eventually(t, "the engine listens", func() (any, bool) {
		return nil, strings.Contains(v.out.String(), "Prosa listens on "+v.Url)
	})
	return v
}

// FreeAddress is one on this machine that no outgoing connection takes.
func FreeAddress(t testing.TB) string {
	t.Helper()
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", 21000+rand.IntN(9000))
		if l, err := net.Listen("tcp", address); err == nil {
			_ = l.Close()
			return address
		}
	}
	t.Fatal("no address is free")
	return ""
}

// live is one life, from its start to its end; false when there is to be no other.
func (v *Supervised) live(cmd *exec.Cmd) bool {
	cmd.Stdout, cmd.Stderr = v.out, v.Log
	v.mu.Lock()
	if v.stopped {
		v.mu.Unlock()
		return false
	}
	err := cmd.Start()
	v.cmd = cmd
	v.mu.Unlock()
	if err == nil {
		_ = cmd.Wait()
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.exits = append(v.exits, cmd.ProcessState.ExitCode())
	return !v.stopped
}

// Exits are the codes with which it ended so far.
func (v *Supervised) Exits() []int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.exits)
}

func (v *Supervised) stop() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.stopped = true
	if v.cmd != nil && v.cmd.Process != nil {
		_ = v.cmd.Process.Kill()
	}
}
