package main

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	"google.golang.org/protobuf/types/known/wrapperspb"
)

// hosting is a member of either kind.
type hosting interface {
	// members says how many it sees.
	members() int
	ask(ctx context.Context, key string) error
}

// patience is how long an ask may take, the default of both.
const patience = 5 * time.Second

// member hosts grains, asks for all of them, and says what happens, a line each: what,
// which grain, and when. The clock is this machine's, the same for all.
func member(ctx context.Context) error {
	says := &sayings{out: bufio.NewWriterSize(os.Stdout, 1<<20)}
	var host hosting
	var err error
	switch *asMember {
	case "library":
		host = startLibrary(says)
	case "prosa":
		host, err = startProsa(ctx, says)
	default:
		err = fmt.Errorf("no placement is called %q", *asMember)
	}
	if err != nil {
		return err
	}
	tick := time.NewTicker(time.Second / time.Duration(*asks))
	defer tick.Stop()
	flush := time.NewTicker(20 * time.Millisecond)
	defer flush.Stop()
	seen, next := 0, rand.IntN(*grains)
	for {
		select {
		case <-ctx.Done():
			says.flush()
			return nil // as it is: what is left of it does not matter
		case <-flush.C:
			if n := host.members(); n != seen {
				seen = n
				says.say("members", fmt.Sprint(n))
			}
			says.flush()
		case <-tick.C:
			if seen < most-1 {
				continue // the beginning is not what is looked at
			}
			next = (next + 1) % *grains // each as often as any other
			key := fmt.Sprint("g", next)
			go func() {
				ctx, cancel := context.WithTimeout(ctx, patience)
				defer cancel()
				if err := host.ask(ctx, key); err != nil {
					says.say("failed", key)
				} else {
					says.say("answered", key)
				}
			}()
		}
	}
}

// sayings go to who started us.
type sayings struct {
	mu  sync.Mutex
	out *bufio.Writer
}

func (s *sayings) say(what, about string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(s.out, "%s %s %d\n", what, about, time.Now().UnixNano())
}

func (s *sayings) flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.out.Flush()
}

// question is what every grain is asked.
func question(key string) *wrapperspb.StringValue { return wrapperspb.String(key) }
