package persistence

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/puddle/v2"
)

// Fault says whose fault an error of the store is. What to do follows from it.
type Fault int

// Faults of errors.
const (
	// FaultNone: there is no error.
	FaultNone Fault = iota
	// FaultTransient is nobody's: the database is away, busy, full, read-only or
	// starting, or the error is not one of the database's. Wait, blame nobody.
	FaultTransient
	// FaultData is the data's, now and always. Whoever does many things at once
	// finds the guilty one by halving and lets the others pass.
	FaultData
	// FaultBroken is the statement's, the schema's, a right's or the server's. It is
	// one item's fault only if that item failed alone three times and others passed
	// through the same statement; else everybody waits, loudly.
	FaultBroken
)

// String names a fault for logs.
func (f Fault) String() string {
	switch f {
	case FaultNone:
		return "none"
	case FaultData:
		return "data"
	case FaultBroken:
		return "broken"
	}
	return "transient"
}

// FaultOf says whose fault an error is, by the class of its SQLSTATE.
func FaultOf(err error) Fault {
	switch {
	case err == nil:
		return FaultNone
	case errors.Is(err, ErrRefused), Panicked(err):
		return FaultData
	case errors.Is(err, ErrBroken):
		return FaultBroken
	}
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || len(pg.Code) != 5 {
		return FaultTransient
	}
	if noPartition(pg) {
		return FaultBroken
	}
	switch pg.Code[:2] {
	case "22", "23", "54": // data exception, integrity constraint, program limit
		return FaultData
	case "08", "40", "53", "55", "57", "58": // connection, roll-back, resources, state, operator, system
		return FaultTransient
	}
	if pg.Code == "25006" { // read-only: a standby, or a fail-over under way
		return FaultTransient
	}
	return FaultBroken
}

// Classed makes a fault of the data or of the statement known by ErrRefused or
// ErrBroken, so that callers need not know the database's codes.
func Classed(err error) error {
	mark := ErrRefused
	switch FaultOf(err) {
	case FaultData:
	case FaultBroken:
		mark = ErrBroken
	default:
		return err
	}
	if errors.Is(err, mark) {
		return err
	}
	return fmt.Errorf("%w: %w", mark, err)
}

// noPartition says of an error that the table has no partition for the row. Postgres
// gives it the code of a violated check, but names no constraint that the data
// violates: no row of that day, or of that hash, can be stored, which is for whoever
// runs the database to mend.
func noPartition(pg *pgconn.PgError) bool {
	return pg.Code == "23514" && pg.TableName != "" && pg.ConstraintName == ""
}

// Away says of an error that the database did not answer: it is gone, starting,
// out of means, or slower than the caller could wait; or that this process has let
// go of it, because it is struck off or ends. Nothing is said about what was under
// way.
func Away(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return FaultOf(pg) == FaultTransient && !strings.HasPrefix(pg.Code, "40")
	}
	_, dialed := errors.AsType[*pgconn.ConnectError](err)
	_, network := errors.AsType[net.Error](err) // time-outs of contexts among them
	return dialed || network || pgconn.Timeout(err) || pgconn.SafeToRetry(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, puddle.ErrClosedPool)
}

// Unasked says of an error that the statement never left: nothing can have been
// done.
func Unasked(err error) bool { return pgconn.SafeToRetry(err) }
