// Command protogen compiles the project's .proto files and writes the Go files
// beside them. Both halves, the compiler and the generator, are Go modules
// pinned in go.mod: a protoc of the machine would put its own version into the
// output, and two machines would disagree about the same source.
//
// Run it from the root of the repository. Imports are relative to that root.
//
//	go run ./deploy/tools/protogen          write what is missing or different
//	go run ./deploy/tools/protogen -check   write nothing; fail and name what is stale
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile"
	"google.golang.org/protobuf/cmd/protoc-gen-go/internal_gengo"
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"
)

// protoDirs lists the folders that hold .proto files. One is one Go package.
func protoDirs() []string { return []string{"actors/actorpb", "cluster/wirepb"} }

func main() {
	check := flag.Bool("check", false, "write nothing; exit 1 when a generated file is missing, different or without a source")
	flag.Parse()
	if err := run(context.Background(), ".", protoDirs(), *check, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "protogen:", err)
		os.Exit(1)
	}
}

// run generates every file, then writes or checks: a source that does not
// compile leaves the tree as it was.
func run(ctx context.Context, root string, dirs []string, check bool, out io.Writer) error {
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		return fmt.Errorf("run from the root of the repository: %w", err)
	}
	sources, err := list(root, dirs, ".proto")
	if err != nil {
		return err
	}
	want, err := generate(ctx, root, sources)
	if err != nil {
		return err
	}
	have, err := list(root, dirs, ".pb.go")
	if err != nil {
		return err
	}
	stale, err := compare(root, want, have)
	if err != nil {
		return err
	}
	if check && len(stale) > 0 {
		return fmt.Errorf("stale, run `make generate`: %s", strings.Join(stale, ", "))
	}
	return write(root, want, stale, out)
}

// list returns the files with the suffix in the folders, sorted, as
// slash-separated paths relative to root. A folder that does not exist is empty.
func list(root string, dirs []string, suffix string) ([]string, error) {
	var files []string
	for _, dir := range dirs {
		entries, err := os.ReadDir(filepath.Join(root, dir))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		for _, entry := range entries {
			if !entry.IsDir() && strings.HasSuffix(entry.Name(), suffix) {
				files = append(files, path.Join(dir, entry.Name()))
			}
		}
	}
	slices.Sort(files)
	return files, nil
}

// generate returns the content of every output file by its path.
func generate(ctx context.Context, root string, sources []string) (map[string]string, error) {
	request, err := compile(ctx, root, sources)
	if err != nil {
		return nil, err
	}
	plugin, err := protogen.Options{}.New(request)
	if err != nil {
		return nil, fmt.Errorf("read descriptors: %w", err)
	}
	for _, file := range plugin.Files {
		if file.Generate {
			internal_gengo.GenerateFile(plugin, file)
		}
	}
	response := plugin.Response()
	if response.Error != nil {
		return nil, fmt.Errorf("generate Go: %s", response.GetError())
	}
	files := make(map[string]string)
	for _, file := range response.GetFile() {
		files[file.GetName()] = file.GetContent()
	}
	return files, nil
}

// compile turns the sources into the request that protoc would hand to its
// plugin, without a compiler version: that line is the only one that depends on
// the machine.
func compile(ctx context.Context, root string, sources []string) (*pluginpb.CodeGeneratorRequest, error) {
	compiler := protocompile.Compiler{
		Resolver: protocompile.WithStandardImports(&protocompile.SourceResolver{
			ImportPaths: []string{root},
		}),
		// The generator copies comments, and finds them in the source info.
		SourceInfoMode: protocompile.SourceInfoStandard,
	}
	compiled, err := compiler.Compile(ctx, sources...)
	if err != nil {
		return nil, fmt.Errorf("compile: %w", err)
	}
	request := &pluginpb.CodeGeneratorRequest{
		FileToGenerate: sources,
		Parameter:      proto.String("paths=source_relative"),
	}
	seen := make(map[string]bool)
	for _, file := range compiled {
		request.ProtoFile = appendWithImports(request.ProtoFile, file, seen)
	}
	return request, nil
}

// appendWithImports keeps the order that protogen asks for: a file stands after
// everything that it imports.
func appendWithImports(
	files []*descriptorpb.FileDescriptorProto, file protoreflect.FileDescriptor, seen map[string]bool,
) []*descriptorpb.FileDescriptorProto {
	if seen[file.Path()] {
		return files
	}
	seen[file.Path()] = true
	imports := file.Imports()
	for i := range imports.Len() {
		files = appendWithImports(files, imports.Get(i).FileDescriptor, seen)
	}
	return append(files, protodesc.ToFileDescriptorProto(file))
}

// compare names, sorted, the files that differ from what is wanted and those
// that no source asks for any more.
func compare(root string, want map[string]string, have []string) ([]string, error) {
	var stale []string
	for name, content := range want {
		current, err := os.ReadFile(filepath.Join(root, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if err != nil || !bytes.Equal(current, []byte(content)) {
			stale = append(stale, name)
		}
	}
	for _, name := range have {
		if _, wanted := want[name]; !wanted {
			stale = append(stale, name)
		}
	}
	slices.Sort(stale)
	return stale, nil
}

func write(root string, want map[string]string, stale []string, out io.Writer) error {
	for _, name := range stale {
		target := filepath.Join(root, name)
		content, wanted := want[name]
		if !wanted {
			if err := os.Remove(target); err != nil {
				return err
			}
			fmt.Fprintln(out, "removed", name)
			continue
		}
		//nolint:gosec // source code, as readable as the rest of the tree
		if err := os.WriteFile(target, []byte(content), 0o644); err != nil {
			return err
		}
		fmt.Fprintln(out, "wrote", name)
	}
	return nil
}
