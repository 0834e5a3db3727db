package load

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// Waits before a refused webhook is sent again. Meta's are longer; the order of
// things is the same.
const (
	retryFirst = 20 * time.Millisecond
	retryMost  = time.Second
)

const webhookPath = "/webhooks/meta"

// job is one POST: messages first to first+count-1.
type job struct {
	first int64
	count int
	at    time.Time // scheduled; zero: as soon as possible
	// hangUp closes the connection before the answer and sends again, once.
	hangUp bool
}

// tally is what became of the POSTs.
type tally struct {
	posts    int64 // acknowledged with 200
	acked    int64 // messages in them
	unacked  int64 // messages given up when time ran out; they may be stored
	refused  int64 // answers other than 200
	broken   int64 // connections that ended before the answer
	latency  histogram
	lateness histogram // of sending, behind the schedule
}

func (t *tally) merge(o *tally) {
	t.posts += o.posts
	t.acked += o.acked
	t.unacked += o.unacked
	t.refused += o.refused
	t.broken += o.broken
	t.latency.merge(&o.latency)
	t.lateness.merge(&o.lateness)
}

// callers are keep-alive connections that POST webhooks, one goroutine each.
type callers struct {
	url, secret string
	connections int
	traffic     *traffic
}

// run has every connection carry out jobs until take has no more. A job that is
// refused or breaks off is sent again with the same bytes, as Meta does, until
// it is acknowledged or ctx ends; it counts as acknowledged once.
func (c *callers) run(ctx context.Context, take func() (job, bool)) (*tally, error) {
	u, err := url.Parse(c.url)
	if err != nil || u.Scheme != "http" || u.Port() == "" {
		return nil, fmt.Errorf("address %q: want http://host:port", c.url)
	}
	tallies := make([]tally, c.connections)
	var wg sync.WaitGroup
	for i := range tallies {
		wg.Go(func() {
			p := poster{newWire(u.Host), newLetter(c.traffic, c.secret, u.Host, u.Path+webhookPath), &tallies[i]}
			defer p.wire.close()
			for {
				j, ok := take()
				if !ok {
					return
				}
				p.post(ctx, j)
			}
		})
	}
	wg.Wait()
	total := &tally{}
	for i := range tallies {
		total.merge(&tallies[i])
	}
	return total, nil
}

// poster is one connection.
type poster struct {
	wire   *wire
	letter *letter
	tally  *tally
}

func (p *poster) post(ctx context.Context, j job) {
	now := time.Now()
	began := now
	if !j.at.IsZero() {
		began = j.at // a caller that was kept waiting must not shorten the wait that it tells
		p.tally.lateness.add(now.Sub(j.at))
	}
	request := p.letter.write(j.first, j.count, now)
	if j.hangUp && p.wire.send(ctx, request) == nil {
		p.wire.close()
		p.tally.broken++
	}
	wait := retryFirst
	for {
		status, err := p.wire.roundTrip(ctx, request)
		switch {
		case err == nil && status == http.StatusOK:
			p.tally.posts++
			p.tally.acked += int64(j.count)
			p.tally.latency.add(time.Since(began))
			return
		case err != nil:
			p.tally.broken++
		default:
			p.tally.refused++
		}
		if !pause(ctx, wait) {
			p.tally.unacked += int64(j.count)
			return
		}
		wait = min(2*wait, retryMost)
	}
}

// pause waits; false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

// upTo gives out messages first to first+n-1, one to a job.
func upTo(ctx context.Context, first, n int64) func() (job, bool) {
	var next atomic.Int64
	return func() (job, bool) {
		i := next.Add(1) - 1
		return job{first: first + i, count: 1}, i < n && ctx.Err() == nil
	}
}

// untilTime gives out messages from first on until a moment. Which numbers it
// gave out is dense: all below first plus what was acknowledged or given up.
func untilTime(ctx context.Context, first int64, end time.Time) func() (job, bool) {
	next := atomic.Int64{}
	next.Store(first)
	return func() (job, bool) {
		if ctx.Err() != nil || !time.Now().Before(end) {
			return job{}, false
		}
		return job{first: next.Add(1) - 1, count: 1}, true
	}
}

// schedule is when each of n messages from first on has to leave.
type schedule struct {
	began    time.Time
	first, n int64
	rate     int // a second
}

func (s schedule) at(message int64) time.Time {
	return s.began.Add(time.Duration(float64(message-s.first) / float64(s.rate) * float64(time.Second)))
}

// jobs gives out the messages, each at its moment, whatever became of those
// before. One goroutine keeps the time and ends with the schedule or ctx.
func (s schedule) jobs(ctx context.Context) func() (job, bool) {
	due := make(chan job, s.n) // never full: the schedule does not wait for callers
	go func() {
		defer close(due)
		for message := s.first; message < s.first+s.n; message++ {
			at := s.at(message)
			for wait := time.Until(at); wait > 0; wait = time.Until(at) {
				sleepPrecisely(wait)
			}
			if ctx.Err() != nil {
				return
			}
			due <- job{first: message, count: 1, at: at}
		}
	}()
	return func() (job, bool) {
		j, ok := <-due
		return j, ok
	}
}
