package embedded_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/prosa-chat/prosa/persistence/embedded"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// With this variable the test binary is no test but a process that runs a server on the folder
// named, until its standard input ends.
const ownerVariable = "PROSA_TEST_OWNER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(ownerVariable); dir != "" {
		os.Exit(ownServer(dir))
	}
	os.Exit(pgtest.Run(m))
}

type report struct {
	URL     string
	PID     int
	Adopted bool
	Err     string
}

func ownServer(dir string) int {
	e, err := embedded.Start(context.Background(), embedded.Config{Dir: dir})
	if err != nil {
		_ = json.NewEncoder(os.Stdout).Encode(report{Err: err.Error()})
		return 1
	}
	_ = json.NewEncoder(os.Stdout).Encode(report{URL: e.URL(), PID: e.PID(), Adopted: e.Adopted()})
	_, _ = io.Copy(io.Discard, os.Stdin)
	if err := e.Stop(context.Background()); err != nil {
		return 1
	}
	return 0
}

func TestEmbeddedKeepsDataOverARestart(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	first := start(t, embedded.Config{Dir: dir})
	if first.Adopted() {
		t.Error("fresh server says it was adopted")
	}
	run(t, first.URL(), `CREATE TABLE mark (n int); INSERT INTO mark VALUES (7)`)
	stop(t, first)
	stop(t, first) // twice does nothing
	mustBeGone(t, first.PID())
	if found := processesIn(t, dir); len(found) > 0 {
		t.Fatalf("processes %v still work in the data folder", found)
	}
	second := start(t, embedded.Config{Dir: dir})
	if second.URL() != first.URL() {
		t.Errorf("URL changed over a restart")
	}
	if got := text(t, second.URL(), `SELECT n::text FROM mark`); got != "7" {
		t.Fatalf("mark after restart = %s, want 7", got)
	}
}

func TestEmbeddedIsPrivate(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	e := start(t, embedded.Config{Dir: dir, Settings: map[string]string{"work_mem": "9MB"}})
	for setting, want := range map[string]string{
		"listen_addresses": "", "fsync": "on", "password_encryption": "scram-sha-256", "work_mem": "9MB",
		"max_wal_size": "2GB", "log_min_error_statement": "panic",
	} {
		if got := text(t, e.URL(), "SHOW "+setting); got != want {
			t.Errorf("%s = %q, want %q", setting, got, want)
		}
	}
	for name, want := range map[string]os.FileMode{"password": 0o600, "run": 0o700, "postgres": 0o700, "postgres.log": 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: mode %v, want %v, %v", name, info.Mode().Perm(), want, err)
		}
	}
	config, err := pgx.ParseConfig(e.URL())
	if err != nil {
		t.Fatal(err)
	}
	config.Password = "guess"
	if conn, err := pgx.ConnectConfig(t.Context(), config); err == nil {
		_ = conn.Close(t.Context())
		t.Error("server takes a wrong password")
	}
	if group, err := syscall.Getpgid(e.PID()); err != nil || group != e.PID() {
		t.Errorf("server is in process group %d, want its own %d, %v", group, e.PID(), err)
	}
	if got := text(t, e.URL(), `SELECT upper('ação')`); got != "AÇÃO" {
		t.Errorf("upper of ação = %s: letters beyond ASCII have no case", got)
	}
}

func TestEmbeddedSecondStartNamesTheFirst(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	owner := startOwner(t, exec.Command(executable(t)), dir)
	_, err := embedded.Start(t.Context(), embedded.Config{Dir: dir})
	if !errors.Is(err, embedded.ErrDataInUse) || !strings.Contains(err.Error(), strconv.Itoa(owner.cmd.Process.Pid)) {
		t.Fatalf("second start: %v, want ErrDataInUse that names %d", err, owner.cmd.Process.Pid)
	}
	if err := embedded.Remove(t.Context(), dir); !errors.Is(err, embedded.ErrDataInUse) {
		t.Fatalf("remove under a live owner: %v, want ErrDataInUse", err)
	}
	if got := text(t, owner.URL, `SELECT 'still here'`); got != "still here" {
		t.Fatal("first server suffered from the second start")
	}
	owner.finish(t)
	mustBeGone(t, owner.PID)
}

func TestEmbeddedAdoptsTheServerOfAKilledProcess(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	owner := startOwner(t, exec.Command(executable(t)), dir)
	run(t, owner.URL, `CREATE TABLE mark (n int); INSERT INTO mark VALUES (7)`)
	owner.kill(t)

	e := start(t, embedded.Config{Dir: dir})
	if !e.Adopted() || e.PID() != owner.PID || e.URL() != owner.URL {
		t.Fatalf("adopted %v pid %d, want the server %d that was left", e.Adopted(), e.PID(), owner.PID)
	}
	if got := text(t, e.URL(), `SELECT n::text FROM mark`); got != "7" {
		t.Fatalf("mark = %s, want 7", got)
	}
	stop(t, e)
	mustBeGone(t, owner.PID)
}

