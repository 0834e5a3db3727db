package gateway

import (
	"context"
	"sync"
	"time"
)

// Attempts to log in, by e-mail and address: a handful at once, then one every
// loginRefill.
const (
	loginBurst  = 8
	loginRefill = 20 * time.Second
	loginKeys   = 10_000 // remembered at most
	loginAtOnce = 2      // passwords hashed at a time
)

// loginLimiter slows down who tries passwords. It lives in one process: behind
// several gateways an attacker has as many times the attempts, still few.
type loginLimiter struct {
	mu    sync.Mutex
	spent map[string]time.Time // when the allowance of a key is full again
	seats chan struct{}
}

func newLoginLimiter() *loginLimiter {
	return &loginLimiter{spent: make(map[string]time.Time), seats: make(chan struct{}, loginAtOnce)}
}

// allow takes one attempt of the key's allowance.
func (l *loginLimiter) allow(key string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	full := l.spent[key]
	if full.Before(now) {
		full = now
	}
	full = full.Add(loginRefill)
	if full.Sub(now) > loginBurst*loginRefill {
		return false
	}
	if len(l.spent) >= loginKeys {
		l.prune(now)
	}
	l.spent[key] = full
	return true
}

func (l *loginLimiter) prune(now time.Time) {
	for key, full := range l.spent {
		if full.Before(now) || len(l.spent) >= loginKeys {
			delete(l.spent, key)
		}
	}
}

// forget gives a key that logged in its allowance back.
func (l *loginLimiter) forget(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.spent, key)
}

// enter waits for a seat among those who hash passwords.
func (l *loginLimiter) enter(ctx context.Context) (release func(), err error) {
	select {
	case l.seats <- struct{}{}:
		return func() { <-l.seats }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
