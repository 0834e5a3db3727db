package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
)

// change is a list of steps that belong together.
type change struct {
	test  []string // arguments of go test
	steps []step
}

// step is one edit. Exactly one of after, before, turn and the file of new is set.
type step struct {
	line                int // in the list, for errors
	in                  string
	after, before, turn string
	into, create        string
	lines               []string
}

func parse(text string) (change, error) {
	var c change
	for block, line := range blocks(text) {
		s := step{line: line}
		for text := range strings.SplitSeq(block, "\n") {
			if added, ok := strings.CutPrefix(text, "+"); ok {
				s.lines = append(s.lines, added)
				continue
			}
			verb, rest, _ := strings.Cut(text, " ")
			rest = strings.NewReplacer(`\n`, "\n", `\t`, "\t").Replace(rest)
			switch verb {
			case "test":
				c.test = strings.Fields(rest)
			case "in":
				s.in = rest
			case "after":
				s.after = rest
			case "before":
				s.before = rest
			case "turn":
				s.turn = rest
			case "into":
				s.into = rest
			case "new":
				s.create = rest
			default:
				return c, fmt.Errorf("line %d: %q is no verb", line, verb)
			}
		}
		if s.anchor() != "" || s.create != "" {
			c.steps = append(c.steps, s)
		}
	}
	return c, nil
}

// blocks yields what stands between blank lines, without comments, and where it starts.
func blocks(text string) func(yield func(string, int) bool) {
	return func(yield func(string, int) bool) {
		var block []string
		start := 0
		for i, line := range append(strings.Split(text, "\n"), "") {
			switch {
			case strings.HasPrefix(line, "#"):
			case line != "":
				if len(block) == 0 {
					start = i + 1
				}
				block = append(block, line)
			case len(block) > 0:
				if !yield(strings.Join(block, "\n"), start) {
					return
				}
				block = nil
			}
		}
	}
}

func (s *step) anchor() string {
	for _, text := range []string{s.after, s.before, s.turn} {
		if text != "" {
			return text
		}
	}
	return ""
}

// apply carries the steps out below dir and returns the files that they touched.
func (c *change) apply(dir string) ([]string, error) {
	tree, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	touched := make(map[string]bool)
	var faults []error
	for _, s := range c.steps {
		file, err := s.apply(tree)
		if err != nil {
			faults = append(faults, fmt.Errorf("step in line %d: %w", s.line, err))
			continue
		}
		touched[file] = true
	}
	return slices.Sorted(maps.Keys(touched)), errors.Join(faults...)
}

func (s *step) apply(tree *os.Root) (string, error) {
	if s.create != "" {
		if _, err := tree.Stat(s.create); err == nil {
			return "", fmt.Errorf("%s is there already", s.create)
		}
		return s.create, tree.WriteFile(s.create, []byte(strings.Join(s.lines, "\n")+"\n"), 0o600)
	}
	file, err := s.find(tree.FS())
	if err != nil {
		return "", err
	}
	body, err := tree.ReadFile(file)
	if err != nil {
		return "", err
	}
	return file, tree.WriteFile(file, []byte(s.edit(string(body))), 0o600)
}

func (s *step) edit(body string) string {
	if s.turn != "" {
		return strings.Replace(body, s.turn, s.into, 1)
	}
	start, end := strings.Index(body, s.anchor()), 0
	if s.before != "" {
		end = strings.LastIndex(body[:start], "\n") + 1
	} else {
		start += len(s.after)
		end = start + strings.Index(body[start:]+"\n", "\n") + 1
	}
	end = min(end, len(body))
	return body[:end] + strings.Join(s.lines, "\n") + "\n" + body[end:]
}

// find returns the one file that holds the step's anchor, once. Tests and generated
// files are not looked at, unless the step names the file itself.
func (s *step) find(tree fs.FS) (string, error) {
	var found []string
	err := fs.WalkDir(tree, s.in, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		skipped := strings.Contains(file, "_test.") || isGenerated(file) || strings.Contains(file, "testdata/")
		if skipped && file != s.in {
			return nil
		}
		body, err := fs.ReadFile(tree, file)
		for range strings.Count(string(body), s.anchor()) {
			found = append(found, file)
		}
		return err
	})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("there is no %s any more: mend or delete the step", s.in)
	case err != nil:
		return "", err
	case len(found) == 0:
		return "", fmt.Errorf("nothing in %s holds %q any more: mend or delete the step", s.in, s.anchor())
	case len(found) > 1:
		return "", fmt.Errorf("%q stands in %s more than once (%s): give more of the line", s.anchor(), s.in, strings.Join(slices.Compact(found), ", "))
	}
	return found[0], nil
}

// generatedFiles reads what generators have written.
func generatedFiles(tree fs.FS) (map[string]string, error) {
	found := make(map[string]string)
	err := fs.WalkDir(tree, ".", func(file string, _ fs.DirEntry, err error) error {
		if err != nil || !isGenerated(file) {
			return err
		}
		body, err := fs.ReadFile(tree, file)
		found[file] = string(body)
		return err
	})
	return found, err
}

func changed(before, after map[string]string) []string {
	var list []string
	for name, body := range after {
		if before[name] != body {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}
