package signin

import (
	"testing"
	"time"
)

// rfcSecret is the one of RFC 6238, appendix B, for SHA-1.
var rfcSecret = base().EncodeToString([]byte("12345678901234567890"))

// The vectors of RFC 6238, appendix B, of which six digits are the last of eight.
func TestCodesOfTheRFC(t *testing.T) {
	t.Parallel()
	for _, v := range []struct {
		at   int64
		code string
	}{
		{59, "287082"},
		{1111111109, "081804"},
		{1111111111, "050471"},
		{1234567890, "005924"},
		{2000000000, "279037"},
		{20000000000, "353130"},
	} {
		code, err := codeAt(rfcSecret, stepAt(time.Unix(v.at, 0)))
		if err != nil || code != v.code {
			t.Errorf("at %d: %q (%v), want %q", v.at, code, err, v.code)
		}
	}
}

// A code of the step before or after is taken, as clocks differ; once, and also after
// the clock has leapt and come back.
func TestMatching(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_015, 0)
	for offset := int64(-3); offset <= 3; offset++ {
		code, err := codeAt(rfcSecret, stepAt(now)+offset)
		if err != nil {
			t.Fatal(err)
		}
		step, ok, err := matching(rfcSecret, code, now, nil)
		if want := offset >= -skew && offset <= skew; err != nil || ok != want {
			t.Errorf("%d steps off: %v (%v), want %v", offset, ok, err, want)
		}
		if !ok {
			continue
		}
		far := stepAt(now) + 1_000_000
		if _, ok, err := matching(rfcSecret, code, now, spent(nil, far)); err != nil || !ok {
			t.Errorf("%d steps off: a leap of the clock keeps the code out (%v)", offset, err)
		}
		for _, used := range [][]int64{spent(nil, step), spent(spent(nil, far), step), spent(spent(nil, step), far)} {
			if _, ok, err := matching(rfcSecret, code, now, used); err != nil || ok {
				t.Errorf("%d steps off: accepted twice, after %d (%v)", offset, used, err)
			}
		}
	}
}

func TestPause(t *testing.T) {
	t.Parallel()
	last := time.Duration(0)
	for n := range 100 {
		p := pause(n)
		if p < last || p > 15*time.Minute || n < 5 && p != 0 {
			t.Errorf("after %d: %v, before that %v", n, p, last)
		}
		last = p
	}
	if last != 15*time.Minute {
		t.Errorf("in the end %v", last)
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	const want = "otpauth://totp/Prosa%20%C3%81gua:ana@x.example?algorithm=SHA1&digits=6&issuer=Prosa%20%C3%81gua&period=30&secret=ABC"
	if got := address("Prosa Água", "ana@x.example", "ABC"); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}
