package problem_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/gateway/problem"
)

// Every code has a status and a title, each once.
func TestEveryCodeIsAProblem(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, name := range code.All() {
		p := problem.New(name, "")
		if p.Code != name || p.Status == 0 || p.Title == "" || seen[name] {
			t.Errorf("%s: %+v, listed before: %v", name, p, seen[name])
		}
		seen[name] = true
	}
	if p := problem.New("invented", ""); p.Code != code.Internal {
		t.Errorf("a code that is in no list: %+v", p)
	}
}

// The page explains every refusal by a person's order, and no code that is not on
// the list: one that is renamed here would fall to "something went wrong" there.
func TestPageKnowsTheCodes(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../web/app/text/failure.js")
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(string(source), "export function explain(")
	body, _, found := strings.Cut(body, "\n}\n")
	if !found {
		t.Fatal("failure.js has no function explain any more: find what it became")
	}
	var explained []string
	for _, match := range regexp.MustCompile(`case '(\w+)'`).FindAllStringSubmatch(body, -1) {
		explained = append(explained, match[1])
	}
	for _, name := range explained {
		if name != "unreachable" && !slices.Contains(code.All(), name) { // the page's own: there is no server to ask
			t.Errorf("the page explains %q, which no server says", name)
		}
	}
	for _, name := range code.Refusals() {
		if !slices.Contains(explained, name) {
			t.Errorf("the page has no words for the refusal %q", name)
		}
	}
}
