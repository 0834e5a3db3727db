package main

import (
	"io/fs"
	"os"
	"strings"
	"testing"
)

// Each mutation finds its place in the tree as it is, and its test is there: only
// running them is left to whoever wants to know.
func TestMutationsFitTheTree(t *testing.T) {
	t.Parallel()
	list, err := mutations()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 40 {
		t.Errorf("%d mutations, want 40", len(list))
	}
	tree := os.DirFS("../../..")
	names := make(map[string]bool)
	for _, m := range list {
		if names[m.name] {
			t.Errorf("%s: twice", m.name)
		}
		names[m.name] = true
		if _, broken, err := m.place(tree); err != nil {
			t.Errorf("%s: %v", m.name, err)
		} else if !strings.Contains(broken, m.into) {
			t.Errorf("%s: does nothing", m.name)
		}
		if !hasTest(t, tree, strings.TrimPrefix(m.pkg, "./"), m.test) {
			t.Errorf("%s: %s has no %s", m.name, m.pkg, m.test)
		}
	}
}

func hasTest(t *testing.T, tree fs.FS, folder, name string) bool {
	t.Helper()
	files, err := fs.Glob(tree, folder+"/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		body, err := fs.ReadFile(tree, file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(body), "\nfunc "+name+"(") {
			return true
		}
	}
	return false
}

func TestParse(t *testing.T) {
	t.Parallel()
	list, err := parse("# all of it\n\nname a\nin b\nturn c\\n\\td\ninto e\ntest ./b TestIt\n\nname f\nin b\nturn g\ntest ./b TestIt\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []mutation{
		{name: "a", in: "b", turn: "c\n\td", into: "e", pkg: "./b", test: "TestIt"},
		{name: "f", in: "b", turn: "g", pkg: "./b", test: "TestIt"},
	}
	if len(list) != 2 || list[0] != want[0] || list[1] != want[1] {
		t.Errorf("%+v, want %+v", list, want)
	}
	for _, bad := range []string{"name a\nin b\ntest ./b TestIt", "at b"} {
		if _, err := parse(bad); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}
