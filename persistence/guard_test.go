package persistence

import (
	"context"
	"slices"
	"testing"
)

func TestSieveFindsWhatPanics(t *testing.T) {
	t.Parallel()
	var done, guilty []int
	s := Sieve[int]{
		Do: func(_ context.Context, some []int) error {
			for _, n := range some {
				if n == 13 {
					panic("struck")
				}
			}
			done = append(done, some...)
			return nil
		},
		Guilty: func(_ context.Context, n int, err error) error {
			if FaultOf(err) != FaultData || !Panicked(err) {
				t.Errorf("blamed for %v", err)
			}
			guilty = append(guilty, n)
			return nil
		},
	}
	if err := s.Run(t.Context(), []int{11, 12, 13, 14, 15}); err != nil {
		t.Fatal(err)
	}
	if slices.Sort(done); !slices.Equal(done, []int{11, 12, 14, 15}) || !slices.Equal(guilty, []int{13}) {
		t.Errorf("done %v, guilty %v", done, guilty)
	}
}
