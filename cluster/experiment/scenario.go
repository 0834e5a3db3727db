package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// joining is how long members may take to see each other.
const joining = 30 * time.Second

// scenario is one run: its members, the event, and what was seen of it.
func scenario(ctx context.Context, placement, event string) (findings, error) {
	heard := &ear{members: map[int]int{}}
	var all []*exec.Cmd
	defer func() {
		for _, m := range all {
			_ = m.Process.Kill()
			_ = m.Wait()
		}
		heard.done.Wait()
	}()
	start := func() error {
		m, err := startMember(placement, len(all), heard)
		if err == nil {
			all = append(all, m)
		}
		return err
	}
	for range most - 1 {
		if err := start(); err != nil {
			return findings{}, err
		}
	}
	if err := heard.all(ctx, most-1); err != nil {
		return findings{}, err
	}
	pause(ctx, *warm)
	at := time.Now()
	victim := -1
	switch event {
	case "join":
		if err := start(); err != nil {
			return findings{}, err
		}
	case "kill":
		victim = 1
		at = time.Now()
		_ = all[victim].Process.Kill()
	}
	pause(ctx, *watch)
	end := time.Now()
	for n, m := range all {
		if n != victim {
			_ = m.Process.Signal(syscall.SIGSTOP) // nobody says anything of the end
		}
	}
	if err := ctx.Err(); err != nil {
		return findings{}, err
	}
	return judge(heard.what(), at.UnixNano(), end.UnixNano(), victim), nil
}

func startMember(placement string, number int, heard *ear) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, "-member", placement, "-number", strconv.Itoa(number), "-grains", strconv.Itoa(*grains), //nolint:gosec,noctx // ourselves
		"-asks", strconv.Itoa(*asks), "-ttl", ttl.String(), "-flush", flush.String(), "-ports", strconv.Itoa(*ports), "-database", *database)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	heard.done.Go(func() { heard.listen(number, out) })
	return cmd, nil
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// saying is one line of a member.
type saying struct {
	member int
	what   string
	about  string
	at     int64
}

// ear collects what the members say.
type ear struct {
	mu      sync.Mutex
	said    []saying
	members map[int]int // by who sees them
	done    sync.WaitGroup
}

func (e *ear) listen(member int, out io.Reader) {
	for lines := bufio.NewScanner(out); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) != 3 {
			continue
		}
		at, err := strconv.ParseInt(fields[2], 10, 64)
		if err != nil {
			continue // cut off by a kill
		}
		e.mu.Lock()
		if n, err := strconv.Atoi(fields[1]); err == nil && fields[0] == "members" {
			e.members[member] = n
		}
		e.said = append(e.said, saying{member, fields[0], fields[1], at})
		e.mu.Unlock()
	}
}

// all waits until so many see so many.
func (e *ear) all(ctx context.Context, n int) error {
	for end := time.Now().Add(joining); time.Now().Before(end) && ctx.Err() == nil; pause(ctx, 20*time.Millisecond) {
		e.mu.Lock()
		agreed := 0
		for _, seen := range e.members {
			if seen == n {
				agreed++
			}
		}
		e.mu.Unlock()
		if agreed == n {
			return nil
		}
	}
	return errors.Join(fmt.Errorf("%d members did not find each other", n), ctx.Err())
}

func (e *ear) what() []saying {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]saying(nil), e.said...)
}
