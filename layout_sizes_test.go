package main

import (
	"bufio"
	"bytes"
	"fmt"
	"go/scanner"
	"go/token"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// What is larger than this is two things under one name. Files and packages of
// the generator and vendored ones are not measured.
const (
	fileLimit    = 400   // lines of a Go file or a script, tests too
	packageLimit = 2_500 // lines with code of a package's ordinary files
	rootLimit    = 6     // Go files beside main.go, itself among them
)

// slack is how far an exception may stand above what it excuses before it has to follow it down.
const slack = 10 // per cent

// oversized are what was there before the limits: a file with its lines, a
// folder with its package's lines of code. A number here may only fall, and a
// line that is no longer needed goes.
var oversized = map[string]int{
	"cluster/grain_test.go":                 448,
	"cluster/members_test.go":               578,
	"evals/browser/browser_test.go":         503,
	"evals/browser/inbox_test.go":           483,
	"evals/browser/states_test.go":          413,
	"gateway/everyfield_test.go":            416,
	"gateway/inbox_test.go":                 401,
	"gateway/search/index_test.go":          422,
	"gateway/socket_test.go":                621,
	"persistence/embedded/embedded_test.go": 531,
	"persistence/intake/intake_test.go":     424,
}

// layoutSizes measures a tree.
type layoutSizes struct {
	exceptions map[string]int
	lines      map[string]int // by file
	codeLines  map[string]int // by folder
	atRoot     int
}

func newLayoutSizes(exceptions map[string]int) layoutSizes {
	return layoutSizes{exceptions: exceptions, lines: make(map[string]int), codeLines: make(map[string]int)}
}

func (s *layoutSizes) file(name string, source []byte) {
	if bytes.HasPrefix(source, []byte("// Code generated ")) { // a script; Go files are known by their syntax
		return
	}
	for lines := bufio.NewScanner(bytes.NewReader(source)); lines.Scan(); {
		s.lines[name]++
	}
}

func (s *layoutSizes) code(folder string, source []byte) { s.codeLines[folder] += codeLines(source) }

// codeLines counts the lines that hold more than blanks and comments. A text of
// several lines, a statement of SQL say, is code in each of them.
func codeLines(source []byte) int {
	files := token.NewFileSet()
	file := files.AddFile("", files.Base(), len(source))
	var tokens scanner.Scanner
	tokens.Init(file, source, nil, 0)
	count, last := 0, 0
	for {
		pos, kind, text := tokens.Scan()
		if kind == token.EOF {
			return count
		}
		if kind == token.SEMICOLON && text == "\n" {
			continue // the scanner's own
		}
		first := file.Line(pos)
		end := first + strings.Count(text, "\n")
		count += end - max(first-1, last)
		last = max(last, end)
	}
}

// finish returns what is too large, and which exceptions are.
func (s *layoutSizes) finish() []string {
	var faults []string
	for name, n := range s.lines {
		faults = s.judge(faults, name, "lines", n, fileLimit)
	}
	for folder, n := range s.codeLines {
		faults = s.judge(faults, folder, "lines of code", n, packageLimit)
	}
	for name := range s.exceptions {
		if s.lines[name] == 0 && s.codeLines[name] == 0 {
			faults = append(faults, name+": is not there: take it off the list of exceptions")
		}
	}
	if s.atRoot > rootLimit {
		faults = append(faults, fmt.Sprintf(".: %d Go files, the limit is %d", s.atRoot, rootLimit))
	}
	return faults
}

func (s *layoutSizes) judge(faults []string, name, unit string, n, limit int) []string {
	exception, listed := s.exceptions[name]
	switch {
	case !listed && n > limit:
		return append(faults, fmt.Sprintf("%s: %d %s, the limit is %d", name, n, unit, limit))
	case !listed:
		return faults
	case n > exception:
		return append(faults, fmt.Sprintf("%s: %d %s, as an exception it may have %d: make room first", name, n, unit, exception))
	case n <= limit:
		return append(faults, fmt.Sprintf("%s: %d %s are within the limit of %d: take it off the list of exceptions", name, n, unit, limit))
	case n*(100+slack) < exception*100:
		return append(faults, fmt.Sprintf("%s: has shrunk to %d %s: lower its exception of %d", name, n, unit, exception))
	}
	return faults
}

func TestLayoutOfSizes(t *testing.T) {
	t.Parallel()
	file := func(lines int) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("// Package wa is documented.\npackage wa\n" + strings.Repeat("// no code\n", lines-2))}
	}
	// code has one line of code more than it has lines from here.
	code := func(lines int) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("// Package wa is documented.\npackage wa\n" + strings.Repeat("var _ = 1\n", lines))}
	}
	// six files of a package, and one more.
	seven := func(each, more *fstest.MapFile) fstest.MapFS {
		tree := fstest.MapFS{"actors/wa/more.go": more, "actors/wa/a_test.go": code(300)}
		for _, base := range []string{"a", "b", "c", "d", "e", "f"} {
			tree["actors/wa/"+base+".go"] = each
		}
		return tree
	}
	cases := map[string]struct {
		tree       fstest.MapFS
		exceptions map[string]int
		want       []string
	}{
		"an excused file": {
			fstest.MapFS{"actors/wa/a.go": file(450)}, map[string]int{"actors/wa/a.go": 450}, nil,
		},
		"an excused file that grew": {
			fstest.MapFS{"actors/wa/a.go": file(451)},
			map[string]int{"actors/wa/a.go": 450},
			[]string{"actors/wa/a.go: 451 lines, as an exception it may have 450: make room first"},
		},
		"an excused file that shrank a little": {
			fstest.MapFS{"actors/wa/a.go": file(420)}, map[string]int{"actors/wa/a.go": 450}, nil,
		},
		"an excused file that shrank": {
			fstest.MapFS{"actors/wa/a.go": file(450)},
			map[string]int{"actors/wa/a.go": 500},
			[]string{"actors/wa/a.go: has shrunk to 450 lines: lower its exception of 500"},
		},
		"an excused file within the limit": {
			fstest.MapFS{"actors/wa/a.go": file(400)},
			map[string]int{"actors/wa/a.go": 410},
			[]string{"actors/wa/a.go: 400 lines are within the limit of 400: take it off the list of exceptions"},
		},
		"an excuse for nobody": {
			fstest.MapFS{"actors/wa/a.go": file(10)},
			map[string]int{"actors/wa/gone.go": 410},
			[]string{"actors/wa/gone.go: is not there: take it off the list of exceptions"},
		},
		"a package of many files": {seven(code(390), code(153)), nil, nil},
		"a line more": {
			seven(code(390), code(154)), nil,
			[]string{"actors/wa: 2501 lines of code, the limit is 2500"},
		},
		"an excused package": {seven(code(390), code(154)), map[string]int{"actors/wa": 2501}, nil},
		"six files at the root": {
			fstest.MapFS{"a.go": file(2), "b.go": file(2), "c.go": file(2), "d_test.go": file(2), "e_test.go": file(2), "f_test.go": file(2)},
			nil, nil,
		},
		"seven": {
			fstest.MapFS{
				"a.go": file(2), "b.go": file(2), "c.go": file(2), "d_test.go": file(2), "e_test.go": file(2), "f_test.go": file(2),
				"g_test.go": file(2),
			},
			nil,
			[]string{".: 7 Go files, the limit is 6"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := checkLayout(c.tree, layout, c.exceptions)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCodeLines(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]int{
		"package wa\n": 1,
		"// Package wa is documented.\n\npackage wa // it is\n": 1,
		"package wa\n\n/* a\nb */\nvar x = 1\n":                 2,
		"package wa\n\nvar x = `SELECT 1\n\nFROM a`\n":          4,
		"package wa\n\nfunc f() {\n\t// nothing\n}\n":           3,
		"package wa\n\nvar a, b = `x\ny`, `z\n`\n":              4,
	} {
		if got := codeLines([]byte(source)); got != want {
			t.Errorf("%d lines of code, want %d in:\n%s", got, want, source)
		}
	}
}
