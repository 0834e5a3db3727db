package background

import "context"

const (
	batchSize  = 256
	batchQueue = 4 * batchSize
)

// Batcher gathers what comes while its last batch is under way. It adds no delay.
type Batcher[T any] struct {
	in  chan T
	run func([]T)
}

// NewBatcher hands batches of up to 256 to run.
func NewBatcher[T any](run func([]T)) *Batcher[T] {
	return &Batcher[T]{in: make(chan T, batchQueue), run: run}
}

// Put waits for room, and reports false when ctx ends.
func (b *Batcher[T]) Put(ctx context.Context, item T) bool {
	select {
	case b.in <- item:
		return true
	case <-ctx.Done():
		return false
	}
}

// Loop runs batches until ctx ends.
func (b *Batcher[T]) Loop(ctx context.Context) {
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
