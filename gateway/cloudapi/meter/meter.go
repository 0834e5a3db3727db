// Package meter keeps a client of Meta from asking what it must not ask now: with a token
// that was refused, and beyond what Meta allows an app or an account in an hour. It
// remembers hashes of tokens, no token.
package meter

import (
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/prosa-chat/prosa/gateway/cloudapi/codes"
)

const (
	// crowded is the part of an allowance, in percent, from which on little is asked.
	crowded = 90
	// seldom is the pause between questions while an allowance is nearly used up.
	seldom  = time.Minute
	longest = 24 * time.Hour
	most    = 4096 // tokens remembered
)

// Meter remembers what answers said of tokens and allowances. It is of one process and
// safe for concurrent use.
type Meter struct {
	refused time.Duration
	mu      sync.Mutex
	tokens  map[[sha256.Size]byte]*standing
}

// standing is what is known of a token that is in trouble.
type standing struct {
	code    int // by which it was refused, 0: it was not
	status  int
	next    time.Time // when it may be tried again
	usage   int       // percent of the allowance
	quietTo time.Time // nothing but messages before
	touched time.Time
}

// New makes a meter that lets a refused token be tried again after a pause; with 0 it is
// tried as if it had not been refused.
func New(refused time.Duration) *Meter {
	return &Meter{refused: refused, tokens: make(map[[sha256.Size]byte]*standing)}
}

// Held says why a call is not made now.
type Held struct {
	Code   int // of Meta, as it said it or would say it
	Status int // of HTTP
	Wait   time.Duration
}

// Ask says whether a call may be made now; nil: it may. Who gets that of a refused token
// has its next try: others wait. Messages are counted by other limits, so that no
// allowance holds them.
func (m *Meter) Ask(token string, message bool, now time.Time) *Held {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.tokens[sha256.Sum256([]byte(token))]
	switch {
	case s == nil:
		return nil
	case s.code != 0 && now.Before(s.next):
		return &Held{s.code, s.status, s.next.Sub(now)}
	case !message && now.Before(s.quietTo):
		return &Held{80007, http.StatusTooManyRequests, s.quietTo.Sub(now)}
	}
	if s.code != 0 {
		s.next = now.Add(m.refused)
	}
	if !message && s.usage >= crowded {
		s.quietTo = now.Add(seldom)
	}
	return nil
}

// Heard takes an answer: its headers and Meta's code, 0 if it has none.
func (m *Meter) Heard(token string, code, status int, header http.Header, now time.Time) {
	usage, regain, told := readUsage(header)
	m.mu.Lock()
	defer m.mu.Unlock()
	key := sha256.Sum256([]byte(token))
	s := m.tokens[key]
	dead := code != 0 && m.refused > 0 && codes.Explain(code).Breaker == codes.TokenBreaker
	if s == nil && !dead && usage < crowded && regain == 0 {
		return
	}
	if s == nil {
		m.makeRoom(now)
		s = &standing{}
		m.tokens[key] = s
	}
	s.touched = now
	switch {
	case dead:
		s.code, s.status, s.next = code, status, now.Add(m.refused)
	case status >= 200 && status < 300:
		s.code = 0
	}
	if told {
		s.usage = usage
		switch {
		case regain > 0:
			s.quietTo = now.Add(min(regain, longest))
		case usage >= crowded:
			s.quietTo = now.Add(seldom)
		default:
			s.quietTo = time.Time{}
		}
	}
	if s.code == 0 && s.usage < crowded && !now.Before(s.quietTo) {
		delete(m.tokens, key)
	}
}

// Crowded says that what Meta allows with a token is nearly used up.
func (m *Meter) Crowded(token string, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.tokens[sha256.Sum256([]byte(token))]
	return s != nil && (s.usage >= crowded || now.Before(s.quietTo))
}

// makeRoom forgets what was not heard of for a day, or everything if that is not enough:
// then each token is tried once more.
func (m *Meter) makeRoom(now time.Time) {
	if len(m.tokens) < most {
		return
	}
	for key, s := range m.tokens {
		if now.Sub(s.touched) > longest {
			delete(m.tokens, key)
		}
	}
	if len(m.tokens) >= most {
		clear(m.tokens)
	}
}

// use is what an allowance is used by, in percent.
type use struct {
	Calls   int `json:"call_count"`
	Time    int `json:"total_time"`
	CPU     int `json:"total_cputime"`
	Minutes int `json:"estimated_time_to_regain_access"`
}

// readUsage reads the headers of the app's and of the account's allowance: the fullest of
// all, and how long until more is allowed. Told: there was one.
func readUsage(header http.Header) (percent int, regain time.Duration, told bool) {
	count := func(u use) {
		told = true
		percent = max(percent, u.Calls, u.Time, u.CPU)
		regain = max(regain, time.Duration(min(u.Minutes, 24*60))*time.Minute)
	}
	var app use
	if text := header.Get("X-App-Usage"); text != "" && json.Unmarshal([]byte(text), &app) == nil {
		count(app)
	}
	var accounts map[string][]use
	if text := header.Get("X-Business-Use-Case-Usage"); text != "" && json.Unmarshal([]byte(text), &accounts) == nil {
		for _, uses := range accounts {
			for _, u := range uses {
				count(u)
			}
		}
	}
	return percent, regain, told
}

// Regain is how long Meta says it takes until more is allowed, 0 if it does not say.
func Regain(header http.Header) time.Duration {
	_, regain, _ := readUsage(header)
	return regain
}
