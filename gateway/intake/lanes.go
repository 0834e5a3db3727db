package intake

import (
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
)

// item is one event on its way to a grain.
// What its tries leave in it is of the worker that has its lane, and of no lock.
type item struct {
	row     *heldRow        // nil for what does not come from intake
	event   *cloudapi.Event // nil likewise
	tenant  wa.TenantID
	number  wa.PhoneNumberID
	kind    string // of the grain
	key     string // of the grain, and of the lane
	message proto.Message
	since   time.Time     // of the first try
	pause   time.Duration // after the first failure
	tries   int
	passed  int64                // events that grains had answered when it first failed
	reason  string               // of the last failure
	applied func(delivered bool) // called at the end, if set
}

// verdict is what becomes of an item after a try.
type verdict int

const (
	finishedItem verdict = iota // answered or noted: the next one
	retryItem                   // again after a pause
	failItem                    // to the problems, with what stands behind it
)

// lane is a queue of events of one grain. It is busy while one of them is tried,
// waits for its next try or is noted.
type lane struct {
	key    string
	number wa.PhoneNumberID
	items  []*item
	busy   bool
	timer  *time.Timer
}

// numberLanes are the lanes of one number that can go on.
type numberLanes struct {
	ready    []*lane
	inFlight int
	inRing   bool
}

// maxIdle is how many goroutines without work are kept: one that begins anew copies
// its small stack twice or more on its way to a grain.
const maxIdle = 256

// lanes give each grain one command in flight, numbers in turn, and one number
// at most three quarters of all, so that none can stop the others.
//
// Mu guards what follows it and all lanes and numbers; try and note are called without
// it. Failed is of this process: after a restart, or at another one, later events of such
// a lane pass what stands in the problems, as between sources there is no order.
type lanes struct {
	max, maxOfOne int
	try           func(*item) verdict
	note          func([]*item) bool // writes failed items down; false: not yet

	mu       sync.Mutex
	byKey    map[string]*lane
	numbers  map[wa.PhoneNumberID]*numberLanes
	ring     []wa.PhoneNumberID
	failed   map[string]struct{} // keys of lanes whose events go to the problems
	inFlight int
	idle     int
	stopped  bool
	workers  sync.WaitGroup
	jobs     chan *lane    // to a goroutine that is idle
	quit     chan struct{} // closed by stop
}

func newLanes(limit int, try func(*item) verdict, note func([]*item) bool) *lanes {
	return &lanes{
		max: limit, maxOfOne: max(1, limit*3/4), try: try, note: note,
		byKey: make(map[string]*lane), numbers: make(map[wa.PhoneNumberID]*numberLanes), failed: make(map[string]struct{}),
		jobs: make(chan *lane), quit: make(chan struct{}),
	}
}

// add puts items at the end of their lanes, in the order in which they came: with one
// command in flight for each lane that is the order of a conversation's messages. A lane
// is handed to a worker only while it is not busy, so no two workers ever have it.
func (l *lanes) add(items []*item) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, it := range items {
		n := l.byKey[it.key]
		if n == nil {
			n = &lane{key: it.key, number: it.number}
			l.byKey[it.key] = n
		}
		n.items = append(n.items, it)
		if !n.busy {
			n.busy = true
			l.makeReady(n)
		}
	}
	l.hire()
}

// makeReady queues a busy lane for its next try.
func (l *lanes) makeReady(n *lane) {
	number := l.numbers[n.number]
	if number == nil {
		number = &numberLanes{}
		l.numbers[n.number] = number
	}
	number.ready = append(number.ready, n)
	l.join(n.number, number)
}

// join puts a number into the ring if one of its lanes may go on.
func (l *lanes) join(id wa.PhoneNumberID, number *numberLanes) {
	if !number.inRing && len(number.ready) > 0 && number.inFlight < l.maxOfOne {
		number.inRing = true
		l.ring = append(l.ring, id)
	}
}

// hire finds workers while there is work: one that is idle, or a new one. It never
// waits, and the lock is held.
func (l *lanes) hire() {
	for l.inFlight < l.max && !l.stopped {
		n := l.next()
		if n == nil {
			return
		}
		select {
		case l.jobs <- n:
		default:
			l.workers.Go(func() { l.work(n) })
		}
	}
}

