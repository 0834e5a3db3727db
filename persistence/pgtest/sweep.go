package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/prosa-chat/prosa/persistence/embedded"
)

// Folders are in /tmp and nowhere else: every user reaches it, and a socket's path stays short.
const dirPrefix = "/tmp/prosa-test-"

// newDir creates a server's folder, which names this process as its owner.
func newDir() (string, error) {
	dir, err := os.MkdirTemp("/tmp", fmt.Sprintf("prosa-test-%d-", os.Getpid()))
	if err != nil {
		return "", fmt.Errorf("create server folder: %w", err)
	}
	if os.Geteuid() != 0 {
		return dir, nil
	}
	// As root the server runs as another user, who has to pass through.
	return dir, os.Chmod(dir, 0o711) // the data in it guard themselves
}

// sweep removes our own folders whose process is dead, and stops the servers on them. A pid that
// was given out again only delays that, and the folder's lock keeps a living owner safe whatever
// its pid says (in a container, say). Several test binaries may sweep at once and disturb each
// other; what cannot be removed now is left to the next.
func sweep(ctx context.Context) {
	dirs, _ := filepath.Glob(dirPrefix + "*")
	for _, dir := range dirs {
		if abandoned(dir) {
			_ = embedded.Remove(ctx, dir)
		}
	}
}

func abandoned(dir string) bool {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() {
		return false
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); !ok || int(stat.Uid) != os.Geteuid() {
		return false
	}
	owner, _, _ := strings.Cut(strings.TrimPrefix(dir, dirPrefix), "-")
	pid, err := strconv.Atoi(owner)
	return err == nil && pid > 0 && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}