// A stale pid file is left to Postgres, which recovers.
func TestEmbeddedStartsAfterProcessAndServerWereKilled(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	owner := startOwner(t, exec.Command(executable(t)), dir)
	run(t, owner.URL, `CREATE TABLE mark (n int); INSERT INTO mark VALUES (7)`)
	owner.kill(t)
	if err := syscall.Kill(owner.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	e := start(t, embedded.Config{Dir: dir})
	if e.Adopted() || e.PID() == owner.PID {
		t.Fatalf("adopted %v pid %d, want a new server", e.Adopted(), e.PID())
	}
	if got := text(t, e.URL(), `SELECT n::text FROM mark`); got != "7" {
		t.Fatalf("mark = %s, want 7", got)
	}
}

func TestEmbeddedStopsHardWhenTheContextEnds(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	e := start(t, embedded.Config{Dir: dir})
	run(t, e.URL(), `CREATE TABLE mark (n int)`)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := e.Stop(ended); err != nil {
		t.Fatal(err)
	}
	mustBeGone(t, e.PID())
	again := start(t, embedded.Config{Dir: dir})
	if got := text(t, again.URL(), `SELECT count(*)::text FROM mark`); got != "0" {
		t.Fatalf("mark has %s rows, want 0", got)
	}
}

func TestEmbeddedReportsTheServersLogOnFailure(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	_, err := embedded.Start(t.Context(), embedded.Config{
		Dir: dir, Settings: map[string]string{"shared_buffers": "nonsense"},
	})
	if err == nil || !strings.Contains(err.Error(), `"shared_buffers": "nonsense"`) {
		t.Fatalf("start with a bad setting: %v, want the server's own words", err)
	}
	start(t, embedded.Config{Dir: dir}) // nothing is left that would be in the way
}

func TestEmbeddedStartEndsWithItsContext(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	for _, after := range []time.Duration{0, 50 * time.Millisecond, 400 * time.Millisecond} {
		ctx, cancel := context.WithTimeout(t.Context(), after)
		e, err := embedded.Start(ctx, embedded.Config{Dir: dir})
		cancel()
		if err == nil { // the machine was quicker
			stop(t, e)
		}
		if found := processesIn(t, dir); len(found) > 0 {
			t.Fatalf("aborted after %v: processes %v were left", after, found)
		}
	}
	start(t, embedded.Config{Dir: dir})
}

func TestEmbeddedRefusesDataOfAnotherVersion(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	stop(t, start(t, embedded.Config{Dir: dir}))
	if err := os.WriteFile(filepath.Join(dir, "postgres", "PG_VERSION"), []byte("99\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := embedded.Start(t.Context(), embedded.Config{Dir: dir})
	want := "Postgres 99, which wrote the data"
	if os.Geteuid() == 0 {
		want = "`apt-get update && apt-get install -y postgresql-99`"
	}
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Fatalf("start on data of version 99: %v, want %q", err, want)
	}
}

func TestEmbeddedOnALongPath(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(folder(t), strings.Repeat("deep/", 30), ".prosa")
	e := start(t, embedded.Config{Dir: dir})
	config, err := pgx.ParseConfig(e.URL())
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(config.Host); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("socket folder %s: %v", config.Host, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "postgres")); err != nil {
		t.Errorf("data are not in the folder: %v", err)
	}
	stop(t, e)
	if _, err := os.Stat(config.Host); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("socket folder %s is left: %v", config.Host, err)
	}
}

func TestEmbeddedOnAPathWithBlanksAndSigns(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"my data", "ação 1+1", "100%41 & co, \"x\""} {
		dir := filepath.Join(folder(t), name)
		e := start(t, embedded.Config{Dir: dir, StartTimeout: time.Minute})
		if got := text(t, e.URL(), "SELECT '7'"); got != "7" {
			t.Errorf("%s: %s", name, got)
		}
		stop(t, e)
	}
}

func TestEmbeddedAsRootUnderAPrivateHome(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("needs root: only root changes user")
	}
	private := filepath.Join(folder(t), "home")
	if err := os.Mkdir(private, 0o700); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(private, ".prosa")
	e := start(t, embedded.Config{Dir: dir})
	data := text(t, e.URL(), `SHOW data_directory`)
	if !strings.HasPrefix(data, "/var/lib/prosa/") {
		t.Fatalf("data are in %s, want a folder that the server's user can reach", data)
	}
	run(t, e.URL(), `CREATE TABLE mark (n int)`)
	stop(t, e)

	// Once the data are there, they stay there: opening the home must not bring up an empty database.
	if err := os.Chmod(private, 0o755); err != nil {
		t.Fatal(err)
	}
	again := start(t, embedded.Config{Dir: dir})
	if got := text(t, again.URL(), `SELECT count(*)::text FROM mark`); got != "0" {
		t.Fatalf("mark has %s rows, want 0", got)
	}
	stop(t, again)
	if err := embedded.Remove(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	for _, gone := range []string{dir, filepath.Dir(data)} {
		if _, err := os.Stat(gone); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is left after removal: %v", gone, err)
		}
	}
}

