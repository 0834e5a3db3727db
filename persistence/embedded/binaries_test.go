package embedded

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
)

func TestOnPathFollowsLinksAndTellsScripts(t *testing.T) {
	t.Parallel()
	real, links, scripts := t.TempDir(), t.TempDir(), t.TempDir()
	write(t, filepath.Join(real, "postgres"), "\x7fELF")
	write(t, filepath.Join(scripts, "postgres"), "#!/bin/sh\n")
	if err := os.Symlink(filepath.Join(real, "postgres"), filepath.Join(links, "postgres")); err != nil {
		t.Fatal(err)
	}
	path := scripts + string(os.PathListSeparator) + t.TempDir() + string(os.PathListSeparator) + links
	direct, wrapped := onPath(path)
	if len(direct) != 1 || direct[0] != real || len(wrapped) != 1 || wrapped[0] != scripts {
		t.Fatalf("onPath = %v, %v, want %v, %v", direct, wrapped, real, scripts)
	}
}

// Wrapper scripts are the last choice, and one that works.
func TestProbeTakesWrapperScripts(t *testing.T) {
	t.Parallel()
	user := currentServerUser(t)
	installed, err := findBinaries(t.Context(), user, 0, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if isScript(installed.path("postgres")) {
		t.Errorf("%s is a script, want the program itself", installed.path("postgres"))
	}
	dir, err := os.MkdirTemp("/tmp", "prosa-wrapped-") //nolint:usetesting // the server's user has to reach it
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"postgres", "initdb"} {
		write(t, filepath.Join(dir, name), "#!/bin/sh\nexec "+installed.path(name)+" \"$@\"\n")
	}
	found := probe(t.Context(), user, []string{t.TempDir(), dir})
	if len(found) != 1 || found[0] != (binaries{dir: dir, major: installed.major}) {
		t.Fatalf("probe = %v, want version %d in %s", found, installed.major, dir)
	}
}

func currentServerUser(t *testing.T) serverUser {
	t.Helper()
	if os.Geteuid() != 0 {
		return serverUser{}
	}
	user, err := findServerUser("")
	if err != nil {
		t.Fatal(err)
	}
	return user
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
		t.Fatal(err)
	}
}
