// Command touch counts what a small change costs: it carries out a change that is
// kept in testdata on a scratch copy of the tree, builds it, runs a quick test and
// lists the files that had to be touched by hand.
//
// Run it from the root of the repository:
//
//	go run ./deploy/tools/touch            both changes
//	go run ./deploy/tools/touch field      one more field of the inbox row that is only shown
//	go run ./deploy/tools/touch command    one more command with its API and frame
//	go run ./deploy/tools/touch -keep …    leave the copy for a look
//
// # A change
//
// testdata/NAME.txt is a list of steps. A step finds its place by what stands there,
// not by file and line, so that it outlives moves: the text must occur once below the
// folder. When the shapes of the code change, touch names the step that found nothing;
// it is then mended or, if there is nothing left to do there, deleted.
//
//	# a comment, anywhere between steps
//	test ./actors/... -run TestTranscripts      arguments of go test, checked at the end
//
//	in actors/ledger                            a folder or file
//	after SnoozedUntil   time.Time              the line that holds this …
//	+	Replies        int32                     … gets these behind it (before: ahead of it)
//
//	in actors
//	turn c.started_at`                          within a line …
//	into c.started_at, c.replies`               … this becomes that (\n is a new line)
//
//	new actors/conversation/wave.go             a file that must not be there
//	+package conversation
package main

import (
	"context"
	"embed"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
)

//go:embed testdata/*.txt
var changes embed.FS

func main() {
	keep := flag.Bool("keep", false, "leave the copy and say where it is")
	flag.Parse()
	names := flag.Args()
	if len(names) == 0 {
		names = []string{"field", "command"}
	}
	for _, name := range names {
		if err := run(context.Background(), name, *keep, os.Stdout); err != nil {
			fmt.Fprintf(os.Stderr, "touch: %s: %v\n", name, err)
			os.Exit(1)
		}
	}
}

func run(ctx context.Context, name string, keep bool, out io.Writer) error {
	text, err := changes.ReadFile("testdata/" + name + ".txt")
	if err != nil {
		return fmt.Errorf("no such change: %w", err)
	}
	change, err := parse(string(text))
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "touch-")
	if err != nil {
		return err
	}
	if keep {
		fmt.Fprintln(out, "copy in", dir)
	} else {
		defer os.RemoveAll(dir)
	}
	if err := copyTree(ctx, ".", dir); err != nil {
		return err
	}
	touched, err := change.apply(dir)
	if err != nil {
		return err
	}
	generated, err := generate(ctx, dir)
	if err != nil {
		return err
	}
	for _, args := range [][]string{{"build", "./..."}, append([]string{"test"}, change.test...)} {
		if err := command(ctx, dir, "go", args...); err != nil {
			return err
		}
	}
	report(out, name, touched, generated)
	return nil
}

func report(out io.Writer, name string, touched, generated []string) {
	fmt.Fprintf(out, "%s: %d files by hand", name, len(touched))
	if len(generated) > 0 {
		fmt.Fprintf(out, ", and %d generated", len(generated))
	}
	fmt.Fprintln(out)
	for _, file := range touched {
		fmt.Fprintln(out, "  "+file)
	}
	for _, file := range generated {
		fmt.Fprintln(out, "  ("+file+")")
	}
}

// copyTree copies what git knows or would add, as it is on the disk.
func copyTree(ctx context.Context, from, to string) error {
	git := exec.CommandContext(ctx, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	git.Dir = from
	list, err := git.Output()
	if err != nil {
		return fmt.Errorf("list files: %w", err)
	}
	source, err := os.OpenRoot(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.OpenRoot(to)
	if err != nil {
		return err
	}
	defer target.Close()
	for file := range strings.SplitSeq(strings.TrimRight(string(list), "\x00"), "\x00") {
		if err := copyFile(source, target, file); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(from, to *os.Root, file string) error {
	info, err := from.Stat(file)
	if err != nil || !info.Mode().IsRegular() {
		return nil //nolint:nilerr // deleted, and not yet committed
	}
	body, err := from.ReadFile(file)
	if err != nil {
		return err
	}
	if err := to.MkdirAll(path.Dir(file), 0o750); err != nil {
		return err
	}
	return to.WriteFile(file, body, info.Mode().Perm())
}

// isGenerated says of a file that a generator writes it.
func isGenerated(file string) bool {
	return strings.HasSuffix(file, ".pb.go") || path.Base(file) == "openapi.json" || path.Base(file) == "api_types.js"
}

// generate runs the generators and returns the files that they changed.
func generate(ctx context.Context, dir string) ([]string, error) {
	if _, err := os.Stat(filepath.Join(dir, "deploy/tools/protogen")); err != nil {
		return nil, nil //nolint:nilerr // a tree without the generator, in a test
	}
	before, err := generatedFiles(os.DirFS(dir))
	if err != nil {
		return nil, err
	}
	for _, generator := range []string{"./deploy/tools/protogen", "./deploy/tools/openapi"} {
		if err := command(ctx, dir, "go", "run", generator); err != nil {
			return nil, err
		}
	}
	after, err := generatedFiles(os.DirFS(dir))
	if err != nil {
		return nil, err
	}
	return changed(before, after), nil
}

// command runs a program, whose output is shown only if it fails.
func command(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...) //nolint:gosec // go, on the copy
	cmd.Dir = dir
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, output)
	}
	return nil
}
