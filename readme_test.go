package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The README's table of keys names every key of the inbox.
func TestReadmeNamesEveryKey(t *testing.T) {
	t.Parallel()
	commands, err := os.ReadFile("gateway/web/app/do/commands.js")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "### Keys")
	section, _, _ = strings.Cut(section, "\n### ")
	keys := regexp.MustCompile(`keys: '([^']+)'`).FindAllStringSubmatch(string(commands), -1)
	if len(keys) < 25 {
		t.Fatalf("found %d keys in commands.js", len(keys))
	}
	for _, key := range keys {
		if !strings.Contains(section, "`"+key[1]+"`") {
			t.Errorf("the README does not name %s", key[1])
		}
	}
}
