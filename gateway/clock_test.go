package gateway_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// Every page hears at once that business time has made a leap, and what it is then.
func TestSocketTellsOfAMovedClock(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	s := startSite(t, func(c *gateway.Config) {
		c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	})
	w, x := s.hire("t1", "ana", staff.RoleAgent, "red").open(), s.hire("t2", "eva", staff.RoleAgent, "red").open()
	ahead.Store(int64(25 * time.Hour))
	s.first.ClockMoved()
	w.send(body{"t": "ping"})
	for _, f := range []frame{w.next("clock"), w.next("pong"), x.next("clock")} {
		if at := time.UnixMilli(f.TimeMS); time.Until(at) < 24*time.Hour {
			t.Errorf("%s tells %s", f.T, at)
		}
	}
}
