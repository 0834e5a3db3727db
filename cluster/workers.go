package cluster

import "sync/atomic"

// maxIdleWorkers is how many idle goroutines are kept.
const maxIdleWorkers = 512

// workers runs mailboxes on goroutines that stay. A new goroutine for each burst
// of a mailbox begins with a small stack and copies it two or three times on its
// way into an append: 7 % of all processor time under load went there.
type workers struct {
	run  func(*activation)
	jobs chan *activation
	idle atomic.Int32
	quit chan struct{}
}

func newWorkers(run func(*activation)) *workers {
	return &workers{run: run, jobs: make(chan *activation), quit: make(chan struct{})}
}

// schedule has one burst of an activation's mailbox run. It never waits: grains block
// for their own appends, so there is no bound on how many run.
func (w *workers) schedule(a *activation) {
	select {
	case w.jobs <- a:
	default:
		go w.work(a)
	}
}

func (w *workers) work(a *activation) {
	for {
		w.run(a)
		if w.idle.Add(1) > maxIdleWorkers {
			w.idle.Add(-1)
			return
		}
		select {
		case a = <-w.jobs:
			w.idle.Add(-1)
		case <-w.quit:
			w.idle.Add(-1)
			return
		}
	}
}

// stop lets idle workers go. What is scheduled later still runs.
func (w *workers) stop() { close(w.quit) }
