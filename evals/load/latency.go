package load

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

const (
	latencyTime     = 20 * time.Second
	latencyContacts = 10_000
	watchersPatient = 3 * time.Second // without another frame, after the last message
)

// latency sends by a schedule to people whose conversations exist, while agents
// watch their inboxes, and measures from the scheduled moment to the answer and
// to each socket that shows the message.
func latency(ctx context.Context, r *runner, into *Result) error {
	teams := max(1, r.Sockets/r.Watchers)
	return r.with(ctx, Options{Teams: teams, Logins: teams}, func(s *site) error {
		contacts := min(r.Contacts, latencyContacts)
		t := &traffic{tag: "lat", numbers: s.Numbers, contact: rounds(contacts)}
		calls := r.callers(s, t)
		first, err := calls.run(ctx, upTo(ctx, 0, int64(contacts)))
		if err != nil {
			return err
		}
		if err := s.meter.applied(ctx); err != nil {
			return err
		}
		w, err := r.watch(ctx, s, t, teams)
		if err != nil {
			return err
		}
		defer w.close()

		before, err := s.meter.read(ctx)
		if err != nil {
			return err
		}
		plan := schedule{time.Now().Add(200 * time.Millisecond), int64(contacts), int64(r.Rate) * int64(latencyTime/time.Second), r.Rate}
		w.plan.Store(&plan)
		sent, err := calls.run(ctx, plan.jobs(ctx))
		if err != nil {
			return err
		}
		if err := s.meter.applied(ctx); err != nil {
			return err
		}
		w.wait(ctx, plan)
		after, err := s.meter.read(ctx)
		if err != nil {
			return err
		}
		into.add("rate", float64(r.Rate), "/s")
		into.percentiles("webhook to answer", &sent.latency)
		w.tell(into, plan)
		into.note("costs include the watching ends of the sockets")
		into.percentiles("generator behind its schedule", &sent.lateness)
		before.costs(into, "", "msg", after, sent.acked)
		sent.troubles(into)
		got, err := s.meter.stored(ctx, t)
		if err != nil {
			return err
		}
		return got.check(into, first.acked+sent.acked, first.unacked+sent.unacked, 0)
	})
}

// watchers are open sockets of agents, each of which sees the conversations of
// one team.
type watchers struct {
	prefix  []byte
	sockets []*watcher
	teams   int
	plan    atomic.Pointer[schedule]
	frames  atomic.Int64
	readers sync.WaitGroup
	closing atomic.Bool
}

// watcher is one socket. What it counted may be read when its reader has ended.
type watcher struct {
	conn    *websocket.Conn
	latency histogram
	shown   map[int64]bool
	lost    bool // closed by the other side
}

func (r *runner) watch(ctx context.Context, s *site, t *traffic, teams int) (*watchers, error) {
	client := newClient(1)
	defer client.CloseIdleConnections()
	people, err := s.logins(ctx, client)
	if err != nil {
		return nil, err
	}
	w := &watchers{prefix: []byte(t.prefix()), teams: teams}
	for i := range r.Sockets {
		conn, err := people[i%len(people)].socket(ctx)
		if err != nil {
			w.close()
			return nil, fmt.Errorf("socket %d: %w", i, err)
		}
		one := &watcher{conn: conn, shown: make(map[int64]bool)}
		w.sockets = append(w.sockets, one)
		w.readers.Go(func() { w.read(one) })
	}
	return w, nil
}

func (w *watchers) read(one *watcher) {
	var frame bytes.Buffer
	for {
		_, from, err := one.conn.NextReader()
		if err == nil {
			frame.Reset()
			_, err = frame.ReadFrom(from)
		}
		if err != nil {
			one.lost = !w.closing.Load()
			return
		}
		now := time.Now()
		plan := w.plan.Load()
		n, ok := numberIn(frame.Bytes(), w.prefix)
		if !ok || plan == nil || n < plan.first || one.shown[n] {
			continue
		}
		one.shown[n] = true
		one.latency.add(now.Sub(plan.at(n)))
		w.frames.Add(1)
	}
}

// numberIn finds the message that a frame shows. A frame of the inbox shows the
// newest message of one conversation.
func numberIn(frame, prefix []byte) (int64, bool) {
	at := bytes.Index(frame, prefix)
	if at < 0 || len(frame) < at+len(prefix)+idDigits {
		return 0, false
	}
	var n int64
	for _, c := range frame[at+len(prefix) : at+len(prefix)+idDigits] {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

// due is how often messages of a plan should be shown: once by each socket.
func (w *watchers) due(plan schedule) int64 {
	return plan.n * int64(len(w.sockets)) / int64(w.teams)
}

// wait waits until everything was shown, or nothing new has been for a while.
func (w *watchers) wait(ctx context.Context, plan schedule) {
	for last, moved := int64(0), time.Now(); time.Since(moved) < watchersPatient; {
		now := w.frames.Load()
		if now >= w.due(plan) || !pause(ctx, pollEvery) {
			return
		}
		if now != last {
			last, moved = now, time.Now()
		}
	}
}

// tell ends the sockets and adds what they saw.
func (w *watchers) tell(into *Result, plan schedule) {
	w.close()
	var all histogram
	lost := 0
	for _, one := range w.sockets {
		all.merge(&one.latency)
		if one.lost {
			lost++
		}
	}
	into.percentiles("webhook to socket", &all)
	into.add("sockets", float64(len(w.sockets)), "")
	into.add("sockets that saw a message, mean", float64(all.total)/float64(plan.n), "")
	into.add("rows not shown", float64(max(0, w.due(plan)-all.total)), "")
	if lost > 0 {
		into.note("%d sockets were closed by the engine", lost)
	}
}

// close ends all sockets and waits for their readers. A second call does nothing.
func (w *watchers) close() {
	w.closing.Store(true)
	for _, one := range w.sockets {
		_ = one.conn.Close()
	}
	w.readers.Wait()
}
