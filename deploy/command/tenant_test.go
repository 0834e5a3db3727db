package command_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/deploy/command"
	"github.com/prosa-chat/prosa/deploy/engine"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

// A tenant lives and ends by the command line, against a database in use.
func TestTenantCommands(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	env := map[string]string{"DATABASE_URL": pool.Config().ConnString(), "PROSA_PUBLIC_URL": "https://inbox.example"}
	run := func(args ...string) (string, error) {
		t.Helper()
		var out, errs bytes.Buffer
		err := command.Run(t.Context(), args, func(name string) string { return env[name] }, &out, &errs)
		return out.String(), err
	}
	must := func(want string, args ...string) string {
		t.Helper()
		out, err := run(args...)
		if err != nil || !strings.Contains(out, want) {
			t.Fatalf("prosa %v: %q, %v; want %q", args, out, err, want)
		}
		return out
	}
	made := must("https://inbox.example/#invitation=", "tenant", "create", "-name", "Lume", "-admin-email", "renata@lume.example", "-seats", "3")
	id := regexp.MustCompile(`[0-9a-f-]{36}`).FindString(made)
	must("1/3", "tenant", "list")
	must("active", "tenant", "limits", id, "-messages", "1000")
	must("0/1000", "tenant", "list")
	must("suspended", "tenant", "suspend", id, "-reason", "unpaid")
	must("active", "tenant", "resume", id)
	for _, wrong := range [][]string{
		{"tenant"},
		{"tenant", "explode"},
		{"tenant", "suspend"},
		{"tenant", "suspend", id},
		{"tenant", "resume", "nobody"},
		{"tenant", "create", "-name", "", "-admin-email", "a@x.example"},
		{"tenant", "create", "-name", "A", "-admin-email", "nonsense"},
		{"tenant", "create", "-name", "A", "-admin-email", "a@x.example", "-seats", "0"},
		{"tenant", "list", "more"},
		{"tenant", "delete", id},
		{"tenant", "delete", id, "-name", "Luma"},
		{"tenant", "delete", id, "-name", "Lume", "-days", "-1"},
		{"operator"},
		{"operator", "key"},
		{"operator", "key", "make"},
		{"operator", "key", "make", " "},
		{"operator", "key", "revoke", "nobody"},
	} {
		if out, err := run(wrong...); !errors.Is(err, engine.ErrUsage) && !errors.Is(err, engine.ErrConfig) {
			t.Errorf("prosa %q: %q, %v", wrong, out, err)
		}
	}
	archive := filepath.Join(t.TempDir(), "lume.zip")
	must("is exported to", "tenant", "export", id, "-out", archive)
	for _, wrong := range [][]string{{id}, {id, "-out", archive}, {"nobody", "-out", archive + "2"}, {id, "-out", filepath.Join(archive, "in")}} {
		if out, err := run(append([]string{"tenant", "export"}, wrong...)...); !errors.Is(err, engine.ErrConfig) {
			t.Errorf("prosa tenant export %q: %q, %v", wrong, out, err)
		}
	}
	if left, err := filepath.Glob(filepath.Dir(archive) + "/*"); err != nil || len(left) != 1 {
		t.Errorf("left behind: %q, %v", left, err)
	}
	must("closing", "tenant", "delete", id, "-name", "Lume", "-days", "3")
	must("closing until", "tenant", "list")

	key := must("prosaop_", "operator", "key", "make", "Deploy")
	keyID := regexp.MustCompile(`[0-9a-f-]{36}`).FindString(key)
	if list := must("Deploy", "operator", "key", "list"); strings.Contains(list, "prosaop_") {
		t.Error("a key is listed in clear")
	}
	if _, err := run("operator", "key", "revoke", keyID); err != nil {
		t.Error(err)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM audit WHERE tenant_id = $1 AND by_kind = 'operator'`, id); n != 7 {
		t.Errorf("%d lines of the operator", n)
	}
}
