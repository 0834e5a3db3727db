package gateway

import (
	"context"
	"sync"
	"time"

	"github.com/prosa-chat/prosa/gateway/problem"
)

// allowance is how often something may happen: burst times at once, then once in
// every interval. Who comes sooner waits for his turn, unless that is longer than
// patience.
type allowance struct {
	burst              int
	interval, patience time.Duration
}

// The allowances of those who try to log in. A browser that has logged in to the
// account before has one of its own, and a seat of its own to hash in, so that
// strangers' guesses never cost its owner anything. All others share those of
// account and installation. When strangers have spent these, an address that has
// hardly tried so far waits as long as patience and is judged all the same, so the
// right password gets in; one that tries on is refused.
const (
	loginKeys   = 20_000 // remembered at most
	loginAtOnce = 2      // passwords of strangers hashed at a time; as many of known browsers
)

func ofPair() allowance { return allowance{burst: 8, interval: problem.AttemptPause * time.Second} }
func ofAddress() allowance {
	return allowance{burst: 60, interval: 2 * time.Second, patience: 20 * time.Second}
}

func ofAccount() allowance {
	return allowance{burst: 20, interval: 3 * time.Second, patience: 20 * time.Second}
}

func ofEverybody() allowance {
	return allowance{burst: 300, interval: 100 * time.Millisecond, patience: 20 * time.Second}
}

// ofNewcomer are the attempts of an address that no other's can make refused.
func ofNewcomer() allowance { return allowance{burst: 3, interval: 200 * time.Second} }

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
	// Seats of those who hash passwords.
	strangers, known chan struct{}
}

func newLoginLimiter() *loginLimiter {
	return &loginLimiter{
		spent: make(map[string]time.Time), strangers: make(chan struct{}, loginAtOnce), known: make(chan struct{}, loginAtOnce),
	}
}

// charge is one allowance that an attempt uses. Shared ones are used by strangers
// as well.
type charge struct {
	key    string
	of     allowance
	shared bool
}

func (a loginAttempt) charges() []charge {
	if a.device != "" {
		return []charge{{key: "device\x00" + a.account + "\x00" + a.device, of: ofPair()}}
	}
	return []charge{
		{key: "pair\x00" + a.account + "\x00" + a.address, of: ofPair()},
		{key: "address\x00" + a.address, of: ofAddress()},
		{key: "account\x00" + a.account, of: ofAccount(), shared: true},
		{key: "all", of: ofEverybody(), shared: true},
	}
}

// take uses up one attempt and says how long it has to wait first. It is false
// for one too many, which uses up nothing.
func (l *loginLimiter) take(a loginAttempt, now time.Time) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	newcomer := charge{key: "newcomer\x00" + a.address, of: ofNewcomer()}
	tried, overAsNewcomer := l.after(newcomer, now)
	charges := a.charges()
	full := make([]time.Time, len(charges))
	for n, c := range charges {
		var over time.Duration
		full[n], over = l.after(c, now)
		if over > c.of.patience {
			if !c.shared || overAsNewcomer > 0 {
				return 0, false
			}
			full[n], over = full[n].Add(c.of.patience-over), c.of.patience
		}
		wait = max(wait, over)
	}
	if a.device == "" {
		charges, full = append(charges, newcomer), append(full, tried)
	}
	if len(l.spent)+len(charges) > loginKeys {
		l.prune(now)
	}
	for n, c := range charges {
		l.spent[c.key] = full[n]
	}
	return wait, true
}

// after is when the allowance would be full again after one more use, and how much
// too early that use is.
func (l *loginLimiter) after(c charge, now time.Time) (full time.Time, over time.Duration) {
	full = l.spent[c.key]
	if full.Before(now) {
		full = now
	}
	full = full.Add(c.of.interval)
	return full, max(0, full.Sub(now)-time.Duration(c.of.burst)*c.of.interval)
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
			delete(l.spent, "newcomer\x00"+a.address)
		} else if full, ok := l.spent[c.key]; ok {
			l.spent[c.key] = full.Add(-c.of.interval)
		}
	}
}

// enter waits for an attempt's turn, and then for a seat among those who hash
// passwords.
func (l *loginLimiter) enter(ctx context.Context, a loginAttempt, wait time.Duration) (release func(), err error) {
	if wait > 0 {
		turn := time.NewTimer(wait)
		defer turn.Stop()
		select {
		case <-turn.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	seats := l.strangers
	if a.device != "" {
		seats = l.known
	}
	select {
	case seats <- struct{}{}:
		return func() { <-seats }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
