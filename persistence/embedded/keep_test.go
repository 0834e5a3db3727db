package embedded_test

import (
	"os/exec"
	"runtime"
	"syscall"
	"testing"

	"github.com/prosa-chat/prosa/persistence/embedded"
)

// A server that is kept and dies is there again at the same address, with its data;
// one that is stopped is not.
func TestEmbeddedIsKept(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	owner := startOwner(t, exec.Command(executable(t)), dir)
	run(t, owner.URL, `CREATE TABLE mark (n int); INSERT INTO mark VALUES (7)`)
	owner.kill(t)
	e := start(t, embedded.Config{Dir: dir}) // adopted first, its own then
	e.Keep()
	for range 2 {
		pid := e.PID()
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		for e.PID() == pid && t.Context().Err() == nil {
			runtime.Gosched() // its end is noticed within 200 ms
		}
		if got := text(t, e.URL(), `SELECT n::text FROM mark`); got != "7" {
			t.Fatalf("mark = %s, want 7", got)
		}
	}
	stop(t, e)
	mustBeGone(t, e.PID())
	if found := processesIn(t, dir); len(found) > 0 {
		t.Errorf("processes %v were left", found)
	}
}
