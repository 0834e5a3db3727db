package callback

import (
	"errors"
	"testing"
)

func TestData(t *testing.T) {
	t.Parallel()
	o := Data{Contact: "c1", Message: "0192f3", Attempt: 2}
	if o.String() != "1:c1:0192f3:2" {
		t.Errorf("text %s", o)
	}
	if got, err := Parse(o.String()); err != nil || got != o {
		t.Errorf("parsed %+v, %v", got, err)
	}
	for _, s := range []string{"", "turn=9f3c;attempt=1", "2:c:m:1", "1:c:m", "1::m:1", "1:c::1", "1:c:m:x", "1:c:m:-1", "1:c:m:1:1"} {
		if _, err := Parse(s); !errors.Is(err, ErrForeign) {
			t.Errorf("%q: %v", s, err)
		}
	}
}
