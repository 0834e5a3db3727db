package embedded

import (
	"context"
	"sync"
	"time"
)

// How often a server that was adopted is looked at, and how long one rests that does not start.
const (
	lookInterval = 200 * time.Millisecond
	restartPause = time.Second
)

// Keep starts the server anew, at the same address, whenever it has ended by itself, until Stop:
// whoever is connected sees a database that restarts. It is called once. Without it a server that
// has ended stays so.
func (e *Server) Keep() {
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() {
		for e.postmaster().ended(ctx) {
			e.restart(ctx)
		}
	})
	e.mu.Lock()
	defer e.mu.Unlock()
	e.keeping = func() { cancel(); done.Wait() }
}

// restart leaves e with a server that answers, unless ctx ends first.
func (e *Server) restart(ctx context.Context) {
	e.logger.Warn("starting the embedded database anew", "data", e.home.data())
	for ctx.Err() == nil {
		p, err := e.restarted(ctx)
		if err == nil {
			e.mu.Lock()
			e.server = p
			e.mu.Unlock()
			e.logger.Info("embedded database is back", "pid", p.pid)
			return
		}
		if ctx.Err() == nil {
			e.logger.Error("embedded database does not start; trying on", "error", err)
		}
		_ = pause(ctx, restartPause)
	}
}

func (e *Server) restarted(ctx context.Context) (*postmaster, error) {
	secret, err := e.home.password()
	if err != nil {
		return nil, err
	}
	return e.launch(ctx, secret)
}

// ended waits for the end of the server; false when ctx ends first.
func (p *postmaster) ended(ctx context.Context) bool {
	for p.alive() {
		look, cancel := context.WithTimeout(ctx, lookInterval)
		select {
		case <-p.exited: // never of one that was adopted
		case <-look.Done():
		}
		cancel()
		if ctx.Err() != nil {
			return false
		}
	}
	return ctx.Err() == nil
}
