package relay

import "context"

const (
	batchSize  = 256
	batchQueue = 4 * batchSize
)

// batcher gathers what comes while its last batch is under way. It adds no delay.
type batcher[T any] struct {
	in  chan T
	run func([]T)
}

func newBatcher[T any](run func([]T)) *batcher[T] {
	return &batcher[T]{in: make(chan T, batchQueue), run: run}
}

// put waits for room, and reports false when ctx ends.
func (b *batcher[T]) put(ctx context.Context, item T) bool {
	select {
	case b.in <- item:
		return true
	case <-ctx.Done():
		return false
	}
}

func (b *batcher[T]) loop(ctx context.Context) {
	for {
		var batch []T
		select {
		case <-ctx.Done():
			return
		case item := <-b.in:
			batch = append(batch, item)
		}
	fill:
		for len(batch) < batchSize {
			select {
			case item := <-b.in:
				batch = append(batch, item)
			default:
				break fill
			}
		}
		b.run(batch)
	}
}
