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
	Told  bool          // the story of its seeds is whole
	Again bool          // a start before this one was interrupted while it told it
	Ahead time.Duration // of its clock to the real one
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
// nobody has been let in until it was. It fails with [ErrRealData] when there is any
// tenant beside the demo's.
func (d *Demo) Open(ctx context.Context, tenant wa.TenantID) (s DemoState, err error) {
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
		CREATE TABLE IF NOT EXISTS prosa_demo.state (told boolean NOT NULL, ahead interval NOT NULL DEFAULT '0');
		INSERT INTO prosa_demo.state (told) SELECT EXISTS (SELECT FROM conversation)
		WHERE NOT EXISTS (SELECT FROM prosa_demo.state)`)
	if err != nil {
		return s, fmt.Errorf("open demo: %w", err)
	}
	if err := d.pool.QueryRow(ctx, `SELECT told, ahead FROM prosa_demo.state`).Scan(&s.Told, &s.Ahead); err != nil {
		return s, fmt.Errorf("open demo: %w", err)
	}
	if s.Told || !begun {
		return s, nil
	}
	s.Again = true
	if err := revert(ctx, d.pool); err != nil {
		return s, fmt.Errorf("begin demo again: %w", err)
	}
	d.pool.Reset() // its connections have seen the tables that are gone
	return s, Migrate(ctx, d.pool)
}

// Finish remembers that the story is whole.
func (d *Demo) Finish(ctx context.Context) error {
	if _, err := d.pool.Exec(ctx, `UPDATE prosa_demo.state SET told = true`); err != nil {
		return fmt.Errorf("finish demo: %w", err)
	}
	return nil
}

// SetAhead remembers how far the demo's clock is ahead of the real one.
func (d *Demo) SetAhead(ctx context.Context, ahead time.Duration) error {
	if _, err := d.pool.Exec(ctx, `UPDATE prosa_demo.state SET ahead = $1`, ahead); err != nil {
		return fmt.Errorf("keep the demo's clock: %w", err)
	}
	return nil
}
