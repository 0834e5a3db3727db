package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestListIsSortedAndHasEachWordOnce(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "passwords.json")
	if err := os.WriteFile(file, []byte(`["qwerty","abc","123456","qwerty"]`), 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := run([]string{file}, &out); err != nil || out.String() != "123456\nqwerty\n" {
		t.Errorf("%q, %v", out.String(), err)
	}
	if err := run(nil, &out); err == nil {
		t.Error("no file, and no error")
	}
}
