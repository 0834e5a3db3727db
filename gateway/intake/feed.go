package intake

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prosa-chat/prosa/gateway/background"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/intake"
)

const (
	readBackRows = 100 // of up to 3 MB each
	rowsAtOnce   = 64  // that the router takes at once
)

// heldRow is an intake row in memory until each of its events is finished.
// Each event has a lane, and so a worker, of its own: open is counted down by many.
type heldRow struct {
	intake.Row
	open atomic.Int32 // unfinished events
}

// feed hands rows from the store to the router. It is bounded: a row that does
// not fit is left in the table and read back in its turn.
// Mu guards all that changes. A channel carries one signal, and whoever it wakes looks at
// the state again.
type feed struct {
	maxRows, maxBytes int

	mu     sync.Mutex
	queue  []*heldRow
	rows   int // held: queued, or with unfinished events
	bytes  int
	last   intake.Position // of our source: the last row that was taken in
	stored int64           // of our source: the last row that was offered
	behind bool            // rows between last and stored are to be read back

	ready chan struct{} // the queue has rows
	room  chan struct{} // half of the room is free
	late  chan struct{} // behind became true
}

func newFeed(maxRows, maxBytes int) *feed {
	return &feed{
		maxRows: maxRows, maxBytes: maxBytes,
		ready: make(chan struct{}, 1), room: make(chan struct{}, 1), late: make(chan struct{}, 1),
	}
}

// offer takes a row of our own source, in order. It reports false when the feed
// fell behind by this row. Once behind, it takes none until the table has been read up
// to the newest: a later row in memory would overtake those that are only stored.
func (f *feed) offer(row intake.Row) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if row.Source != f.last.Source { // a new source: the old one, if any, is somebody else's now
		f.last = intake.Position{Source: row.Source, Day: row.Day}
		f.behind = false
	}
	f.stored = row.Seq
	switch {
	case row.Seq <= f.last.Seq: // was read back before it was offered
		return true
	// It stands behind what is to be read back, and is read with that.
	case f.behind:
		return true
	case f.rows > 0 && (f.rows >= f.maxRows || f.bytes+len(row.Body) > f.maxBytes):
		f.behind = true
		background.Signal(f.late)
		return false
	}
	f.last.Day, f.last.Seq = row.Day, row.Seq
	f.push(row)
	return true
}

// push counts a row until release: the room is that of all that is unfinished, not only
// of what is queued, for the events of a row that waits at a grain hold its body.
func (f *feed) push(row intake.Row) {
	f.queue = append(f.queue, &heldRow{Row: row})
	f.rows++
	f.bytes += len(row.Body)
	background.Signal(f.ready)
}

// take gives the router up to limit rows. The queue forgets them: the array behind
// it would keep the bodies of a flood until the next one.
func (f *feed) take(limit int) []*heldRow {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := min(limit, len(f.queue))
	rows := slices.Clone(f.queue[:n])
	clear(f.queue[:n])
	if f.queue = f.queue[n:]; len(f.queue) > 0 {
		background.Signal(f.ready)
	} else {
		f.queue = nil
	}
	return rows
}

// release frees the room of a finished row.
func (f *feed) release(row *heldRow) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rows--
	f.bytes -= len(row.Body)
	if f.roomy() {
		background.Signal(f.room)
	}
}

// roomy leaves a gap to the bound: reading back row by row would be a query for each.
func (f *feed) roomy() bool { return f.rows <= f.maxRows/2 && f.bytes <= f.maxBytes/2 }

func (f *feed) held() (rows, bytes int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.rows, f.bytes
}

func (f *feed) isBehind() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.behind
}

// waitForRoom waits until half of the room is free. Several may wait: who is
// woken passes it on.
func (f *feed) waitForRoom(ctx context.Context) bool {
	for {
		f.mu.Lock()
		roomy := f.roomy()
		f.mu.Unlock()
		if roomy {
			background.Signal(f.room)
			return ctx.Err() == nil
		}
		select {
		case <-ctx.Done():
			return false
		case <-f.room:
		case <-time.After(time.Second):
		}
	}
}

// position is where to read on, and whether there is anything to read back.
func (f *feed) position() (intake.Position, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	// Under the lock of offer: no row is stored between this look and the next offer
	// that neither reads.
	if f.behind && f.last.Seq >= f.stored {
		f.behind = false // caught up: from here rows are offered again
	}
	return f.last, f.behind
}

// add takes rows that were read back. Rows of our own source count only if they
// follow the last one.
// Those of others have no place among ours: takeover reads one source after the other.
func (f *feed) add(rows []intake.Row) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, row := range rows {
		if row.Source == f.last.Source {
			if row.Seq <= f.last.Seq {
				continue
			}
			f.last.Day, f.last.Seq = row.Day, row.Seq
		}
		f.push(row)
	}
}

// abandon gives up what is to be read back of a source that is no longer ours.
func (f *feed) abandon(source int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.last.Source == source {
		f.behind = false
	}
}

// readBack fetches our own rows from the table whenever the feed fell behind.
func (a *Applier) readBack() {
	for {
		select {
		case <-a.work.Quit():
			return
		case <-a.feed.late:
		}
		for a.readNext() {
		}
	}
}

// readNext reads some rows back and reports whether there may be more.
func (a *Applier) readNext() bool {
	if !a.feed.waitForRoom(a.work.Context()) {
		return false
	}
	at, behind := a.feed.position()
	switch {
	case !behind:
		return false
	case !a.store.Intake.Holds(at.Source):
		a.feed.abandon(at.Source)
		return false
	}
	rows, err := a.store.Intake.ReadBack(a.work.Context(), at, readBackRows)
	if err != nil {
		a.work.Complain("read intake back", persistence.FaultOf(err), err)
		return a.work.Pause(time.Second)
	}
	if len(rows) == 0 {
		return a.work.Pause(100 * time.Millisecond)
	}
	a.metrics.readBack(len(rows))
	a.feed.add(rows)
	return true
}

// done ends one event of a row, and with the last one the row.
func (a *Applier) done(row *heldRow) {
	if row == nil || row.open.Add(-1) > 0 {
		return
	}
	a.store.Intake.Done(row.Source, row.Seq)
	a.feed.release(row)
}
