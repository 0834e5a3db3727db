package codes

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestTableIsInOrderAndWhole(t *testing.T) {
	t.Parallel()
	before := -1
	for _, row := range All() {
		if row.Code <= before || row.Last != 0 && row.Last <= row.Code {
			t.Errorf("%d follows %d", row.Code, before)
		}
		before = max(row.Code, row.Last)
		if row.Class == "" || row.About == "" || row.Meaning == "" {
			t.Errorf("%+v is not whole", row)
		}
		for _, code := range []int{row.Code, max(row.Code, row.Last)} {
			if info := Explain(code); !info.Known || info.Code != code || info.Class != row.Class || info.Next == "" {
				t.Errorf("%d is explained as %+v", code, info)
			}
		}
		retried := row.Class == Retry || row.Class == RetryUser || row.Class == RetryLater
		if row.Retries > 0 && !retried && row.Wait == 0 {
			t.Errorf("%d is tried again without a pause", row.Code)
		}
	}
	for _, code := range []int{-1, 5, 300, 131216, 140000, 1 << 30} {
		if info := Explain(code); info.Known || info.Class != Permanent || info.Next == "" {
			t.Errorf("%d is explained as %+v", code, info)
		}
	}
}

func TestEveryBreakerOpensAndSaysWhatItIs(t *testing.T) {
	t.Parallel()
	known := map[Breaker]bool{"": true}
	for _, b := range Breakers() {
		known[b.Breaker] = true
		if len(Opening(b.Breaker)) == 0 || b.Opens < 1 || b.Waits == "" || b.Probe == "" || b.Closes == "" || b.Screen == "" {
			t.Errorf("%+v", b)
		}
	}
	for _, row := range All() {
		if !known[row.Breaker] {
			t.Errorf("%d opens %q, which is none", row.Code, row.Breaker)
		}
	}
}

// The words of the page stand in its own file, by the same groups.
func TestPageHasTheGroups(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../../web/app/text/failure.js")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(source), "const groups = {")
	lists, _, ended := strings.Cut(rest, "\n};")
	if !found || !ended {
		t.Fatal("the page has no groups")
	}
	page := map[int]string{}
	for _, group := range regexp.MustCompile(`(?s)(\w+): \[([\d,\s]+)\]`).FindAllStringSubmatch(lists, -1) {
		for _, text := range strings.FieldsFunc(group[2], func(r rune) bool { return r < '0' || r > '9' }) {
			code, err := strconv.Atoi(text)
			if err != nil {
				t.Fatal(err)
			}
			page[code] = group[1]
		}
	}
	for _, row := range All() {
		if row.Last == 0 && page[row.Code] != row.Group {
			t.Errorf("%d is of group %q, on the page of %q", row.Code, row.Group, page[row.Code])
		}
		if row.Last != 0 && row.Group != "" && !strings.Contains(string(source), "code >= "+strconv.Itoa(row.Code)+" && code <= "+strconv.Itoa(row.Last)) {
			t.Errorf("the page does not know %d to %d", row.Code, row.Last)
		}
		delete(page, row.Code)
	}
	for code, group := range page {
		if info := Explain(code); info.Group != group {
			t.Errorf("%d is on the page of %q, here of %q", code, group, info.Group)
		}
	}
}

// What an operator reads is what the engine does.
func TestRunbookHasTheBreakers(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../deploy/RUNBOOK.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range Breakers() {
		codes := make([]string, 0, 8)
		for _, code := range Opening(b.Breaker) {
			one := strconv.Itoa(code)
			if last := Explain(code).Last; last > 0 {
				one += "–" + strconv.Itoa(last)
			}
			codes = append(codes, one)
		}
		line := "| " + strings.Join([]string{string(b.Breaker), strings.Join(codes, ", "), b.Waits, b.Probe, b.Closes, b.Screen}, " | ") + " |"
		if !slices.Contains(strings.Split(string(text), "\n"), line) {
			t.Errorf("the runbook has no line\n%s", line)
		}
	}
}
