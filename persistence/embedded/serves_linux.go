package embedded

import (
	"os"
	"path/filepath"
	"strconv"
)

// servesData reports whether pid is alive and is the server of data: a Postgres server works in
// its data directory. A zombie has no working directory any more.
func servesData(pid int, data string) bool {
	theirs, err := os.Stat(filepath.Join("/proc", strconv.Itoa(pid), "cwd"))
	if err != nil {
		return false
	}
	ours, err := os.Stat(data)
	return err == nil && os.SameFile(ours, theirs)
}
