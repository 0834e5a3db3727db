package web

import (
	"context"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// typescript is what checks the JSDoc types. It is fetched where Node is, and
// nothing of it goes into the build.
const typescript = "typescript@5.9.2"

// The reducer and the other pure parts have their own tests in test/. They need
// Node; what runs in the browser is covered by the browser tests.
func TestApp(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no node: the app's own tests are not run here")
	}
	tests, err := filepath.Glob("test/*.test.js")
	if err != nil || len(tests) == 0 {
		t.Fatalf("no tests in test/: %v", err)
	}
	out, err := exec.CommandContext(t.Context(), node, append([]string{"--test"}, tests...)...).CombinedOutput()
	if err != nil {
		t.Errorf("node --test: %v\n%s", err, out)
	}
}

func TestTypes(t *testing.T) {
	t.Parallel()
	npx, err := exec.LookPath("npx")
	if err != nil {
		t.Skip("no npx: types are not checked here")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	tsc := func(args ...string) ([]byte, error) {
		return exec.CommandContext(ctx, npx, append([]string{"--yes", "--package", typescript, "--", "tsc"}, args...)...).CombinedOutput()
	}
	if out, err := tsc("--version"); err != nil {
		t.Skipf("%s cannot be fetched here: %v\n%s", typescript, err, out)
	}
	if out, err := tsc("--project", "jsconfig.json"); err != nil {
		t.Errorf("tsc: %v\n%s", err, out)
	}
}
