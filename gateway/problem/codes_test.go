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

// codes are those that package code has: its refusals, and the problems besides.
func codes(t *testing.T) (refusals, problems []string) {
	t.Helper()
	source, err := os.ReadFile("../../actors/code/code.go")
	if err != nil {
		t.Fatal(err)
	}
	first, second, found := strings.Cut(string(source), "// Problems that no grain knows")
	constant := regexp.MustCompile(`(?m)^\t\w+ += "(\w+)"`)
	for _, match := range constant.FindAllStringSubmatch(first, -1) {
		refusals = append(refusals, match[1])
	}
	for _, match := range constant.FindAllStringSubmatch(second, -1) {
		problems = append(problems, match[1])
	}
	if !found || len(refusals) < 10 || len(problems) < 10 {
		t.Fatalf("%d refusals, %d problems: find where the codes are", len(refusals), len(problems))
	}
	return refusals, problems
}

// Every code has a status and a title, each once.
func TestEveryCodeIsAProblem(t *testing.T) {
	t.Parallel()
	refusals, problems := codes(t)
	seen := map[string]bool{}
	for _, name := range append(refusals, problems...) {
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
	refusals, problems := codes(t)
	var explained []string
	for _, match := range regexp.MustCompile(`case '(\w+)'`).FindAllStringSubmatch(body, -1) {
		explained = append(explained, match[1])
	}
	for _, name := range explained {
		if name != "unreachable" && !slices.Contains(refusals, name) && !slices.Contains(problems, name) { // the page's own: there is no server to ask
			t.Errorf("the page explains %q, which no server says", name)
		}
	}
	for _, name := range refusals {
		if !slices.Contains(explained, name) {
			t.Errorf("the page has no words for the refusal %q", name)
		}
	}
}
