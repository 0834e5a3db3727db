package embedded

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	farData = "/var/lib/prosa" // where root's data live when their folder cannot be reached
	// The path of a Unix socket may have 107 bytes on Linux and 103 elsewhere, name included.
	maxSocketPath = 103
	socketPort    = "5432" // only part of the socket's name: nothing listens on TCP
)

// home is where one embedded server lives: folder is what the operator named, dir what holds the
// data, mostly the same. Both are absolute and free of symbolic links.
type home struct {
	folder string
	dir    string
	user   serverUser
}

func (h home) data() string         { return filepath.Join(h.dir, "postgres") }
func (h home) logFile() string      { return filepath.Join(h.dir, "postgres.log") }
func (h home) passwordFile() string { return filepath.Join(h.dir, "password") }
func (h home) lockFile() string     { return filepath.Join(h.dir, "lock") }

// major is the Postgres version that wrote the data, 0 before there are any.
func (h home) major() int {
	text, err := os.ReadFile(filepath.Join(h.data(), "PG_VERSION"))
	if err != nil {
		return 0
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0
	}
	return major
}

// openHome creates folder when missing and decides where its data live and who serves them.
func openHome(folder string) (home, error) {
	mode := os.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o711 // the server's user has to pass through; every file in it guards itself
	}
	if err := os.MkdirAll(folder, mode); err != nil {
		return home{}, err
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		return home{}, err
	}
	if folder, err = filepath.EvalSymlinks(folder); err != nil {
		return home{}, err
	}
	near := home{folder: folder, dir: folder}
	if uid := os.Geteuid(); uid != 0 {
		near.user = serverUser{name: "number " + strconv.Itoa(uid), uid: uint32(uid)}
		return near, nil
	}
	return openRootHome(near)
}

// openRootHome stays with the place where data already are: a folder whose rights changed must not
// come up empty.
func openRootHome(near home) (home, error) {
	sum := sha256.Sum256([]byte(near.folder))
	far := home{folder: near.folder, dir: filepath.Join(farData, hex.EncodeToString(sum[:8]))}
	var err error
	if near.user, err = findServerUser(near.data()); err != nil {
		return home{}, err
	}
	if far.user, err = findServerUser(far.data()); err != nil {
		return home{}, err
	}
	reached, err := near.user.reaches(near.dir)
	switch {
	case err != nil:
		return home{}, err
	case near.major() != 0 && !reached:
		return home{}, fmt.Errorf("%s holds data that user %s cannot reach: give it passage (chmod a+x) on the folders above",
			near.folder, near.user.name)
	case far.major() == 0 && reached:
		return near, nil
	}
	if err := os.MkdirAll(far.dir, 0o711); err != nil { //nolint:gosec // the server's user has to pass through
		return home{}, err
	}
	return far, nil
}

// lockPatience is how long the kernel may take to bury a process that was killed a moment ago.
const lockPatience = time.Second

// acquire takes the folder for this process. The kernel gives it free when we die, however we die.
func (h home) acquire(ctx context.Context) (*os.File, error) {
	f, err := os.OpenFile(h.lockFile(), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	take := func() error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }
	ctx, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	err = take()
	for errors.Is(err, syscall.EWOULDBLOCK) && pause(ctx, 20*time.Millisecond) == nil {
		err = take()
	}
	if err != nil {
		defer f.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock %s: %w", h.lockFile(), err)
		}
		return nil, fmt.Errorf("%w: %s belongs to process %s", ErrDataInUse, h.folder, holder(f))
	}
	// The pid is for the message above only, so a failure to write it stops nothing.
	if err := f.Truncate(0); err == nil {
		_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())), 0)
	}
	return f, nil
}

func holder(lock *os.File) string {
	text := make([]byte, 20)
	n, _ := lock.ReadAt(text, 0)
	if n == 0 {
		return "(unknown)"
	}
	return string(text[:n])
}

func release(lock *os.File) {
	_ = lock.Truncate(0)
	_ = lock.Close()
}

// password reads the server's password, made up on the first start. The file belongs to the
// server's user, because initdb reads it.
func (h home) password() (string, error) {
	text, err := os.ReadFile(h.passwordFile())
	if err == nil {
		return string(text), nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("read password: %w", err)
	}
	if h.major() != 0 {
		return "", fmt.Errorf("%s is missing and the data beside it cannot be opened without it", h.passwordFile())
	}
	secret := rand.Text()
	// Written aside: a half-written password would lock us out of the data made with it.
	draft := h.passwordFile() + ".new"
	if err := os.WriteFile(draft, []byte(secret), 0o600); err != nil {
		return "", fmt.Errorf("write password: %w", err)
	}
	if err := h.user.own(draft); err != nil {
		return "", err
	}
	if err := os.Rename(draft, h.passwordFile()); err != nil {
		return "", fmt.Errorf("write password: %w", err)
	}
	return secret, nil
}

