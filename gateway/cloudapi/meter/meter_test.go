package meter

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

var start = time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)

// Of 120 tokens one is dead: it is tried once a minute, whoever asks, and the others are
// as free as ever.
func TestADeadTokenIsTriedOnceAMinute(t *testing.T) {
	t.Parallel()
	m := New(time.Minute)
	calls := make(map[string]int)
	for second := range 600 {
		for n := range 120 {
			token, now := fmt.Sprintf("token-%d", n), start.Add(time.Duration(second)*time.Second)
			for _, message := range []bool{true, false} {
				if held := m.Ask(token, message, now); held != nil {
					if n != 7 || held.Code != 190 || held.Status != 401 || held.Wait <= 0 {
						t.Fatalf("%s is held: %+v", token, held)
					}
					continue
				}
				calls[token]++
				if n == 7 {
					m.Heard(token, 190, 401, nil, now)
				} else {
					m.Heard(token, 0, 200, nil, now)
				}
			}
		}
	}
	if calls["token-7"] != 10 || calls["token-8"] != 1200 {
		t.Errorf("in ten minutes %d calls with the dead token, %d with another", calls["token-7"], calls["token-8"])
	}
	later := start.Add(time.Hour)
	if m.Ask("token-7", true, later) != nil {
		t.Fatal("it is not tried")
	}
	if m.Ask("token-7", true, later) == nil {
		t.Error("two try it")
	}
	m.Heard("token-7", 0, 200, nil, later)
	if m.Ask("token-7", true, later) != nil || len(m.tokens) != 0 {
		t.Error("a token that is good again is held")
	}
}

func TestWhatSaysNothingOfTheTokenHoldsNothing(t *testing.T) {
	t.Parallel()
	m := New(time.Minute)
	for _, code := range []int{0, 10, 100, 200, 131005, 130429} {
		m.Heard("t", code, 400, nil, start)
	}
	if m.Ask("t", false, start) != nil || len(m.tokens) != 0 {
		t.Error("held")
	}
	m = New(0)
	m.Heard("t", 190, 401, nil, start)
	if m.Ask("t", false, start) != nil {
		t.Error("held by a meter that does not")
	}
}

func TestAllowanceSlowsDownBeforeItIsUsedUp(t *testing.T) {
	t.Parallel()
	usage := func(percent, minutes int) http.Header {
		return http.Header{"X-Business-Use-Case-Usage": {fmt.Sprintf(`{"1":[{"call_count":%d,"total_time":3,"estimated_time_to_regain_access":%d}]}`, percent, minutes)}}
	}
	m := New(time.Minute)
	m.Heard("t", 0, 200, usage(89, 0), start)
	if m.Ask("t", false, start) != nil || m.Crowded("t", start) {
		t.Error("held at 89 percent")
	}
	m.Heard("t", 0, 200, usage(91, 0), start)
	if held := m.Ask("t", false, start); held == nil || held.Wait != time.Minute || held.Code != 80007 {
		t.Errorf("at 91 percent %+v", held)
	}
	if m.Ask("t", true, start) != nil || !m.Crowded("t", start) {
		t.Error("messages are held, or not slowed down")
	}
	minute := start.Add(time.Minute)
	if m.Ask("t", false, minute) != nil || m.Ask("t", false, minute) == nil {
		t.Error("not one a minute")
	}
	m.Heard("t", 80007, 400, usage(100, 7), minute)
	if held := m.Ask("t", false, minute); held == nil || held.Wait != 7*time.Minute {
		t.Errorf("until more is allowed %+v", held)
	}
	m.Heard("t", 0, 200, http.Header{"X-App-Usage": {`{"call_count":12,"total_time":3,"total_cputime":1}`}}, minute)
	if m.Ask("t", false, minute) != nil || len(m.tokens) != 0 {
		t.Error("held after that")
	}
	m.Heard("t", 0, 200, http.Header{"X-App-Usage": {`{"call_count":`}, "X-Business-Use-Case-Usage": {"7"}}, minute)
	if len(m.tokens) != 0 {
		t.Error("nonsense is remembered")
	}
}
