package actors

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/cluster/deadline"
	"github.com/prosa-chat/prosa/persistence"
)

// appendTimeout bounds how long a grain waits for its own append.
const appendTimeout = 8 * time.Second

// maxTries bounds how often a command is decided: the first time, after
// conflicts, and once after an unknown outcome.
const maxTries = 4

// Codes of errors that a shell answers with, beside those of the cluster.
const (
	CodeRefused     = "refused"     // the database refuses the data, now and always
	CodeUnknown     = "unknown"     // it may have happened or not
	CodeUnavailable = "unavailable" // it did not happen; try again
	CodeBroken      = "broken"      // the database carries it out for nobody; try again when that is mended
	CodeUnreadable  = "unreadable"  // what is stored of this grain cannot be read by this release
)

// errUnreadable marks what the store gave and the core does not understand.
var errUnreadable = errors.New("stored state is not understood")

// machine is one kind of journaled grain as the shell drives it.
type machine interface {
	// load reads the state if it is not in memory.
	load(ctx context.Context) error
	// forget throws the state away.
	forget()
	// decide answers a command, or says what to store before it is answered. It
	// may evolve the state in memory: the shell forgets it unless store succeeds.
	decide(ctx context.Context, cmd proto.Message, now time.Time) (answer proto.Message, c *change, err error)
	// known answers a command whose message was stored before.
	known(cmd proto.Message) proto.Message
}

// change is one decision on its way into the store.
type change struct {
	store     func(ctx context.Context) error
	committed func(ctx context.Context) proto.Message // publishes and answers
}

// shell is the way of every command through a machine.
type shell struct {
	machine machine
	now     func() time.Time
	// trusted says whether this member may answer from memory.
	trusted func() bool
}

// receive decides, stores and answers one command.
func (s *shell) receive(ctx context.Context, cmd proto.Message) (proto.Message, error) {
	ctx, cancel := deadline.Within(ctx, appendTimeout)
	defer cancel()
	unknown := false
	for range maxTries {
		if err := s.machine.load(ctx); err != nil {
			if unknown {
				return nil, &cluster.Error{Code: CodeUnknown, Text: err.Error()}
			}
			return nil, notLoaded(err)
		}
		answer, c, err := s.machine.decide(ctx, cmd, s.now())
		switch {
		case err != nil:
			s.machine.forget()
			return nil, fmt.Errorf("decide: %w", err)
		case c == nil && !s.trusted():
			return nil, &cluster.Error{Code: CodeUnavailable, Text: "the member's lease has run out"}
		case c == nil:
			return answer, nil
		}
		err = c.store(ctx)
		if err == nil {
			return c.committed(ctx), nil
		}
		s.machine.forget()
		switch {
		case errors.Is(err, persistence.ErrConflict):
		case errors.Is(err, persistence.ErrDuplicate):
			return s.duplicate(ctx, cmd)
		case errors.Is(err, persistence.ErrRefused):
			return nil, &cluster.Error{Code: CodeRefused, Text: err.Error()}
		case errors.Is(err, persistence.ErrBroken):
			return nil, &cluster.Error{Code: CodeBroken, Text: err.Error()}
		case errors.Is(err, persistence.ErrClosed), errors.Is(err, persistence.ErrNotBegun):
			return nil, &cluster.Error{Code: CodeUnavailable, Text: err.Error()}
		case unknown:
			return nil, &cluster.Error{Code: CodeUnknown, Text: err.Error()}
		default:
			unknown = true
		}
	}
	return nil, &cluster.Error{Code: CodeUnavailable, Text: "others were faster each time"}
}

// notLoaded says whose fault it is that a grain has no state.
func notLoaded(err error) error {
	code := CodeUnavailable
	switch {
	case errors.Is(err, errUnreadable):
		code = CodeUnreadable
	case errors.Is(err, persistence.ErrRefused):
		code = CodeRefused
	case errors.Is(err, persistence.ErrBroken):
		code = CodeBroken
	}
	return &cluster.Error{Code: code, Text: err.Error()}
}

func (s *shell) duplicate(ctx context.Context, cmd proto.Message) (proto.Message, error) {
	if err := s.machine.load(ctx); err != nil {
		return nil, notLoaded(err)
	}
	return s.machine.known(cmd), nil
}

// encode makes the row of an event that happened at a time.
func encode(ev proto.Message, at time.Time) (ledger.Event, error) {
	body, err := proto.Marshal(ev)
	if err != nil {
		return ledger.Event{}, fmt.Errorf("encode %s: %w", actorpb.EventType(ev), err)
	}
	return ledger.Event{Type: actorpb.EventType(ev), At: at, Body: body}, nil
}