// next takes a lane of the number whose turn it is. Numbers go in a ring and come to its
// end after each turn: one with a flood of conversations gets as much as one with a few,
// and can use what the others leave.
func (l *lanes) next() *lane {
	if len(l.ring) == 0 {
		return nil
	}
	id := l.ring[0]
	l.ring = l.ring[1:]
	number := l.numbers[id]
	n := number.ready[0]
	number.ready = number.ready[1:]
	number.inRing = false
	number.inFlight++
	l.inFlight++
	l.join(id, number)
	return n
}

// work goes on from lane to lane until there is none, and waits for more.
func (l *lanes) work(n *lane) {
	for ; n != nil; n = l.rest() {
		l.workOff(n)
	}
}

// rest waits for a lane; nil: the worker is one too many, or the lanes are stopped. The
// lock is not held while it waits, or hire could hand it nothing.
func (l *lanes) rest() *lane {
	l.mu.Lock()
	stays := l.idle < maxIdle
	if stays {
		l.idle++
	}
	l.mu.Unlock()
	if !stays {
		return nil
	}
	var n *lane
	select {
	case n = <-l.jobs:
	case <-l.quit:
	}
	l.mu.Lock()
	l.idle--
	l.mu.Unlock()
	return n
}

// workOff tries the first item of a lane, and of the lane that after gives it, and so on.
// The item stays first in its lane until after takes it off: whatever ends this worker,
// nothing behind it overtakes.
func (l *lanes) workOff(n *lane) {
	for n != nil {
		l.mu.Lock()
		it := n.items[0]
		_, failed := l.failed[n.key]
		l.mu.Unlock()
		result := failItem
		if !failed {
			result = l.try(it)
		}
		var wait time.Duration
		switch {
		case result == retryItem:
			wait = retryPause(it)
		case result == failItem && !l.noteAll(n):
			wait = time.Second
		}
		n = l.after(n, result, wait)
	}
}

// noteAll writes down what stands in the lane. From then on its later events
// follow, in order, until the lane is freed. If that does not succeed, the store
// is down and may have been the cause: the event is tried again.
func (l *lanes) noteAll(n *lane) bool {
	l.mu.Lock()
	items := n.items[:len(n.items):len(n.items)]
	l.mu.Unlock()
	if !l.note(items) {
		return false
	}
	l.mu.Lock()
	l.failed[n.key] = struct{}{}
	n.items = n.items[len(items)-1:] // after takes the last one off
	l.mu.Unlock()
	return true
}

// retryPause doubles, with some chance, so that what failed together does not
// come back together.
// Its shift is bounded: 32 times the first pause is the longest.
func retryPause(it *item) time.Duration {
	pause := it.pause << min(max(it.tries, 1)-1, 5)
	return pause/2 + rand.N(pause)
}

// after ends a turn of a lane and returns the next one to work on. A lane that pauses
// keeps its place as busy: what comes meanwhile is put behind it and waits as well. It
// gives its share of the number free, so that others of the number go on.
func (l *lanes) after(n *lane, result verdict, wait time.Duration) *lane {
	l.mu.Lock()
	defer l.mu.Unlock()
	number := l.numbers[n.number]
	number.inFlight--
	l.inFlight--
	switch {
	case l.stopped:
		return nil
	case wait > 0:
		n.timer = time.AfterFunc(wait, func() { l.again(n) })
	default:
		n.items = n.items[1:]
		if len(n.items) > 0 {
			l.makeReady(n)
		} else {
			n.busy = false
			delete(l.byKey, n.key)
		}
	}
	l.join(n.number, number)
	if number.inFlight == 0 && len(number.ready) == 0 {
		delete(l.numbers, n.number)
	}
	return l.next()
}

// again makes a lane ready after its pause.
func (l *lanes) again(n *lane) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n.timer = nil
	if l.stopped {
		return
	}
	l.makeReady(n)
	l.hire()
}

// failedKeys names the lanes whose events go to the problems.
func (l *lanes) failedKeys() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Collect(maps.Keys(l.failed))
}

// free lets the events of a failed lane through again, when all that was noted of it has
// been dealt with: earlier, a new message would stand before an older one.
func (l *lanes) free(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.failed, key)
}

// stop ends the workers and drops what waits: it is not done and is read again.
func (l *lanes) stop() {
	l.mu.Lock()
	if !l.stopped {
		close(l.quit)
	}
	l.stopped = true
	for _, n := range l.byKey {
		if n.timer != nil {
			n.timer.Stop()
		}
	}
	l.mu.Unlock()
	l.workers.Wait()
}

// load is how many commands are in flight and how many lanes have work.
func (l *lanes) load() (inFlight, busy int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.inFlight, len(l.byKey)
}
