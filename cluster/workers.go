package cluster

import "sync/atomic"

// How many idle goroutines are kept, and how many messages a mailbox may run
// before others get their turn (protoactor's default).
const (
	maxIdleWorkers    = 512
	mailboxThroughput = 300
)

// workers runs mailboxes on goroutines that stay. A new goroutine for each burst
// of a mailbox begins with a small stack and copies it two or three times on its
// way into an append: 7 % of all processor time under load went there.
type workers struct {
	jobs chan func()
	idle atomic.Int32
	quit chan struct{}
}

func newWorkers() *workers { return &workers{jobs: make(chan func()), quit: make(chan struct{})} }

// Schedule runs one burst of a mailbox; see actor.Dispatcher. It never waits:
// grains block for their own appends, so there is no bound on how many run.
func (w *workers) Schedule(run func()) {
	select {
	case w.jobs <- run:
	default:
		go w.work(run)
	}
}

// Throughput is how many messages a burst may take; see actor.Dispatcher.
func (w *workers) Throughput() int { return mailboxThroughput }

func (w *workers) work(run func()) {
	for {
		run()
		if w.idle.Add(1) > maxIdleWorkers {
			w.idle.Add(-1)
			return
		}
		select {
		case run = <-w.jobs:
			w.idle.Add(-1)
		case <-w.quit:
			w.idle.Add(-1)
			return
		}
	}
}

// stop lets idle workers go. What is scheduled later still runs.
func (w *workers) stop() { close(w.quit) }
