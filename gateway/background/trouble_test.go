package background

import (
	"slices"
	"testing"
	"time"
)

// What is broken is told at once; what passes by itself when it has lasted, and only
// while it goes on.
func TestWhatWaitsIsTold(t *testing.T) {
	t.Parallel()
	start := time.Now()
	s := &stuck{}
	told := func(after time.Duration, want ...string) {
		t.Helper()
		if got := s.list(start.Add(after)); !slices.Equal(got, want) {
			t.Errorf("after %v: %v waits, want %v", after, got, want)
		}
	}
	if !s.set("disk", false, start) || s.set("disk", false, start.Add(time.Second)) {
		t.Error("what waits anew is not told from what waits still")
	}
	s.set("right", true, start.Add(time.Second))
	told(time.Second, "right")
	s.set("disk", false, start.Add(passingFor+time.Second))
	told(passingFor+time.Second, "disk", "right")
	s.clear("disk")
	told(passingFor+2*time.Second, "right")
	s.set("disk", false, start.Add(passingFor+3*time.Second))
	told(passingFor+3*time.Second, "right") // since just now
	told(time.Minute)
}
