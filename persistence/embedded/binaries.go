package embedded

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	embeddedpostgres "github.com/fergusstrange/embedded-postgres"
)

const (
	oldestMajor   = 15
	downloadMajor = 17 // what a machine without Postgres gets
)

// binaries is a folder with postgres and initdb of one version.
type binaries struct {
	dir   string
	major int
}

func (b binaries) path(name string) string { return filepath.Join(b.dir, name) }

// findBinaries looks for a server of version major, or for any new enough one when major is 0.
// Where there is none, an ordinary user downloads one; root does not run what it downloaded.
func findBinaries(ctx context.Context, u serverUser, major int, logger *slog.Logger) (binaries, error) {
	for _, b := range installed(ctx, u) {
		if b.major == major || major == 0 && b.major >= oldestMajor {
			return b, nil
		}
	}
	if !u.drop {
		return download(ctx, cmp.Or(major, downloadMajor), logger)
	}
	pkg, wanted := "postgresql", fmt.Sprintf("%d or newer", oldestMajor)
	if major != 0 {
		pkg, wanted = fmt.Sprintf("postgresql-%d", major), fmt.Sprintf("%d, which wrote the data,", major)
	}
	return binaries{}, fmt.Errorf("no Postgres %s is installed: run `apt-get update && apt-get install -y %s` (or, without -demo, set DATABASE_URL)",
		wanted, pkg)
}

// installed lists the usable servers of this machine, best first: what PATH leads to, what
// pg_config knows, the distributions' folders from new to old, and last the wrapper scripts on PATH.
func installed(ctx context.Context, u serverUser) []binaries {
	direct, scripts := onPath(os.Getenv("PATH"))
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		direct = append(direct, strings.TrimSpace(string(out)))
	}
	found := probe(ctx, u, direct)
	distributed := probe(ctx, u, distributionDirs())
	if !u.drop {
		earlier, _ := filepath.Glob(filepath.Join(downloadRoot(), "*", "bin"))
		distributed = append(distributed, probe(ctx, u, earlier)...)
	}
	slices.SortStableFunc(distributed, func(a, b binaries) int { return cmp.Compare(b.major, a.major) })
	return slices.Concat(found, distributed, probe(ctx, u, scripts))
}

// onPath returns the folders of the servers on path: those of real programs, links followed, and
// those of scripts, which may change user or arguments on the way.
func onPath(path string) (direct, scripts []string) {
	for _, dir := range filepath.SplitList(path) {
		program, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres"))
		switch {
		case err != nil:
		case isScript(program):
			scripts = append(scripts, dir)
		default:
			direct = append(direct, filepath.Dir(program))
		}
	}
	return direct, scripts
}

func isScript(program string) bool {
	f, err := os.Open(program) //nolint:gosec // reads two bytes of a program that would be run anyway
	if err != nil {
		return false
	}
	defer f.Close()
	start := make([]byte, 2)
	_, err = io.ReadFull(f, start)
	return err == nil && string(start) == "#!"
}

func distributionDirs() []string {
	var dirs []string
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",          // Debian, Ubuntu
		"/usr/pgsql-*/bin",                   // Red Hat
		"/usr/libexec/postgresql*",           // Alpine
		"/opt/homebrew/opt/postgresql@*/bin", // macOS
		"/usr/local/opt/postgresql@*/bin",    // macOS on Intel
	} {
		found, _ := filepath.Glob(pattern)
		dirs = append(dirs, found...)
	}
	return dirs
}

// probe keeps the folders whose server the user can run, with its version.
func probe(ctx context.Context, u serverUser, dirs []string) []binaries {
	var usable []binaries
	for _, dir := range dirs {
		b := binaries{dir: dir}
		if _, err := os.Stat(b.path("initdb")); err != nil {
			continue
		}
		out, err := output(ctx, u.command(b.path("postgres"), "-V"))
		if err != nil {
			continue
		}
		if _, err := fmt.Sscanf(out, "postgres (PostgreSQL) %d", &b.major); err == nil {
			usable = append(usable, b)
		}
	}
	return usable
}

func downloadRoot() string {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	return filepath.Join(cache, "prosa", "postgres")
}

// download fetches a server into the user's cache folder. The library has no call for that alone:
// it is let start a server on throw-away data (on loopback, for a moment, with a random password),
// which also shows that the programs run here. The download itself does not heed ctx.
func download(ctx context.Context, major int, logger *slog.Logger) (binaries, error) {
	versions := map[int]embeddedpostgres.PostgresVersion{
		15: embeddedpostgres.V15, 16: embeddedpostgres.V16, 17: embeddedpostgres.V17, 18: embeddedpostgres.V18,
	}
	version, ok := versions[major]
	if !ok {
		return binaries{}, fmt.Errorf("no Postgres %d, which wrote the data, is installed, and there is none to download", major)
	}
	target := filepath.Join(downloadRoot(), string(version))
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return binaries{}, fmt.Errorf("create download folder: %w", err)
	}
	scratch, err := os.MkdirTemp("", "prosa-download-")
	if err != nil {
		return binaries{}, fmt.Errorf("create download folder: %w", err)
	}
	defer os.RemoveAll(scratch)
	port, err := freePort(ctx)
	if err != nil {
		return binaries{}, err
	}
	logger.Info("no Postgres is installed: downloading one", "version", string(version), "to", target)
	trial := embeddedpostgres.NewDatabase(embeddedpostgres.DefaultConfig().Version(version).Port(port).Password(rand.Text()).
		BinariesPath(target).CachePath(filepath.Join(scratch, "cache")).RuntimePath(filepath.Join(scratch, "run")).
		StartParameters(map[string]string{"unix_socket_directories": ""}).Logger(io.Discard))
	if err := trial.Start(); err != nil {
		return binaries{}, fmt.Errorf("no Postgres is installed: download one: %w (install Postgres 15 or newer; or, without -demo, set DATABASE_URL)", err)
	}
	if err := trial.Stop(); err != nil && !errors.Is(err, embeddedpostgres.ErrServerNotStarted) {
		return binaries{}, fmt.Errorf("stop downloaded Postgres: %w", err)
	}
	return binaries{dir: filepath.Join(target, "bin"), major: major}, nil
}

func freePort(ctx context.Context) (uint32, error) {
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", "localhost:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer l.Close()
	return uint32(l.Addr().(*net.TCPAddr).Port), nil
}
