package prosatest

import (
	"io"
	"maps"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// Process is prosa as a process of its own.
type Process struct {
	Cmd  *exec.Cmd
	Url  string
	once sync.Once
	Done chan struct{}
	Log  *lockedBuilder
}

type lockedBuilder struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedBuilder) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuilder) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// startProcess runs prosa serve on its own; more settings win over the site's.
func (s *site) StartProcess(t testing.TB, more map[string]string) *Process {
	t.Helper()
	p := &Process{Cmd: s.command(t, more), Done: make(chan struct{}), Log: &lockedBuilder{}}
	out, err := p.Cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.Cmd.Stderr = p.Log
	if err := p.Cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.Kill()
		if t.Failed() {
			t.Logf("log of %d:\n%s", p.Cmd.Process.Pid, p.Log)
		}
	})
	defer func() { // also when it never listens
		go func() {
			_, _ = io.Copy(io.Discard, out)
			_ = p.Cmd.Wait()
			close(p.Done)
		}()
	}()
	p.Url, _ = listening(t, out)
	return p
}

// command is prosa serve, with settings that win over the site's.
func (s *site) command(t testing.TB, more map[string]string, last ...string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		t.Error(err)
	}
	cmd := exec.Command(self, "serve")
	cmd.Env = append(os.Environ(), AsProcess+"=1")
	env := s.Env()
	maps.Copy(env, more)
	for k, v := range env {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	cmd.Env = append(cmd.Env, last...)
	return cmd
}

// Kill is kill -9, and waits until the process is gone.
func (p *Process) Kill() {
	p.once.Do(func() { _ = p.Cmd.Process.Kill() })
	<-p.Done
}

func (p *Process) Signal(t testing.TB, sig syscall.Signal) {
	t.Helper()
	if err := p.Cmd.Process.Signal(sig); err != nil {
		t.Fatalf("signal %v: %v", sig, err)
	}
}

// Command is another command of prosa as a process that has not begun, with settings
// that win over the site's.
func (s *site) Command(t testing.TB, more map[string]string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := s.command(t, more)
	cmd.Args = append(cmd.Args[:1:1], args...)
	return cmd
}
