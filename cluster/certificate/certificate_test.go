package certificate_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/prosa-chat/prosa/cluster/certificate"
)

// What is wrong with the files is said before anybody listens. That they do what they
// are for is shown by the tests of package cluster.
func TestFilesThatAreNoCertificates(t *testing.T) {
	t.Parallel()
	if c, err := certificate.Load("", "", ""); c != nil || err != nil {
		t.Errorf("no files: %v %v", c, err)
	}
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, files := range map[string][3]string{
		"one of three":   {text, "", ""},
		"two of three":   {text, text, ""},
		"missing":        {"none", "none", text},
		"no certificate": {text, text, text},
	} {
		if _, err := certificate.Load(files[0], files[1], files[2]); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
