package cloudapi

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prosa-chat/prosa/actors/wa"
)

// bodies returns the POST bodies of a sample: one, or several under "posts".
func bodies(t testing.TB, path string) [][]byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var several struct{ Posts []json.RawMessage }
	if err := json.Unmarshal(raw, &several); err == nil && len(several.Posts) > 0 {
		var list [][]byte
		for _, post := range several.Posts {
			list = append(list, post)
		}
		return list
	}
	return [][]byte{raw}
}

// outcome writes an event as one line: what it is and whose.
func outcome(e Event) string {
	var line string
	var who []wa.Alias
	switch e.Kind {
	case KindMessage:
		c := e.Message.Content
		line, who = "message "+string(c.Kind), e.Message.From
		if c.Media != nil {
			line += " " + c.Media.Type
		}
		if c.Interactive != nil {
			line += " " + c.Interactive.Type
		}
		if e.Message.ErrorCode != 0 {
			line += fmt.Sprint(" ", e.Message.ErrorCode)
		}
	case KindStatus:
		line, who = "status "+string(e.Status.Status), e.Status.Recipients
		if e.Status.Error != nil {
			line += fmt.Sprint(" ", e.Status.Error.Code)
		}
	case KindNumberError:
		return fmt.Sprint("number_error ", e.NumberError.Code)
	case KindField:
		return strings.TrimRight("field "+e.Field.Name+" "+e.Field.Part, " ")
	case KindBroken:
		return "broken: " + e.Broken.Reason
	}
	for _, a := range who {
		line += " +" + string(a.Kind)
	}
	return line
}

func TestParseEverySample(t *testing.T) {
	t.Parallel()
	want := sampleOutcomes()
	seen := map[string]bool{}
	err := filepath.WalkDir("testdata/webhooks", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name := strings.TrimPrefix(filepath.ToSlash(path), "testdata/webhooks/")
		seen[name] = true
		var got []string
		for _, body := range bodies(t, path) {
			delivery, err := Parse(body)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			for i, e := range delivery.Events {
				if e.Index != i {
					t.Errorf("%s: event %d has index %d", name, i, e.Index)
				}
				got = append(got, outcome(e))
			}
		}
		if diff := cmp.Diff(want[name], strings.Join(got, "; ")); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range want {
		if !seen[name] {
			t.Errorf("no sample %s", name)
		}
	}
}
