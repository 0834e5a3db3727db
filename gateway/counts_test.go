package gateway_test

import (
	"testing"
	"time"

	"github.com/prosa-chat/prosa/persistence/staff"
)

type counted struct {
	Views map[string]struct {
		N, Us, Customer, Unread int
		Numbers                 map[string]struct{ N, Unread int }
		Epoch                   string
		Offset                  uint64
	}
}

// Counts say up to where in the inbox stream they hold, so that a client knows
// which of its rows are in them.
func TestCountsHoldWhatTheStreamTold(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	blue := s.hire("t1", "bob", staff.RoleAgent, "blue")
	w := ana.open()
	at := w.subscribe("inbox")
	id := s.inbound("100", "c1", "wamid.1", "hello")
	row := w.next("row")
	var c counted
	upTo := func(offset uint64) {
		t.Helper()
		deadline := time.Now().Add(patience)
		for c.Views["unclaimed"].Offset < offset {
			if time.Now().After(deadline) {
				t.Fatalf("counts stay at %+v, want offset %d", c.Views["unclaimed"], offset)
			}
			ana.want(200, &c, "GET", "/api/v1/counts", nil)
		}
	}
	upTo(row.Offset)
	if v := c.Views["unclaimed"]; v.N != 1 || v.Us != 1 || v.Unread != 1 || v.Numbers["100"].N != 1 || v.Epoch != at.Epoch {
		t.Errorf("unclaimed: %+v, epoch of the stream %q", v, at.Epoch)
	}
	ana.want(200, nil, "POST", path(id, "claim"), nil)
	row = w.next("row")
	ana.want(200, &c, "GET", "/api/v1/counts", nil)
	if v := c.Views["mine"]; v.N != 1 || v.Offset < row.Offset { // one's own are counted for each who asks
		t.Errorf("mine: %+v after offset %d", v, row.Offset)
	}
	upTo(row.Offset)
	if v := c.Views["unclaimed"]; v.N != 0 || len(v.Numbers) != 0 {
		t.Errorf("unclaimed after the claim: %+v", v)
	}
	if v := c.Views["all"]; v.N != 1 {
		t.Errorf("all: %+v", v)
	}
	blue.want(200, &c, "GET", "/api/v1/counts", nil)
	if v := c.Views["all"]; v.N != 0 {
		t.Errorf("another team counts %+v", v)
	}
}
