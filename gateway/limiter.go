package gateway

import (
	"context"
	"sync"
	"time"
)

// allowance is how often something may happen: burst times at once, then once in
// every interval. Who comes sooner waits for his turn, unless that is longer than
// patience.
type allowance struct {
	burst              int
	interval, patience time.Duration
}

// The allowances of those who try to log in. A browser that has logged in to the
// account before has one of its own, so that strangers' guesses never cost its
// owner anything; all others share those of account, address and installation,
// which slow down and lock nobody out: the right password still gets in.
const (
	loginKeys   = 20_000 // remembered at most
	loginAtOnce = 2      // passwords hashed at a time
)

func ofPair() allowance { return allowance{burst: 8, interval: 20 * time.Second} }
func ofAddress() allowance {
	return allowance{burst: 60, interval: 2 * time.Second, patience: 20 * time.Second}
}

func ofAccount() allowance {
	return allowance{burst: 20, interval: 3 * time.Second, patience: 20 * time.Second}
}

func ofEverybody() allowance {
	return allowance{burst: 300, interval: 100 * time.Millisecond, patience: 20 * time.Second}
}

// loginAttempt is who tries what, from where.
type loginAttempt struct {
	account string // as it was typed, folded
	address string
	device  string // a browser that this account knows; "": none
}

// loginLimiter slows down who tries passwords: by account, by address and across
// accounts. It lives in one process: behind several gateways an attacker has as
// many times the attempts, still few.
type loginLimiter struct {
	mu    sync.Mutex
	spent map[string]time.Time // when the allowance of a key is full again
	seats chan struct{}
}

func newLoginLimiter() *loginLimiter {
	return &loginLimiter{spent: make(map[string]time.Time), seats: make(chan struct{}, loginAtOnce)}
}

// charge is one allowance that an attempt uses.
type charge struct {
	key string
	of  allowance
}

func (a loginAttempt) charges() []charge {
	if a.device != "" {
		return []charge{{"device\x00" + a.account + "\x00" + a.device, ofPair()}}
	}
	return []charge{
		{"pair\x00" + a.account + "\x00" + a.address, ofPair()},
		{"address\x00" + a.address, ofAddress()},
		{"account\x00" + a.account, ofAccount()},
		{"all", ofEverybody()},
	}
}

// take uses up one attempt and says how long it has to wait first. It is false
// for one too many, which uses up nothing.
func (l *loginLimiter) take(a loginAttempt, now time.Time) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	charges := a.charges()
	full := make([]time.Time, len(charges))
	for n, c := range charges {
		full[n] = l.spent[c.key]
		if full[n].Before(now) {
			full[n] = now
		}
		full[n] = full[n].Add(c.of.interval)
		over := full[n].Sub(now) - time.Duration(c.of.burst)*c.of.interval
		if over > c.of.patience {
			return 0, false
		}
		wait = max(wait, over)
	}
	if len(l.spent)+len(charges) > loginKeys {
		l.prune(now)
	}
	for n, c := range charges {
		l.spent[c.key] = full[n]
	}
	return wait, true
}

// prune forgets who has his allowance back, and somebody else where that is not
// enough.
func (l *loginLimiter) prune(now time.Time) {
	for key, full := range l.spent {
		if full.Before(now) || len(l.spent) >= loginKeys {
			delete(l.spent, key)
		}
	}
}

// refund gives back what an attempt used that was right.
func (l *loginLimiter) refund(a loginAttempt) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for n, c := range a.charges() {
		if n == 0 {
			delete(l.spent, c.key)
		} else if full, ok := l.spent[c.key]; ok {
			l.spent[c.key] = full.Add(-c.of.interval)
		}
	}
}

// enter waits for an attempt's turn, and then for a seat among those who hash
// passwords.
func (l *loginLimiter) enter(ctx context.Context, wait time.Duration) (release func(), err error) {
	if wait > 0 {
		turn := time.NewTimer(wait)
		defer turn.Stop()
		select {
		case <-turn.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	select {
	case l.seats <- struct{}{}:
		return func() { <-l.seats }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
