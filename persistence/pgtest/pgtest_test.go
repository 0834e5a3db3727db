package pgtest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/goleak"

	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(pgtest.Wrap(m)) }

func TestDatabasesAreApart(t *testing.T) {
	t.Parallel()
	one, two := pgtest.Pool(t), pgtest.Pool(t)
	run(t, one, `CREATE TABLE mark (n int)`)
	var seen bool
	row := two.QueryRow(t.Context(), `SELECT to_regclass('mark') IS NOT NULL`)
	if err := row.Scan(&seen); err != nil || seen {
		t.Fatalf("table of one test seen by another: %v, %v", seen, err)
	}
	for _, pool := range []*pgxpool.Pool{one, two} {
		current, newest, err := persistence.SchemaVersion(t.Context(), pool)
		if err != nil || current != newest {
			t.Fatalf("schema version %d, want %d, %v", current, newest, err)
		}
	}
}

func TestDatabaseIsDroppedAfterTheTest(t *testing.T) {
	t.Parallel()
	var url string
	t.Run("owner", func(t *testing.T) {
		url = pgtest.Database(t)
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		_ = conn // left open: the drop has to bear that
	})
	if conn, err := pgx.Connect(t.Context(), url); err == nil {
		_ = conn.Close(t.Context())
		t.Fatal("database is there after its test")
	}
}

func TestServerKeepsCommitsOverKillAndStop(t *testing.T) {
	t.Parallel()
	server := pgtest.Server(t)
	url := server.URL()
	pool, err := pgxpool.New(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	run(t, pool, `CREATE TABLE mark (n int)`)
	for round, end := range []func(){server.Kill, server.Stop, server.Kill} {
		run(t, pool, `INSERT INTO mark VALUES (1)`)
		end()
		if err := pool.Ping(t.Context()); err == nil {
			t.Fatalf("round %d: server answers after its end", round)
		}
		server.Start()
		if server.URL() != url {
			t.Fatalf("round %d: URL changed from %s to %s", round, url, server.URL())
		}
		var n int
		if err := pool.QueryRow(t.Context(), `SELECT count(*) FROM mark`).Scan(&n); err != nil || n != round+1 {
			t.Fatalf("round %d: %d rows, want %d, %v", round, n, round+1, err)
		}
	}
}

// A folder named for a dead process, with its server alive, is what a killed test binary leaves.
func TestSweepRemovesWhatACrashLeft(t *testing.T) {
	t.Parallel()
	left, err := os.MkdirTemp("/tmp", "prosa-test-"+strconv.Itoa(deadPID(t))+"-") //nolint:usetesting // swept by this name
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(left)
	foreign, err := os.MkdirTemp("/tmp", "prosa-test-"+strconv.Itoa(os.Getpid())+"-") //nolint:usetesting // spared by this name
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(foreign)

	pgtest.Server(t) // every start sweeps
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Fatalf("folder of a dead process is still there: %v", err)
	}
	if _, err := os.Stat(foreign); err != nil {
		t.Fatalf("folder of a live process was removed: %v", err)
	}
}

// A test binary that is killed leaves its server running: the next one has to end it.
func TestSweepStopsTheServerOfAKilledBinary(t *testing.T) {
	t.Parallel()
	if os.Getenv("PROSA_TEST_VICTIM") != "" {
		pgtest.Database(t)
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	victim := exec.Command(self, "-test.run=^"+t.Name()+"$")
	victim.Env = append(os.Environ(), "PROSA_TEST_VICTIM=1")
	if err := victim.Run(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("victim ended with %v, want killed", err)
	}
	pattern := "/tmp/prosa-test-" + strconv.Itoa(victim.Process.Pid) + "-*"
	server := pidOfServer(t, pattern)

	pgtest.Server(t)
	deadline := time.Now().Add(30 * time.Second)
	for len(glob(t, pattern)) > 0 || running(server) {
		if time.Now().After(deadline) {
			t.Fatalf("server %d or its folder is still there", server)
		}
		time.Sleep(10 * time.Millisecond) // another binary may be the one that sweeps
	}
}

func pidOfServer(t *testing.T, pattern string) int {
	t.Helper()
	files := glob(t, pattern+"/postgres/postmaster.pid")
	if len(files) != 1 {
		t.Fatalf("victim left %d servers, want 1", len(files))
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func running(pid int) bool { return syscall.Kill(pid, 0) == nil }

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func deadPID(t *testing.T) int {
	t.Helper()
	cmd := exec.Command("true")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	return cmd.Process.Pid
}

func run(t *testing.T, pool *pgxpool.Pool, sql string) {
	t.Helper()
	if _, err := pool.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}
