package persistence

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
)

// ErrRealData refuses a demo on a database that is not the demo's alone.
var ErrRealData = errors.New("the database holds other data than the demo's")

// Demo is what a demo remembers of itself. It lies in a schema of its own, which
// marks the database as a demo's and outlives the engine's tables.
type Demo struct {
	pool *pgxpool.Pool
}

// DemoState is what an earlier start of the demo left.
type DemoState struct {
	Told  bool // the story of its seeds is whole
	Again bool // a start before this one was interrupted while it told it
}

// NewDemo makes a Demo on a migrated database.
func NewDemo(pool *pgxpool.Pool) *Demo { return &Demo{pool} }

// Marked reports whether the database is a demo's.
func (d *Demo) Marked(ctx context.Context) (marked bool, err error) {
	row := d.pool.QueryRow(ctx, `SELECT to_regclass('prosa_demo.state') IS NOT NULL`)
	if err := row.Scan(&marked); err != nil {
		return false, fmt.Errorf("look for a demo: %w", err)
	}
	return marked, nil
}

// Open marks the database as a demo's and tells what is there, before anything
// of the engine runs on it. What is left of a story that was not told to its end
// is deleted, with the engine's tables and no others, so that it can be told anew:
// nobody has been let in until it was. A story that is to be told begins so long ago:
// business time stands there until it is moved. It fails with [ErrRealData] when there
// is any tenant beside the demo's.
func (d *Demo) Open(ctx context.Context, tenant wa.TenantID, ago time.Duration) (s DemoState, err error) {
	var others, begun bool
	row := d.pool.QueryRow(ctx, `SELECT EXISTS (SELECT FROM tenant WHERE id <> $1), EXISTS (SELECT FROM tenant)`, tenant)
	switch err := row.Scan(&others, &begun); {
	case err != nil:
		return s, fmt.Errorf("open demo: %w", err)
	case others:
		return s, fmt.Errorf("open demo: %w", ErrRealData)
	}
	// A demo of a release that did not remember has conversations and is whole.
	_, err = d.pool.Exec(ctx, `
		CREATE SCHEMA IF NOT EXISTS prosa_demo;
		CREATE TABLE IF NOT EXISTS prosa_demo.state (told boolean NOT NULL);
		INSERT INTO prosa_demo.state (told) SELECT EXISTS (SELECT FROM conversation)
		WHERE NOT EXISTS (SELECT FROM prosa_demo.state)`)
	if err != nil {
		return s, fmt.Errorf("open demo: %w", err)
	}
	if err := d.pool.QueryRow(ctx, `SELECT told FROM prosa_demo.state`).Scan(&s.Told); err != nil {
		return s, fmt.Errorf("open demo: %w", err)
	}
	if s.Told {
		return s, nil
	}
	if begun {
		s.Again = true
		if err := revert(ctx, d.pool); err != nil {
			return s, fmt.Errorf("begin demo again: %w", err)
		}
		d.pool.Reset() // its connections have seen the tables that are gone
		if err := Migrate(ctx, d.pool); err != nil {
			return s, err
		}
	}
	// Nothing has happened here that this could move into the future.
	if _, err := d.pool.Exec(ctx, `UPDATE installation SET ahead = $1`, -ago); err != nil {
		return s, fmt.Errorf("set the clock to the story's beginning: %w", err)
	}
	return s, nil
}

// Finish remembers that the story is whole.
func (d *Demo) Finish(ctx context.Context) error {
	if _, err := d.pool.Exec(ctx, `UPDATE prosa_demo.state SET told = true`); err != nil {
		return fmt.Errorf("finish demo: %w", err)
	}
	return nil
}
