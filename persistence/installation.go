package persistence

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/pressly/goose/v3"

	"github.com/prosa-chat/prosa/actors/wa"
)

// Why a process must not start on a database.
var (
	// ErrOldBinary: the schema says that binaries as old as this one may not run on it.
	ErrOldBinary = errors.New("the database needs a newer prosa")
	// ErrOtherKey: what is sealed in the database was sealed with another key.
	ErrOtherKey = errors.New("the database was set up with another PROSA_SECRET_KEY")
	// ErrMembersRun: a process of the release before is at work on a schema that it
	// could not read after the migration.
	ErrMembersRun = errors.New("a process of the release before still runs")
)

const (
	keyCheckLabel = "installation.key_check"
	keyCheckWord  = "prosa"
)

// checkBinary refuses a schema that names a newer binary than this one, whose
// newest migration is known. A schema of before there was such a name passes.
func checkBinary(ctx context.Context, pool *pgxpool.Pool, known int64) error {
	var oldest int64
	err := pool.QueryRow(ctx, `SELECT oldest FROM installation`).Scan(&oldest)
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == "42P01" || errors.Is(err, pgx.ErrNoRows) {
		return nil // not migrated so far
	}
	if err != nil {
		return fmt.Errorf("read what the schema needs: %w", err)
	}
	if oldest > known {
		return fmt.Errorf("%w: its schema is for binaries that know migration %d, this one knows %d\nremedy: start the newer release, or restore a backup of before it",
			ErrOldBinary, oldest, known)
	}
	return nil
}

// Demand keeps binaries that do not know a migration from starting on the database from
// now on: they would not enforce what the caller's transaction begins to rely on, such as a
// limit or a second factor. A process of such a release that runs already is not stopped:
// the runbook says to end the old ones before the first of these is used.
func Demand(ctx context.Context, tx pgx.Tx, migration int64) error {
	_, err := tx.Exec(ctx, `UPDATE installation SET oldest = $1 WHERE oldest < $1`, migration)
	return err
}

// declaresStop is what a migration says beside which binaries of before cannot live:
// all of them are to be down when it is applied.
var declaresStop = regexp.MustCompile(`(?m)^UPDATE installation SET oldest = `)

// stopVersion is the newest of such migrations, by what their way up says.
func stopVersion(sources []*goose.Source) (version int64, err error) {
	for _, source := range sources {
		text, err := migrationFiles.ReadFile("migrations/" + path.Base(source.Path))
		if err != nil {
			return 0, fmt.Errorf("read migration: %w", err)
		}
		up, _, _ := bytes.Cut(text, []byte("-- +goose Down"))
		if declaresStop.Match(up) {
			version = max(version, source.Version)
		}
	}
	return version, nil
}

// stopPatience is longer than the lease that a process leaves which was killed.
const stopPatience = 15 * time.Second

// awaitStop waits until no process of before has a lease, if a migration needs
// that. It does not ask a database that was never migrated.
func awaitStop(ctx context.Context, pool *pgxpool.Pool, p *goose.Provider) error {
	current, err := p.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	stop, err := stopVersion(p.ListSources())
	if err != nil {
		return err
	}
	if current == 0 || current >= stop {
		return nil
	}
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for patience := time.After(stopPatience); ; {
		var alive int
		// A row without an address is left of a process that was alone with its data
		// folder. Who has these data now knows that it is gone; its lease never ends.
		if err := pool.QueryRow(ctx, `SELECT count(*) FROM member WHERE lease_until > now() AND address <> ''`).Scan(&alive); err != nil {
			return fmt.Errorf("look for members: %w", err)
		}
		if alive == 0 {
			return nil
		}
		select {
		case <-tick.C:
		case <-patience:
			return fmt.Errorf("%w: %d of them\nremedy: this release changes what they read: stop them all, then start it", ErrMembersRun, alive)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// CheckKey refuses keys with which what the database holds cannot be opened: a
// process that had them would send nothing, in silence. The first process to start
// leaves a word sealed with its key; where tokens are older than that word, they
// must open. From then on the sealer seals as that word was sealed.
func CheckKey(ctx context.Context, pool *pgxpool.Pool, sealer *Sealer) error {
	var word []byte
	if err := pool.QueryRow(ctx, `SELECT key_check FROM installation`).Scan(&word); err != nil {
		return fmt.Errorf("read the check of the key: %w", err)
	}
	if word == nil {
		with, err := opensTokens(ctx, pool, sealer)
		if err != nil {
			return errors.Join(otherKey(), err)
		}
		sealer.with.Store(&with)
		// Who comes second at the same moment reads the word of the first.
		err = pool.QueryRow(ctx, `UPDATE installation SET key_check = coalesce(key_check, $1) RETURNING key_check`,
			sealer.Seal(keyCheckLabel, keyCheckWord)).Scan(&word)
		if err != nil {
			return fmt.Errorf("write the check of the key: %w", err)
		}
	}
	if sealer.follow(word) != nil {
		return otherKey()
	}
	found, err := ofOtherKeys(ctx, pool, sealer)
	if err == nil && len(found) > 0 {
		err = fmt.Errorf("%w: secrets are still sealed with a key that is not given: %s\nremedy: give that key too, in PROSA_SECRET_KEYS_OLD, and run prosa secrets rotate to its end before it is taken away",
			ErrOtherKey, strings.Join(found, ", "))
	}
	return err
}

// opensTokens tries the keys on a token of every number until one opens, and says how
// that was sealed. No token at all fits any key.
func opensTokens(ctx context.Context, pool *pgxpool.Pool, sealer *Sealer) (with sealing, err error) {
	rows, err := pool.Query(ctx, `SELECT id, sealed_token FROM phone_number WHERE sealed_token IS NOT NULL`)
	if err != nil {
		return with, fmt.Errorf("read tokens: %w", err)
	}
	tokens, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct {
		Number wa.PhoneNumberID
		Sealed []byte
	}])
	if err != nil {
		return with, fmt.Errorf("read tokens: %w", err)
	}
	for _, t := range tokens {
		if _, with, err := sealer.open(TokenLabel(t.Number), t.Sealed); err == nil {
			return with, nil
		}
	}
	if len(tokens) > 0 {
		return with, fmt.Errorf("none of %d tokens opens: %w", len(tokens), ErrSealed)
	}
	return sealing{0, formKeyed}, nil
}
