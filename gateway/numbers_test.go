package gateway_test

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/gateway/live"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// countedNumbers counts what numbers are asked.
type countedNumbers struct {
	live.Cluster
	asked *atomic.Int64
}

func (c countedNumbers) Ask(ctx context.Context, kind, key string, msg proto.Message) (proto.Message, error) {
	if kind == wa.PhoneNumberKind {
		c.asked.Add(1)
	}
	return c.Cluster.Ask(ctx, kind, key, msg)
}

// Whoever is passed a conversation of another team's number is told of that number,
// as long as it is under way.
func TestNumbersOfWhatWasPassedOn(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	manager := s.hire("t1", "max", staff.RoleManager)
	red, blue := s.hire("t1", "ana", staff.RoleAgent, "red"), s.hire("t1", "bob", staff.RoleAgent, "blue")
	stranger := s.hire("t2", "eve", staff.RoleAdmin)
	see := func(who *person) (ids []string) {
		t.Helper()
		var list struct{ Numbers []struct{ ID string } }
		who.want(200, &list, "GET", "/api/v1/numbers", nil)
		for _, n := range list.Numbers {
			ids = append(ids, n.ID)
		}
		return ids
	}
	id := s.inbound("100", "c1", "wamid.1", "hello")
	before, foreign := see(blue), see(stranger)
	if slices.Contains(before, "100") {
		t.Fatalf("blue sees %v before anything was passed on", before)
	}
	manager.want(200, nil, "POST", path(id, "transfer"), body{"team_id": "blue"})
	if got := see(blue); !slices.Contains(got, "100") || len(got) != len(before)+1 {
		t.Errorf("blue sees %v; want 100 too", got)
	}
	manager.want(200, nil, "POST", path(id, "resolve"), nil)
	if got := see(blue); !slices.Equal(got, before) {
		t.Errorf("blue sees %v when it is over; want %v", got, before)
	}
	if got := see(red); !slices.Contains(got, "100") || !slices.Equal(see(stranger), foreign) {
		t.Errorf("red sees %v", got)
	}
}

// A hundred pages ask for two numbers at once: the grains are asked for all of
// them, not for each. Nobody hears of a number that is not his by that.
func TestNumbersAreAskedForAll(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	s := startSite(t, func(c *gateway.Config) { c.Cluster = countedNumbers{c.Cluster, &asked} })
	manager := s.hire("t1", "max", staff.RoleManager)
	red := s.hire("t1", "ana", staff.RoleAgent, "red")
	var pages sync.WaitGroup
	for _, who := range []*person{manager, red} {
		for range 50 {
			pages.Go(func() {
				var list struct{ Numbers []struct{ ID, Health string } }
				who.want(200, &list, "GET", "/api/v1/numbers", nil)
				for _, n := range list.Numbers {
					if n.Health != "ok" || who == red && n.ID != "100" {
						t.Errorf("%s sees %+v", who.id, n)
					}
				}
			})
		}
	}
	pages.Wait()
	if n := asked.Load(); n < 2 || n > 75 { // 150 if each page asked; some seconds' worth on a busy machine
		t.Errorf("numbers were asked %d times", n)
	}
}
