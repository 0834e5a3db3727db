package simulator

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
)

func TestRedeliveryUntilAccepted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.failing = 5
	first := w.say("one")
	w.idle()
	if w.posts != 6 || len(w.events) != 1 || w.events[0].Message.ID != first {
		t.Errorf("%d posts, %d events", w.posts, len(w.events))
	}
}

func TestNothingIsLostWhileTheWebhookIsAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.WebhookURL = "" })
	for range 20 {
		w.say("x")
	}
	if w.Pending() != 20 {
		t.Errorf("%d pending", w.Pending())
	}
	w.SetWebhook(w.receiver.server.URL)
	w.idle()
	if len(w.events) != 20 {
		t.Errorf("%d events", len(w.events))
	}
}

func TestDuplicate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.Trigger(chance.Duplicate)
	w.say("twice")
	w.say("once")
	w.idle()
	twice := 0
	for _, n := range w.bodies {
		if n == 2 {
			twice++
		}
	}
	if len(w.events) != 3 || twice != 1 {
		t.Errorf("%d events, %d repeated bodies", len(w.events), twice)
	}
}

func TestReorder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.ReorderBy = 3 * time.Second })
	w.Trigger(chance.Reorder)
	first, second := w.say("first"), w.say("second")
	w.idle()
	if len(w.events) != 2 || w.events[0].Message.ID != second || w.events[1].Message.ID != first {
		t.Errorf("events %+v", w.events)
	}
}

func TestBatch(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Deliveries = 1 })
	w.block = make(chan struct{})
	w.say("under way")
	w.wait(func() bool { return w.flying == 1 })
	w.Trigger(chance.Batch)
	for range 5 { // wait behind it
		w.say("x")
	}
	close(w.block)
	w.idle()
	if !slices.Equal(w.sizes, []int{1, 5}) {
		t.Errorf("events per POST %v", w.sizes)
	}
}

func TestConcurrent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) {
		c.Deliveries = 1
		c.Faults = chance.Faults{chance.Concurrent: 1}
	})
	w.block = make(chan struct{})
	for range 4 {
		w.say("x")
	}
	w.wait(func() bool { return w.flying == 4 })
	close(w.block)
	w.idle()
}

func TestChatOrderIsKeptWithoutFaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	var want []wa.MessageID
	for range 50 {
		want = append(want, w.say("x"))
	}
	w.idle()
	for i, e := range w.events {
		if e.Message.ID != want[i] {
			t.Fatalf("message %d is out of order", i)
		}
	}
}

func TestStatusFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.say("hi")
	w.idle()
	w.Trigger(chance.StatusFirst)
	sent := w.mustPost(words(ana, "x"))
	w.receiver.mu.Lock()
	early := len(w.statuses(sent.WAMID))
	w.receiver.mu.Unlock()
	if early == 0 {
		t.Error("the answer came before the first status")
	}
	w.idle()
}

func TestAcceptedWithoutAnswer(t *testing.T) {
	t.Parallel()
	for _, fault := range []chance.Fault{chance.Drop, chance.NoAnswer} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			impatient := cloudapi.NewClient(cloudapi.Config{BaseURL: w.URL(), Timeout: 2 * time.Second})
			t.Cleanup(impatient.Close)
			w.Trigger(fault)
			_, err := impatient.Send(t.Context(), numberID, token, template(ana))
			if e, ok := errors.AsType[*cloudapi.SendError](err); !ok || e.Outcome != cloudapi.Ambiguous {
				t.Fatalf("sent: %v", err)
			}
			w.wait(func() bool { return len(w.events) == 2 })
			if s := w.events[1].Status; s.Status != wa.StatusDelivered || s.Opaque != "1:c:m:1" {
				t.Errorf("status %+v", s)
			}
			if len(w.Messages(ana, numberID)) != 1 {
				t.Error("the phone did not get it")
			}
		})
	}
}

func TestSlow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.SlowBy = 150 * time.Millisecond })
	w.Trigger(chance.Slow)
	began := time.Now()
	w.mustPost(template(ana))
	if took := time.Since(began); took < 150*time.Millisecond {
		t.Errorf("took %s", took)
	}
}

func TestForcedErrors(t *testing.T) {
	t.Parallel()
	tests := map[chance.Fault]struct {
		outcome cloudapi.Outcome
		code    int
		status  int
	}{
		chance.Throttle: {cloudapi.Retry, 130429, 400},
		chance.Window:   {cloudapi.Rejected, 131047, 400},
		chance.Pair:     {cloudapi.Retry, 131056, 400},
		chance.Server:   {cloudapi.Retry, 131000, 500},
		chance.Gateway:  {cloudapi.Ambiguous, 0, 502},
		chance.Token:    {cloudapi.Retry, 190, 401},
	}
	w := newWorld(t, nil)
	for fault, want := range tests {
		w.Trigger(fault)
		_, err := w.post(template(ana))
		e, ok := errors.AsType[*cloudapi.SendError](err)
		if !ok || e.Outcome != want.outcome || e.Code != want.code || e.HTTPStatus != want.status {
			t.Errorf("%s: %v", fault, err)
		}
		w.mustPost(template(ana)) // once is once
	}
	w.idle()
}

func TestProbability(t *testing.T) {
	t.Parallel()
	draw := func() (list []bool) {
		c := chance.New(3, chance.Faults{chance.Duplicate: 0.5})
		for range 1000 {
			list = append(list, c.Strikes(chance.Duplicate))
		}
		return list
	}
	first, second, hits := draw(), draw(), 0
	for i := range first {
		if first[i] != second[i] {
			t.Fatal("the same seed gave other faults")
		}
		if first[i] {
			hits++
		}
	}
	if hits < 400 || hits > 600 {
		t.Errorf("%d of 1000 at one half", hits)
	}
	w := newWorld(t, nil)
	if w.SetFault(chance.Duplicate, 1.5) == nil || w.SetFault("rain", 0.5) == nil {
		t.Error("an impossible fault was set")
	}
}
