package engine

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/embedded"
)

// maxConnections is how many connections one process opens: the writers, the
// loader, the relay and the gateway's reads, each a few.
const maxConnections = 24

// Database is where the process stores, and what it started for that.
type Database struct {
	url      string
	Pool     *pgxpool.Pool
	embedded *embedded.Server // nil: somebody else's server
}

// OpenDatabase connects, starts the embedded server if none is given, and brings
// the schema to this release's.
func OpenDatabase(ctx context.Context, c Config, log *slog.Logger) (_ *Database, err error) {
	d := &Database{url: c.DatabaseURL}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.Close(context.WithoutCancel(ctx)))
		}
	}()
	if d.url == "" {
		d.embedded, err = embedded.Start(ctx, embedded.Config{Dir: c.Data, Logger: log})
		if err != nil {
			err = fmt.Errorf("start embedded database: %w", err)
			switch {
			case errors.Is(err, embedded.ErrDataInUse):
				err = fmt.Errorf("%w\nremedy: stop that one, or give this one a folder of its own: PROSA_DATA=./.prosa-2", err)
			case errors.Is(err, fs.ErrPermission):
				err = fmt.Errorf("%w\nremedy: give a folder in which you may write: PROSA_DATA", err)
			}
			return nil, err
		}
		d.embedded.Keep()
		d.url = d.embedded.URL()
	}
	if d.Pool, err = connect(ctx, d.url); err != nil {
		return nil, err
	}
	if err := answers(ctx, d.Pool); err != nil {
		return nil, err
	}
	if err := persistence.Migrate(ctx, d.Pool); err != nil {
		return nil, fmt.Errorf("migrate database: %w", err)
	}
	return d, nil
}

// Reach connects to the database of a running engine, for commands that change what is
// in it: the schema must be this release's, and stays. Without DATABASE_URL it is the
// embedded one, which is started if no engine runs on it.
func Reach(ctx context.Context, c Config, log *slog.Logger) (_ *Database, err error) {
	if c.DatabaseURL == "" {
		return OpenDatabase(ctx, c, log)
	}
	d := &Database{url: c.DatabaseURL}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.Close(context.WithoutCancel(ctx)))
		}
	}()
	if d.Pool, err = connect(ctx, d.url); err != nil {
		return nil, err
	}
	if err := answers(ctx, d.Pool); err != nil {
		return nil, err
	}
	current, newest, err := persistence.SchemaVersion(ctx, d.Pool)
	if err == nil && current != newest {
		err = fmt.Errorf("the schema is at version %d, this release's at %d\nremedy: use the program of the engine that runs, or prosa migrate", current, newest)
	}
	return d, err
}

// openPatience is how long a server may take to let us in.
const openPatience = 10 * time.Second

// answers says whether the server lets us in. One that hangs is like one that is
// away: migrating may take long, the first answer may not.
func answers(ctx context.Context, pool *pgxpool.Pool) error {
	ctx, cancel := context.WithTimeout(ctx, openPatience)
	defer cancel()
	if err := pool.Ping(ctx); err != nil {
		return fmt.Errorf("connect to database: %w", err)
	}
	return nil
}

func connect(ctx context.Context, url string) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read DATABASE_URL: %w", err)
	}
	cfg.MaxConns = max(cfg.MaxConns, maxConnections)
	cfg.ConnConfig.RuntimeParams["application_name"] = "prosa"
	cfg.ConnConfig.RuntimeParams["jit"] = "off" // our statements are short; compiling them is not
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("connect to database: %w", err)
	}
	return pool, nil
}

func (d *Database) Close(ctx context.Context) error {
	if d.Pool != nil {
		d.Pool.Close()
	}
	if d.embedded != nil {
		return d.embedded.Stop(ctx)
	}
	return nil
}

// Migrate brings a database to this release's schema and ends.
func Migrate(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	c, err := ParseConfig("migrate", args, getenv, stderr)
	if err != nil && !errors.Is(err, ErrConfig) { // the gateway's settings do not matter here
		return err
	}
	log := slog.New(slog.NewTextHandler(stderr, nil))
	d, err := OpenDatabase(ctx, c, log)
	if err != nil {
		return err
	}
	version, _, err := persistence.SchemaVersion(ctx, d.Pool)
	if err == nil {
		fmt.Fprintf(stdout, "schema is at version %d\n", version)
	}
	return errors.Join(err, d.Close(ctx))
}

// secretKey is what encrypts tokens at rest and what members know each other by:
// the configured key, or one generated into the data folder.
func secretKey(c Config) (string, error) {
	if c.SecretKey != "" {
		return c.SecretKey, nil
	}
	return generatedKey(filepath.Join(c.Data, "secret.key"))
}

// OpenSealer is the sealer of an engine's secrets, for a command beside it: it seals as
// the installation does. Error: ErrOtherKey where it has not the installation's keys.
func OpenSealer(ctx context.Context, c Config, pool *pgxpool.Pool) (*persistence.Sealer, error) {
	secret, err := secretKey(c)
	if err != nil {
		return nil, err
	}
	sealer, err := persistence.NewSealer(secret, c.keysBefore()...)
	if err != nil {
		return nil, fmt.Errorf("%w: PROSA_SECRET_KEY: %w", ErrConfig, err)
	}
	return sealer, persistence.CheckKey(ctx, pool, sealer)
}

// generatedKey reads the key of an earlier start or makes one, for the owner
// of the folder alone.
func generatedKey(path string) (string, error) {
	b, err := os.ReadFile(path)
	if err == nil {
		return strings.TrimSpace(string(b)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read secret key: %w", err)
	}
	random := make([]byte, 32)
	if _, err := rand.Read(random); err != nil {
		return "", fmt.Errorf("make secret key: %w", err)
	}
	key := hex.EncodeToString(random)
	if err := os.MkdirAll(filepath.Dir(path), 0o711); err != nil { //nolint:gosec // the server's user must pass
		return "", fmt.Errorf("keep secret key: %w", err)
	}
	if err := os.WriteFile(path, []byte(key+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keep secret key: %w", err)
	}
	return key, nil
}
