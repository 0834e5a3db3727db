//go:build !linux

package embedded

import (
	"os/exec"
	"strconv"
	"strings"
)

// servesData reports whether pid is alive and is the server of data: we start each with its data
// directory among its arguments.
func servesData(pid int, data string) bool {
	args, err := exec.Command("ps", "-ww", "-o", "args=", "-p", strconv.Itoa(pid)).Output() //nolint:gosec,noctx // a number
	return err == nil && strings.Contains(string(args), data)
}
