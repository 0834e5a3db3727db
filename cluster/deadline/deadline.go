// Package deadline bounds calls without making a timer for each.
package deadline

import (
	"context"
	"sync"
	"time"
)

// Context is that of one call: its deadline, and the values of the context in it. Its
// timer is made only if somebody looks at Done; most calls end without.
type Context struct {
	context.Context                 //nolint:containedctx // it is one; the parent
	ended           context.Context //nolint:containedctx // cancelled long ago
	deadline        time.Time
	once            sync.Once
	timed           context.Context //nolint:containedctx // the same, with the timer
	cancel          context.CancelFunc
}

// New makes the context of a call under parent. Ended is any context that has been
// cancelled. The caller closes it when the call has ended.
func New(parent, ended context.Context, by time.Time) *Context {
	return &Context{Context: parent, ended: ended, deadline: by}
}

func (c *Context) arm() {
	c.timed, c.cancel = context.WithDeadline(c.Context, c.deadline)
}

// Deadline implements context.Context.
func (c *Context) Deadline() (time.Time, bool) { return c.deadline, true }

// Done implements context.Context.
func (c *Context) Done() <-chan struct{} {
	c.once.Do(c.arm)
	return c.timed.Done()
}

// Err implements context.Context.
func (c *Context) Err() error {
	c.once.Do(c.arm)
	return c.timed.Err()
}

// Within is context.WithTimeout for whoever was called with a Context: as long as
// nobody has looked at its Done, its deadline comes forward, and no second timer, nor a
// goroutine that watches the first, is needed. Of any other it makes a child.
func Within(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	c, ok := ctx.(*Context)
	if !ok || c.timed != nil {
		return context.WithTimeout(ctx, d)
	}
	if by := time.Now().Add(d); by.Before(c.deadline) {
		c.deadline = by
	}
	return ctx, func() {}
}

// Close frees the timer. What was derived from the context is cancelled.
func (c *Context) Close() {
	c.once.Do(func() { c.timed, c.cancel = c.ended, func() {} })
	c.cancel()
}
