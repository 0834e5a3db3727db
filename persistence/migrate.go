package persistence

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Migrate brings the schema of pool's database up to this binary. It does nothing when the schema
// is already there. Several processes may call it at once: one works under a session advisory
// lock, the others wait up to a minute for it. A migration that fails is rolled back, and those
// before it stay. A schema that is newer than this binary is left alone; if it says that older
// binaries must not run on it, the error is ErrOldBinary. Where a migration needs all processes of
// before to be down, and one lives on, it is ErrMembersRun.
func Migrate(ctx context.Context, pool *pgxpool.Pool) error {
	return withMigrations(pool, func(p *goose.Provider) error {
		sources := p.ListSources()
		if err := checkBinary(ctx, pool, sources[len(sources)-1].Version); err != nil {
			return err
		}
		if err := awaitStop(ctx, pool, p); err != nil {
			return err
		}
		if _, err := p.Up(ctx); err != nil {
			return fmt.Errorf("migrate schema: %w", err)
		}
		return nil
	})
}

// revert takes all migrations back, the last one first: the engine's tables go with
// what is in them, and nobody else's.
func revert(ctx context.Context, pool *pgxpool.Pool) error {
	return withMigrations(pool, func(p *goose.Provider) error {
		if _, err := p.DownTo(ctx, 0); err != nil {
			return fmt.Errorf("revert schema: %w", err)
		}
		return nil
	})
}

// SchemaVersion tells which migration the database stands at and which is the newest that this
// binary knows. A database that was never migrated is at 0.
func SchemaVersion(ctx context.Context, pool *pgxpool.Pool) (current, newest int64, err error) {
	err = withMigrations(pool, func(p *goose.Provider) error {
		current, newest, err = p.GetVersions(ctx)
		if err != nil {
			return fmt.Errorf("read schema version: %w", err)
		}
		return nil
	})
	return current, newest, err
}

func withMigrations(pool *pgxpool.Pool, use func(*goose.Provider) error) error {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return fmt.Errorf("open migrations: %w", err)
	}
	// The library's own default asks for the lock only every five seconds.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
	if err != nil {
		return fmt.Errorf("prepare migration lock: %w", err)
	}
	// Closing this hands its connections back to the pool, which stays open.
	db := stdlib.OpenDBFromPool(pool)
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker))
	if err != nil {
		_ = db.Close()
		return fmt.Errorf("read migrations: %w", err)
	}
	defer provider.Close()
	return use(provider)
}
