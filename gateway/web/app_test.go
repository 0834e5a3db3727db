package web

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// tool finds a program of Node's. Where there is none its test is left out, but
// never in CI.
func tool(t *testing.T, name, use string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	switch {
	case err == nil:
	case os.Getenv("CI") != "":
		t.Fatalf("%s may not be left out here: %v", use, err)
	default:
		t.Skipf("no %s: %s is left out; install Node for it", name, use)
	}
	return path
}

// What the page writes and draws, as far as it needs no page. These tests need
// Node for its Intl; the rules have TestRules, which does not.
func TestApp(t *testing.T) {
	t.Parallel()
	node := tool(t, "node", "the test of the app's pure parts")
	tests, err := filepath.Glob("test/*.test.js")
	if err != nil || len(tests) == 0 {
		t.Fatalf("no tests in test/: %v", err)
	}
	out, err := exec.CommandContext(t.Context(), node, append([]string{"--test"}, tests...)...).CombinedOutput()
	if err != nil {
		t.Errorf("node --test: %v\n%s", err, out)
	}
}

// The JSDoc types of the app hold.
func TestTypes(t *testing.T) {
	t.Parallel()
	node := tool(t, "node", "the check of the app's types")
	tsc := filepath.Join(typescript(t), "node_modules", "typescript", "bin", "tsc")
	if out, err := exec.CommandContext(t.Context(), node, tsc, "--project", "jsconfig.json").CombinedOutput(); err != nil {
		t.Errorf("tsc: %v\n%s", err, out)
	}
}

// typescript is a folder with the checker that deploy/tools/typescript locks. It
// is kept beside Go's own caches and fetched once; nothing is put into the tree.
func typescript(t *testing.T) string {
	t.Helper()
	const lock = "../../deploy/tools/typescript"
	locked, err := os.ReadFile(filepath.Join(lock, "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	caches, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	caches = filepath.Join(caches, "prosa")
	dir := filepath.Join(caches, fmt.Sprintf("typescript-%x", sha256.Sum256(locked))[:27])
	if _, err := os.Stat(dir); err == nil {
		return dir
	}
	if err := os.MkdirAll(caches, 0o750); err != nil {
		t.Fatal(err)
	}
	fresh, err := os.MkdirTemp(caches, "fetching-") //nolint:usetesting // it becomes the cache, by a rename
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(fresh)
	if err := os.CopyFS(fresh, os.DirFS(lock)); err != nil {
		t.Fatal(err)
	}
	npm := exec.CommandContext(t.Context(), tool(t, "npm", "the check of the app's types"), "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	npm.Dir = fresh
	if out, err := npm.CombinedOutput(); err != nil {
		t.Fatalf("fetch the checker: %v\n%s", err, out)
	}
	// Another run may have been faster: then its folder is as good.
	if err := os.Rename(fresh, dir); err != nil {
		if _, missing := os.Stat(dir); missing != nil {
			t.Fatal(err)
		}
	}
	return dir
}
