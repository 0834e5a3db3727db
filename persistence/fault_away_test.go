package persistence_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

func TestAway(t *testing.T) {
	t.Parallel()
	_, refused := pgconn.Connect(t.Context(), "postgres://nobody@127.0.0.1:1/none")
	closed := pgtest.Pool(t)
	closed.Close()
	for err, want := range map[error]bool{
		closed.Ping(t.Context()): true, // this process lets go of the database
		refused:                  true,
		fmt.Errorf("read: %w", &net.OpError{Op: "read", Err: errors.New("reset by peer")}): true,
		fmt.Errorf("read: %w", io.ErrUnexpectedEOF):                                        true,
		fmt.Errorf("read: %w", context.DeadlineExceeded):                                   true,
		&pgconn.PgError{Code: "57P01"}:                                                     true,  // shut down by its administrator
		&pgconn.PgError{Code: "53300"}:                                                     true,  // too many connections
		&pgconn.PgError{Code: "25006"}:                                                     true,  // a standby
		&pgconn.PgError{Code: "40P01"}:                                                     false, // it answers: a deadlock
		&pgconn.PgError{Code: "42P01"}:                                                     false, // it answers: no such table
		errors.New("secret"):                                                               false,
	} {
		if got := persistence.Away(err); got != want {
			t.Errorf("%v: %v", err, got)
		}
	}
}
