package engine

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/prosa-chat/prosa/persistence"
)

const (
	awaitPause = 500 * time.Millisecond // between two tries to open a database
	doorAfter  = 500 * time.Millisecond // for a database that hangs, before the door answers
)

// Prospect says what becomes of a database that could not be opened.
type Prospect int

// Prospects of an error.
const (
	// Hopeless is for whoever starts the process: a setting, an older binary, a data
	// folder that another process has.
	Hopeless Prospect = iota
	// Passing ends by itself: the database is away, or lets nobody in yet.
	Passing
	// Mendable is said again and again until somebody mends a right, a name or the
	// schema: the database is there and refuses us.
	Mendable
)

// ProspectOf judges an error of opening a database that is not our own.
func ProspectOf(err error) Prospect {
	switch {
	case errors.Is(err, persistence.ErrOldBinary), errors.Is(err, persistence.ErrMembersRun):
		return Hopeless
	case persistence.Away(err), errors.Is(err, persistence.ErrReadOnly):
		return Passing
	}
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || len(pg.Code) != 5 {
		return Hopeless
	}
	switch pg.Code[:2] {
	case "28", "3D", "3F", "42", "0A": // log-in, database, schema, rights and names, not supported
		return Mendable
	}
	return Hopeless
}

// awaitDatabase is OpenDatabase for serve. It waits for a database that is away:
// the process may have begun anew for that reason, and its supervisor would only
// begin it again. Meanwhile somebody must answer at the gateway's address, and that
// with 503, so that Meta and load balancers come again. What waiting does not mend
// is said at error level and on the page.
func awaitDatabase(ctx context.Context, c Config, log *slog.Logger) (*Database, error) {
	if c.DatabaseURL == "" {
		return OpenDatabase(ctx, c, log)
	}
	w := waiting{c: c, log: log}
	defer func() { w.door.close() }() // the address is the gateway's then
	for {
		db, err := w.try(ctx)
		if err == nil || ctx.Err() != nil || ProspectOf(err) == Hopeless {
			return db, err
		}
		if err := w.answer(ctx, err); err != nil {
			return nil, err
		}
		w.tell(err)
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(awaitPause):
		}
	}
}

// waiting is for a database that is not there yet.
type waiting struct {
	c    Config
	log  *slog.Logger
	door *door // nil: closed
	said string
}

// try opens the database. One that hangs does not keep the door shut for as long.
func (w *waiting) try(ctx context.Context) (db *Database, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		db, err = openWritable(ctx, w.c, w.log)
	}()
	select {
	case <-done:
		return db, err
	case <-time.After(doorAfter):
	}
	busy := w.answer(ctx, nil)
	<-done
	if busy != nil && err == nil {
		err = db.Close(context.WithoutCancel(ctx))
	}
	if busy != nil {
		return nil, errors.Join(busy, err)
	}
	return db, err
}

// openWritable is OpenDatabase for whoever must write: one that fails over may answer
// as a standby first.
func openWritable(ctx context.Context, c Config, log *slog.Logger) (*Database, error) {
	db, err := OpenDatabase(ctx, c, log)
	if err != nil {
		return nil, err
	}
	if err := persistence.Writable(ctx, db.Pool); err != nil {
		return nil, errors.Join(err, db.Close(context.WithoutCancel(ctx)))
	}
	return db, nil
}

// answer opens the door, if it is shut, and has it say why.
func (w *waiting) answer(ctx context.Context, why error) (err error) {
	switch {
	case w.door != nil:
		if why != nil { // a try that takes long says nothing against the reason of the last
			w.door.say(why)
		}
	case w.c.plays(RoleGateway):
		w.door, err = openDoor(ctx, w.c.Listen, why)
	}
	return err
}

// tell says each reason once, not twice a second.
func (w *waiting) tell(err error) {
	text := err.Error()
	if text == w.said {
		return
	}
	w.said = text
	if ProspectOf(err) == Mendable {
		w.log.Error("the database is there and cannot be used; trying on until somebody mends it", "error", err)
		return
	}
	w.log.Warn("the database is away; waiting for it", "error", err)
}
