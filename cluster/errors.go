package cluster

import (
	"errors"
	"fmt"
)

var (
	// ErrUnknown says that the outcome of an ask is unknown: the deadline passed
	// or the member died after the message may have left. The message may have
	// been processed, may be processed later, or never. Repeat it only if it is
	// idempotent.
	ErrUnknown = errors.New("outcome unknown")
	// ErrBusy says that the grain's mailbox is full. Surely not processed.
	ErrBusy = errors.New("mailbox full")
	// ErrStopped says that this member takes no work any more (it left, or it
	// drained and nobody else is there). Surely not processed.
	ErrStopped = errors.New("member stopped")
	// ErrNoMember says that no member answered for the grain in time: nobody
	// hosts its kind, or its owner kept changing. Surely not processed.
	ErrNoMember = errors.New("no member for this grain")
)

// Codes of errors that the cluster itself answers with.
const (
	// CodeInternal covers a panic, an answer of the wrong type and every error of
	// a grain that is not an *Error.
	CodeInternal = "internal"
	// CodeUnknownType says that the receiving member does not know the type of
	// the message: it runs an older or newer release.
	CodeUnknownType = "unknown_type"
	// CodeTooLarge says that a message between members exceeds MaxBody.
	CodeTooLarge = "too_large"
)

// Error is what a grain answered instead of a message. It looks the same to the
// asker whether the grain lives on this member or on another one.
type Error struct {
	Code string // stable, for programs
	Text string // for people and logs; holds no message text
}

// Error implements error.
func (e *Error) Error() string {
	if e.Text == "" {
		return e.Code
	}
	return e.Code + ": " + e.Text
}

// Is makes errors.Is(err, &Error{Code: c}) compare by code alone.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// asError gives every error of a grain the shape that it would have after
// crossing the wire, so that no asker comes to depend on where the grain lives.
func asError(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Code: CodeInternal, Text: err.Error()}
}

func internalf(format string, args ...any) *Error {
	return &Error{Code: CodeInternal, Text: fmt.Sprintf(format, args...)}
}