func TestEmbeddedAsRootRefusesDataThatBecameUnreachable(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("needs root: only root changes user")
	}
	outer := folder(t)
	dir := filepath.Join(outer, ".prosa")
	stop(t, start(t, embedded.Config{Dir: dir}))
	if err := os.Chmod(outer, 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := embedded.Start(t.Context(), embedded.Config{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "cannot reach") {
		t.Fatalf("start on unreachable data: %v, want a refusal", err)
	}
	if err := os.Chmod(outer, 0o755); err != nil {
		t.Fatal(err)
	}
}

func TestEmbeddedAsOrdinaryUser(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("needs root to become another user; as an ordinary user the other tests show this")
	}
	const nobody = 65534
	place := folder(t)
	binary := filepath.Join(place, "owner") // go test's own folder is closed to others
	copyFile(t, executable(t), binary)
	dir := filepath.Join(place, "data")
	if err := errors.Join(os.Mkdir(dir, 0o700), os.Chown(dir, nobody, nobody)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	owner := startOwner(t, cmd, dir)
	if got := text(t, owner.URL, `SHOW data_directory`); got != filepath.Join(dir, "postgres") {
		t.Errorf("data are in %s, want the folder itself", got)
	}
	if runtime.GOOS == "linux" {
		info, err := os.Stat(fmt.Sprintf("/proc/%d", owner.PID))
		if err != nil || info.Sys().(*syscall.Stat_t).Uid != nobody {
			t.Errorf("server does not run as the user itself, %v", err)
		}
	}
	owner.kill(t)
	again := exec.Command(binary)
	again.Dir, again.SysProcAttr = cmd.Dir, cmd.SysProcAttr
	next := startOwner(t, again, dir)
	if !next.Adopted || next.PID != owner.PID {
		t.Errorf("adopted %v pid %d, want the server %d that was left", next.Adopted, next.PID, owner.PID)
	}
	next.finish(t)
	mustBeGone(t, owner.PID)
}

func TestRemoveEmbeddedStopsAServerLeftAlive(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	owner := startOwner(t, exec.Command(executable(t)), dir)
	owner.kill(t)
	if err := embedded.Remove(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	mustBeGone(t, owner.PID)
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("folder is left: %v", err)
	}
	if err := embedded.Remove(t.Context(), dir); err != nil {
		t.Errorf("removing nothing: %v", err)
	}
}

// owner is another process that runs a server.
type owner struct {
	report
	cmd   *exec.Cmd
	stdin io.Closer
}

func startOwner(t *testing.T, cmd *exec.Cmd, dir string) *owner {
	t.Helper()
	cmd.Env = append(os.Environ(), ownerVariable+"="+dir)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	o := &owner{cmd: cmd, stdin: stdin}
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err := errors.Join(err, json.Unmarshal(line, &o.report)); err != nil || o.Err != "" {
		t.Fatalf("start owner process: %v %s", err, o.Err)
	}
	return o
}

func (o *owner) kill(t *testing.T) {
	t.Helper()
	if err := o.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = o.cmd.Wait()
}

func (o *owner) finish(t *testing.T) {
	t.Helper()
	_ = o.stdin.Close()
	if err := o.cmd.Wait(); err != nil {
		t.Fatalf("owner process: %v", err)
	}
}

func start(t *testing.T, cfg embedded.Config) *embedded.Server {
	t.Helper()
	e, err := embedded.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, e) })
	return e
}

func stop(t *testing.T, e *embedded.Server) {
	t.Helper()
	if err := e.Stop(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
}

// folder is one that every user can pass through, with a short name; t.TempDir is neither. What
// belongs to it is removed after the test, a server left by a failure included.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "prosa-embedded-") //nolint:usetesting // see above
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := embedded.Remove(context.WithoutCancel(t.Context()), dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func text(t *testing.T, url, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var got string
	if err := conn.QueryRow(t.Context(), sql).Scan(&got); err != nil {
		t.Fatal(err)
	}
	return got
}

func run(t *testing.T, url, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

// mustBeGone waits a little: an adopted server's remains are buried by init, not by us.
func mustBeGone(t *testing.T, pid int) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); syscall.Kill(pid, 0) == nil; {
		if time.Now().After(deadline) {
			t.Fatalf("process %d still runs", pid)
		}
		time.Sleep(5 * time.Millisecond) // polling: it is not our child
	}
}

// processesIn lists processes that work in a folder below dir, the servers' way.
func processesIn(t *testing.T, dir string) []string {
	t.Helper()
	links, err := filepath.Glob("/proc/[0-9]*/cwd")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && strings.HasPrefix(target, dir) {
			found = append(found, link)
		}
	}
	return found
}

func executable(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, content, 0o755); err != nil {
		t.Fatal(err)
	}
}
