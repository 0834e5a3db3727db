package gateway

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/gateway/rest"
)

// attempts tries n times at once and says how many were let through, and how
// long the last of them waits.
func attempts(l *loginLimiter, now time.Time, n int, a func(int) loginAttempt) (passed int, longest time.Duration) {
	for i := range n {
		if wait, ok := l.take(a(i), now); ok {
			passed++
			longest = max(longest, wait)
		}
	}
	return passed, longest
}

func TestGuessesAreSlowedEveryWay(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	cases := map[string]struct {
		attempt func(int) loginAttempt
		most    int // of 2,000 at once
	}{
		"one account from one address": {func(int) loginAttempt { return loginAttempt{account: "ana", address: "a"} }, 8},
		"many accounts, one address":   {func(i int) loginAttempt { return loginAttempt{account: fmt.Sprint(i), address: "a"} }, 60 + 10},
		"one account, 40 addresses":    {func(i int) loginAttempt { return loginAttempt{account: "ana", address: fmt.Sprint(i % 40)} }, 3 * 40},
		"many accounts, 200 addresses": {func(i int) loginAttempt { return loginAttempt{account: fmt.Sprint(i), address: fmt.Sprint(i % 200)} }, 3 * 200},
		"a stolen browser's mark":      {func(int) loginAttempt { return loginAttempt{account: "ana", device: "d"} }, 8},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLoginLimiter()
			passed, longest := attempts(l, now, 2_000, c.attempt)
			if passed != c.most {
				t.Errorf("%d of 2,000 passed at once; want %d", passed, c.most)
			}
			if longest > 20*time.Second {
				t.Errorf("the last one waits %v", longest)
			}
			if again, _ := attempts(l, now.Add(24*time.Hour), 2_000, c.attempt); again != c.most {
				t.Errorf("a day later %d passed; want %d", again, c.most)
			}
		})
	}
}

// Whatever strangers guess, the browser that the account knows is let in at once,
// and another one is let in after a wait.
func TestNobodyIsLockedOutByStrangers(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	l := newLoginLimiter()
	// Twenty-four addresses guess for ten minutes without pause, at her account and at all.
	for s := range 600 {
		at := now.Add(time.Duration(s) * time.Second)
		attempts(l, at, 24, func(i int) loginAttempt { return loginAttempt{account: "ana", address: fmt.Sprint(i)} })
		attempts(l, at, 24, func(i int) loginAttempt { return loginAttempt{account: fmt.Sprint(s, i), address: fmt.Sprint(i)} })
	}
	now = now.Add(600 * time.Second)
	for n := range 3 { // she mistypes it twice
		if wait, ok := l.take(loginAttempt{account: "ana", address: "new"}, now); !ok || wait == 0 || wait > 20*time.Second {
			t.Errorf("attempt %d from a new browser: %v after %v", n, ok, wait)
		}
	}
	attempts(l, now, 2_000, func(i int) loginAttempt { return loginAttempt{account: fmt.Sprint(i), address: "hers"} })
	if wait, ok := l.take(loginAttempt{account: "ana", address: "hers", device: "d"}, now); !ok || wait != 0 {
		t.Errorf("from the browser that she always uses: %v after %v", ok, wait)
	}
}

// An office that logs in in the morning is right each time and never slowed.
func TestRightPasswordsCostNothing(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	l := newLoginLimiter()
	for i := range 2_000 {
		a := loginAttempt{account: fmt.Sprint(i), address: "office"}
		if wait, ok := l.take(a, now); !ok || wait != 0 {
			t.Fatalf("person %d: %v after %v", i, ok, wait)
		}
		l.refund(a)
	}
}

func TestLimiterForgets(t *testing.T) {
	t.Parallel()
	l := newLoginLimiter()
	for i := range 100_000 {
		now := time.Unix(1_800_000_000+int64(i), 0)
		l.take(loginAttempt{account: fmt.Sprint(i), address: fmt.Sprint(i)}, now)
	}
	if len(l.spent) > loginKeys {
		t.Errorf("%d keys remembered", len(l.spent))
	}
}

func TestAddressBehindProxies(t *testing.T) {
	t.Parallel()
	proxies, err := rest.ParseProxies("10.0.0.0/8, 192.0.2.7,2001:db8:ffff::/48")
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		remote    string
		forwarded []string
		want      string
	}{
		"no proxy":                       {"203.0.113.9:1", nil, "203.0.113.9"},
		"a stranger's own claim":         {"203.0.113.9:1", []string{"198.51.100.1"}, "203.0.113.9"},
		"one proxy":                      {"10.1.2.3:1", []string{"203.0.113.9"}, "203.0.113.9"},
		"claims left of a proxy's word":  {"10.1.2.3:1", []string{"1.1.1.1, 203.0.113.9"}, "203.0.113.9"},
		"two proxies, two headers":       {"10.1.2.3:1", []string{"1.1.1.1", "203.0.113.9, 192.0.2.7"}, "203.0.113.9"},
		"a proxy that says nothing":      {"10.1.2.3:1", nil, "10.1.2.3"},
		"a proxy that says nonsense":     {"10.1.2.3:1", []string{"203.0.113.9, unknown"}, "10.1.2.3"},
		"with a port":                    {"10.1.2.3:1", []string{"203.0.113.9:4711"}, "203.0.113.9"},
		"IPv6 by the customer's network": {"[2001:db8:1:2:3:4:5:6]:1", nil, "2001:db8:1:2::/64"},
		"IPv6 proxy":                     {"[2001:db8:ffff::1]:1", []string{"2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::/64"},
		"IPv4 in IPv6":                   {"[::ffff:10.1.2.3]:1", []string{"203.0.113.9"}, "203.0.113.9"},
	}
	for name, c := range cases {
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.RemoteAddr = c.remote
		for _, f := range c.forwarded {
			r.Header.Add(rest.ForwardedHeader, f)
		}
		if got := rest.NewCallers(proxies).Address(r); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if _, err := rest.ParseProxies("10.0.0.0/8,somewhere"); err == nil {
		t.Error("a name was taken for an address")
	}
}

func TestLocalIsThisMachineByItsOwnName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		remote, host, forwarded string
		want                    bool
	}{
		{"127.0.0.1:1", "localhost:8080", "", true},
		{"127.0.0.1:1", "127.0.0.1:8080", "", true},
		{"[::1]:1", "[::1]:8080", "", true},
		{"127.0.0.1:1", "evil.example", "", false}, // a name that was made to point here
		{"127.0.0.1:1", "localhost:8080", "203.0.113.9", false},
		{"192.168.1.7:1", "localhost:8080", "", false},
	} {
		r := httptest.NewRequest(http.MethodPost, "/", http.NoBody)
		r.RemoteAddr, r.Host = c.remote, c.host
		if c.forwarded != "" {
			r.Header.Set(rest.ForwardedHeader, c.forwarded)
		}
		if got := rest.Local(r); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
