package main

import "testing"

// The document that is served and the page's types are what the code says.
func TestFilesAreUpToDate(t *testing.T) {
	t.Chdir("../../..")
	if err := run(true); err != nil {
		t.Error(err)
	}
}
