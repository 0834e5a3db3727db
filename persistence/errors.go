package persistence

import (
	"errors"
	"fmt"
	"time"
)

// What callers decide on. Everything else is an unknown outcome.
var (
	// ErrConflict: the append was decided on a version that is no longer the
	// newest. Nothing of it was stored.
	ErrConflict = errors.New("decided on an old version")
	// ErrDuplicate: a message of the append is stored already. Nothing of the
	// append was stored.
	ErrDuplicate = errors.New("message is stored already")
	// ErrRefused: the database refuses these data (FaultData), or they alone failed
	// three times while others passed, and it would again. Nothing of them was stored.
	ErrRefused = errors.New("refused by the database")
	// ErrBroken: the database does not carry the statement out, whoever asks
	// (FaultBroken). Nothing was stored; somebody must mend the schema, the rights or
	// the server, and what waits goes on then.
	ErrBroken = errors.New("the database does not carry out the statement")
	// ErrNotFound: there is no such row, or it belongs to another tenant.
	ErrNotFound = errors.New("not found")
	// ErrPortfolioTaken: the portfolio belongs to another tenant.
	ErrPortfolioTaken = errors.New("the portfolio belongs to another tenant")
	// ErrHangs: what was asked before has had no answer for some time. Nothing was
	// stored, nothing was tried.
	ErrHangs = errors.New("the database does not answer")
	// ErrReadOnly: the database answers and takes nothing: a standby, or one that was
	// set so.
	ErrReadOnly = errors.New("the database is read-only")
	// ErrNotBegun: whoever asked had no more patience before it was tried. Nothing was
	// stored.
	ErrNotBegun = errors.New("not begun")
	// ErrClosed: the writer has been stopped.
	ErrClosed = errors.New("store is closed")
)

// ClosedError says that the tenant is not active: nobody works there at present.
type ClosedError struct {
	Reason string // as its people are told
}

func (e *ClosedError) Error() string { return "the tenant is suspended: " + e.Reason }

// LimitError says that the tenant has as much as it may have.
type LimitError struct {
	What string // numbers or seats
	Most int
}

func (e *LimitError) Error() string { return fmt.Sprintf("the tenant may have %d %s", e.Most, e.What) }

// ErasureSettling is how long after the beginning of an erasure its tenant may still be
// written of: members trust for half a minute what they read of a number, and a
// conversation that nobody asks leaves the memory within a quarter of an hour. No erasure
// ends before.
const ErasureSettling = 15 * time.Minute

// ErasingError says that what is to be registered is still being removed as another's.
type ErasingError struct {
	Until time.Time // the earliest time at which it can be had
}

func (e *ErasingError) Error() string {
	return "what a tenant left of it is being erased, until " + e.Until.UTC().Format("15:04 UTC") + " at the earliest"
}
