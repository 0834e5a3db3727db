package api

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

const (
	recentLife    = time.Second // how long an answer is given to all who ask
	recentTimeout = 3 * time.Second
	recentKept    = time.Minute // that bounds what nobody asks for any more
)

// recent answers a question once for all who ask the same within a second:
// thousands of pages ask for the same when they come back after a cut. Who may
// have an answer is said by its key, and that is the caller's.
type recent[T any] struct {
	calls singleflight.Group

	mu    sync.Mutex
	known map[string]answer[T]
}

type answer[T any] struct {
	value T
	at    time.Time
}

// of gives an answer that is a second old at most, or has one found, for 3 s at
// most. Who comes meanwhile waits for the same one, and nobody's leaving ends it. It
// is shared and not to be changed; an error is not kept.
func (r *recent[T]) of(ctx context.Context, key string, find func(context.Context) (T, error)) (none T, err error) {
	r.mu.Lock()
	known := r.known[key]
	r.mu.Unlock()
	if time.Since(known.at) < recentLife {
		return known.value, nil
	}
	shared := context.WithoutCancel(ctx)
	select {
	case found := <-r.calls.DoChan(key, func() (any, error) { return r.look(shared, key, find) }):
		if found.Err != nil {
			return none, found.Err
		}
		return found.Val.(T), nil
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

func (r *recent[T]) look(ctx context.Context, key string, find func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, recentTimeout)
	defer cancel()
	value, err := find(ctx)
	if err != nil {
		return value, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for k, old := range r.known {
		if time.Since(old.at) > recentKept {
			delete(r.known, k)
		}
	}
	if r.known == nil {
		r.known = make(map[string]answer[T])
	}
	r.known[key] = answer[T]{value, time.Now()}
	return value, nil
}

// forget makes the next one ask anew.
func (r *recent[T]) forget(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.known, key)
}
