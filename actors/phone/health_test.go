package phone_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/phone"
)

const tokenMissing = actorpb.RecordNumberHealth_CAUSE_TOKEN_MISSING

// saw reports what showed at a time before now.
func (n *number) saw(ago time.Duration, cause actorpb.RecordNumberHealth_Cause, code int32) phone.Decision {
	n.t.Helper()
	return n.do(&actorpb.RecordNumberHealth{Cause: cause, Code: code, AtMs: n.now.Add(-ago).UnixMilli()})
}

// An error of the number comes by webhook while its sends are accepted: the first
// one that began after it clears it, one that began before it does not.
func TestAnAcceptedSendEndsAStop(t *testing.T) {
	t.Parallel()
	for _, cause := range []actorpb.RecordNumberHealth_Cause{token, tokenMissing, stopped, maintenance} {
		n := newNumber(t)
		n.saw(0, cause, 190)
		if h := n.state.Describe(n.now); h.Health == "ok" || h.Cause == "" {
			t.Fatalf("%s left the number %s, cause %q", cause, h.Health, h.Cause)
		}
		n.now = start.Add(time.Second)
		if d := n.saw(2*time.Second, recovered, 0); len(d.Events) != 0 {
			t.Errorf("%s: cleared by what began before it", cause)
		}
		n.saw(500*time.Millisecond, recovered, 0)
		n.want("ok 1")
		if d := n.saw(time.Second, cause, 190); len(d.Events) != 0 {
			t.Errorf("%s stops again what showed to be well after it", cause)
		}
		n.want("ok 1")
	}
}

// The same error again is newer evidence: what began between the two proves
// nothing.
func TestARepeatedErrorIsNewer(t *testing.T) {
	t.Parallel()
	n := newNumber(t)
	n.saw(0, token, 190)
	n.now = start.Add(time.Minute)
	n.saw(0, token, 190)
	n.saw(30*time.Second, recovered, 0)
	n.want("stopped 1 code 190")
	if since := n.state.Describe(n.now).SinceMs; since != start.UnixMilli() {
		t.Errorf("stopped since %d, want the first error", since)
	}
}

func TestCodeZeroStopsNobody(t *testing.T) {
	t.Parallel()
	for _, cause := range []actorpb.RecordNumberHealth_Cause{token, stopped} {
		n := newNumber(t)
		if d := n.saw(0, cause, 0); len(d.Events) != 0 {
			t.Errorf("%s with code 0 changed the number: %v", cause, d.Events)
		}
	}
}

// A send that is accepted while the number is slow is no proof of more pace.
func TestSlownessEndsByTheClock(t *testing.T) {
	t.Parallel()
	n := newNumber(t)
	n.report(throughput, 130429)
	n.now = start.Add(time.Second)
	if d := n.saw(0, recovered, 0); len(d.Events) != 0 {
		t.Error("one accepted send ended the penalty")
	}
	n.want("slow 0.5 until 12s code 130429")
}

// A clock that is ahead says nothing of the future.
func TestEvidenceOfTheFutureIsOfNow(t *testing.T) {
	t.Parallel()
	n := newNumber(t)
	n.saw(-time.Hour, token, 190)
	n.now = start.Add(time.Second)
	n.saw(0, recovered, 0)
	n.want("ok 1")
}

// Whatever was told, in whatever order, with whatever delay: a send that is
// accepted afterwards leaves the number able to send, and nothing from before
// the newest error does.
func TestHealthFollowsTheNewestEvidence(t *testing.T) {
	t.Parallel()
	causes := []actorpb.RecordNumberHealth_Cause{throughput, token, tokenMissing, stopped, recovered, maintenance, quality}
	for seed := range uint64(500) {
		dice := rand.New(rand.NewPCG(seed, 7))
		n := newNumber(t)
		var told []string
		for range 1 + dice.IntN(30) {
			n.now = n.now.Add(time.Duration(1+dice.IntN(20_000)) * time.Millisecond)
			cmd := &actorpb.RecordNumberHealth{
				Cause: causes[dice.IntN(len(causes))], Code: []int32{0, 190, 131031, 131057}[dice.IntN(4)],
				AtMs: n.now.Add(-time.Duration(dice.IntN(60_000)) * time.Millisecond).UnixMilli(),
			}
			if dice.IntN(5) == 0 {
				cmd.AtMs = 0
			}
			if cmd.Cause == quality {
				cmd.Quality = []string{"GREEN", "RED"}[dice.IntN(2)]
			}
			n.do(cmd)
			told = append(told, fmt.Sprintf("%s %s %d", n.now.Sub(start), cmd.Cause, cmd.Code))
		}
		n.now = n.now.Add(time.Second)
		n.saw(0, recovered, 0)
		if h := n.state.Describe(n.now).Health; h != "ok" && h != "slow" {
			t.Fatalf("seed %d: accepted, and the number is %s after %q", seed, h, told)
		}
		n.now = n.now.Add(time.Second)
		n.saw(0, token, 190)
		n.saw(time.Duration(1+dice.IntN(100_000))*time.Millisecond, recovered, 0)
		if h := n.state.Describe(n.now).Health; h != "stopped" {
			t.Fatalf("seed %d: cleared by what was older than the error, after %q", seed, told)
		}
	}
}
