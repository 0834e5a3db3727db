package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const wordsProto = `syntax = "proto3";
package scratch.words;
option go_package = "example.org/scratch/actors/actorpb";

// Word is one word.
message Word { string text = 1; }
`

const eventsProto = `syntax = "proto3";
package scratch.events;
option go_package = "example.org/scratch/actors/actorpb";

import "actors/actorpb/words.proto";
import "google/protobuf/timestamp.proto";

// Spoken says that a word was said.
message Spoken {
  scratch.words.Word word = 1;
  google.protobuf.Timestamp at = 2; // when it was said
  optional string by = 3;
  oneof place { string room = 4; string street = 5; }
}
`

const wireProto = `syntax = "proto3";
package scratch.wire;
option go_package = "example.org/scratch/cluster/wirepb";

import "actors/actorpb/events.proto";

message Envelope { scratch.events.Spoken spoken = 1; }
`

func scratch(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range map[string]string{
		"go.mod":                      "module example.org/scratch\n",
		"actors/actorpb/words.proto":  wordsProto,
		"actors/actorpb/events.proto": eventsProto,
		"cluster/wirepb/wire.proto":   wireProto,
	} {
		put(t, root, name, content)
	}
	return root
}

func put(t *testing.T, root, name, content string) {
	t.Helper()
	target := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(target, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, root, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestGeneratesBesideTheSource(t *testing.T) {
	t.Parallel()
	root := scratch(t)
	if err := run(t.Context(), root, protoDirs(), false, io.Discard); err != nil {
		t.Fatal(err)
	}
	for name, wanted := range map[string][]string{
		"actors/actorpb/words.pb.go":  {"// Word is one word.\ntype Word struct"},
		"actors/actorpb/events.pb.go": {"timestamppb.Timestamp", "Word ", "// when it was said", "By ", "*string"},
		"cluster/wirepb/wire.pb.go":   {`"example.org/scratch/actors/actorpb"`},
	} {
		content := read(t, root, name)
		for _, part := range wanted {
			if !strings.Contains(content, part) {
				t.Errorf("%s lacks %q", name, part)
			}
		}
		if strings.Contains(content, root) {
			t.Errorf("%s names the folder %s of this machine", name, root)
		}
	}
}

func TestSameSourceSameOutput(t *testing.T) {
	t.Parallel()
	one, two := scratch(t), scratch(t)
	for _, root := range []string{one, two} {
		if err := run(t.Context(), root, protoDirs(), false, io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	if name := "actors/actorpb/events.pb.go"; read(t, one, name) != read(t, two, name) {
		t.Errorf("%s differs between two folders", name)
	}
}

func TestCheckNamesWhatIsStaleAndWritesNothing(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		file, content string // replaced after generating; no content removes it
		stale         string
	}{
		"source changed": {"actors/actorpb/words.proto", strings.Replace(wordsProto, "text", "letters", 1), "actors/actorpb/words.pb.go"},
		"output edited":  {"cluster/wirepb/wire.pb.go", "package wirepb\n", "cluster/wirepb/wire.pb.go"},
		"output missing": {"cluster/wirepb/wire.pb.go", "", "cluster/wirepb/wire.pb.go"},
		"without source": {"cluster/wirepb/old.pb.go", "package wirepb\n", "cluster/wirepb/old.pb.go"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := scratch(t)
			if err := run(t.Context(), root, protoDirs(), false, io.Discard); err != nil {
				t.Fatal(err)
			}
			if err := run(t.Context(), root, protoDirs(), true, io.Discard); err != nil {
				t.Fatalf("check right after generating: %v", err)
			}
			if c.content == "" {
				if err := os.Remove(filepath.Join(root, c.file)); err != nil {
					t.Fatal(err)
				}
			} else {
				put(t, root, c.file, c.content)
			}

			var out bytes.Buffer
			err := run(t.Context(), root, protoDirs(), true, &out)
			if err == nil || !strings.Contains(err.Error(), c.stale) {
				t.Fatalf("check = %v, want it to name %s", err, c.stale)
			}
			if out.Len() > 0 {
				t.Errorf("check wrote: %s", &out)
			}
			if err := run(t.Context(), root, protoDirs(), false, io.Discard); err != nil {
				t.Fatal(err)
			}
			if err := run(t.Context(), root, protoDirs(), true, io.Discard); err != nil {
				t.Errorf("check after generating again: %v", err)
			}
		})
	}
}

func TestBrokenSourceLeavesTheTree(t *testing.T) {
	t.Parallel()
	root := scratch(t)
	put(t, root, "cluster/wirepb/wire.proto", "syntax = \"proto3\";\nmessage Envelope { Nowhere spoken = 1; }\n")
	err := run(t.Context(), root, protoDirs(), false, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "wire.proto:2") {
		t.Fatalf("run = %v, want the position in wire.proto", err)
	}
	if _, err := os.Stat(filepath.Join(root, "actors/actorpb/words.pb.go")); err == nil {
		t.Error("words.pb.go was written though the compile failed")
	}
}
