package persistence

import "errors"

// What callers decide on. Everything else is an unknown outcome.
var (
	// ErrConflict: the append was decided on a version that is no longer the
	// newest. Nothing of it was stored.
	ErrConflict = errors.New("decided on an old version")
	// ErrDuplicate: a message of the append is stored already. Nothing of the
	// append was stored.
	ErrDuplicate = errors.New("message is stored already")
	// ErrRefused: the database refuses the data of this append (SQLSTATE 22xxx or
	// 23xxx) and would again. Nothing of it was stored.
	ErrRefused = errors.New("refused by the database")
	// ErrNotFound: there is no such row, or it belongs to another tenant.
	ErrNotFound = errors.New("not found")
	// ErrPortfolioTaken: the portfolio belongs to another tenant.
	ErrPortfolioTaken = errors.New("the portfolio belongs to another tenant")
	// ErrClosed: the writer has been stopped.
	ErrClosed = errors.New("store is closed")
)
