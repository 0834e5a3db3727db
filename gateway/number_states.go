package gateway

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
)

const (
	// numberLife is how long a number's word about itself is given to all who ask:
	// each page asks every minute for all numbers of its person, and a tenant with
	// thousands of pages has hundreds of numbers.
	numberLife    = time.Second
	numberTimeout = 3 * time.Second
)

// numberStates asks the grains of numbers how they fare, each once for all who
// want to know at the same time. Who may know of a number is the caller's to say.
type numberStates struct {
	ask   func(ctx context.Context, id wa.PhoneNumberID) (*actorpb.NumberState, error) // reports its errors itself
	calls singleflight.Group

	mu    sync.Mutex
	known map[wa.PhoneNumberID]numberWord // of registered numbers alone: no more than there are
}

// numberWord is what a number said, or nil if it said nothing, and when.
type numberWord struct {
	state *actorpb.NumberState
	at    time.Time
}

func newNumberStates(ask func(context.Context, wa.PhoneNumberID) (*actorpb.NumberState, error)) *numberStates {
	return &numberStates{ask: ask, known: make(map[wa.PhoneNumberID]numberWord)}
}

// of is the state of a number, a second old at most; nil when its grain does not
// answer. It is shared and not to be changed.
func (n *numberStates) of(ctx context.Context, id wa.PhoneNumberID) *actorpb.NumberState {
	n.mu.Lock()
	word := n.known[id]
	n.mu.Unlock()
	if time.Since(word.at) < numberLife {
		return word.state
	}
	shared := context.WithoutCancel(ctx) // nobody's leaving ends it for the others
	answer := n.calls.DoChan(string(id), func() (any, error) { return n.look(shared, id), nil })
	select {
	case a := <-answer:
		return a.Val.(*actorpb.NumberState)
	case <-ctx.Done():
		return nil
	}
}

func (n *numberStates) look(ctx context.Context, id wa.PhoneNumberID) *actorpb.NumberState {
	ctx, cancel := context.WithTimeout(ctx, numberTimeout)
	defer cancel()
	state, err := n.ask(ctx, id)
	if err != nil {
		state = nil
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.known[id] = numberWord{state, time.Now()}
	return state
}

// forget makes the next one ask anew.
func (n *numberStates) forget(id wa.PhoneNumberID) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.known, id)
}