// socketDir lies in the home, or under /tmp when that path is too long for a socket, or has what
// would make a list of it.
func (h home) socketDir() string {
	dir := filepath.Join(h.dir, "run")
	if len(dir)+len("/.s.PGSQL."+socketPort) <= maxSocketPath && !strings.Contains(dir, ",") {
		return dir
	}
	sum := sha256.Sum256([]byte(h.dir))
	return "/tmp/prosa-" + hex.EncodeToString(sum[:8])
}

// makeSocketDir refuses a folder that is not the server user's own: anybody may create names in /tmp.
func (h home) makeSocketDir() (string, error) {
	dir := h.socketDir()
	err := os.Mkdir(dir, 0o700)
	if err == nil {
		return dir, h.user.own(dir)
	}
	if !errors.Is(err, os.ErrExist) {
		return "", fmt.Errorf("create socket folder: %w", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", fmt.Errorf("look at socket folder: %w", err)
	}
	if !info.IsDir() || info.Mode().Perm() != 0o700 || ownerOf(info) != h.user.uid {
		return "", fmt.Errorf("socket folder %s is not a folder of user %s with mode 0700: remove it", dir, h.user.name)
	}
	return dir, nil
}

// removeSocketDir removes an empty folder; what a live server holds stays.
func (h home) removeSocketDir() { _ = os.Remove(h.socketDir()) }

// logTail is the end of the server's log, for the error of a start that failed.
func (h home) logTail() string {
	text, err := os.ReadFile(h.logFile())
	if err != nil {
		return "(no server log: " + err.Error() + ")"
	}
	if len(text) > 2000 {
		text = text[len(text)-2000:]
	}
	return "server log: " + strings.TrimSpace(string(text))
}

// serverUser runs the server: ourselves, or an unprivileged user when we are root, as Postgres
// refuses to run as root.
type serverUser struct {
	name string
	uid  uint32
	gid  uint32
	drop bool // we are root and become this user
}

// findServerUser prefers the owner of existing data: a user postgres that was installed later could
// not open what nobody wrote.
func findServerUser(data string) (serverUser, error) {
	if info, err := os.Stat(data); err == nil && ownerOf(info) != 0 {
		uid := strconv.FormatUint(uint64(ownerOf(info)), 10)
		if u, err := user.LookupId(uid); err == nil {
			return dropTo(u)
		}
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			return dropTo(u)
		}
	}
	return serverUser{}, errors.New("find a user to run Postgres, which does not run as root: neither postgres nor nobody exists")
}

func dropTo(u *user.User) (serverUser, error) {
	uid, err := strconv.ParseInt(u.Uid, 10, 64)
	if err != nil {
		return serverUser{}, fmt.Errorf("read id of user %s: %w", u.Username, err)
	}
	gid, err := strconv.ParseInt(u.Gid, 10, 64)
	if err != nil {
		return serverUser{}, fmt.Errorf("read group of user %s: %w", u.Username, err)
	}
	return serverUser{name: u.Username, uid: uint32(uid), gid: uint32(gid), drop: true}, nil // ids are 32 bits; macOS writes nobody as -2
}

func ownerOf(info os.FileInfo) uint32 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return stat.Uid
	}
	return 0
}

// own gives path to the user.
func (u serverUser) own(path string) error {
	if !u.drop {
		return nil
	}
	if err := os.Chown(path, int(u.uid), int(u.gid)); err != nil {
		return fmt.Errorf("give %s to user %s: %w", path, u.name, err)
	}
	return nil
}

// command prepares a program to run as the user, in its own session so that a Ctrl-C meant for us
// does not end it. Only harmless variables of our environment reach it: ours holds secrets.
func (u serverUser) command(path string, args ...string) *exec.Cmd {
	cmd := exec.Command(path, args...) //nolint:gosec,noctx // programs that we found; they outlive contexts
	cmd.Dir = "/"
	cmd.Env = []string{"LC_ALL=C"}
	for _, name := range []string{"PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TZDIR"} {
		if value, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if u.drop {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: u.uid, Gid: u.gid}
	}
	return cmd
}

// reaches tries it, as rights may come from groups and access lists too: the child changes into dir
// after it has become the user.
func (u serverUser) reaches(dir string) (bool, error) {
	cmd := u.command("/bin/sh", "-c", ":")
	cmd.Dir = dir
	err := cmd.Run()
	if errors.Is(err, os.ErrPermission) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("try %s as user %s: %w", dir, u.name, err)
	}
	return true, nil
}
