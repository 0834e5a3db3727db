package journal

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/persistence"
)

// Streams is the journal of the kinds that append seldom: numbers, and later
// broadcasts. The same gate, one transaction an append.
type Streams struct{ pool *pgxpool.Pool }

// NewStreams returns the streams of a database.
func NewStreams(pool *pgxpool.Pool) *Streams { return &Streams{pool} }

// StreamAppend is everything that one decision of such a grain stores.
type StreamAppend struct {
	Kind, ID  string
	DecidedOn uint64
	Events    []ledger.Event
	Snapshot  []byte
}

// Load reads a stream. Version 0 means that there is none yet.
func (s *Streams) Load(ctx context.Context, kind, id string) (version uint64, snapshot []byte, err error) {
	err = s.pool.QueryRow(ctx, `SELECT version, snapshot FROM stream WHERE kind = $1 AND id = $2`, kind, id).
		Scan(&version, &snapshot)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil, nil
	}
	if err != nil {
		return 0, nil, fmt.Errorf("load %s %s: %w", kind, id, persistence.Classed(err))
	}
	return version, snapshot, nil
}

// Append stores one decision, or nothing: ErrConflict if it was decided on an
// old version, ErrRefused, ErrBroken, or an unknown outcome.
func (s *Streams) Append(ctx context.Context, a *StreamAppend) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		version := a.DecidedOn + uint64(len(a.Events))
		var fresh bool
		err := tx.QueryRow(ctx, `
			INSERT INTO stream AS s (kind, id, version, decided_on, snapshot) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (kind, id) DO UPDATE SET
				version = excluded.version, decided_on = excluded.decided_on, snapshot = excluded.snapshot
			WHERE s.version = excluded.decided_on
			RETURNING xmax = 0`, a.Kind, a.ID, version, a.DecidedOn, a.Snapshot).Scan(&fresh)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && fresh && a.DecidedOn != 0 {
			return persistence.ErrConflict
		}
		if err != nil {
			return err
		}
		for i, e := range a.Events {
			if _, err := tx.Exec(ctx, `INSERT INTO stream_event (kind, id, version, type, at, body) VALUES ($1, $2, $3, $4, $5, $6)`,
				a.Kind, a.ID, a.DecidedOn+uint64(i)+1, e.Type, e.At, e.Body); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("append %s %s: %w", a.Kind, a.ID, persistence.Classed(err))
	}
	return nil
}
