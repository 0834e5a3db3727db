// Command mutations shows that the tests notice faults: it breaks the code in some
// forty small ways, one after the other, and runs for each the test that is to catch
// it. A mutation that its test does not catch is a failure of the test.
//
// The code itself stays as it is: the broken file is only laid over it (go test
// -overlay). It takes some minutes and is no part of make test. Run it from the root:
//
//	go run ./deploy/tools/mutations               all
//	go run ./deploy/tools/mutations -run journal  those whose name matches
//	go run ./deploy/tools/mutations -find         each against all tests of its package,
//	                                              to learn who catches it
//
// # The table
//
// testdata/mutations.txt has a paragraph for each. A mutation finds its place by what
// stands there, once below the folder or file, so it outlives moves:
//
//	name journal: the gate admits whatever version an append was decided on
//	in persistence/journal
//	turn WHERE c.version = excluded.decided_on
//	into WHERE true
//	test ./persistence/journal TestAppendIsFenced
//
// \n and \t stand for themselves in turn and into. A missing into is nothing.
package main

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

//go:embed testdata/mutations.txt
var table embed.FS

func main() {
	run := flag.String("run", "", "regular expression: only mutations whose name matches")
	find := flag.Bool("find", false, "run all tests of the package and name those that fail")
	flag.Parse()
	if err := start(context.Background(), *run, *find, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "mutations:", err)
		os.Exit(1)
	}
}

func start(ctx context.Context, only string, find bool, out io.Writer) error {
	wanted, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	list, err := mutations()
	if err != nil {
		return err
	}
	survived, ran := 0, 0
	for _, m := range list {
		if !wanted.MatchString(m.name) {
			continue
		}
		ran++
		verdict, caught, err := m.try(ctx, ".", find)
		if err != nil {
			verdict = err.Error()
		}
		if !caught {
			survived++
		}
		fmt.Fprintf(out, "%-8s  %s\n          %s\n", map[bool]string{true: "caught", false: "SURVIVED"}[caught], m.name, verdict)
	}
	fmt.Fprintf(out, "%d mutations, %d caught\n", ran, ran-survived)
	if survived > 0 {
		return fmt.Errorf("%d survived", survived)
	}
	return nil
}

// mutation is one way to break the code.
type mutation struct {
	name, in, turn, into string
	pkg, test            string
}

func mutations() ([]mutation, error) {
	text, err := table.ReadFile("testdata/mutations.txt")
	if err != nil {
		return nil, err
	}
	return parse(string(text))
}

func parse(text string) ([]mutation, error) {
	var list []mutation
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		var m mutation
		for line := range strings.SplitSeq(strings.TrimSpace(paragraph), "\n") {
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			verb, rest, _ := strings.Cut(line, " ")
			switch verb {
			case "name":
				m.name = rest
			case "in":
				m.in = rest
			case "turn":
				m.turn = unescape(rest)
			case "into":
				m.into = unescape(rest)
			case "test":
				m.pkg, m.test, _ = strings.Cut(rest, " ")
			default:
				return nil, fmt.Errorf("%q is no verb", verb)
			}
		}
		switch {
		case m == mutation{}:
			continue
		case m.name == "" || m.in == "" || m.turn == "" || m.pkg == "" || m.test == "":
			return nil, fmt.Errorf("%q: want name, in, turn and test", m.name)
		}
		list = append(list, m)
	}
	return list, nil
}

func unescape(text string) string { return strings.NewReplacer(`\n`, "\n", `\t`, "\t").Replace(text) }

// place returns the one file that holds what the mutation turns, and that file broken.
func (m *mutation) place(tree fs.FS) (file, broken string, err error) {
	err = fs.WalkDir(tree, m.in, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		body, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		switch n := strings.Count(string(body), m.turn); {
		case n == 0:
			return nil
		case n > 1 || file != "":
			return fmt.Errorf("%q stands in %s more than once: give more of it", m.turn, m.in)
		}
		file, broken = name, strings.Replace(string(body), m.turn, m.into, 1)
		return nil
	})
	if err == nil && file == "" {
		err = fmt.Errorf("nothing in %s holds %q any more: mend or replace the mutation", m.in, m.turn)
	}
	return file, broken, err
}

// failed finds the tests that failed in the output of go test.
var failed = regexp.MustCompile(`(?m)^--- FAIL: (\S+)`)

// try runs the test on the broken code and says what came of it.
func (m *mutation) try(ctx context.Context, root string, find bool) (verdict string, caught bool, err error) {
	file, broken, err := m.place(os.DirFS(root))
	if err != nil {
		return "", false, err
	}
	overlay, err := overlaid(root, file, broken)
	if err != nil {
		return "", false, err
	}
	defer os.RemoveAll(filepath.Dir(overlay))
	args := []string{"test", "-count=1", "-timeout=3m", "-overlay=" + overlay}
	if !find {
		args = append(args, "-failfast", "-run=^("+m.test+")$")
	}
	cmd := exec.CommandContext(ctx, "go", append(args, m.pkg)...) //nolint:gosec // go test, on the table's packages
	cmd.Dir = root
	output, err := cmd.CombinedOutput()
	text := string(output)
	exit := (*exec.ExitError)(nil)
	switch {
	case err != nil && !errors.As(err, &exit):
		return "", false, err
	case strings.Contains(text, "[build failed]") || strings.Contains(text, "[setup failed]"):
		return "", false, fmt.Errorf("the broken code does not build:\n%s", text)
	case strings.Contains(text, "[no tests to run]"):
		return "", false, fmt.Errorf("no test is called %s", m.test)
	case err == nil:
		return m.pkg + " " + m.test + " passes", false, nil
	}
	var names []string
	for _, match := range failed.FindAllStringSubmatch(text, -1) {
		names = append(names, match[1])
	}
	if len(names) == 0 {
		names = []string{"the test binary ended (a panic, or its time was up)"}
	}
	slices.Sort(names)
	return m.pkg + " " + strings.Join(slices.Compact(names), " "), true, nil
}

// overlaid writes the broken file and the overlay that lays it over the tree, whose
// name it returns; both stand in a folder of their own.
func overlaid(root, file, broken string) (string, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "mutation-")
	if err != nil {
		return "", err
	}
	replacement := filepath.Join(dir, "broken.go")
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(root, file): replacement}})
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "overlay.json")
	return name, errors.Join(os.WriteFile(replacement, []byte(broken), 0o600), os.WriteFile(name, overlay, 0o600))
}
