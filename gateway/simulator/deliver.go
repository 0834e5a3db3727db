package simulator

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/prosa-chat/prosa/gateway/cloudapi/signature"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
)

const (
	retryMax     = 30 * time.Second
	batchWait    = 30 * time.Millisecond // for more updates to join
	batchLimit   = 1000                  // Meta's limit of updates in a POST
	duplicateGap = 20 * time.Millisecond
)

// lane delivers the updates of the chats that fall to it, in order.
type lane struct {
	mu    sync.Mutex
	queue []*update
	wake  chan struct{}
}

// push queues an update at the end.
func (l *lane) push(u *update) {
	l.mu.Lock()
	l.queue = append(l.queue, u)
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// pop takes at most limit updates from the front.
func (l *lane) pop(limit int) []*update {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := min(limit, len(l.queue))
	taken := l.queue[:n:n]
	l.queue = l.queue[n:]
	if len(l.queue) == 0 {
		l.queue = nil
	}
	return taken
}

// enqueue hands an update to its lane. Callers hold the lock.
func (s *Simulator) enqueue(u *update) {
	if u.number != nil && !s.desk.Hears(u.number.AccountID) {
		return
	}
	s.pending++
	l := s.lanes[int(u.lane)%len(s.lanes)]
	if s.faults.Strikes(chance.Reorder) {
		s.spawnHeld(s.later(s.config.ReorderBy, func() { l.push(u) }))
		return
	}
	l.push(u)
}

func (s *Simulator) runLane(ctx context.Context, l *lane) {
	for {
		taken := l.pop(1)
		if len(taken) == 0 {
			select {
			case <-l.wake:
				continue
			case <-ctx.Done():
				return
			}
		}
		if s.strikes(chance.Batch) {
			if !s.pause(batchWait) {
				return
			}
			taken = append(taken, l.pop(batchLimit-1)...)
		}
		p := s.newPost(taken)
		if s.strikes(chance.Concurrent) {
			s.spawn(func() { s.deliver(ctx, p) })
			continue
		}
		s.deliver(ctx, p)
	}
}

// post is one delivery. Its bytes stay the same however often it is repeated.
type post struct {
	body     []byte
	updates  []*update
	attempts int
}

// deliver tries once. A refused delivery waits outside its lane, as at Meta:
// later ones overtake it.
func (s *Simulator) deliver(ctx context.Context, p *post) {
	began := time.Now()
	status := s.send(ctx, p.body)
	s.record(p, status, time.Since(began))
	if status != http.StatusOK {
		p.attempts++
		s.spawn(s.later(s.retryDelay(p.attempts), func() { s.deliver(ctx, p) }))
		return
	}
	s.mu.Lock()
	for _, u := range p.updates {
		if u.accepted != nil {
			u.accepted()
		}
	}
	s.pending -= len(p.updates)
	again := s.faults.Strikes(chance.Duplicate)
	if again {
		s.pending++
		s.spawnHeld(s.later(duplicateGap, func() { s.repeat(ctx, p) }))
	}
	s.notify()
	s.mu.Unlock()
}

// repeat sends an accepted delivery a second time, until it is accepted again.
func (s *Simulator) repeat(ctx context.Context, p *post) {
	again := &post{body: p.body, updates: []*update{{label: p.updates[0].label + " again"}}, attempts: p.attempts}
	began := time.Now()
	status := s.send(ctx, again.body)
	s.record(again, status, time.Since(began))
	if status != http.StatusOK {
		s.spawn(s.later(s.config.RetryBase, func() { s.repeat(ctx, p) }))
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending--
	s.notify()
}

// retryDelay is nothing at first, then doubles (Meta: at once, then with
// decreasing frequency).
func (s *Simulator) retryDelay(attempts int) time.Duration {
	if attempts <= 1 {
		return 0
	}
	return min(retryMax, s.config.RetryBase<<min(attempts-2, 10))
}

// send posts a body and returns the HTTP status, 0 without an answer.
func (s *Simulator) send(ctx context.Context, body []byte) int {
	s.mu.Lock()
	target := s.webhook
	s.mu.Unlock()
	if target == "" {
		return 0
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return 0
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "facebookexternalua")
	if s.config.AppSecret != "" {
		request.Header.Set(signature.Header, signature.Sign(s.config.AppSecret, body))
	}
	response, err := s.client.Do(request)
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	io.Copy(io.Discard, io.LimitReader(response.Body, 1<<16)) //nolint:errcheck // only to reuse the connection
	return response.StatusCode
}
