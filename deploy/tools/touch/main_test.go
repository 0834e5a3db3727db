package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The kept changes fit the tree as it is: only carrying them out, which builds all of
// it, is left to whoever counts.
func TestChangesFitTheTree(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := copyTree(t.Context(), "../../..", dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"field", "command"} {
		text, err := changes.ReadFile("testdata/" + name + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		c, err := parse(string(text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		touched, err := c.apply(dir)
		if err != nil {
			t.Errorf("testdata/%s.txt: %v", name, err)
		}
		if len(c.test) == 0 {
			t.Errorf("testdata/%s.txt names no test", name)
		}
		t.Logf("%s: %d files by hand", name, len(touched))
	}
}

func TestSteps(t *testing.T) {
	t.Parallel()
	const code = "package a\n\nconst x = 1\nconst y = 2\n"
	cases := map[string]struct{ step, want, fault string }{
		"after":           {"in a\nafter x = 1\n+const z = 3", "package a\n\nconst x = 1\nconst z = 3\nconst y = 2\n", ""},
		"after the last":  {"in a\nafter y = 2\n+const z = 3", code + "const z = 3\n", ""},
		"after two lines": {`in a` + "\n" + `after x = 1\nconst y` + "\n+const z = 3", code + "const z = 3\n", ""},
		"before":          {"in a/a.go\nbefore y = 2\n+// why\n+", "package a\n\nconst x = 1\n// why\n\nconst y = 2\n", ""},
		"turn":            {"in a\nturn x = 1\ninto x, w = 1, 0", "package a\n\nconst x, w = 1, 0\nconst y = 2\n", ""},
		"nothing there":   {"in a\nafter q = 1\n+const z = 3", "", `step in line 3: nothing in a holds "q = 1" any more: mend or delete the step`},
		"more than one":   {"in a\nafter const\n+const z = 3", "", `step in line 3: "const" stands in a more than once (a/a.go): give more of the line`},
		"a folder gone":   {"in b\nafter x = 1\n+const z = 3", "", "step in line 3: there is no b any more: mend or delete the step"},
		"a file there":    {"new a/a.go\n+package a", "", "step in line 3: a/a.go is there already"},
		"no verb":         {"at a", "", `line 3: "at" is no verb`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, filepath.Join(dir, "a", "a.go"), code)
			write(t, filepath.Join(dir, "a", "a_test.go"), code) // not looked at
			change, err := parse("# a change\n\n" + c.step + "\n")
			if err == nil {
				_, err = change.apply(dir)
			}
			if fault := text(err); fault != c.fault {
				t.Fatalf("fault %q, want %q", fault, c.fault)
			}
			got, err := os.ReadFile(filepath.Join(dir, "a", "a.go"))
			if err != nil {
				t.Fatal(err)
			}
			if want := strings.TrimSpace(c.want); want != "" && strings.TrimSpace(string(got)) != want {
				t.Error(cmp.Diff(c.want, string(got)))
			}
		})
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func write(t *testing.T, name, body string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
}
